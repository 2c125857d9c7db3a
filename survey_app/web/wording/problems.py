"""Sentences on answers: what is wrong with them, and why a value cannot be taken."""

from __future__ import annotations

from survey_app.web.wording.mark import N_
from survey_app.web.wording.tables import NO_TABLES

PROBLEMS = {
    # text
    "too_long": N_(
        "Texten är %(count)s tecken; gränsen är %(limit)s. Korta den med %(excess)s tecken. "
        "Den är sparad men kan inte skickas in."
    ),
    # numbers
    "not_a_number": N_(
        "”%(typed)s” går inte att läsa som ett tal. Skriv siffror, till exempel 61."
    ),
    "not_whole": N_("Här ska stå ett heltal. Avrunda %(typed)s till ett tal utan decimaler."),
    "not_oere": N_("Ett belopp har högst två decimaler. Avrunda %(typed)s till hela ören."),
    "too_small": N_("Talet får inte vara mindre än %(min)s. Kontrollera det och skriv om det."),
    "too_large": N_("Talet får inte vara större än %(max)s. Kontrollera det och skriv om det."),
    # dates
    "not_a_date": N_(
        "”%(typed)s” går inte att läsa som ett datum. Skriv år, månad och dag, till exempel "
        "2026-03-12."
    ),
    "too_early": N_("Datumet får inte vara före %(min)s."),
    "too_late": N_("Datumet får inte vara efter %(max)s."),
    # choices and rows
    "exclusive_mixed": N_(
        "”%(option)s” kan inte väljas tillsammans med andra svar. Ta bort antingen det eller de "
        "andra."
    ),
    "detail_missing": N_(
        "Fältet efter ”%(option)s” är tomt. Fyll i det, eller välj ett annat svar."
    ),
    "detail_without_option": N_(
        "Det finns text efter ett svarsalternativ, men inget alternativ är valt. Välj det "
        "alternativ som texten hör till, eller ta bort texten."
    ),
    "detail_not_sent": N_(
        "Texten hör till ett svarsalternativ som inte är valt. Den är sparad men skickas inte."
    ),
    "row_missing": N_("Raden saknar svar. Välj ett svar på raden."),
    # lists
    "too_many_entries": N_("Det är %(count)s poster; gränsen är %(max)s. Ta bort några."),
    "too_few_entries": N_("Det är %(count)s poster; här ska vara minst %(min)s. Lägg till fler."),
    "entry_empty": N_("Posten är tom och skickas inte. Fyll i den eller ta bort den."),
    "field_required": N_("Fältet är tomt. Fyll i det, eller ta bort posten."),
    # tables
    "total_differs": N_(
        "Här står %(typed)s, men summan är %(computed)s; skillnaden är %(difference)s. Kontrollera "
        "siffrorna. Båda visas och kan skickas."
    ),
    "cell_suspected": N_(
        "Radens och kolumnens summor skiljer båda %(difference)s. Kanske är det den här siffran "
        "som är fel."
    ),
    "cell_missing": N_(
        "%(count)s celler är inte ifyllda (%(columns)s). Skriv talet, eller ”uppgift saknas”."
    ),
    "note_too_long": N_(
        "Anmärkningen är %(count)s tecken; gränsen är %(limit)s. Korta den med %(excess)s tecken."
    ),
    # files and links
    "too_many_files": N_("Det är %(count)s filer; gränsen är %(max)s. Ta bort några."),
    "file_too_large": N_("Filen ”%(name)s” är större än %(max)s MB. Ladda upp en mindre fil."),
    "file_type": N_("Filen ”%(name)s” är inte av rätt slag. Tillåtna slag: %(types)s."),
    "file_needed": N_("Här ska en fil laddas upp; en text räcker inte."),
    "not_a_link": N_(
        "”%(typed)s” är ingen fullständig länk. Kopiera hela adressen från webbläsaren; den börjar "
        "med https://."
    ),
    # contact
    "not_an_email": N_(
        "”%(typed)s” är ingen e-postadress. Skriv en enda adress, till exempel namn@region.example."
    ),
    "not_a_telephone": N_(
        "”%(typed)s” är inget telefonnummer. Skriv bara siffror, till exempel 035-000 00 00."
    ),
    "not_a_postal_code": N_(
        "”%(typed)s” är inget postnummer. Skriv fem siffror, till exempel 301 80."
    ),
    "not_an_organisation_number": N_(
        "”%(typed)s” är inget organisationsnummer. Skriv tio siffror, till exempel 232100-0115."
    ),
    "wrong_check_digit": N_(
        "Organisationsnumret %(typed)s kan inte stämma: kontrollsiffran sist är fel. Jämför det "
        "siffra för siffra med ert beslut eller registreringsbevis."
    ),
    # what is left without an answer
    "required": N_("Frågan måste besvaras."),
    "unanswered": N_(
        "Frågan är obesvarad. Besvara den, eller ange varför den lämnas tom. Utan det kan "
        "formuläret inte skickas."
    ),
    "reason_missing": N_("Skriv varför frågan lämnas obesvarad."),
    "blank_and_value": N_(
        "Frågan har både ett svar och ett skäl till att den är obesvarad. Svaret skickas; ta bort "
        "skälet om svaret ska gälla."
    ),
    "nothing_answered": N_("Formuläret är tomt. Besvara minst en fråga innan det skickas."),
    "hidden_answer": N_(
        "Frågan ställs inte, så som de andra svaren är nu. Svaret är sparat men skickas inte."
    ),
    "not_attested": N_("Kryssa i rutan för att intyga uppgifterna. Utan det kan du inte godkänna."),
}

