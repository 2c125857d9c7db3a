"""An earlier period's table as it is shown beside this one: a table too, differing cells marked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from survey_app.web.cells import Held, view_table
from survey_app.web.marking import Part


@dataclass(frozen=True, slots=True)
class EarlierTable:
    """Columns, rows by name with their cells, and the notes.

    differs  whether any cell is another than that of the same row and column now
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Part, ...]], ...]
    notes: tuple[tuple[str, str], ...]

    @property
    def differs(self) -> bool:
        return any(cell.differs for _name, cells in self.rows for cell in cells)


def earlier_table(question: Any, value: Any, now: Any) -> EarlierTable:
    """The table that ``value`` was.

    now  this period's value, against which cells are marked; None while there is none
    """
    table = view_table(question, value, {row.id for row in question.rows})
    held, stands = value["cells"], now["cells"] if now else {}
    return EarlierTable(
        tuple(column.name for column in table.columns),
        tuple(
            (row.name, tuple(Part(cell.text, _differs(held, stands, cell)) for cell in row.cells))
            for _group, rows in table.groups
            for row in rows
        ),
        tuple((note.label, note.text) for note in (table.note, *table.notes) if note.text),
    )


def _differs(then: Held, now: Held, cell: Any) -> bool:
    """Whether a cell that is filled in now said something else, or nothing, then."""
    missing = object()
    here = now.get(cell.row, {}).get(cell.column, missing)
    return here is not missing and then.get(cell.row, {}).get(cell.column, missing) != here
