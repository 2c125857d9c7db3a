"""The cells of a table as its template draws them, and as they stand in its inputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from survey_app.core.kinds.cells import (
    added_by,
    column_ids,
    decimals_of,
    note_keys,
    row_ids,
)
from survey_app.core.number import as_decimal
from survey_app.core.tabulation import Total, differences_of, totals_of
from survey_app.web.catalogue import gettext as _
from survey_app.web.language import words
from survey_app.web.number import format_number
from survey_app.web.plain_text import line_names
from survey_app.web.wording.places import part_words

Held = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class CellView:
    """A cell, or a total of its row or column.

    text      what is read there
    typed     what stands in its input; None where nobody types: a total that is only computed
    computed  the total; empty where nothing is known, and where it is no total
    missing   how many of the numbers that it adds are not known
    """

    row: str
    column: str
    text: str
    typed: str | None
    computed: str = ""
    missing: int = 0
    total: bool = False
    differs: bool = False
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class ColumnView:
    """A column; ``name`` is with its group, ``group`` the place of that heading, from 1."""

    id: str
    text: str
    name: str
    group: int | None
    total: bool


@dataclass(frozen=True, slots=True)
class HeadView:
    """A heading above columns; ``column`` is the one that stands without a group."""

    place: int
    text: str
    span: int
    column: ColumnView | None = None


@dataclass(frozen=True, slots=True)
class RowView:
    """A row; ``text`` stands under the heading of its group, ``group`` is that heading."""

    id: str
    text: str
    group: str
    name: str
    cells: list[CellView]
    shown: bool
    total: bool


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note; ``name`` ends the name of its field."""

    key: str
    name: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class TableView:
    """A table as drawn.

    heads   headings above groups of columns; none where no column has a group
    groups  the rows by their headings, which may be empty
    totals  what each total adds, for the scripts
    note    of the whole table; ``notes`` of its columns and rows
    """

    columns: list[ColumnView]
    heads: list[HeadView]
    groups: list[tuple[str, list[RowView]]]
    totals: list[dict[str, Any]]
    note: NoteView
    notes: list[NoteView]
    unit: str


def view_table(question: Any, value: Any, shown: AbstractSet[str]) -> TableView:
    """Every cell, also of rows that are not shown now: they come and go as one answers."""
    cells: Held = value["cells"] if value else {}
    columns = list(_columns(question))
    rows = list(_rows(question, cells, shown))
    note, *notes = _notes(question, value["notes"] if value else {})
    return TableView(
        columns,
        list(_heads(question, columns)),
        [(group, list(found)) for group, found in groupby(rows, key=lambda row: row.group)],
        [
            {"id": item.id, "axis": item.axis, "of": added_by(question, item)}
            for item in question.totals
        ],
        note,
        notes,
        unit_text(question),
    )


def unit_text(line: Any) -> str:
    """What numbers are of: the unit that is named, or the kind's own; empty for plain numbers."""
    kinds = {"percent": _("procent"), "money": _("kronor")}
    return words(line.unit) or kinds.get(line.number_kind or "", "")


def _columns(question: Any) -> Iterator[ColumnView]:
    names, groups, before = line_names(question)["column"], 0, ""
    for column in question.columns:
        group = words(column.group)
        groups += bool(group) and group != before
        before = group
        yield ColumnView(
            column.id, _with_unit(column), names[column.id], groups if group else None, False
        )
    for total in question.totals:
        if total.axis == "column":
            yield ColumnView(total.id, words(total.text), names[total.id], None, True)


def _with_unit(column: Any) -> str:
    unit = unit_text(column)
    return f"{words(column.text)} ({unit})" if unit else words(column.text)


def _heads(question: Any, columns: list[ColumnView]) -> Iterator[HeadView]:
    titles = {column.id: words(column.group) for column in question.columns}
    if not any(titles.values()):
        return
    for group, found in groupby(columns, key=lambda item: item.group):
        under = list(found)
        if group is None:
            yield from (HeadView(0, "", 1, column) for column in under)
        else:
            yield HeadView(group, titles[under[0].id], len(under))


def _rows(question: Any, cells: Held, shown: AbstractSet[str]) -> Iterator[RowView]:
    names = line_names(question)["row"]
    totals = totals_of(question, cells, shown)
    wrong = {(item.row, item.column) for item in differences_of(cells, totals)}
    typed = set(column_ids(question, typed=True))
    by_id = {row.id: row for row in question.rows}
    typed_rows = set(row_ids(question, typed=True))
    for row in row_ids(question):
        line = by_id.get(row)
        text = words(line.text) if line else names[row]
        yield RowView(
            row, _with_row_unit(line, text), words(line.group) if line else "", names[row],
            [
                _cell(question, cells, totals.get(row, {}).get(column), wrong, row, column,
                      can_type=row in typed_rows and column in typed)
                for column in column_ids(question)
            ],
            shown=line is None or row in shown,
            total=line is None,
        )  # fmt: skip


def _with_row_unit(row: Any, text: str) -> str:
    unit = unit_text(row) if row else ""
    return f"{text} ({unit})" if unit else text


def _cell(
    question: Any, cells: Held, total: Total | None, wrong: AbstractSet[tuple[str, str]],
    row: str, column: str, *, can_type: bool,
) -> CellView:  # fmt: skip
    held, decimals = cells.get(row, {}), decimals_of(question, row, column)
    computed = ""
    if total is not None and total.value is not None:
        computed = format_number(total.value, decimals)
    text = computed or "–"
    if column in held:
        text = input_text(held[column], decimals)
    typed = None
    if can_type:
        typed = input_text(held[column], decimals) if column in held else ""
    return CellView(
        row, column, text, typed, computed, total.missing if total else 0,
        total=total is not None, differs=(row, column) in wrong, decimals=decimals,
    )  # fmt: skip


def input_text(cell: Any, decimals: int = 0) -> str:
    """A cell as it stands in the table: short, and read again as what it is."""
    if cell is None:
        return _("saknas")
    return format_number(cell, decimals) if as_decimal(cell) is not None else str(cell)


def _notes(question: Any, held: Mapping[str, str]) -> Iterator[NoteView]:
    """The note of the table, then those of columns and rows."""
    for key in note_keys(question):
        label = part_words(question, f"note:{key}")
        yield NoteView(key, note_name(key), label, held.get(key, ""))


def note_name(key: str) -> str:
    """The end of the name of a note's field."""
    return f"note.{key.replace(':', '-')}" if key else "note"
