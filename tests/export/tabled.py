"""Records of one table each: the printed report's, one of many columns, and the largest."""

from __future__ import annotations

from typing import Any

from survey_app.core.record import Record
from tests.conformance.specimens import record_of, spec_of
from tests.core.indicator_tables import ADMITTED, ADMITTED_SPEC, cells_of


def made(rows: int, columns: int, *, under: int = 0, **more: Any) -> dict[str, Any]:
    """A table question of so many rows and columns, with sums both ways; ``under`` columns stand
    below each heading, if any do."""
    return {
        "kind": "table",
        "columns": [
            {"id": f"k{n}", "text": f"Mått {n + 1}"}
            | ({"group": f"Kommun {n // under + 1}"} if under else {})
            for n in range(columns)
        ],
        "rows": [{"id": f"r{n}", "text": f"vecka {n + 1}"} for n in range(rows)],
        "totals": [
            {"id": "summa", "axis": "column", "text": "Summa", "typed": True},
            {"id": "alla", "axis": "row", "text": "Alla"},
        ],
    } | more


def filled(spec: dict[str, Any]) -> dict[str, Any]:
    """Cells for it: numbers, zeros, missing ones, and some not filled in."""
    sorts: list[Any] = [17, 0, None, "", 1_234]
    return {
        row["id"]: {
            column["id"]: sorts[(first + 2 * second) % 5]
            for second, column in enumerate(spec["columns"])
        }
        for first, row in enumerate(spec["rows"])
    }


def table_record(spec: dict[str, Any], cells: dict[str, Any], title: str = "Tabellen") -> Record:
    """A record whose only answer is the table."""
    question = {"id": "tabell", "number": "1", "text": "Hur många?", **spec}
    return record_of(spec_of(title, [question]), {"tabell": {"cells": cells}})


def printed_table() -> Record:
    """Fourteen columns by fourteen rows of a real report."""
    return table_record(ADMITTED_SPEC, cells_of(ADMITTED_SPEC, ADMITTED), "Den tryckta tabellen")


def wide_table() -> Record:
    """Sixteen columns by thirteen rows."""
    spec = made(13, 16, under=4)
    return table_record(spec, filled(spec), "Sexton kolumner")


def largest_table() -> Record:
    """Sixty columns by forty rows."""
    spec = made(40, 60, under=3)
    return table_record(spec, filled(spec), "Den största tabellen")
