"""Sentences on what stands in the way of importing the answers of a round."""

from __future__ import annotations

from survey_app.web.wording.mark import N_

IMPORTS = {
    "import_no_units": N_(
        "Bladet har ingen kolumn som heter Enhet, så det går inte att se vilka som svarar. "
        "Använd mallen, eller skriv enheternas namn i en kolumn med den rubriken."
    ),
    "import_unit_missing": N_("Raden har svar, men det står ingen enhet på den."),
    "import_unit_twice": N_(
        "%(unit)s har svar på två ställen: här och i %(other_file)s, cell %(other)s. "
        "Ta bort det ena."
    ),
    "import_unit_handed_over": N_(
        "%(unit)s har redan lämnat sitt svar, så det ändras inte av en fil."
    ),
    "import_unit_begun": N_(
        "%(unit)s har själv börjat svara i Redogör. Det som enheten har skrivit ändras inte av en "
        "fil."
    ),
    "import_question_unknown": N_(
        "Kolumnen ”%(typed)s” är ingen fråga i formuläret. Rätta rubriken efter mallen, eller ta "
        "bort kolumnen."
    ),
    "import_column_twice": N_("Kolumnen %(column)s finns två gånger, också i cell %(other)s."),
    "import_option_unknown": N_("”%(typed)s” är inget av alternativen: %(known)s."),
    "import_tick_unread": N_(
        "”%(typed)s” går inte att läsa. Skriv 1 om alternativet är valt, annars 0 eller inget."
    ),
    "import_row_unknown": N_("”%(typed)s” är ingen rad i tabellen. Rätta efter mallen."),
    "import_row_twice": N_("Raden ”%(typed)s” finns två gånger för samma enhet."),
    "import_files_not_taken": N_(
        "Bilagor kan inte läsas in ur en fil. Skriv ett svar i text, eller töm cellen."
    ),
    "import_not_settled": N_(
        "Inget är inläst. Rätta först det som är fel, och säg vilka enheter som menas."
    ),
    "import_outdated": N_(
        "Något har ändrats sedan du tittade. Inget är inläst; se efter igen och bekräfta sedan."
    ),
    "unit_has_account": N_(
        "Inget är lämnat. För en av enheterna kan svaret inte lämnas härifrån: någon där har konto "
        "och lämnar det själv, eller så väntar inget inläst svar på att lämnas. Välj bland dem som "
        "står i listan nu."
    ),
}
