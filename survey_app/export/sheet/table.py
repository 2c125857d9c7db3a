"""A table question as a sheet: header and row names as a person would write them.

Read in again (``core.placement``) it is the same table. Names of groups stand above their columns,
merged, and before each of their rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import groupby
from typing import Any

from survey_app.core.grid import Cell
from survey_app.core.kinds import cells as work
from survey_app.core.kinds.table import TableAnswer
from survey_app.core.number import as_decimal
from survey_app.core.tabulation import totals_of
from survey_app.export.sheet.sheet import Percent, SheetToWrite

Merged = tuple[int, int, int, int]
Held = Mapping[str, Mapping[str, Any]]


def sheet_of(question: Any, value: Any) -> SheetToWrite:
    """The sheet of a table question and its value, which may be None.

    A cell that is stated missing says so, one that is not filled in is empty; a total that is
    typed is there as it was typed, one that is only worked out as it comes to.
    """
    spec: TableAnswer = question
    cells: Held = value["cells"] if value else {}
    groups = any(column.group for column in spec.columns)
    row_groups = any(row.group for row in spec.rows)
    header, merged = _header(spec, groups, 2 if row_groups else 1)
    header[0][0] = question.text.sv
    rows = [[*_row_name(spec, row, row_groups), *_cells(spec, cells, row)]
            for row in work.row_ids(spec)]  # fmt: skip
    names = 2 if row_groups else 1
    return SheetToWrite(
        question.text.sv,
        [*header, *rows],
        header_rows=len(header),
        header_columns=names,
        merged=tuple(merged),
        widths=(*[18.0] * names, 14.0),
    )


def _header(
    spec: TableAnswer, groups: bool, first: int
) -> tuple[list[list[Cell | Percent]], list[Merged]]:
    named = [(column.group.sv if column.group else "", column.text.sv) for column in spec.columns]
    named += [("", total.text.sv) for total in spec.totals if total.axis == "column"]
    corner: list[Cell | Percent] = [None] * first
    if not groups:
        return [[*corner, *(name for _group, name in named)]], []
    # What has no group stands in the upper row, so that no group seems to reach over it.
    above = [*corner, *(group or name for group, name in named)]
    below = [*corner, *(name if group else None for group, name in named)]
    return [above, below], list(_areas(named, first))


def _areas(named: list[tuple[str, str]], first: int) -> Iterator[Merged]:
    place = first
    for group, under in groupby(named, key=lambda item: item[0]):
        count = len(list(under))
        if group and count > 1:
            yield 0, place, 0, place + count - 1
        elif not group:
            yield from ((0, at, 1, at) for at in range(place, place + count))
        place += count


def _row_name(spec: TableAnswer, row: str, groups: bool) -> list[Cell | Percent]:
    line = next((item for item in spec.rows if item.id == row), None)
    text = line.text.sv if line else next(t.text.sv for t in spec.totals if t.id == row)
    if not groups:
        return [text]
    group = line.group.sv if line and line.group else ""
    return [group, text] if group else [text, None]


def _cells(spec: TableAnswer, cells: Held, row: str) -> Iterator[Cell | Percent]:
    typed = set(work.row_ids(spec, typed=True)), set(work.column_ids(spec, typed=True))
    totals = totals_of(spec, cells).get(row, {})
    for column in work.column_ids(spec):
        kind = work.rule_of(spec, row, column).kind
        held = cells.get(row, {})
        if column in held:
            yield _cell(held[column], kind)
        elif column in totals and not (row in typed[0] and column in typed[1]):
            worked_out = totals[column].value
            yield None if worked_out is None else _cell(worked_out, kind)
        else:
            yield None


def _cell(cell: Any, kind: str) -> Cell | Percent:
    if cell is None:
        return work.STATED
    number = as_decimal(cell)
    if number is None:
        return str(cell)
    exact = int(number) if number == number.to_integral_value() else Decimal(number)
    return Percent(exact) if kind == "percent" else exact
