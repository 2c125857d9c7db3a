"""How an answer of kind table reads on paper: cells, totals, where they differ, and its charts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from survey_app.core.kinds import Value
from survey_app.core.kinds.cells import STATED, name_of
from survey_app.export import swedish
from survey_app.export.blocks import Block, Chart, Notice, Paragraph, Table
from survey_app.export.chart import draw

Entry = Mapping[str, Any]
WIDEST = 7
"""Columns in one table, the rows' names included; more go on in the next one."""
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
    for item in entry["differences"]:
        yield Notice(
            f"{rows[item['row']]}, {columns[item['column']]}: angivet "
            f"{swedish.number(item['typed'])}, beräknat {swedish.number(item['computed'])}.",
            "warning",
        )
    asked = {row["id"] for row in entry["rows"] if not row["asked"]}
    lines = [row for row in rows if row not in asked]
    parts = list(_split(list(columns)))
    for number, part in enumerate(parts, start=1):
        if len(parts) > 1:
            yield Paragraph(f"Del {number} av {len(parts)}", "small")
        yield Table(
            ("Rad", *(columns[column] for column in part)),
            tuple((rows[row], *(_cell(entry, value, row, column) for column in part))
                  for row in lines),
        )  # fmt: skip
    yield Paragraph(LEGEND, "small")
    for key, note in value["notes"].items():
        axis, _colon, name = key.partition(":")
        of = f" ({(rows if axis == 'row' else columns)[name]})" if name else ""
        yield Paragraph(f"Anmärkning{of}: {note}")
    for broken in entry["comparability"]:
        yield Paragraph(f"Före {broken['before']}: {broken['text']}", "small")
    for chart in entry["charts"]:
        yield Chart(draw({**entry, "value": value}, chart))


def line_names(entry: Entry) -> tuple[dict[str, str], dict[str, str]]:
    """What the rows and the columns are called, totals last, by id."""
    rows = {item["id"]: name_of(item) for item in entry["rows"]}
    columns = {item["id"]: name_of(item) for item in entry["columns"]}
    for total in entry["totals"]:
        (rows if total["axis"] == "row" else columns)[total["id"]] = total["text"]
    return rows, columns


def _split(columns: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(columns), WIDEST - 1):
        yield columns[start : start + WIDEST - 1]


def _cell(entry: Entry, value: Value, row: str, column: str) -> str:
    held = value["cells"].get(row, {})
    total = entry["computed"].get(row, {}).get(column)
    if column not in held:
        known = total is not None and total["value"] is not None
        return swedish.number(total["value"]) if known else ABSENT
    if held[column] is None:
        return MISSING
    said = swedish.number(held[column])
    if any(item["row"] == row and item["column"] == column for item in entry["differences"]):
        return f"{said} (beräknat {swedish.number(total['value'])})"
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
