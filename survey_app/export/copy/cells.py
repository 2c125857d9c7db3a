"""Masked cells of a table. A total less its other parts tells the one that is masked, so the totals
that add a masked cell are masked with it: of its row, of its column, and of both.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from survey_app.core.content import Content
from survey_app.core.kinds import Value
from survey_app.export.tables import line_names

if TYPE_CHECKING:
    from survey_app.export.copy.masked_content import Marks

Entry = Mapping[str, Any]
Place = tuple[str, str]


def target_of(entry: Entry, row: str, column: str) -> str:
    """The target of a cell: ``cell:inskrivna:2025-02:totalt``."""
    return f"cell:{entry['id']}:{row}:{column}"


def cell_targets(entry: Entry, value: Value) -> Iterator[tuple[str, str]]:
    """What can be masked of a table: each cell that says something, with words for where it is."""
    rows, columns = line_names(entry)
    for row, cells in value["cells"].items():
        for column in cells:
            yield target_of(entry, row, column), f"{rows[row]}, {columns[column]}"


def find_sums(content: Content, masked: Collection[str]) -> dict[str, str]:
    """The typed totals that would tell a masked cell, each with the target of that cell."""
    found: dict[str, str] = {}
    for section in content["sections"]:
        for entry in section["questions"]:
            if entry["kind"] != "table" or not entry["value"]:
                continue
            for row, column in _masked_places(entry, masked):
                for total in _sums_of(entry, row, column):
                    target = target_of(entry, *total)
                    if total[1] in entry["value"]["cells"].get(total[0], {}):
                        found.setdefault(target, target_of(entry, row, column))
    return {target: root for target, root in found.items() if target not in masked}


def _masked_places(entry: Entry, masked: Collection[str]) -> Iterator[Place]:
    """The places of a table's masked cells, totals left out: they add and are not added."""
    totals = {total["id"] for total in entry["totals"]}
    for target in masked:
        sort, _colon, rest = target.partition(":")
        if sort == "cell" and rest.split(":")[0] == entry["id"]:
            _question, row, column = rest.split(":")
            if not {row, column} & totals:
                yield row, column


def _sums_of(entry: Entry, row: str, column: str) -> Iterator[Place]:
    """Where a total stands that adds a cell, typed or not."""
    across = [column, *_totals(entry, "column", column)]
    down = [row, *_totals(entry, "row", row)]
    for line in down:
        for place in across:
            if (line, place) != (row, column):
                yield line, place


def _totals(entry: Entry, axis: str, line: str) -> list[str]:
    return [total["id"] for total in entry["totals"]
            if total["axis"] == axis and (not total["of"] or line in total["of"])]  # fmt: skip


def told_cells(entry: Entry, value: Value, marks: Marks) -> Value:
    """The cells of a copy, with a mark in the place of what is masked; of totals that nobody typed,
    too, where they add a masked cell."""
    cells = {row: dict(found) for row, found in value["cells"].items()}
    for row, column in _masked_places(entry, marks.numbers):
        for line, place in _sums_of(entry, row, column):
            if place not in value["cells"].get(line, {}):
                said = marks.at(target_of(entry, row, column))
                cells.setdefault(line, {}).setdefault(place, said)
    for row, found in value["cells"].items():
        for column in found:
            cells[row][column] = marks.at(target_of(entry, row, column)) or found[column]
    notes = {key: marks.in_text(entry["id"], note) for key, note in value["notes"].items()}
    return {"cells": cells, "notes": notes}


def told_sums(entry: Entry, marks: Marks) -> dict[str, Any]:
    """What a table comes to in a copy: nothing of what would tell a masked cell."""
    hidden = {place for cell in _masked_places(entry, marks.numbers)
              for place in _sums_of(entry, *cell)}  # fmt: skip
    hidden |= {
        (row, column)
        for row, cells in entry["computed"].items()
        for column in cells
        if marks.at(target_of(entry, row, column))
    }
    return {
        "computed": {
            row: {column: total for column, total in cells.items() if (row, column) not in hidden}
            for row, cells in entry["computed"].items()
        },
        "differences": [
            item for item in entry["differences"] if (item["row"], item["column"]) not in hidden
        ],
        "suspected": [] if hidden else entry["suspected"],
    }
