"""What can be wrong with a table, beyond the shape of its parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from survey_app.core.finding import Found, Path, nearest
from survey_app.core.kinds.table import TableAnswer

MOST_CELLS = 5000


def table_findings(path: Path, spec: TableAnswer) -> Iterator[Found]:
    """What is wrong with the columns, rows, totals and charts of a table."""
    yield from _lines(path, spec, "columns", "column")
    yield from _lines(path, spec, "rows", "row")
    cells = len(spec.rows) * len(spec.columns)
    if cells > MOST_CELLS:
        yield (*path, "rows"), "table_too_large", {"count": cells, "max": MOST_CELLS}
    for number, total in enumerate(spec.totals):
        known = [line.id for line in (spec.columns if total.axis == "column" else spec.rows)]
        yield from _named((*path, "totals", number, "of"), total.of, known)
    yield from _charts((*path, "charts"), spec)


def _charts(path: Path, spec: TableAnswer) -> Iterator[Found]:
    series = [item.id for item in spec.columns]
    series += [item.id for item in spec.totals if item.axis == "column"]
    ids = [chart.id for chart in spec.charts]
    for number, chart in enumerate(spec.charts):
        if chart.id in ids[:number]:
            yield (*path, number, "id"), "repeated_id", {"id": chart.id, "of": "chart"}
        yield from _named((*path, number, "series"), chart.series, series)


def _lines(path: Path, spec: TableAnswer, key: str, axis: str) -> Iterator[Found]:
    """Columns or rows with the totals beside them: ids, bounds, and groups that hold together."""
    lines = getattr(spec, key)
    ids = [line.id for line in lines]
    for number, line in enumerate(lines):
        if line.id in ids[:number]:
            yield (*path, key, number, "id"), "repeated_id", {"id": line.id, "of": axis}
        if line.min is not None and line.max is not None and line.min > line.max:
            facts = {"min": str(line.min), "max": str(line.max)}
            yield (*path, key, number, "max"), "min_above_max", facts
    yield from split_groups((*path, key), lines)
    for number, total in enumerate(spec.totals):
        if total.axis == axis:
            if total.id in ids:
                yield (*path, "totals", number, "id"), "repeated_id", {"id": total.id, "of": axis}
            ids.append(total.id)


def split_groups(path: Path, lines: Sequence[object]) -> Iterator[Found]:
    """What stands under the same heading stands together: a heading is written once."""
    groups = [line.group.sv if line.group else None for line in lines]  # type: ignore[attr-defined]
    for number, group in enumerate(groups):
        if group is not None and group in groups[:number] and group != groups[number - 1]:
            yield (*path, number, "group"), "group_split", {"group": group}


def _named(path: Path, named: Sequence[str], known: Sequence[str]) -> Iterator[Found]:
    for number, name in enumerate(named):
        if name not in known:
            yield (*path, number), "unknown_part", {"id": name, **nearest(name, known)}
        elif name in named[:number]:
            yield (*path, number), "named_twice", {"id": name}
