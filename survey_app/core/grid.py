"""A grid of cells as a spreadsheet holds it, and text with separators read as one.

A cell is a text, a whole number, a decimal number or nothing. Numbers of a text stay texts: what
they say is for the question they are to answer (``core.placement``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

Cell = str | int | Decimal | None
Grid = tuple[tuple[Cell, ...], ...]
"""Rows from above, all equally long; the last row and the last column hold something."""

_DECIMAL_COMMA = re.compile(r"\d,\d")


def address(row: int, column: int) -> str:
    """``"C7"`` of row 6 and column 2, both counted from 0."""
    return f"{column_letters(column)}{row + 1}"


def column_letters(column: int) -> str:
    """``"A"`` of 0, ``"AA"`` of 26."""
    letters, left = "", column + 1
    while left:
        left, last = divmod(left - 1, 26)
        letters = chr(ord("A") + last) + letters
    return letters


def is_empty(cell: Cell) -> bool:
    """Whether a cell holds nothing, or nothing but spaces."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def trimmed(rows: Iterable[Sequence[Cell]]) -> Grid:
    """The rows as a grid: empty ones at the end and empty columns at the right are left out."""
    bare = [[None if is_empty(cell) else cell for cell in row] for row in rows]
    width = max((_length(row) for row in bare), default=0)
    while bare and not _length(bare[-1]):
        bare.pop()
    return tuple((*row[:width], *[None] * (width - len(row))) for row in bare)


def _length(row: Sequence[Cell]) -> int:
    """How many cells a row has up to its last that holds something."""
    return max((place for place, cell in enumerate(row, start=1) if cell is not None), default=0)


def read_delimited(text: str) -> Grid:
    """What a spreadsheet puts on the clipboard, or the text of a CSV file.

    Cells are parted by tabs; where there is none by semicolons or commas, whichever makes all
    rows equally long. Never by commas where they could all be decimal commas: rows that are not
    equally long, with semicolons, are what ``export.sheet.write_csv`` writes. A cell in quotes may
    hold separators, line breaks and doubled quotes.
    """
    return trimmed(_rows(text, _separator(text)))


def _separator(text: str) -> str:
    bare = re.sub('"(?:[^"]|"")*+"', "", text)
    if "\t" in bare:
        return "\t"
    fits = [mark for mark in ";," if mark in bare and _is_even(_rows(text, mark))]
    if fits == [","] and not _has_decimal_commas_only(bare):
        return ","
    return ";" if ";" in bare else "\t"


def _is_even(rows: list[list[str]]) -> bool:
    return len({len(row) for row in rows if any(row)}) == 1


def _has_decimal_commas_only(text: str) -> bool:
    """Whether nothing between semicolons has a comma but one, between digits: ``36,7;;22,1``."""
    return all(
        cell.count(",") <= 1 and len(_DECIMAL_COMMA.findall(cell)) == cell.count(",")
        for line in text.splitlines()
        for cell in line.split(";")
    )


def _rows(text: str, separator: str) -> list[list[str]]:
    field = re.compile(
        rf'(?:"((?:[^"]|"")*+)"(?={separator}|\r|\n|\Z)|([^{separator}\r\n]*))'
        rf"({separator}|\r\n|\r|\n|\Z)"
    )
    rows: list[list[str]] = [[]]
    place = 0
    while place < len(text):
        found = field.match(text, place)
        assert found is not None  # the second way matches anything
        quoted, plain, end = found.groups()
        rows[-1].append(plain if quoted is None else quoted.replace('""', '"'))
        place = found.end()
        if end != separator and place < len(text):
            rows.append([])
        elif end == separator and place == len(text):
            rows[-1].append("")
    return rows
