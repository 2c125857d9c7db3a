"""Sentences on what the services refuse, and on records that do not hold."""

from __future__ import annotations

from survey_app.web.wording.accounts import ACCOUNTS
from survey_app.web.wording.board_decisions import BOARD_DECISIONS
from survey_app.web.wording.identity import IDENTITY
from survey_app.web.wording.imports import IMPORTS
from survey_app.web.wording.keeping import KEEPING
from survey_app.web.wording.keys import KEYS
from survey_app.web.wording.mark import N_
from survey_app.web.wording.persons import PERSONS
from survey_app.web.wording.removals import REMOVALS
from survey_app.web.wording.reports import REPORTS
from survey_app.web.wording.rounds import ROUNDS
from survey_app.web.wording.surveys import SURVEYS
from survey_app.web.wording.tables import TABLES

REFUSALS = {
    **ACCOUNTS,
    **IDENTITY,
    **KEYS,
    **REPORTS,
    **ROUNDS,
    **SURVEYS,
    **IMPORTS,
    **TABLES,
    **BOARD_DECISIONS,
    **KEEPING,
    **PERSONS,
    **REMOVALS,
    # rights and states
    "not_your_role": N_(
        "Din roll ger inte rätt till det här. Be den som har rollen, eller en administratör."
    ),
    "wrong_state": N_(
        "Svaret är inte längre, eller ännu inte, i det läge där detta kan göras. Ladda om sidan."
    ),
    "no_mail_mode": N_("Välj ett av de tre sätten att få meddelanden."),
    "moved_meanwhile": N_("Någon annan flyttade svaret vidare medan du arbetade. Ladda om sidan."),
    "approver_fills_in": N_("Frågan fylls i av den som godkänner, vid godkännandet."),
    "not_returned": N_(
        "Bara de frågor som skickades tillbaka kan ändras. Den här är inte en av dem."
    ),
    "sign_in_again": N_("Logga in igen för att bekräfta att det är du som godkänner."),
    "roles_taken": N_(
        "Dina roller har ändrats. Ingenting är gjort. Läs in sidan igen, eller fråga din "
        "administratör."
    ),
    "no_delegation_today": N_(
        "Du har ingen delegation som gäller i dag. En administratör lägger in delegationer."
    ),
    "not_your_step": N_(
        "Din delegation gäller ett annat steg i godkännandet än det som står på tur."
    ),
    "steps_changed": N_(
        "Ett annat steg i godkännandet står på tur än när du öppnade sidan. Inget är gjort. "
        "Läs sidan igen."
    ),
    "both_steps": N_(
        "Du har redan tagit ett steg i godkännandet. Nästa steg tas av någon annan: fyra ögon."
    ),
    "marked_for_return": N_(
        "Du har markerat frågor att skicka tillbaka. Skicka tillbaka dem, eller ta bort "
        "markeringarna och det du har skrivit om du vill godkänna. Inget är gjort."
    ),
    "own_work": N_(
        "Du har själv skrivit i svaret och kan därför inte godkänna det. Be en annan godkännare."
    ),
    "own_work_reason_missing": N_(
        "Skriv skälet till att du godkänner svar som du själv har skrivit."
    ),
    "content_changed": N_(
        "Svaret har ändrats sedan du läste det. Inget är gjort. Läs det igen och gör sedan det du "
        "ville göra."
    ),
    "form_not_at_hand": N_(
        "Ett av formulären finns inte längre att välja. Inget är öppnat. Välj bland dem som står "
        "här."
    ),
    "form_not_opened_so": N_(
        "Ett av formulären besvaras inte av ärendets egen enhet: en omgång, en enkät eller en "
        "tjänsteskrivelse öppnas från ärendets sida. Inget är öppnat. Välj bland dem som står här, "
        "eller kryssa i att andra ska svara i ärendet."
    ),
    "not_ready": N_("Svaret kan inte skickas vidare ännu. Rätta det som står i listan."),
    "not_attested_fully": N_("Det saknas något i intygandet. Fyll i det som står i listan."),
    "nothing_returned": N_("Välj minst en fråga att skicka tillbaka."),
    "return_reason_missing": N_(
        "Skriv vad som behöver ändras i varje fråga som du skickar tillbaka."
    ),
    # last year's answers
    "nothing_to_carry": N_("Det finns inget tidigare svar att föra över till frågan."),
    "answer_stands": N_(
        "Frågan har redan ett svar. Läs båda och välj vilket som ska gälla; inget är ändrat."
    ),
    "answer_changed": N_(
        "Svaret har ändrats sedan du läste det. Läs det igen innan du märker det som granskat."
    ),
    # versions of the questionnaire
    "version_correction": N_(
        "En rättelse eller komplettering gäller samma formulär som det svar den hör till."
    ),
    "version_returned": N_(
        "Svaret är returnerat, och bara en del av det går att ändra. Skicka det för godkännande "
        "eller ta tillbaka det först."
    ),
    "version_open_proposals": N_(
        "Ta först ställning till de förslag som väntar vid frågor som ändras."
    ),
    "version_contributions": N_(
        "Underlag är begärda för frågor som ändras i den nya versionen, så formuläret kan inte "
        "bytas."
    ),
    "version_of_request": N_(
        "Formuläret hör till den enhet som frågar, så det kan inte bytas här."
    ),
    "version_shared": N_("Fler svar hör till samma omgång, så formuläret kan inte bytas."),
    "version_changed": N_(
        "Svaren, eller formuläret, har ändrats sedan du läste. Inget är gjort: läs igen vad som "
        "händer."
    ),
    "questionnaire_changed": N_(
        "Formuläret har bytt version sedan sidan öppnades. Kopiera det du skrev, ladda om sidan "
        "och för in det där det hör hemma."
    ),
    # Word files and proposals
    "no_draft": N_("Svaret är godkänt och är inget utkast längre. Hämta den godkända kopian."),
    "no_file_chosen": N_("Välj filen först."),
    "word_not_docx": N_("%(name)s är inget Word-dokument (DOCX). Inget är inläst."),
    "word_encrypted": N_(
        "%(name)s har ett lösenord eller är i det gamla formatet DOC. Spara den som DOCX utan "
        "lösenord. Inget är inläst."
    ),
    "word_macros": N_(
        "%(name)s innehåller makron och läses inte in. Spara den som DOCX utan makron."
    ),
    "word_too_large": N_(
        "%(name)s är större uppackad, eller består av fler delar, än vad som läses in. Inget är "
        "inläst."
    ),
    "word_not_read": N_(
        "%(name)s går inte att läsa: filen är skadad eller innehåller något som inte hör hemma i "
        "ett Word-dokument. Öppna den i Word och spara den igen. Inget är inläst."
    ),
    "word_no_controls": N_(
        "I %(name)s finns inga rutor från Redogör. Fyll i den fil som du hämtade här, i Word eller "
        "LibreOffice 7.5 eller senare: andra program kan ta bort rutorna. Inget är inläst."
    ),
    "word_taken_in": N_("Filen är redan inläst. Dess ändringar står bland förslagen."),
    "no_proposal": N_("Det finns inget sådant förslag."),
    "proposal_decided": N_("Någon har redan tagit ställning till förslaget. Ladda om sidan."),
    "proposal_answer_changed": N_(
        "Svaret har ändrats sedan du läste förslaget. Inget är gjort: läs igen hur de skiljer sig."
    ),
    "proposal_impossible": N_(
        "Förslaget går inte att ta över som det är, eftersom svaret har ändrats sedan filen "
        "hämtades. Ändra svaret för hand, och avfärda sedan förslaget."
    ),
    # handing in
    "receipt_number_missing": N_("Skriv kvittots nummer eller referens."),
    "day_unreadable": N_("Skriv dagen som år, månad och dag, till exempel 2026-03-10."),
    "day_in_future": N_("Dagen har inte varit än. Skriv dagen då svaret lämnades in."),
    "day_before_approval": N_("Svaret var inte godkänt den dagen. Kontrollera datumet."),
    "no_field": N_("Fältet finns inte i det godkända svaret. Ladda om sidan."),
    # more time, more answers
    "until_unreadable": N_("Skriv sista dagen som år, månad och dag, till exempel 2026-03-10."),
    "until_not_later": N_(
        "Den nya dagen är inte senare än den som gäller nu. Kontrollera datumet."
    ),
    "until_before_decision": N_("Sista dagen ligger före dagen då myndigheten bestämde den."),
    "extension_reason_missing": N_("Skriv skälet till anståndet."),
    "nothing_asked": N_("Välj minst en fråga som myndigheten vill ha kompletterad."),
    "not_asked_for": N_(
        "Frågan hör inte till det som myndigheten bad om. Den visas som den lämnades in."
    ),
    # contributions
    "no_unit_chosen": N_("Välj minst en enhet att be om underlag."),
    "no_unit": N_("Enheten kan inte lämna underlag: ingen där kan svara."),
    "nothing_asked_of_units": N_("Välj minst en fråga att be om underlag till."),
    "until_passed": N_("Sista dagen har redan varit. Välj en senare dag."),
    "note_too_long": N_("Texten är längre än %(max)s tecken. Korta den."),
    "already_asked": N_("%(unit)s har redan en begäran om underlag till fråga %(question)s."),
    "nothing_handed_over": N_("Svara på minst en av frågorna innan underlaget lämnas över."),
    "contributors_history": N_("Bara enheten som skrev det ser hur det kom till."),
    "nothing_to_insert": N_("Det finns inget överlämnat underlag att infoga i frågan."),
    "cannot_join": N_(
        "Underlaget går inte att lägga ihop med det som står i svaret, så inget är ändrat. "
        "Ändra svaret för hand."
    ),
    # trying a package
    "verification_busy": N_("Andra paket prövas just nu. Försök igen om en stund."),
    # the API
    "expected_json": N_("Skicka ett JSON-objekt."),
    "expected_version": N_("Skicka versionen som svaret byggde på, ett heltal från 0."),
    "expected_value": N_("Skicka svaret som ”value”; null om det inte finns något."),
    # the database
    "database_gone": N_(
        "Databasen svarar inte. Inget är ändrat. Försök igen om en stund; säg till den som sköter "
        "driften om det inte går över."
    ),
    "perhaps_saved": N_(
        "Databasen slutade svara just när det skulle sparas, så det är osäkert om det blev sparat. "
        "Ladda om sidan och titta efter innan du försöker igen."
    ),
    "too_many_requests": N_(
        "För många anrop på kort tid. Inget är ändrat. Vänta %(seconds)s sekunder och försök igen."
    ),
    "busy": N_("Det är många som arbetar samtidigt. Inget är ändrat. Försök igen om en stund."),
    "disk_full": N_(
        "Det finns inget utrymme kvar att spara på. Inget är ändrat. Säg till den som sköter "
        "driften, och försök igen om en stund."
    ),
    # forms
    "form_cut_off": N_(
        "Formuläret kom inte fram helt, så ingenting är ändrat. Gå tillbaka och spara igen."
    ),
    "unstorable": N_(
        "Adressen eller formuläret innehåller ett tecken (U+0000) som inte går att ta emot. "
        "Ingenting är ändrat."
    ),
    "undeclared": N_("Sidan är stängd."),
    "not_yet_approved": N_("Alla svar i ärendet är inte godkända än. Ladda ner utkastet så länge."),
    "nothing_to_pack": N_("Det finns inga svar i ärendet än."),
    # what cannot be found
    "no_section": N_("Avsnittet finns inte i formuläret."),
    "no_copy": N_("Arkivkopian finns inte."),
    "no_question": N_("Frågan finns inte i formuläret."),
    "no_questionnaire": N_("Formuläret finns inte."),
    "no_submission": N_("Svaret finns inte, eller hör till en annan enhet."),
    "no_case": N_("Ärendet finns inte, eller hör till en annan enhet."),
    "no_file": N_("Filen finns inte, eller hör till en annan enhet."),
    "no_account": N_("Kontot finns inte."),
    "no_delegation": N_("Delegationen finns inte, eller hör till en annan enhet."),
    # cases
    "not_a_diary_number": N_("”%(typed)s” är inget diarienummer. Skriv till exempel RS250393."),
    "diary_number_taken": N_("Diarienumret %(typed)s finns redan. Öppna det ärendet i stället."),
    "title_missing": N_("Skriv en rubrik för ärendet."),
    "no_questionnaire_chosen": N_("Välj minst ett formulär."),
    "correction_exists": N_("Det finns redan en rättelse av svaret. Fortsätt i den."),
    # giving out
    "nothing_masked": N_(
        "Välj minst en uppgift att maskera. Om inget ska maskeras lämnas arkivkopian ut som den är."
    ),
    "mask_unknown_target": N_("En vald uppgift finns inte i svaret. Ladda om sidan och välj igen."),
    "mask_reason_missing": N_("Skriv skälet till maskeringen."),
    "mask_ground_missing": N_("Skriv lagrummet för maskeringen, till exempel OSL 25 kap. 1 §."),
    "mask_passages_missing": N_("Skriv texten som ska maskeras, precis som den står i svaret."),
    "mask_passage_not_found": N_(
        "”%(passage)s” står inte så i svaret. Kopiera texten precis som den står."
    ),
    "concerns_not_confirmed": N_(
        "Läs varningarna. Maskera mer, eller intyga att kopian får lämnas ut ändå."
    ),
    "refusal_incomplete": N_("Beslutet är inte fullständigt. Fyll i det som saknas."),
    "no_given_copy": N_("Den utlämnade kopian finns inte."),
    # files
    "file_too_large": N_("Filen ”%(name)s” är större än %(max)s MB. Ladda upp en mindre fil."),
    "file_empty": N_("Filen ”%(name)s” är tom. Välj en annan fil."),
    "file_type": N_("Filen ”%(name)s” är inte av rätt slag. Tillåtna slag: %(types)s."),
    "file_not_its_name": N_(
        "Filen ”%(name)s” är inte det som namnet säger (%(ending)s). Spara om den i rätt format."
    ),
    "file_infected": N_(
        "Filen ”%(name)s” är inte sparad: virusskyddet har hittat skadlig kod i den. Kontakta "
        "IT-avdelningen innan du öppnar den igen."
    ),
    "scanner_down": N_(
        "Filen ”%(name)s” är inte sparad: virusskyddet svarar inte. Allt annat är som du skrev "
        "det. Försök igen om en stund, eller säg till IT-avdelningen."
    ),
    "scanner_refused_size": N_(
        "Filen ”%(name)s” är inte sparad: den är större än vad virusskyddet tar emot. Ladda upp "
        "en mindre fil, eller säg till IT-avdelningen."
    ),
    "no_file_here": N_("Frågan tar inte emot filer."),
    "unknown_file": N_("Filen ”%(name)s” har inte laddats upp. Ladda upp den igen."),
    # accounts and delegations
    "password_too_short": N_("Lösenordet ska vara minst %(min)s tecken."),
    "name_missing": N_("Skriv ett namn."),
    "account_exists": N_("Det finns redan ett konto för %(typed)s."),
    "account_closed": N_("Kontot är avslutat. Kontakta en administratör."),
    "unit_exists": N_("Det finns redan en enhet som heter %(typed)s."),
    "unit_number_wrong": N_(
        "”%(typed)s” är inget organisationsnummer. Jämför det siffra för siffra, eller lämna "
        "fältet tomt."
    ),
    "roles_of_oneself": N_("Du kan inte ändra dina egna roller. Be en annan administratör."),
    "administrator_alone": N_("En administratör kan inte ha andra roller på samma enhet."),
    "other_units_account": N_("Kontot hör till en annan enhet."),
    "delegation_to_oneself": N_("Du kan inte delegera till dig själv. Be en annan administratör."),
    "delegate_is_no_approver": N_(
        "Den som ska få delegationen har inte rollen godkännare. Ge rollen först."
    ),
    "delegation_revoked": N_("Delegationen är återkallad och kan inte få någon ersättare."),
    "no_such_step": N_("Välj ett av stegen i listan."),
    "own_work_at_a_step": N_(
        "Undantaget för eget arbete finns bara där en enda person godkänner. Ta bort krysset."
    ),
    "steps_out_of_range": N_("Skriv hur många steg godkännandet har, från 1 till %(max)s."),
    "no_approval_order": N_("Beslutet om steg finns inte, eller hör till en annan enhet."),
    "stand_in_for_oneself": N_("Den som har delegationen kan inte vara sin egen ersättare."),
    "stand_in_is_no_approver": N_(
        "Den som ska vara ersättare har inte rollen godkännare på enheten. Ge rollen först."
    ),
    "stand_in_outside_delegation": N_(
        "Ersättaren kan bara gälla under den tid som delegationen gäller. Rätta datumen."
    ),
    "no_stand_in": N_("Ersättaren finns inte, eller hör till någon annans delegation."),
    "decision_missing": N_("Skriv vilket beslut delegationen bygger på."),
    "dates_unreadable": N_("Skriv datumen som år, månad och dag, till exempel 2026-03-10."),
    "dates_reversed": N_("Tiden slutar innan den börjar. Rätta datumen."),
    "period_unreadable": N_("Skriv periodens dagar som år, månad och dag, som 2026-03-10."),
    "period_reversed": N_("Perioden slutar innan den börjar. Rätta datumen."),
    # the register
    "no_document": N_("Handlingen finns inte i förteckningen."),
    "document_day_in_future": N_(
        "Dagen har inte varit än. Skriv dagen då handlingen kom eller gick."
    ),
    "counterpart_missing": N_("Skriv vem handlingen kom från eller skickades till."),
    "subject_missing": N_("Skriv i korthet vad handlingen rör."),
    "line_too_long": N_("Texten är längre än %(max)s tecken. Korta den."),
    "secrecy_ground_missing": N_(
        "Skriv vilken bestämmelse som sekretessen bygger på, eller ta bort kryssen."
    ),
    "not_registered_by_hand": N_(
        "Handlingen kommer ur ett godkänt svar och kan inte strykas. Öppna en rättelse i stället."
    ),
    "already_struck": N_("Handlingen är redan överstruken."),
    "strike_reason_missing": N_("Skriv varför handlingen stryks."),
    # the work on questions
    "task_changed": N_(
        "Någon annan ändrade frågans ägare, läge eller datum under tiden. "
        "Titta på vad som står där nu."
    ),
    "owner_is_no_writer": N_(
        "Den som äger en fråga måste kunna skriva i svaret. Välj någon annan."
    ),
    "no_work_on_question": N_("Frågan besvaras inte här, så den har varken ägare eller läge."),
    "no_such_mark": N_("Läget finns inte. Välj utkast, klar för granskning eller klar."),
    "nothing_to_mark": N_(
        "Frågan har inget svar än. Besvara den, eller säg varför den lämnas tom."
    ),
    "done_by_colleague": N_(
        "Du har själv skrivit svaret. Sätt ”klar för granskning” och låt en kollega, "
        "eller den som äger frågan, sätta ”klar”."
    ),
    "no_section_chosen": N_("Välj minst ett avsnitt."),
    "nothing_to_assign": N_("Välj en ägare eller skriv ett datum."),
    "comment_empty": N_("Skriv en kommentar."),
    "comment_too_long": N_(
        "Kommentaren är %(length)s tecken. Den får vara högst %(max)s. Dela upp den."
    ),
    # weeding
    "no_working_material": N_("Det finns inget arbetsmaterial att ta bort."),
    "material_changed": N_(
        "Arbetsmaterialet har ändrats sedan du läste det. Inget är borttaget. Ladda om sidan."
    ),
    "removal_decision_missing": N_("Skriv vilket beslut borttagningen bygger på."),
    "removal_not_confirmed": N_("Kryssa i att materialet ska tas bort för gott."),
}
