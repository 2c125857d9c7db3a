"""How an answer of kind table reads on paper: cells, totals, where they differ, and its charts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from survey_app.core.kinds import Value
from survey_app.core.kinds.cells import STATED, name_of
from survey_app.export import swedish
from survey_app.export.blocks import Block, Chart, Notice, Paragraph, Table
from survey_app.export.chart import draw
from survey_app.export.chart.lettering import width_of
from survey_app.export.chart.style import SIZES

Entry = Mapping[str, Any]
WIDEST = 11
"""Columns in one table, the rows' names included; more go on in the next one."""
LINE = 450.0
"""How wide a table can be on paper, in points (``export.pdf.bands``)."""
SIZE = 9.5
"""The letters of a table of numbers are no smaller, in points."""
GAP = 0.6 * SIZE
ROW = "Rad"
ABSENT = "–"
MISSING = "saknas"
LEGEND = "– betyder ej ifylld; saknas betyder att uppgift saknas."


def read_table(entry: Entry, value: Value) -> tuple[Block, ...]:
    """The table, in parts where it is wide; before it, each typed total that differs."""
    if value is None:
        return ()
    return tuple(_blocks(entry, value))


def _blocks(entry: Entry, value: Value) -> Iterator[Block]:
    rows, columns = line_names(entry)
    yield from _differences(entry, rows, columns)
    if unit := unit_of(entry):
        yield Paragraph(f"Enhet: {unit}", "small")
    yield from _tables(entry, value, rows)
    yield Paragraph(LEGEND, "small")
    for key, note in value["notes"].items():
        axis, _colon, name = key.partition(":")
        of = f" ({(rows if axis == 'row' else columns)[name]})" if name else ""
        yield Paragraph(f"Anmärkning{of}: {note}")
    for broken in entry["comparability"]:
        yield Paragraph(f"Före {broken['before']}: {broken['text']}", "small")
    for chart in entry["charts"]:
        yield Chart(draw({**entry, "value": value}, chart))


def _differences(
    entry: Entry, rows: Mapping[str, str], columns: Mapping[str, str]
) -> Iterator[Block]:
    for item in entry["differences"]:
        yield Notice(
            f"{rows[item['row']]}, {columns[item['column']]}: angivet "
            f"{swedish.number(item['typed'])}, beräknat {swedish.number(item['computed'])}.",
            "warning",
        )
    for item in entry["suspected"]:
        yield Notice(
            f"{rows[item['row']]}, {columns[item['column']]}: radens och kolumnens summor skiljer "
            f"båda {swedish.number(item['difference'])}; kanske är det den här siffran som är fel."
        )


def _tables(entry: Entry, value: Value, rows: Mapping[str, str]) -> Iterator[Block]:
    """The tables, one beside the other where there is no room for all columns in one."""
    asked = [row for row in rows if row not in {r["id"] for r in entry["rows"] if not r["asked"]}]
    cells = {
        column["id"]: [cell_text(entry, value, row, column) for row in asked]
        for column in columns_of(entry)
    }
    names = [ROW, *(rows[row] for row in asked)]
    parts = parts_of(entry, names, cells)
    for number, part in enumerate(parts, start=1):
        if len(parts) > 1:
            yield Paragraph(f"Del {number} av {len(parts)}", "small")
        lines = zip(names[1:], *(cells[column["id"]] for column in part), strict=True)
        yield Table(
            (ROW, *(title_of(column) for column in part)),
            tuple(lines),
            groups=groups_of(part),
            numeric=True,
        )


def parts_of(
    entry: Entry, names: list[str], cells: Mapping[str, list[str]]
) -> list[list[dict[str, Any]]]:
    """The columns of each table on paper, totals last.

    names  of the rows; cells: what stands in each column, by its id
    """
    widths = {key: wide_of(texts) for key, texts in cells.items()}
    return split(list(columns_of(entry)), widths, wide_of(names))


def columns_of(entry: Entry) -> Iterator[dict[str, Any]]:
    """The columns, then the totals beside them, which have no group and the decimals of others."""
    decimals = {column["id"]: column["decimals"] or 0 for column in entry["columns"]}
    yield from entry["columns"]
    for total in entry["totals"]:
        if total["axis"] == "column":
            of = total["of"] or list(decimals)
            yield {"id": total["id"], "text": total["text"], "group": None, "unit": None,
                   "number_kind": None, "decimals": decimals[of[0]]}  # fmt: skip


