"""What a chart is of: the series and their points, read from a table's entry in a content.

A cell that is stated missing, not filled in or no number is a gap, never zero. Totals are drawn as
they are computed from the cells, as the page shows them beside those that were typed; only where
nothing can be added, what was typed is drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any, Literal

from survey_app.core.number import as_decimal
from survey_app.export.chart.shapes import SERIES, Role
from survey_app.export.swedish import MONTHS

Entry = Mapping[str, Any]
Gap = Literal["missing", "absent"]
"""Stated missing, or not filled in."""


@dataclass(frozen=True, slots=True)
class Step:
    """One place on the axis below: a row of the table.

    place   its distance from the first, in rows, or in months, quarters or years
    name    as the text tells it: ``"juni 2025"``
    short   below the axis: ``"jun"``; ``group``: below that, ``"2025"``
    """

    place: int
    name: str
    short: str
    group: str
    period: str | None


@dataclass(frozen=True, slots=True)
class Series:
    """One line or one kind of bar; as many points as there are steps."""

    name: str
    role: Role
    points: tuple[Decimal | Gap, ...]
    cuts: frozenset[int] = frozenset()
    """Steps to which no line leads from the one before: another number of parts is missing there,
    so that a total would seem to rise or fall."""

    def known(self) -> list[tuple[int, Decimal]]:
        """The numbers, each with the number of its step."""
        return [(place, point) for place, point in enumerate(self.points)
                if isinstance(point, Decimal)]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Charted:
    """What is drawn: title, kind, unit, steps, series, and where they stop being comparable."""

    title: str
    type: Literal["line", "bar", "stacked"]
    unit: str
    from_zero: bool
    steps: tuple[Step, ...]
    series: tuple[Series, ...]
    breaks: tuple[tuple[int, str], ...]
    """The number of the first step after it, and the text."""
    decimals: int = 0
    """How many a number is told with at least."""
    whole: bool = False
    """Whether all are whole numbers, such as counts."""


def read_chart(entry: Entry, chart: Mapping[str, Any]) -> Charted:
    """What a chart that a table declares is of.

    entry  the table's entry in a content; ``value`` may be None
    chart  one of the entry's ``charts``
    """
    rows = [row for row in entry["rows"] if row.get("asked", True)]
    steps = tuple(_steps(rows))
    breaks = [
        (place, item["text"]) for item in entry.get("comparability", ())
        if (place := _first_at(steps, item["before"])) is not None
    ]  # fmt: skip
    return Charted(
        title=chart["title"],
        type=chart["type"],
        unit=_unit(entry, chart["series"]),
        from_zero=chart.get("from_zero", False) or chart["type"] != "line",
        steps=steps,
        series=tuple(_series(entry, chart["series"], rows)),
        breaks=tuple(breaks),
        decimals=_decimals(entry, chart["series"]),
        whole=_whole(entry, chart["series"]),
    )


def _columns(entry: Entry) -> dict[str, Mapping[str, Any]]:
    totals = [total for total in entry.get("totals", ()) if total["axis"] == "column"]
    return {column["id"]: column for column in [*entry["columns"], *totals]}


def _series(
    entry: Entry, wanted: Sequence[str], rows: Sequence[Mapping[str, Any]]
) -> Iterator[Series]:
    columns = _columns(entry)
    names = _names([columns[name] for name in wanted])
    for place, (column, name) in enumerate(zip(wanted, names, strict=True)):
        role = columns[column].get("colour") or SERIES[place]
        points = tuple(_point(entry, row["id"], column) for row in rows)
        yield Series(name, role, points, frozenset(_cuts(entry, rows, column)))


def _cuts(entry: Entry, rows: Sequence[Mapping[str, Any]], column: str) -> Iterator[int]:
    computed = entry.get("computed", {})
    missing = [computed.get(row["id"], {}).get(column, {}).get("missing", 0) for row in rows]
    for step, (before, here) in enumerate(pairwise(missing), start=1):
        if before != here:
            yield step


def _names(columns: Sequence[Mapping[str, Any]]) -> list[str]:
    """What tells them apart: the group where all have one and the same text, else both."""
    groups = [column.get("group") for column in columns]
    if all(groups) and len({column["text"] for column in columns}) == 1:
        return [str(group) for group in groups]
    return [
        f"{group} {column['text']}" if group else str(column["text"])
        for group, column in zip(groups, columns, strict=True)
    ]


def _point(entry: Entry, row: str, column: str) -> Decimal | Gap:
    cells = (entry.get("value") or {"cells": {}})["cells"].get(row, {})
    total = entry.get("computed", {}).get(row, {}).get(column, {}).get("value")
    cell = cells.get(column) if total is None else total
    number = as_decimal(cell) if cell is not None else None
    if number is not None:
        return number
    return "missing" if column in cells else "absent"


def _unit(entry: Entry, wanted: Sequence[str]) -> str:
    """The unit that all series share, or none."""
    columns = _columns(entry)
    units = {_unit_of(entry, columns[name]) for name in wanted}
    return units.pop() if len(units) == 1 else ""


def _unit_of(entry: Entry, column: Mapping[str, Any]) -> str:
    kind = column.get("number_kind") or entry.get("number_kind")
    of_kind = {"percent": "procent", "money": "kronor"}.get(str(kind), "")
    return str(column.get("unit") or entry.get("unit") or of_kind)


def _whole(entry: Entry, wanted: Sequence[str]) -> bool:
    columns = _columns(entry)
    kinds = {columns[name].get("number_kind") or entry.get("number_kind") for name in wanted}
    return kinds == {"integer"}


def _decimals(entry: Entry, wanted: Sequence[str]) -> int:
    columns = _columns(entry)
    return min(columns[name].get("decimals") or 0 for name in wanted)


def _steps(rows: Sequence[Mapping[str, Any]]) -> Iterator[Step]:
    periods = [row.get("period") for row in rows]
    counted = [_count(period) for period in periods if period]
    # One axis of time needs a period on every row, all as long, and in order.
    timely = len(counted) == len(rows) and len({len(period or "") for period in periods}) == 1
    timely = timely and all(a < b for a, b in pairwise(counted))
    for number, row in enumerate(rows):
        period = row.get("period")
        place = counted[number] - counted[0] if timely else number
        name, short, group = _called(row, period)
        yield Step(place, name, short, group, period)


def _count(period: str) -> int:
    """A period as a number that grows by one from each to the next."""
    year = int(period[:4])
    if len(period) == 4:
        return year
    if "Q" in period:
        return year * 4 + int(period[-1])
    return year * 12 + int(period[5:])


def _called(row: Mapping[str, Any], period: str | None) -> tuple[str, str, str]:
    """Name, short name and group of a step."""
    group = str(row.get("group") or "")
    if period and "Q" in period:
        return f"kvartal {period[-1]} {period[:4]}", f"kv {period[-1]}", period[:4]
    if period and len(period) == 7:
        month = MONTHS[int(period[5:]) - 1]
        return f"{month} {period[:4]}", month[:3], period[:4]
    text = str(row["text"])
    group = "" if group == text else group
    return (f"{group} {text}" if group else text), text, group


def _first_at(steps: Sequence[Step], before: str) -> int | None:
    """The first step at or after a period that stands after another; None if there is none."""
    for number, step in enumerate(steps):
        if step.period and len(step.period) == len(before) and step.period >= before:
            return number or None
    return None
