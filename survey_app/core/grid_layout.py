"""Where a grid has its names: how many rows of header, how many columns of row names.

Tried in turn, and the one by which the most is known is taken. Names of groups stand above or
before the first of their group (as merged cells do), or on a row of their own above its rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

from survey_app.core.grid import Cell, Grid, is_empty
from survey_app.core.grid_names import Names, same_name
from survey_app.core.kinds.table import EMPTY, MISSING
from survey_app.core.number import read_number

_MOST_ABOVE, _MOST_HEADER, _MOST_NAMES = 5, 3, 2


class Met(NamedTuple):
    """A row or a column of a grid: its place there, what it is called, and the id that means."""

    place: int
    label: str
    target: str | None


@dataclass(frozen=True, slots=True)
class Layout:
    """What a grid's rows and columns are. ``by_place``: ``rows``, ``columns`` without names.

    skipped  places of the rows above the header
    first    the first row and the first column that hold numbers
    """

    rows: tuple[Met, ...]
    columns: tuple[Met, ...]
    by_place: frozenset[str] = frozenset()
    skipped: tuple[int, ...] = ()
    first: tuple[int, int] = (0, 0)

    @property
    def is_bare(self) -> bool:
        """Whether there is nothing but numbers."""
        return len(self.by_place) == 2

    @property
    def is_known(self) -> bool:
        """Whether there is something, and all of it has its place."""
        return bool(self.rows and self.columns) and all(
            met.target for met in (*self.rows, *self.columns)
        )

    @property
    def score(self) -> int:
        """How much is known, less what is not, or is there once more."""
        score = 0
        for axis, mets in (("rows", self.rows), ("columns", self.columns)):
            if axis not in self.by_place:
                score += 2 * len({met.target for met in mets if met.target}) - len(mets)
        return score


class Ids(NamedTuple):
    """Ids in the order of the table: of what is not a total, and of that with typed totals."""

    plain: Sequence[str]
    typed: Sequence[str]

    def by_place(self, count: int) -> Sequence[str] | None:
        """The ids of so many rows or columns without names; None if the table has not so many."""
        return next((ids for ids in (self.plain, self.typed) if len(ids) == count), None)


def find_layout(grid: Grid, rows: Names, columns: Names, row_ids: Ids, column_ids: Ids) -> Layout:
    """The layout of a grid by which the most is known."""
    bare = _bare(grid, row_ids, column_ids) if _is_bare(grid) else None
    if bare and bare.is_known:
        return bare
    above = [place for place in range(min(_MOST_ABOVE, len(grid))) if _ends_nothing(grid, place)]
    tried = [
        layout
        for start, height, width in product(above, range(_MOST_HEADER + 1), range(_MOST_NAMES + 1))
        if (height or width) and (height or not start)
        and (layout := _try(grid, start, height, width, rows, columns, row_ids, column_ids))
    ]  # fmt: skip
    # Of equals the first: the fewest rows above, of header, and columns of names.
    best = max(tried, key=lambda layout: layout.score, default=_unknown(grid))
    # Numbers alone may be names too: years.
    return bare if bare and not best.is_known else best


def _unknown(grid: Grid) -> Layout:
    """A grid without room for names beside something else: none of its rows is known."""
    labels = (" ".join(filter(None, map(_text, row))) for row in grid)
    return Layout(tuple(Met(place, label, None) for place, label in enumerate(labels)), ())


def _ends_nothing(grid: Grid, place: int) -> bool:
    """Whether all rows before a place hold no number: then the header may begin there."""
    return not any(_is_number(cell) for row in grid[:place] for cell in row[1:])


def _is_number(cell: Cell) -> bool:
    return cell is not None and (not isinstance(cell, str) or read_number(cell) is not None)


def _is_bare(grid: Grid) -> bool:
    return bool(grid) and all(
        _is_number(cell) or str(cell or "").strip().lower() in (*EMPTY, *MISSING)
        for row in grid
        for cell in row
    )


def _bare(grid: Grid, rows: Ids, columns: Ids) -> Layout:
    height, width = len(grid), len(grid[0])
    ids = (rows.by_place(height), columns.by_place(width))
    met = [
        tuple(Met(place, "", known[place] if all(ids) and known else None) for place in range(size))
        for known, size in zip(ids, (height, width), strict=True)
    ]
    return Layout(met[0], met[1], frozenset(("rows", "columns")))


def _try(
    grid: Grid, start: int, height: int, width: int, rows: Names, columns: Names,
    row_ids: Ids, column_ids: Ids,
) -> Layout | None:  # fmt: skip
    first = start + height
    if first >= len(grid) or width >= len(grid[0]):
        return None
    met_columns = list(_columns(grid, range(start, first), width, columns))
    met_rows = list(_rows(grid, first, width, rows))
    by_place = set()
    for name, named, met, ids, across in (
        ("columns", height, met_columns, column_ids, met_rows),
        ("rows", width, met_rows, row_ids, met_columns),
    ):
        if not named:
            known = ids.by_place(len(met))
            # A column of texts is one of names that are not known, and no reason to count rows.
            if known is None or not all(one.target for one in across):
                return None
            by_place.add(name)
            met[:] = [one._replace(target=key) for one, key in zip(met, known, strict=True)]
    return Layout(tuple(met_rows), tuple(met_columns), frozenset(by_place), tuple(range(start)),
                  (first, width))  # fmt: skip


def _columns(grid: Grid, header: range, width: int, names: Names) -> Iterator[Met]:
    """The columns that are named or hold something."""
    above = [""] * len(header)
    for place in range(width, len(grid[0])):
        own = [_text(grid[row][place]) for row in header]
        for level, piece in enumerate(own):
            if piece:
                above[level:] = [piece, *[""] * (len(above) - level - 1)]
        if not any(own):
            if any(not is_empty(row[place]) for row in grid[header.stop :]):
                yield Met(place, "", None)
            continue
        group = " ".join(filter(None, above[:-1])) if own[-1] else ""
        label = own[-1] or " ".join(filter(None, above))
        yield _met(place, label, group, names)


def _rows(grid: Grid, first: int, width: int, names: Names) -> Iterator[Met]:
    """The rows that are named or hold something; one with a group's name alone is none."""
    above, group = [""] * width, ""
    for place in range(first, len(grid)):
        row = grid[place]
        own = [_text(cell) for cell in row[:width]]
        holds = any(not is_empty(cell) for cell in row[width:])
        if not any(own):
            if holds:
                yield Met(place, "", None)
            continue
        for level, piece in enumerate(own):
            if piece:
                above[level:] = [piece, *[""] * (width - level - 1)]
        label = own[-1] or " ".join(filter(None, above))
        if not holds and same_name(label) in names.groups and names.find_whole(label) is None:
            group = label
            continue
        before = " ".join(filter(None, above[:-1])) if own[-1] and width > 1 else ""
        met = _met(place, label, before or group, names)
        if met.target is None and group and not before:
            # A total stands below the last group without being of it.
            met = met._replace(target=names.find_whole(label))
        yield met


def _met(place: int, label: str, group: str, names: Names) -> Met:
    return Met(place, f"{group} {label}".strip(), names.find(label, group))


def _text(cell: Cell) -> str:
    return "" if cell is None else " ".join(str(cell).split())
