"""What is held of people, and removing them: parts, reasons, places and refusals in words."""

from __future__ import annotations

from survey_app.services.persons.holdings import Part, Until, Why
from survey_app.web.wording.mark import N_

PERSONS = {
    "person_last_administrator": N_(
        "Personen är ensam administratör i %(units)s. Gör någon annan till administratör där "
        "först. Inget är borttaget."
    ),
    "person_waits_for": N_(
        "Något väntar på personen och på ingen annan. Se till att någon annan tar över det som "
        "står i listan. Inget är borttaget."
    ),
    "person_changed": N_(
        "Det som finns om personen har ändrats sedan sidan öppnades. Inget är borttaget. Läs igen "
        "vad som försvinner och vad som står kvar."
    ),
    "person_decision_missing": N_("Skriv vilket beslut borttagningen vilar på."),
    "person_decision_names": N_(
        "Beslutet får inte innehålla personens namn eller e-postadress: det står kvar. Skriv "
        "beslutets diarienummer i stället."
    ),
    "person_not_confirmed": N_("Kryssa i att personens uppgifter ska tas bort för gott."),
    "nobody_to_ask": N_(
        "Ingen annan administrerar dina enheter. Gör någon annan till administratör först."
    ),
}

PARTS: dict[Part, str] = {
    "account": N_("Namn, e-postadress, befattning och lösenord"),
    "roles": N_("Roller"),
    "logins": N_("Inloggningar"),
    "factor": N_("Engångskoder och reservkoder"),
    "tokens": N_("Nycklar för program"),
    "links": N_("Länkar för att välja lösenord"),
    "identity": N_("Koppling till identitetsleverantören"),
    "presence": N_("Vilken fråga som är öppen just nu"),
    "messages": N_("Meddelanden och val av meddelanden"),
    "reasons": N_("Skäl som är skrivna men inte skickade"),
    "mentions": N_("Omnämnanden i kommentarer"),
    "comments": N_("Kommentarer"),
    "tasks": N_("Frågor att ansvara för"),
    "answers": N_("Svar och ändringar av svar"),
    "files": N_("Inlagda filer"),
    "steps": N_("Steg: skickat, returnerat, lämnat in"),
    "approvals": N_("Godkända svar"),
    "delegations": N_("Delegationer och ersättare"),
    "register": N_("Diarieposter, beslut och utlämnanden"),
    "rounds": N_("Omgångar och begärda underlag"),
    "reports": N_("Sammanställningar"),
    "chain": N_("Länkar i ärendenas spårkedjor"),
    "log": N_("Poster i säkerhetsloggen"),
    "removals": N_("Beslut om rensning och borttagning"),
}

WHYS: dict[Why, str] = {
    "access": N_("för att kunna logga in och få besked"),
    "work": N_("för att dela upp arbetet"),
    "trace": N_("för att visa vem som har skrivit vad och när"),
    "decision": N_("allmän handling eller beslut"),
    "security": N_("för att intrång ska kunna upptäckas"),
}

UNTILS: dict[Until, str] = {
    "removed": N_("tills personen tas bort"),
    "days": N_("några dagar"),
    "weeded": N_("tills arbetsmaterialet rensas"),
    "kept": N_("så länge ärendet finns"),
    "always": N_("så länge installationen finns"),
}

PLACES: dict[str, str] = {
    "answer": N_("svar"),
    "revision": N_("svarens historik"),
    "comment": N_("kommentarer"),
    "record": N_("godkända handlingar"),
    "event": N_("intyg vid godkännande och överlämnande"),
    "snapshot": N_("kopior av det som skickades för godkännande"),
    "case_document": N_("diarieposter"),
    "board_decision": N_("nämndbeslut"),
    "delegation": N_("delegationsbeslut"),
    "stand_in": N_("beslut om ersättare"),
    "given_copy": N_("utlämnanden"),
    "removal": N_("beslut om rensning"),
    "cases": N_("ärendens rubriker"),
    "rounds": N_("omgångar"),
    "round_value": N_("svar i omgångar"),
    "ballot": N_("enkätsvar"),
    "report": N_("sammanställningar"),
    "report_piece": N_("sammanställningar"),
    "report_revision": N_("sammanställningars historik"),
    "contribution": N_("begärda underlag"),
    "word_file": N_("Word-filer"),
    "proposal": N_("förslag ur Word-filer"),
    "table_file": N_("inlästa tabeller"),
    "attachment": N_("filnamn"),
}
"""Where a name stands, by table; other tables are told as ``ELSEWHERE``."""
ELSEWHERE = N_("andra uppgifter")
