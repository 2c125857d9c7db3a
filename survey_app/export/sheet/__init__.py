"""Spreadsheets (XLSX, CSV): read without trusting them, written so that nothing is altered.

``read_sheets(data)`` gives grids (``core.grid``); ``write_xlsx`` and ``write_csv`` make files in
which no text ever becomes a formula, and which read again as the same grids.

Read with lxml, of the file's own XML: openpyxl inflates whatever it is given, and makes a million
empty rows of one cell at the bottom of a sheet. Written with openpyxl.
"""

from survey_app.export.sheet.reading import read_sheets as read_sheets
from survey_app.export.sheet.sheet import CSV_TYPE as CSV_TYPE
from survey_app.export.sheet.sheet import XLSX_TYPE as XLSX_TYPE
from survey_app.export.sheet.sheet import Percent as Percent
from survey_app.export.sheet.sheet import Sheet as Sheet
from survey_app.export.sheet.sheet import SheetToWrite as SheetToWrite
from survey_app.export.sheet.workbook import NotRead as NotRead
from survey_app.export.sheet.writing import write_csv as write_csv
from survey_app.export.sheet.writing import write_xlsx as write_xlsx
