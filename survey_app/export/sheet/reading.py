"""A spreadsheet that anyone may have made, read as grids of cells.

Formulas are never worked out: what counts is the value that the file keeps with each. Numbers are
read as they are shown by the fewest digits (36.7, not 36.700000000000003), a day as ``2025-01-31``,
a number shown as percent as the text ``36,7 %``.
"""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from survey_app.core.grid import Cell, Grid, column_letters, read_delimited, trimmed
from survey_app.core.number import canonical
from survey_app.export.etree import etree
from survey_app.export.sheet.sheet import GOES_ON, LONG_HEADER, LONG_TEXTS, Sheet, undressed
from survey_app.export.sheet.workbook import (
    MAIN,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    NotRead,
    Workbook,
    too_large,
)

_ADDRESS = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_MARKS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_T, _V, _F, _IS, _C, _ROW, _COL = (
    f"{{{MAIN}}}{tag}" for tag in ("t", "v", "f", "is", "c", "row", "col")
)


def read_sheets(data: bytes) -> tuple[Sheet, ...]:
    """The sheets of an XLSX, or the one of a CSV file, whose name is empty. Raises NotRead."""
    if data.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        return _read_workbook(data)
    return (Sheet("", read_csv(data)),)


def read_csv(data: bytes) -> Grid:
    """The cells of a CSV file in UTF-8, UTF-16 with its mark, or the Windows of western Europe.

    Raises NotRead.
    """
    text = _decoded(data)
    if text.count("\n") + text.count("\r") > 2 * MOST_ROWS or len(text) > 20_000_000:
        raise too_large()
    grid = read_delimited(text)
    _hold_to_limits(len(grid), len(grid[0]) if grid else 0)
    return trimmed(
        [undressed(cell) if isinstance(cell, str) else cell for cell in row] for row in grid
    )


def _decoded(data: bytes) -> str:
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise NotRead("csv_unreadable")


def _hold_to_limits(rows: int, columns: int) -> None:
    if rows > MOST_ROWS or columns > MOST_COLUMNS or rows * columns > MOST_CELLS:
        raise too_large()


def _read_workbook(data: bytes) -> tuple[Sheet, ...]:
    book = Workbook(data)
    texts, formats = _shared_texts(book), _formats(book)
    sheets = []
    left = MOST_CELLS
    for name, part, hidden in book.sheets():
        found = _Found(name, texts, formats, left)
        found.read(book.part(part))
        sheets.append(found.as_sheet(hidden))
        left = found.left
    if not sheets:
        raise NotRead("sheet_unreadable")
    return _joined(sheets)


def _shared_texts(book: Workbook) -> list[str]:
    part = book.related("sharedStrings")
    return [_text_of(item) for item in book.tree(part)] if part else []


def _text_of(item: etree._Element) -> str:
    """The runs of a text, without the readings that East Asian texts have beside them."""
    runs = [item, *item.iterchildren(f"{{{MAIN}}}r")]
    whole = "".join(part.text or "" for run in runs for part in run.iterchildren(_T))
    return _unescaped(whole)


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


Reading = Callable[[Decimal], Cell]


def _formats(book: Workbook) -> list[Reading]:
    """How a number is read, by the number of its cell's style."""
    part = book.related("styles")
    if part is None:
        return []
    styles = book.tree(part)
    own = {
        item.get("numFmtId"): item.get("formatCode") or ""
        for item in styles.iterfind(f"{{{MAIN}}}numFmts/{{{MAIN}}}numFmt")
    }
    days = book.book().find(f"{{{MAIN}}}workbookPr")
    mac = days is not None and days.get("date1904") in ("1", "true")
    found = []
    for style in styles.iterfind(f"{{{MAIN}}}cellXfs/{{{MAIN}}}xf"):
        key = style.get("numFmtId") or "0"
        code = own.get(key) or (BUILTIN_FORMATS.get(int(key), "") if key.isdecimal() else "")
        found.append(_reading(code, mac))
    return found


def _reading(code: str, mac: bool) -> Reading:
    if "%" in _MARKS.sub("", code):
        return _percent
    if is_date_format(code):
        epoch = CALENDAR_MAC_1904 if mac else CALENDAR_WINDOWS_1900
        return lambda number: _day(number, epoch)
    return _number


def _number(number: Decimal) -> Cell:
    stored = canonical(number)
    return stored if isinstance(stored, int) else Decimal(stored)


def _percent(number: Decimal) -> Cell:
    return f"{canonical(number * 100)} %".replace(".", ",")


def _day(number: Decimal, epoch: datetime.datetime) -> Cell:
    try:
        day = from_excel(float(number), epoch)
    except (ValueError, OverflowError):
        return _number(number)
    if isinstance(day, datetime.datetime) and day.time() == datetime.time():
        day = day.date()
    return day.isoformat(" ") if isinstance(day, datetime.datetime) else str(day)


