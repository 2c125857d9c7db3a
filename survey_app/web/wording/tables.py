"""Sentences on files and pastes with tables that are not taken in."""

from __future__ import annotations

from survey_app.web.wording.mark import N_

TABLES = {
    "sheet_unreadable": N_(
        "%(name)s går inte att läsa: filen är skadad eller är inget kalkylblad. Öppna den i Excel "
        "och spara den som XLSX. Inget är inläst."
    ),
    "sheet_encrypted": N_(
        "%(name)s har ett lösenord eller är i det gamla formatet XLS. Spara den som XLSX utan "
        "lösenord. Inget är inläst."
    ),
    "sheet_macros": N_(
        "%(name)s innehåller makron och läses inte in. Spara den som XLSX utan makron."
    ),
    "sheet_too_large": N_(
        "%(name)s är större än vad som läses in: högst %(rows)s rader, %(columns)s kolumner och "
        "%(cells)s ifyllda celler. Inget är inläst."
    ),
    "sheet_formula_unread": N_(
        "%(name)s har en formel utan uträknat värde i cell %(cell)s på bladet ”%(sheet)s”. Öppna "
        "filen i Excel, låt den räkna, spara den och försök igen. Inget är inläst."
    ),
    "csv_unreadable": N_(
        "%(name)s går inte att läsa som text. Spara den som XLSX, eller som CSV med "
        "teckenkodningen UTF-8. Inget är inläst."
    ),
    "no_table_given": N_("Klistra in en tabell, eller välj en fil."),
    "no_table": N_("Frågan är ingen tabell, eller finns inte."),
    "table_taken": N_("Den här filen är redan inläst. Läs in den på nytt om den har ändrats."),
    "choices_missing": N_("Inget är inläst: något här nedan behöver väljas först."),
    "preview_outdated": N_(
        "Inget är inläst: någon har ändrat tabellen sedan sidan visades. Här är det som gäller nu. "
        "Läs in om det fortfarande stämmer."
    ),
}

NO_TABLES = {
    "table_empty": N_("%(name)s innehåller inga värden. Inget är inläst."),
    "table_too_large": N_(
        "%(name)s är större än tabellen kan vara: högst %(rows)s rader och %(columns)s kolumner. "
        "Kopiera bara den tabell som ska in. Inget är inläst."
    ),
}
"""Grids that a table cannot be read from."""
