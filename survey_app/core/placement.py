"""Where the cells of a grid belong in a table: by the names of rows and columns, never by guess.

What the table does not know, what is there twice and what is no number stops the whole until
somebody has said what is meant by it (``Choices``). Only a grid of nothing but numbers, as many as
the table has cells, or that is put down at a cell, is taken by place; and it is told that it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from survey_app.core.grid import Cell, Grid, address, is_empty
from survey_app.core.grid_layout import Ids, Layout, Met, find_layout
from survey_app.core.grid_names import Names, column_names, row_names
from survey_app.core.kinds import cells as work
from survey_app.core.kinds.kind import Value
from survey_app.core.kinds.table import (
    EMPTY,
    TableAnswer,
    TableColumn,
    TableRow,
    check,
    parse_cell,
)
from survey_app.core.number import canonical
from survey_app.core.problem import Malformed, Problem

How = Literal["name", "place", "chosen", "left_out", "computed", "unknown", "repeated"]
LEFT_OUT = "-"
"""What is chosen for a row or a column that is not to be read; no row or column is called so."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What somebody said about a grid. Rows and columns by their place in it, from 0.

    left_out    cells that are no number stay as they are in the table
    missing     empty cells say that the number is missing; otherwise they change nothing
    """

    rows: Mapping[int, str] = field(default_factory=dict)
    columns: Mapping[int, str] = field(default_factory=dict)
    left_out: bool = False
    missing: bool = False


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A row or a column of a grid that holds something.

    place    from 0; label: what it is called there, all its names joined
    target   the id of the row or column of the table, None where it is not read
    how      what made it so; ``unknown`` and ``repeated`` want a choice
    nearest  ids of what is called nearly so
    """

    place: int
    label: str
    target: str | None
    how: How
    nearest: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlacedCell:
    """A cell that has a place in the table.

    at       where it stands in the grid, such as ``C7``
    read     as it is stored: a number, None for stated missing
    problem  why it cannot be taken; then ``read`` is what was there
    """

    row: str
    column: str
    at: str
    raw: Cell
    read: int | str | None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """What goes where. ``by_place`` tells which of rows and columns had no names.

    skipped  rows of the grid above its header, from 0
    empty    how many of its cells with a place hold nothing, and may be stated missing
    absent_rows, absent_columns  what the table has and the grid has not; totals are never missed
    """

    rows: tuple[PlacedLine, ...]
    columns: tuple[PlacedLine, ...]
    cells: tuple[PlacedCell, ...]
    by_place: frozenset[str]
    skipped: tuple[int, ...]
    empty: int
    absent_rows: tuple[str, ...]
    absent_columns: tuple[str, ...]
    choices: Choices

    @property
    def open_lines(self) -> list[PlacedLine]:
        """What is to be chosen."""
        return [line for line in (*self.rows, *self.columns) if line.how in ("unknown", "repeated")]

    @property
    def wrong_cells(self) -> list[PlacedCell]:
        return [cell for cell in self.cells if cell.problem is not None]

    @property
    def good_cells(self) -> list[PlacedCell]:
        return [cell for cell in self.cells if cell.problem is None]

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to be chosen, and something is to be taken in."""
        cells_settled = self.choices.left_out or not self.wrong_cells
        return not self.open_lines and cells_settled and bool(self.good_cells)


NO_CHOICES = Choices()


def match(
    spec: TableAnswer, grid: Grid, choices: Choices = NO_CHOICES, at: tuple[str, str] | None = None
) -> Placement:
    """Where the cells of a grid belong.

    at  the row and column where it was pasted, which is where a grid of nothing but numbers begins
    Raises Malformed: ``table_empty``; ``table_too_large`` for one that no such table can be.
    """
    row_ids = Ids(work.row_ids(spec)[: len(spec.rows)], work.row_ids(spec, typed=True))
    column_ids = Ids(work.column_ids(spec)[: len(spec.columns)], work.column_ids(spec, typed=True))
    _hold_to_size(grid, 2 * len(row_ids.typed) + 60, 2 * len(column_ids.typed) + 20)
    rows, columns = row_names(spec), column_names(spec)
    layout = find_layout(grid, rows, columns, row_ids, column_ids)
    if at is not None and layout.is_bare:
        layout = replace(layout, rows=_from(at[0], row_ids.typed, layout.rows),
                         columns=_from(at[1], column_ids.typed, layout.columns))  # fmt: skip
    placed_rows = _placed(row_ids.typed, layout, "rows", choices.rows, rows)
    placed_columns = _placed(column_ids.typed, layout, "columns", choices.columns, columns)
    cells = list(_cells(grid, placed_rows, placed_columns))
    rows_asked, columns_asked = _asked(spec.rows), _asked(spec.columns)
    empty = {
        cell.at for cell in cells
        if _says_nothing(cell.raw) and cell.row in rows_asked and cell.column in columns_asked
    }  # fmt: skip
    stated = empty if choices.missing else set()
    return Placement(
        rows=placed_rows,
        columns=placed_columns,
        cells=_judged(spec, [c for c in cells if not _says_nothing(c.raw) or c.at in stated]),
        by_place=layout.by_place,
        skipped=tuple(row for row in layout.skipped if not all(map(is_empty, grid[row]))),
        empty=len(empty),
        absent_rows=_absent(spec.rows, placed_rows),
        absent_columns=_absent(spec.columns, placed_columns),
        choices=choices,
    )


def _hold_to_size(grid: Grid, rows: int, columns: int) -> None:
    if not grid:
        raise Malformed("table_empty")
    if len(grid) > rows or len(grid[0]) > columns:
        raise Malformed("table_too_large", rows=rows, columns=columns)


def _from(start: str, ids: Sequence[str], mets: Sequence[Met]) -> tuple[Met, ...]:
    """Rows or columns from the one on where something was pasted."""
    first = ids.index(start) if start in ids else len(ids)
    known = dict(enumerate(ids[first:]))
    return tuple(met._replace(target=known.get(met.place)) for met in mets)


def _placed(
    ids: Sequence[str], layout: Layout, axis: Literal["rows", "columns"],
    chosen: Mapping[int, str], names: Names,
) -> tuple[PlacedLine, ...]:  # fmt: skip
    mets = layout.rows if axis == "rows" else layout.columns
    how: How = "place" if axis in layout.by_place else "name"
    lines = [_line(met, how, ids, chosen.get(met.place)) for met in mets]
    times = Counter(line.target for line in lines if line.target)
    return tuple(
        _open(line, "repeated" if line.target else "unknown", names)
        if line.how == "unknown" or times[line.target or ""] > 1
        else line
        for line in lines
    )


def _line(met: Met, how: How, ids: Sequence[str], choice: str | None) -> PlacedLine:
    if choice == LEFT_OUT:
        return PlacedLine(met.place, met.label, None, "left_out")
    if choice in ids:
        return PlacedLine(met.place, met.label, choice, "chosen")
    if met.target is None:
        return PlacedLine(met.place, met.label, None, "unknown")
    if met.target not in ids:  # a total that is worked out here, and never typed
        return PlacedLine(met.place, met.label, None, "computed")
    return PlacedLine(met.place, met.label, met.target, how)


def _open(line: PlacedLine, how: How, names: Names) -> PlacedLine:
    """A line that wants a choice, with what it might be."""
    near = [line.target] if line.target else names.nearest(line.label) if line.label else []
    return replace(line, target=None, how=how, nearest=tuple(near))


def _cells(
    grid: Grid, rows: Sequence[PlacedLine], columns: Sequence[PlacedLine]
) -> Iterator[PlacedCell]:
    for row in rows:
        for column in columns:
            if row.target and column.target:
                raw = grid[row.place][column.place]
                at = address(row.place, column.place)
                yield PlacedCell(row.target, column.target, at, raw, _read(raw))


def _says_nothing(raw: Cell) -> bool:
    return is_empty(raw) or (isinstance(raw, str) and raw.strip() in EMPTY)


def _read(raw: Cell) -> int | str | None:
    if raw is None or _says_nothing(raw):
        return None
    return parse_cell(raw) if isinstance(raw, str) else canonical(Decimal(raw))


def _judged(spec: TableAnswer, cells: list[PlacedCell]) -> tuple[PlacedCell, ...]:
    """The cells with what is wrong with each."""
    found: dict[str, dict[str, Any]] = {}
    for cell in cells:
        found.setdefault(cell.row, {})[cell.column] = cell.read
    wrong = {
        problem.part: problem
        for problem in check(spec, {"cells": found, "notes": {}})
        if problem.severity == "error"
    }
    return tuple(
        replace(cell, problem=_foreign(spec, cell) or wrong.get(f"cell:{cell.row}:{cell.column}"))
        for cell in cells
    )


def _foreign(spec: TableAnswer, cell: PlacedCell) -> Problem | None:
    """A percentage where none belongs is another number than it looks."""
    raw = cell.raw.strip() if isinstance(cell.raw, str) else ""
    if not raw.endswith("%") or work.rule_of(spec, cell.row, cell.column).kind == "percent":
        return None
    return Problem("not_a_number", facts={"typed": raw[:40]})


def _asked(lines: Sequence[TableRow | TableColumn]) -> set[str]:
    """Where a number is wanted: not for a total, nor for what is never asked for."""
    return {line.id for line in lines if not line.optional}


def _absent(
    lines: Sequence[TableRow | TableColumn], placed: Sequence[PlacedLine]
) -> tuple[str, ...]:
    there = {line.target for line in placed}
    return tuple(line.id for line in lines if not line.optional and line.id not in there)


class Change(NamedTuple):
    """What a cell will be. ``old``: the cell that stands, in a list; empty where none does."""

    cell: PlacedCell
    old: tuple[int | str | None, ...]

    @property
    def is_new(self) -> bool:
        return not self.old

    @property
    def is_same(self) -> bool:
        return self.old == (self.cell.read,)


def changes(value: Value, placement: Placement) -> list[Change]:
    """What taking in would do to a value (None: no answer), cell by cell."""
    cells = value["cells"] if value else {}
    return [
        Change(cell, (cells[cell.row][cell.column],)
               if cell.column in cells.get(cell.row, {}) else ())
        for cell in placement.good_cells
    ]  # fmt: skip


def taken_in(value: Value, placement: Placement) -> dict[str, Any]:
    """The value with what is taken in, for ``parse``; all else in it stays."""
    cells = {row: dict(line) for row, line in (value["cells"] if value else {}).items()}
    for cell in placement.good_cells:
        cells.setdefault(cell.row, {})[cell.column] = cell.read
    return {"cells": cells, "notes": dict(value["notes"]) if value else {}}
