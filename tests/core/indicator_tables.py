"""Two tables of a printed report as questions, and their cells line by line, names left out."""

from __future__ import annotations

from typing import Any

from tests.rounds.indicator_tables import printed

UNITS = ("falkenberg", "halmstad", "hylte", "kungsbacka", "laholm", "varberg")
MONTHS = ("2024-12", *(f"2025-{month:02}" for month in range(1, 13)))


def _lines(table: str, cells: slice) -> str:
    """The months of a table, and its line of totals; an empty cell is missing."""
    lines = [line for line in printed(table)[2:] if not line[0].isdigit()]
    return "\n".join("\t".join(line[cells]) for line in lines)


ADMITTED = _lines("inskrivna", slice(1, None))
AGED = _lines("inskrivna-80", slice(1, None, 2))
"""Without the columns of single visits, in which nothing is printed."""

_ROWS = [{"id": month, "text": month, "period": month} for month in MONTHS]
_SUMS = {
    "inskrivna": [f"{unit}-inskrivna" for unit in UNITS],
    "enstaka": [f"{unit}-enstaka" for unit in UNITS],
}
ADMITTED_SPEC: dict[str, Any] = {
    "kind": "table",
    "columns": [
        {"id": f"{unit}-{what}", "text": what.title(), "group": unit.title()}
        for unit in UNITS
        for what in ("inskrivna", "enstaka")
    ],
    "rows": _ROWS,
    "totals": [
        {"id": "totalt", "axis": "column", "text": "Totalt", "typed": True,
         "of": _SUMS["inskrivna"]},
        {"id": "enstaka", "axis": "column", "text": "Enstaka", "typed": True,
         "of": _SUMS["enstaka"]},
        {"id": "summa", "axis": "row", "text": "Totalt", "typed": True},
    ],
}  # fmt: skip
AGED_SPEC: dict[str, Any] = {
    "kind": "table",
    "columns": [{"id": unit, "text": unit.title()} for unit in UNITS],
    "rows": _ROWS,
    "totals": [{"id": "totalt", "axis": "column", "text": "Totalt", "typed": True}],
}


def cells_of(spec: dict[str, Any], text: str) -> dict[str, dict[str, int | None]]:
    """The cells of a printed table, for ``parse``; what is empty is stated missing."""
    columns = [item["id"] for item in spec["columns"]]
    columns += [item["id"] for item in spec["totals"] if item["axis"] == "column"]
    rows = [item["id"] for item in spec["rows"]]
    rows += [item["id"] for item in spec["totals"] if item["axis"] == "row"]
    lines = [line.split("\t") for line in text.strip("\n").splitlines()]
    return {
        row: {
            column: int(cell) if cell else None for column, cell in zip(columns, line, strict=True)
        }
        for row, line in zip(rows, lines, strict=True)
    }
