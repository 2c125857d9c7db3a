"""The cells of a table as its template draws them."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from survey_app.core.kinds.cells import column_ids, row_ids
from survey_app.core.tabulation import differences_of, totals_of
from survey_app.web.catalogue import gettext as _
from survey_app.web.number import format_number
from survey_app.web.plain_text import cell_text, line_names


@dataclass(frozen=True, slots=True)
class CellView:
    """A cell: what stands there, the computed total if it differs, and whether it is a total."""

    text: str
    computed: str = ""
    total: bool = False


@dataclass(frozen=True, slots=True)
class TableView:
    """A table: the names of its columns, and its rows, each with its name and cells."""

    columns: list[str]
    rows: list[tuple[str, list[CellView]]]


def view_table(question: Any, value: Any, shown: AbstractSet[str]) -> TableView:
    """Every cell of the rows that are shown, and every total."""
    cells = value["cells"] if value else {}
    totals = totals_of(question, cells, shown)
    wrong = {(item.row, item.column) for item in differences_of(cells, totals)}
    names, columns = line_names(question), column_ids(question)
    hidden = {row.id for row in question.rows} - shown
    return TableView(
        [names["column"][column] for column in columns],
        [
            (names["row"][row], [_cell(cells, totals, wrong, row, column) for column in columns])
            for row in row_ids(question)
            if row not in hidden
        ],
    )


def _cell(cells: Any, totals: Any, wrong: Any, row: str, column: str) -> CellView:
    held = cells.get(row, {})
    total = totals.get(row, {}).get(column)
    computed = "" if total is None or total.value is None else format_number(total.value)
    if column in held:
        differs = (row, column) in wrong
        return CellView(cell_text(held[column]), computed if differs else "", total is not None)
    if total is not None:
        return CellView(computed or "–", total=True)
    return CellView(_("ej ifylld"))
