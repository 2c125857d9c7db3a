"""A table in a Word draft: a control in each cell that is typed, the computed totals beside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from survey_app.core.difference import questions_of
from survey_app.core.parts import Parts
from survey_app.export import swedish
from survey_app.export.blocks import Block, Paragraph
from survey_app.export.tables import (
    MISSING,
    ROW,
    cell_text,
    columns_of,
    groups_of,
    line_names,
    parts_of,
    title_of,
    unit_of,
)
from survey_app.export.word.control import CellTable, Control, TextControl

if TYPE_CHECKING:
    from survey_app.export.word.draft import Draft

HOW = "Skriv ett tal i varje ruta, eller saknas där uppgiften saknas. En tom ruta är inte ifylld."
NOTE = "Anmärkning till tabellen"
NOT_ASKED = "(raden ställs inte med svaren hittills, och skickas inte)"
RECKONED_CELL = "(beräknat"
HINT = 4 * "\u00a0"
"""Room to write in: whoever leaves it has written nothing."""


def cell_pieces(draft: Draft, question: Any, parts: Parts) -> Iterator[Block | Control]:
    """The table, in parts where it is wide, and its note."""
    entry = questions_of(draft.content)[question.id]
    yield Paragraph(HOW, "small")
    if unit := unit_of(entry):
        yield Paragraph(f"Enhet: {unit}", "small")
    rows = _rows(draft, question, entry)
    cells = {
        column["id"]: [_cell(draft, question, entry, parts, row, column) for row in rows]
        for column in columns_of(entry)
    }
    texts = {key: [_text(cell) for cell in found] for key, found in cells.items()}
    found = parts_of(entry, [ROW, *rows.values()], texts)
    for number, part in enumerate(found, start=1):
        name = f"Del {number} av {len(found)}"
        if len(found) > 1:
            yield Paragraph(name, "small")
        lines = zip(*(cells[column["id"]] for column in part), strict=True)
        yield CellTable(
            f"{question.text.sv}, {name}" if len(found) > 1 else question.text.sv,
            (ROW, *(title_of(column) for column in part)),
            tuple(zip(rows.values(), lines, strict=True)),
            groups_of(part),
        )
    yield TextControl(
        draft.tag(question, "note:"), f"{question.text.sv}: {NOTE}", str(parts["note:"]),
        "Skriv här", NOTE,
    )  # fmt: skip


def _rows(draft: Draft, question: Any, entry: Any) -> dict[str, str]:
    """The names of rows and totals by their ids; a row that is not asked for says so."""
    names = line_names(entry)[0]
    if question.id in draft.evaluation.shown:
        for row in entry["rows"]:
            if not row["asked"]:
                names[row["id"]] += f" {NOT_ASKED}"
    return names


def _cell(
    draft: Draft, question: Any, entry: Any, parts: Parts, row: str, column: Any
) -> TextControl | str:
    """What is typed as a control, what is computed as text."""
    value = draft.given(question).value or {"cells": {}, "notes": {}}
    key = f"cell:{row}:{column['id']}"
    if key not in parts:
        return cell_text(entry, value, row, column)
    names = line_names(entry)
    held = value["cells"].get(row, {}).get(column["id"], "")
    text = MISSING if held is None else swedish.number(held, column["decimals"] or 0)
    return TextControl(
        draft.tag(question, key), f"{names[0][row]}, {names[1][column['id']]}", text, HINT,
        after=_reckoned(entry, row, column), multiline=False,
    )  # fmt: skip


def _reckoned(entry: Any, row: str, column: Any) -> str:
    for item in entry["differences"]:
        if (item["row"], item["column"]) == (row, column["id"]):
            return f"{RECKONED_CELL} {swedish.number(item['computed'], column['decimals'] or 0)})"
    return ""


def _text(cell: TextControl | str) -> str:
    return cell if isinstance(cell, str) else f"{cell.text or cell.hint} {cell.after}".rstrip(" ")
