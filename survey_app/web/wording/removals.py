"""Removal (gallring) of a whole case, in words."""

from __future__ import annotations

from survey_app.web.wording.mark import N_

REMOVALS = {
    "case_removed": N_(
        "Ärendet %(number)s gallrades %(day)s enligt beslutet ”%(decision)s”. Det som fanns i det "
        "är borttaget och går inte att läsa."
    ),
    "case_already_removed": N_("Ärendet %(number)s är redan gallrat. Ingenting är ändrat."),
    "case_not_finished": N_(
        "Ärendet går inte att gallra än: något i det är öppet, utkast eller inte arkiverat. "
        "Ingenting är borttaget. Ladda om sidan, så står där vad."
    ),
    "case_changed": N_(
        "Ärendet har ändrats sedan du läste sidan. Ingenting är borttaget. Läs igenom vad som "
        "försvinner nu, och bekräfta igen."
    ),
    "case_removal_not_confirmed": N_("Kryssa i att ärendet ska gallras för gott."),
    "removal_ground_missing": N_("Skriv vad beslutet grundas på."),
    "keeping_missing": N_("Välj om ärendet bevaras på annat håll, eller inte alls."),
    "package_not_fetched": N_(
        "Arkivpaketet har inte hämtats sedan ärendet senast ändrades. Hämta det först, eller välj "
        "att inget bevaras, om det är vad beslutet säger."
    ),
}

OBSTACLES = {
    "round_open": N_("En omgång eller en enkät är öppen. Stäng den först."),
    "not_archived": N_("Svar som inte är arkiverade: %(n)s. Arkivera dem först."),
    "report_draft": N_("Sammanställningar som är utkast: %(n)s. Fastställ dem först."),
}
"""What stands in the way of a removal."""

CONTENTS = {
    "records": N_("Handlingar: godkända eller lämnade svar"),
    "answers": N_("Svar på frågor"),
    "wordings": N_("Lydelser i svarens historik"),
    "round_answers": N_("Enheter som ombads svara i omgångar, med sina svar"),
    "ballots": N_("Svar på enkäter"),
    "contributions": N_("Underlag från andra enheter, även det som är deras eget"),
    "enclosures": N_("Bilagor"),
    "receipts": N_("Kvittenser"),
    "stored_copies": N_("Arkivkopior"),
    "given_copies": N_("Utlämnade kopior och beslut att inte lämna ut"),
    "documents": N_("Registrerade handlingar: motpart, ärendemening och fil"),
    "board_decisions": N_("Beslut av nämnder och styrelser"),
    "reports": N_("Sammanställningar"),
    "comments": N_("Kommentarer"),
    "tasks": N_("Frågor med ägare, datum eller klarmarkering"),
    "snapshots": N_("Kopior av svar som de skickades för godkännande"),
    "word_files": N_("Word-filer som har kommit tillbaka"),
    "table_files": N_("Tabellfiler som har lästs in"),
    "mails": N_("Meddelanden"),
    "files": N_("Filer som inget annat ärende har"),
}
"""What there is of a case, by its sort."""