def unit_of(line: Entry) -> str:
    """What numbers are of: the unit that is named, or the kind's own."""
    return line["unit"] or {"percent": "procent", "money": "kronor"}.get(line["number_kind"], "")


def title_of(column: Entry) -> str:
    """What stands above a column: its name, and its unit if it has one of its own."""
    unit = unit_of(column)
    return f"{column['text']} ({unit})" if unit else str(column["text"])


def groups_of(part: list[dict[str, Any]]) -> tuple[tuple[str, int], ...]:
    """The headings above the columns of a table, with room for the names of the rows."""
    if not any(column["group"] for column in part):
        return ()
    found = [(group or "", len(list(under))) for group, under in
             groupby(part, key=lambda column: column["group"])]  # fmt: skip
    return (("", 1), *found)


def split(
    columns: list[dict[str, Any]], widths: Mapping[str, float], names: float
) -> list[list[dict[str, Any]]]:
    """Columns in as few tables as there is room for, about equally many in each; where it can be,
    what stands under one heading stays together.

    widths  of what stands in the columns; names: of the rows, in points
    """
    wide = {
        column["id"]: max(widths[column["id"]], wide_of([title_of(column)])) for column in columns
    }

    def fits(part: list[dict[str, Any]], most: int) -> bool:
        return len(part) <= most and names + sum(wide[item["id"]] for item in part) <= LINE

    def packed(most: int) -> list[list[dict[str, Any]]]:
        parts: list[list[dict[str, Any]]] = [[]]
        for group in _together(columns):
            pieces = [group] if fits(group, WIDEST - 1) else [[column] for column in group]
            for piece in pieces:
                if parts[-1] and not fits([*parts[-1], *piece], most):
                    parts.append([])
                parts[-1] += piece
        return parts

    fewest = len(packed(WIDEST - 1))
    return next(parts for most in range(1, WIDEST) if len(parts := packed(most)) == fewest)


def _together(columns: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Columns under one heading; one without a heading by itself."""
    for group, found in groupby(columns, key=lambda column: column["group"]):
        under = list(found)
        yield from [under] if group else [[column] for column in under]


def wide_of(texts: list[str]) -> float:
    """How wide a column is whose words are whole."""
    words = {word for text in texts for word in text.split(" ")}
    return GAP + max((width_of(word, "text") for word in words), default=0) * SIZE / SIZES["text"]


def line_names(entry: Entry) -> tuple[dict[str, str], dict[str, str]]:
    """What the rows and the columns are called, totals last, by id."""
    rows = {item["id"]: name_of(item) for item in entry["rows"]}
    columns = {item["id"]: name_of(item) for item in entry["columns"]}
    for total in entry["totals"]:
        (rows if total["axis"] == "row" else columns)[total["id"]] = total["text"]
    return rows, columns


def cell_text(entry: Entry, value: Value, row: str, column: Entry) -> str:
    """A cell, or a total: what was typed, and what it comes to where that is something else."""
    held, decimals = value["cells"].get(row, {}), column["decimals"] or 0
    total = entry["computed"].get(row, {}).get(column["id"])
    if column["id"] not in held:
        known = total is not None and total["value"] is not None
        return swedish.number(total["value"], decimals) if known else ABSENT
    if held[column["id"]] is None:
        return MISSING
    said = swedish.number(held[column["id"]], decimals)
    if any(item["row"] == row and item["column"] == column["id"] for item in entry["differences"]):
        return f"{said} (beräknat {swedish.number(total['value'], decimals)})"
    return said


def cells_not_sent(entry: Entry, value: Value) -> list[str]:
    """What stands in rows that are not asked, a line a cell."""
    sent = entry["value"] or {"cells": {}, "notes": {}}
    rows, columns = line_names(entry)
    lines = [
        f"{rows[row]}, {columns[column]}: {STATED if cell is None else swedish.number(cell)}"
        for row, cells in value["cells"].items()
        for column, cell in cells.items()
        if row not in sent["cells"]
    ]
    notes = (note for key, note in value["notes"].items() if key not in sent["notes"])
    return [*lines, *(f"Anmärkning: {note}" for note in notes)]
