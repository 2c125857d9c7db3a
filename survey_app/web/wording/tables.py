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
}
