"""CSV files written: what a spreadsheet opens as it is, and nothing in it runs."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from survey_app.core.grid import Cell
from survey_app.export.sheet.sheet import Percent, dressed

Given = Cell | Percent


def write_csv(rows: Sequence[Sequence[Given]]) -> bytes:
    """A table for Swedish spreadsheets: UTF-8 with its mark, semicolons, decimal commas.

    Numbers stand bare, texts in quotes; a text that would run as a formula has ``Text: `` before
    it, which ``read_sheets`` takes away again.
    """
    lines = [";".join(map(_in_csv, row)) + "\r\n" for row in rows]
    return "".join(lines).encode("utf-8-sig")


def _in_csv(given: Given) -> str:
    if given is None:
        return ""
    if isinstance(given, str):
        text = dressed(given.replace("\0", "\N{REPLACEMENT CHARACTER}"))
        return '"' + text.replace('"', '""') + '"'
    if isinstance(given, Percent):
        return f"{plain(Decimal(given.value))} %"
    return plain(Decimal(given))


def plain(number: Decimal) -> str:
    """A number with all its digits and a decimal comma."""
    return format(number, "f").replace(".", ",")