MALFORMED = {
    **NO_TABLES,
    "computed": N_("Värdet räknas ut av andra svar och kan inte skrivas in."),
    "expected_attestation": N_("Ett intygande är true eller null."),
    "expected_blank": N_(
        "Ett skäl är ett objekt med ”code” (cannot_be_stated eller reason) och ”text”."
    ),
    "expected_boxes": N_("Svaret är en lista med högst %(boxes)s texter."),
    "expected_cells": N_(
        "En tabell är ett objekt med ”cells” (rad, kolumn och värde) och ”notes”."
    ),
    "expected_choice": N_("Ett val är ett objekt med ”chosen” och ”details”."),
    "expected_details": N_("”details” är ett objekt: svarsalternativets id och det som hör till."),
    "expected_entries": N_("En lista är ett objekt med ”entries” och ”removed”."),
    "expected_entry": N_("En post är ett objekt med ”id” och ”values”."),
    "expected_file": N_(
        "En fil är ett objekt med ”name”, ”size”, ”sha256” och ”media_type”, så som uppladdningen "
        "gav det."
    ),
    "expected_files": N_("Svaret är ett objekt med ”files” (en lista) och ”text”."),
    "expected_notes": N_("”notes” är ett objekt: raden eller kolumnen och en text."),
    "expected_number": N_("Svaret är ett heltal, eller en text med ett tal, till exempel ”12,4”."),
    "expected_one_option": N_("Svaret är id på ett enda svarsalternativ."),
    "expected_options": N_("Svaret är en lista med id på svarsalternativ."),
    "expected_rows": N_("Svaret är ett objekt: radens id och svarsalternativets id."),
    "expected_text": N_("Svaret är en text."),
    "bad_entry_id": N_("”%(entry)s” kan inte vara id på en post: 8–32 av a–z och 0–9."),
    "list_too_long": N_("En lista har högst %(max)s poster."),
    "part_gone": N_("Det som skulle ändras finns inte kvar i svaret."),
    "repeated_entry": N_("Posten ”%(entry)s” står två gånger."),
    "unknown_column": N_("Kolumnen ”%(column)s” finns inte på den frågan."),
    "unknown_field": N_("Fältet ”%(field)s” finns inte på den frågan."),
    "unknown_note": N_("En anmärkning kan inte stå vid ”%(note)s”."),
    "unknown_option": N_(
        "Svarsalternativet ”%(option)s” finns inte på den frågan, eller har inget eget fält."
    ),
    "unknown_row": N_("Raden ”%(row)s” finns inte på den frågan."),
}
