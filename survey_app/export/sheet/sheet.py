"""Sheets as they are read and written, and what both sides must agree on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from survey_app.core.grid import Cell, Grid

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_TYPE = "text/csv; charset=utf-8"

LONGEST_TEXT = 32_767
"""UTF-16 units that Excel takes in a cell."""
LONG_TEXTS = "Långa texter"
"""The sheet where texts stand that are too long for a cell, in pieces."""
LONG_HEADER = ("Blad", "Cell", "Del", "Text")
GOES_ON = f" [fortsätter i bladet {LONG_TEXTS}]"

RUNS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a text begins with that a spreadsheet may run as a formula when it opens a CSV file."""
DRESS = "Text: "
"""Our own word before such a text in a CSV file; what follows it is unaltered."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as it was read. Hidden rows and columns are read too; they are named as there.

    hidden          whether the whole sheet is
    hidden_rows     such as ``("3", "4")``; hidden_columns such as ``("C",)``; only those that hold
                    something
    """

    name: str
    grid: Grid
    hidden: bool = False
    hidden_rows: tuple[str, ...] = ()
    hidden_columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Percent:
    """A number of percent: 36,7 of ``Percent(Decimal("36.7"))``, in a cell shown as percent."""

    value: int | Decimal


@dataclass(frozen=True, slots=True)
class SheetToWrite:
    """A sheet to be written.

    name     made to fit (31 signs, none of ``[]:*?/\\``), and told apart from the others
    rows     its cells; a text stays a text whatever it begins with
    header_rows, header_columns  stay in view and are bold
    merged   areas that are one cell: first row, first column, last row, last column, from 0
    widths   of the columns in signs, the last for all that follow
    """

    name: str
    rows: Sequence[Sequence[Cell | Percent]]
    header_rows: int = 1
    header_columns: int = 0
    merged: tuple[tuple[int, int, int, int], ...] = ()
    widths: tuple[float, ...] = (16.0,)


def dressed(text: str) -> str:
    """A text as it stands in a CSV file: never one that runs."""
    return DRESS + text if text.startswith((*RUNS, DRESS)) else text


def undressed(text: str) -> str:
    """The text that was ``dressed``."""
    bare = text.removeprefix(DRESS)
    return bare if bare != text and bare.startswith((*RUNS, DRESS)) else text


def units_of(text: str) -> int:
    """How long Excel takes a text to be: UTF-16 units."""
    return len(text) + sum(sign > "\uffff" for sign in text)
