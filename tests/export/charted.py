"""Tables to draw, in the shape that a content has."""

from __future__ import annotations

from typing import Any

from survey_app.core.number import as_decimal, canonical

Cell = int | str | None


def month(place: int) -> str:
    """The period of a month counted from December 2024."""
    return f"{2024 + (place + 11) // 12}-{(place + 11) % 12 + 1:02}"


def table(
    cells: dict[str, list[Cell]], rows: list[str] | None = None, *, total: bool = False, **more: Any
) -> dict[str, Any]:
    """A table's entry: columns by name with their cells from the first month on; "" is absent."""
    length = len(next(iter(cells.values())))
    periods = rows or [month(place) for place in range(length)]
    made = {
        row: {name: cell for name, found in cells.items() if (cell := found[place]) != ""}
        for place, row in enumerate(periods)
    }
    entry: dict[str, Any] = {
        "number_kind": "integer",
        "unit": "personer",
        "columns": [{"id": name, "text": name.capitalize(), "group": None} for name in cells],
        "rows": [{"id": row, "text": row, "group": row[:4], "period": row} for row in periods],
        "totals": [],
        "computed": {},
        "comparability": [],
        "value": {"cells": made, "notes": {}},
    }
    if total:
        entry["totals"] = [{"id": "totalt", "axis": "column", "text": "Totalt", "of": []}]
        entry["computed"] = {row: {"totalt": _added(found, len(cells))}
                             for row, found in made.items()}  # fmt: skip
    return entry | more


def _added(cells: dict[str, Cell], of: int) -> dict[str, Any]:
    numbers = [number for cell in cells.values() if (number := as_decimal(cell)) is not None]
    return {"value": canonical(sum(numbers, start=0 * numbers[0])), "missing": of - len(numbers)}


def chart(kind: str, *series: str, from_zero: bool = False, title: str = "Inskrivna") -> Any:
    """A chart's declaration."""
    return {"id": "prov", "type": kind, "series": list(series), "title": title,
            "from_zero": from_zero}  # fmt: skip


PLACES: dict[str, list[Cell]] = {
    "falkenberg": [632, 625, 626, 624, 629, 622],
    "varberg": [None, None, None, 826, 824, 838],
}
"""Two municipalities; one has numbers from March 2025."""
