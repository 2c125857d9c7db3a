"""Sentences on what the services refuse, and on records that do not hold."""

from __future__ import annotations

from survey_app.web.wording.mark import N_

REFUSALS = {
    # rights and states
    "not_your_role": N_(
        "Din roll ger inte rätt till det här. Be den som har rollen, eller en administratör."
    ),
    "wrong_state": N_(
        "Svaret är inte längre, eller ännu inte, i det läge där detta kan göras. Ladda om sidan."
    ),
    "moved_meanwhile": N_("Någon annan flyttade svaret vidare medan du arbetade. Ladda om sidan."),
    "approver_fills_in": N_("Frågan fylls i av den som godkänner, vid godkännandet."),
    "not_returned": N_(
        "Bara de frågor som skickades tillbaka kan ändras. Den här är inte en av dem."
    ),
    "sign_in_again": N_("Logga in igen för att bekräfta att det är du som godkänner."),
    "no_delegation_today": N_(
        "Du har ingen delegation som gäller i dag. En administratör lägger in delegationer."
    ),
    "own_work": N_(
        "Du har själv skrivit i svaret och kan därför inte godkänna det. Be en annan godkännare."
    ),
    "own_work_reason_missing": N_(
        "Skriv skälet till att du godkänner svar som du själv har skrivit."
    ),
    "content_changed": N_(
        "Svaren har ändrats sedan du läste dem. Inget är godkänt. Läs ändringarna och godkänn igen."
    ),
    "not_ready": N_("Svaret kan inte skickas vidare ännu. Rätta det som står i listan."),
    "not_attested_fully": N_("Det saknas något i intygandet. Fyll i det som står i listan."),
    "nothing_returned": N_("Välj minst en fråga att skicka tillbaka."),
    "return_reason_missing": N_(
        "Skriv vad som behöver ändras i varje fråga som du skickar tillbaka."
    ),
    # handing in
    "receipt_number_missing": N_("Skriv kvittots nummer eller referens."),
    "day_unreadable": N_("Skriv dagen som år, månad och dag, till exempel 2026-03-10."),
    "day_in_future": N_("Dagen har inte varit än. Skriv dagen då svaret lämnades in."),
    "day_before_approval": N_("Svaret var inte godkänt den dagen. Kontrollera datumet."),
    # the API
    "expected_json": N_("Skicka ett JSON-objekt."),
    "expected_version": N_("Skicka versionen som svaret byggde på, ett heltal från 0."),
    "expected_value": N_("Skicka svaret som ”value”; null om det inte finns något."),
    # forms
    "form_cut_off": N_(
        "Formuläret kom inte fram helt, så ingenting är ändrat. Gå tillbaka och spara igen."
    ),
    "undeclared": N_("Sidan är stängd."),
    "not_yet_approved": N_("Alla svar i ärendet är inte godkända än. Ladda ner utkastet så länge."),
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
    # files
    "file_too_large": N_("Filen ”%(name)s” är större än %(max)s MB. Ladda upp en mindre fil."),
    "file_empty": N_("Filen ”%(name)s” är tom. Välj en annan fil."),
    "file_type": N_("Filen ”%(name)s” är inte av rätt slag. Tillåtna slag: %(types)s."),
    "file_not_its_name": N_(
        "Filen ”%(name)s” är inte det som namnet säger (%(ending)s). Spara om den i rätt format."
    ),
    "no_file_here": N_("Frågan tar inte emot filer."),
    "unknown_file": N_("Filen ”%(name)s” har inte laddats upp. Ladda upp den igen."),
    # accounts and delegations
    "password_too_short": N_("Lösenordet ska vara minst %(min)s tecken."),
    "name_missing": N_("Skriv ett namn."),
    "account_exists": N_("Det finns redan ett konto för %(typed)s."),
    "account_closed": N_("Kontot är avslutat. Kontakta en administratör."),
    "roles_of_oneself": N_("Du kan inte ändra dina egna roller. Be en annan administratör."),
    "administrator_alone": N_("En administratör kan inte ha andra roller på samma enhet."),
    "other_units_account": N_("Kontot hör till en annan enhet."),
    "delegation_to_oneself": N_("Du kan inte delegera till dig själv. Be en annan administratör."),
    "delegate_is_no_approver": N_(
        "Den som ska få delegationen har inte rollen godkännare. Ge rollen först."
    ),
    "decision_missing": N_("Skriv vilket beslut delegationen bygger på."),
    "dates_unreadable": N_("Skriv datumen som år, månad och dag, till exempel 2026-03-10."),
    "dates_reversed": N_("Delegationen slutar innan den börjar. Rätta datumen."),
}

RECORDS = {
    "not_a_record": N_("Filen är ingen handling från Redogör, eller så saknas delar av den."),
    "content_changed": N_("Innehållet är inte det som godkändes: kontrollsumman stämmer inte."),
}
