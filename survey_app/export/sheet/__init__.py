"""Spreadsheets (XLSX, CSV): read without trusting them, written so that nothing is altered.

``read_sheets(data)`` gives grids (``core.grid``); ``write_xlsx`` and ``write_csv`` make files in
which no text ever becomes a formula, and which read again as the same grids.

Read with lxml, of the file's own XML: openpyxl inflates whatever it is given, and makes a million
empty rows of one cell at the bottom of a sheet. Written with openpyxl, which is imported as the
first sheet is read or written, not at the start: it takes 7 MB.
"""

from __future__ import annotations

from collections.abc import Sequence

from survey_app.export.sheet.delimited import write_csv as write_csv
from survey_app.export.sheet.sheet import CSV_TYPE as CSV_TYPE
from survey_app.export.sheet.sheet import XLSX_TYPE as XLSX_TYPE
from survey_app.export.sheet.sheet import Percent as Percent
from survey_app.export.sheet.sheet import Sheet as Sheet
from survey_app.export.sheet.sheet import SheetToWrite as SheetToWrite
from survey_app.export.sheet.workbook import NotRead as NotRead


def read_sheets(data: bytes) -> tuple[Sheet, ...]:
    """The sheets of an XLSX, or the one of a CSV file, whose name is empty. Raises NotRead."""
    from survey_app.export.sheet import reading

    return reading.read_sheets(data)


def write_xlsx(sheets: Sequence[SheetToWrite], title: str, created: str) -> bytes:
    """A workbook.

    title    of the file's properties; created: ISO time, for them too
    """
    from survey_app.export.sheet import writing

    return writing.write_xlsx(sheets, title, created)