@dataclass(slots=True)
class _Found:
    """The cells of a sheet as they are met. ``left``: how many more are taken."""

    name: str
    texts: list[str]
    formats: list[Reading]
    left: int
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    rows: set[int] = field(default_factory=set)
    columns: set[int] = field(default_factory=set)
    """Hidden ones."""
    row: int = -1
    """The one that was met last, from 0."""

    def read(self, data: bytes) -> None:
        data = data.replace(b"http://purl.oclc.org/ooxml/spreadsheetml/main", MAIN.encode())
        try:
            for element in _elements(data):
                if element.tag == _COL:
                    self._note_hidden(element)
                elif element.tag == _ROW:
                    self._read_row(element)
                    element.clear()
                    while element.getprevious() is not None:
                        element.getparent().remove(element.getprevious())
        except (etree.XMLSyntaxError, ArithmeticError, ValueError, IndexError) as error:
            if isinstance(error, NotRead):
                raise
            raise NotRead("sheet_unreadable") from error

    def _note_hidden(self, element: etree._Element) -> None:
        if element.get("hidden") in ("1", "true"):
            first, last = int(element.get("min", "1")), int(element.get("max", "1"))
            self.columns |= set(range(max(first - 1, 0), min(last, MOST_COLUMNS)))

    def _read_row(self, element: etree._Element) -> None:
        row = self.row = int(element.get("r") or self.row + 2) - 1
        if element.get("hidden") in ("1", "true"):
            self.rows.add(row)
        column = -1
        for cell in element.iterchildren(_C):
            column += 1
            told = _ADDRESS.fullmatch(cell.get("r") or "")
            if told:
                column = _column_of(told[1])
            value = self._value(cell)
            if value is None or value == "":
                continue
            if row >= MOST_ROWS or column >= MOST_COLUMNS or not self.left:
                raise too_large()
            self.left -= 1
            self.cells[row, column] = value

    def _value(self, cell: etree._Element) -> Cell:
        kind = cell.get("t") or "n"
        if kind == "inlineStr":
            held = cell.find(_IS)
            return _text_of(held) if held is not None else None
        text = cell.findtext(_V) or ""
        if not text:
            # A formula for many cells stands in one; an empty text is a value too.
            if cell.find(_F) is not None and kind != "str":
                raise NotRead("sheet_formula_unread", sheet=self.name, cell=cell.get("r") or "")
            return None
        if kind == "s":
            return self.texts[int(text)]
        if kind == "b":
            return "SANT" if text == "1" else "FALSKT"
        if kind in ("str", "e", "d"):
            return _unescaped(text)
        number = Decimal(repr(float(text)))
        if not number.is_finite():
            raise NotRead("sheet_unreadable")
        return self._shown(cell)(number)

    def _shown(self, cell: etree._Element) -> Reading:
        style = int(cell.get("s") or 0)
        return self.formats[style] if style < len(self.formats) else _number

    def as_sheet(self, hidden: bool) -> Sheet:
        height = max((row for row, _ in self.cells), default=-1) + 1
        width = max((column for _, column in self.cells), default=-1) + 1
        _hold_to_limits(height, width)
        grid = [[self.cells.get((row, column)) for column in range(width)] for row in range(height)]
        full_rows = {row for row, _ in self.cells} & self.rows
        full_columns = {column for _, column in self.cells} & self.columns
        return Sheet(
            self.name,
            trimmed(grid),
            hidden,
            tuple(str(row + 1) for row in sorted(full_rows)),
            tuple(map(column_letters, sorted(full_columns))),
        )


def _elements(data: bytes) -> Iterator[etree._Element]:
    made = etree.iterparse(
        io.BytesIO(data), tag=(_ROW, _COL), resolve_entities=False, no_network=True,
        load_dtd=False, huge_tree=False,
    )  # fmt: skip
    for _event, element in made:
        yield element
    if made.root is None or made.root.getroottree().docinfo.doctype:
        raise NotRead("sheet_unreadable")


def _column_of(letters: str) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1


def _joined(sheets: list[Sheet]) -> tuple[Sheet, ...]:
    """The sheets with texts whole that were too long for their cells, as we write them."""
    if sheets[-1].name != LONG_TEXTS or sheets[-1].grid[:1] != (LONG_HEADER,):
        return tuple(sheets)
    whole: dict[tuple[Cell, Cell], str] = {}
    for sheet, place, _number, text in sheets[-1].grid[1:]:
        whole[sheet, place] = whole.get((sheet, place), "") + str(text or "")
    return tuple(replace(sheet, grid=_filled(sheet, whole)) for sheet in sheets[:-1])


def _filled(sheet: Sheet, whole: dict[tuple[Cell, Cell], str]) -> Grid:
    def cell(row: int, column: int, held: Cell) -> Cell:
        if isinstance(held, str) and held.endswith(GOES_ON):
            return whole.get((sheet.name, f"{column_letters(column)}{row + 1}"), held)
        return held

    return tuple(
        tuple(cell(row, column, held) for column, held in enumerate(cells))
        for row, cells in enumerate(sheet.grid)
    )
