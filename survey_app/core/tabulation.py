"""What a table adds up to, held against what was typed as its totals. Exact: never a float.

A table's ``cells`` are ``{row: {column: cell}}`` (``core.kinds.table``); a cell that is no number,
stated missing or not filled in is not added, and counted as missing. A corner, where a total of
rows meets a total of columns, adds cells and never totals: one wrong total must not make a right
one look wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from typing import TYPE_CHECKING, Any

from survey_app.core.number import as_decimal, canonical

if TYPE_CHECKING:
    from survey_app.core.kinds.table import TableAnswer

Cells = Mapping[str, Mapping[str, Any]]
Number = int | str
_EXACT = Context(prec=120)  # cells have at most 40 signs


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of the known numbers, None where there is none, and how many are missing."""

    value: Number | None
    missing: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A typed total that is not what its parts add up to; ``difference`` is typed less computed."""

    row: str
    column: str
    typed: Number
    computed: Number
    difference: Number


@dataclass(frozen=True, slots=True)
class Suspect:
    """The one cell that, were it ``difference`` more, would make two typed totals right."""

    row: str
    column: str
    difference: Number


Totals = dict[str, dict[str, Total]]
"""By row and column; one of the two is a total."""


def totals_of(spec: TableAnswer, cells: Cells, shown: AbstractSet[str] | None = None) -> Totals:
    """Every total of a table.

    shown  ids of the rows that are shown; None for all
    """
    rows = [row.id for row in spec.rows if shown is None or row.id in shown]
    across = _parts_of(spec, "column", [column.id for column in spec.columns])
    down = _parts_of(spec, "row", rows)
    places = [(row, column, [row], parts) for row in rows for column, parts in across.items()]
    for row, parts in down.items():
        places += [(row, column.id, parts, [column.id]) for column in spec.columns]
        places += [(row, column, parts, columns) for column, columns in across.items()]
    found: Totals = {}
    with localcontext(_EXACT):
        for row, column, rows_added, columns_added in places:
            found.setdefault(row, {})[column] = _add(cells, rows_added, columns_added)
    return found


def _parts_of(spec: TableAnswer, axis: str, all_ids: list[str]) -> dict[str, list[str]]:
    """What each total of an axis adds, by its id."""
    return {
        total.id: [name for name in all_ids if not total.of or name in total.of]
        for total in spec.totals
        if total.axis == axis
    }


def _add(cells: Cells, rows: list[str], columns: list[str]) -> Total:
    numbers = [as_decimal(cells.get(row, {}).get(column)) for row in rows for column in columns]
    known = [number for number in numbers if number is not None]
    value = canonical(sum(known, Decimal(0))) if known else None
    return Total(value, len(numbers) - len(known))


def differences_of(cells: Cells, totals: Totals) -> Iterator[Difference]:
    """Where a typed total is not what it should be."""
    for row, by_column in totals.items():
        for column, total in by_column.items():
            typed = cells.get(row, {}).get(column)
            stated, computed = as_decimal(typed), as_decimal(total.value)
            if stated is None or computed is None or stated == computed:
                continue
            assert typed is not None
            assert total.value is not None
            with localcontext(_EXACT):
                yield Difference(row, column, typed, total.value, canonical(stated - computed))


def suspects_of(spec: TableAnswer, differences: list[Difference]) -> Iterator[Suspect]:
    """The cell where one wrong total of a row meets one wrong total of a column by the same."""
    of = {(total.axis, total.id): set(total.of or _ids(spec, total.axis)) for total in spec.totals}
    across = [item for item in differences if _is_inner(spec, item.row)]
    down = [item for item in differences if ("row", item.row) in of
            and ("column", item.column) not in of]  # fmt: skip
    for first in across:
        alike = [item for item in across if item.difference == first.difference]
        met = [item for item in down if item.difference == first.difference]
        if len(alike) != 1 or len(met) != 1:
            continue
        row, column = first.row, met[0].column
        if row in of["row", met[0].row] and column in of["column", first.column]:
            yield Suspect(row, column, first.difference)


def _is_inner(spec: TableAnswer, row: str) -> bool:
    return any(item.id == row for item in spec.rows)


def _ids(spec: TableAnswer, axis: str) -> list[str]:
    return [item.id for item in (spec.columns if axis == "column" else spec.rows)]
