"""Spreadsheets written: every text as it is, every number exact, nothing that runs.

A text that is too long for a cell of Excel stands whole, in pieces, in a sheet of its own, and
``read_sheets`` puts it together again.
"""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange

from survey_app.core.grid import address
from survey_app.export.sheet.delimited import Given, plain
from survey_app.export.sheet.sheet import (
    GOES_ON,
    LONG_HEADER,
    LONG_TEXTS,
    LONGEST_TEXT,
    RUNS,
    Percent,
    SheetToWrite,
    units_of,
)
from survey_app.export.xml_text import possible

_EXACT_DIGITS = 15
"""A spreadsheet keeps no more of a number; with more it is written as a text."""
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_LONGEST_NAME = 31
_PIECE = 16_000
_BOLD = Font(bold=True)
_TOP = Alignment(vertical="top", wrap_text=True)


def write_xlsx(sheets: Sequence[SheetToWrite], title: str, created: str) -> bytes:
    """A workbook.

    title    of the file's properties; created: ISO time, for them too
    """
    book = openpyxl.Workbook(write_only=True)
    book.properties.title = possible(title)
    book.properties.creator = "Redogör"
    book.properties.created = datetime.datetime.fromisoformat(created).replace(tzinfo=None)
    names = _names([sheet.name for sheet in sheets])
    long: list[tuple[str, str, int, str]] = []
    for name, sheet in zip(names, sheets, strict=True):
        _write(book, name, sheet, long)
    if long:
        _write(book, LONG_TEXTS, SheetToWrite(LONG_TEXTS, (LONG_HEADER, *long)), [])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _names(wanted: list[str]) -> list[str]:
    """A name that Excel takes for each sheet, all different."""
    made: list[str] = []
    taken = {LONG_TEXTS.lower(), "history"}
    for name in wanted:
        plain = _FORBIDDEN.sub(" ", possible(name)).strip(" '")[:_LONGEST_NAME].strip(" '")
        found, number = plain or "Blad", 1
        while found.lower() in taken:
            number += 1
            end = f" ({number})"
            found = plain[: _LONGEST_NAME - len(end)] + end
        taken.add(found.lower())
        made.append(found)
    return made


def _write(
    book: Any, name: str, sheet: SheetToWrite, long: list[tuple[str, str, int, str]]
) -> None:
    made = book.create_sheet(name)
    made.freeze_panes = address(sheet.header_rows, sheet.header_columns)
    width = max((len(row) for row in sheet.rows), default=0)
    for column in range(width):
        told = sheet.widths[min(column, len(sheet.widths) - 1)]
        made.column_dimensions[get_column_letter(column + 1)].width = told
    for top, left, bottom, right in sheet.merged:
        made.merged_cells.ranges.add(CellRange(
            min_row=top + 1, min_col=left + 1, max_row=bottom + 1, max_col=right + 1,
        ))  # fmt: skip
    for row, cells in enumerate(sheet.rows):
        bold = row < sheet.header_rows
        made.append([
            _cell(made, cell, (name, address(row, column)), long,
                  bold=bold or column < sheet.header_columns)
            for column, cell in enumerate(cells)
        ])  # fmt: skip


def _cell(
    sheet: Any, given: Given, place: tuple[str, str], long: list[tuple[str, str, int, str]],
    *, bold: bool,
) -> Any:  # fmt: skip
    if given is None:
        return None
    made = WriteOnlyCell(sheet)
    if isinstance(given, str):
        text = possible(given)
        if units_of(text) > LONGEST_TEXT:
            long += [(*place, *piece) for piece in enumerate(_pieces(text), start=1)]
            text = text[:_PIECE] + GOES_ON
        # The kind after the value: "=1+1" given as a value alone would be a formula.
        made.value = _ESCAPED.sub("_x005F_", text).replace("\r", "_x000D_")
        made.data_type = "s"
        made.quotePrefix = text.startswith(RUNS)
        made.alignment = _TOP
    else:
        _put_number(made, given)
    if bold:
        made.font = _BOLD
    return made


def _pieces(text: str) -> Iterator[str]:
    for place in range(0, len(text), _PIECE):
        yield text[place : place + _PIECE]


def _put_number(made: Any, given: int | Decimal | Percent) -> None:
    number = Decimal(given.value if isinstance(given, Percent) else given)
    digits = number.normalize().as_tuple().digits
    if len(digits) > _EXACT_DIGITS:
        made.value = plain(number) + (" %" if isinstance(given, Percent) else "")
        made.data_type = "s"
    elif isinstance(given, Percent):
        made.value = float(number / 100)
        exponent = number.normalize().as_tuple().exponent
        places = max(0, -exponent) if isinstance(exponent, int) else 0
        made.number_format = "0." + "0" * places + "%" if places else "0%"
    else:
        made.value = int(number) if number == number.to_integral_value() else float(number)
