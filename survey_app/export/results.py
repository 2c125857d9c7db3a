"""The answers of a round for those who go on working with them: XLSX, CSV and JSON.

The workbook has one row a unit in the sheet Svar, and a sheet for each list and each table; in
every sheet the second row names the columns by their keys (``core.columns``), so that a sheet tells
by itself what stands in it, and can be read in again. The CSV has one line a cell. JSON has the
values as they are stored, as canonical JSON (RFC 8785).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import rfc8785

from survey_app.core.columns import (
    IN_SHEETS_OF_THEIR_OWN,
    NOTE,
    NOTE_OF,
    NOTE_QUESTION,
    NUMBER,
    STATE,
    UNIT,
    Column,
    blank_cells,
    cells_of,
    columns_of,
    columns_within,
)
from survey_app.core.grid import Cell
from survey_app.core.kinds.cells import STATED, row_ids
from survey_app.core.number import as_decimal
from survey_app.core.questionnaire import Question, Questionnaire
from survey_app.export.sheet import SheetToWrite, write_csv, write_xlsx

FORMAT = "redogor/results/1"
STATES = {"handed_over": "lämnat", "asked": "inte lämnat"}
HEAD = (Column(UNIT, "Enhet"), Column(NUMBER, "Organisationsnummer"), Column(STATE, "Läge"))
NOTE_HEAD = (Column(UNIT, "Enhet"), Column(NOTE_QUESTION, "Fråga"), Column(NOTE_OF, "Gäller"),
             Column(NOTE, "Anmärkning"))  # fmt: skip
SHORT_HEAD = HEAD[:1]
_WIDTHS = (32.0, 20.0, 14.0, 28.0)

Answer = tuple[Any, Any, bool]
"""Value, blank, and whether it was asked."""


@dataclass(frozen=True, slots=True)
class UnitAnswers:
    """What one unit handed over; nothing where it did not. handed_over_at: ISO time."""

    unit: str
    organisation_number: str
    state: str
    handed_over_at: str | None
    answers: Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class RoundAnswers:
    """All that came in a round, with what it was asked by. created: ISO time with zone."""

    diary_number: str
    case: str
    practice: bool
    title: str
    specification: str
    questionnaire: Questionnaire
    questions: Sequence[Question]
    units: Sequence[UnitAnswers]
    created: str


def results_xlsx(held: RoundAnswers) -> bytes:
    """The answers as a workbook."""
    sheets = [
        *_answer_sheets(held.questions, held.units),
        _questions_sheet(held.questionnaire, held.questions),
        _about(held),
    ]
    return write_xlsx(sheets, f"{held.diary_number} {held.title}", held.created)


def template_xlsx(held: RoundAnswers) -> bytes:
    """The same workbook to fill in: the units, and no answers."""
    asked = [item for item in held.questions if item.kind != "computed"]
    units = [UnitAnswers(item.unit, item.organisation_number, "", None, {}) for item in held.units]
    sheets = [
        *_answer_sheets(asked, units, template=held.questionnaire),
        _questions_sheet(held.questionnaire, asked),
    ]
    return write_xlsx(sheets, f"{held.diary_number} {held.title}", held.created)


def _answer_sheets(
    questions: Sequence[Question], units: Sequence[UnitAnswers],
    template: Questionnaire | None = None,
) -> Iterator[SheetToWrite]:  # fmt: skip
    plain = [item for item in questions if item.kind not in IN_SHEETS_OF_THEIR_OWN]
    within = [item for item in questions if item.kind in IN_SHEETS_OF_THEIR_OWN]
    head = HEAD[:2] if template else HEAD
    rows = [_row(unit, [*plain, *within]) for unit in units]
    told = [column for item in plain for column in columns_of(item)]
    told += [columns_of_blank(item) for item in within]
    used = {key for row in rows for key, cell in row.items() if cell is not None}
    wanted = [
        column for column in told
        if _is_wanted(column, used, template)
    ]  # fmt: skip
    yield _sheet("Svar", [*head, *wanted], rows, len(SHORT_HEAD))
    for item in within:
        lines = _template_lines(item, units) if template else list(_lines(item, units))
        columns = [*SHORT_HEAD, *_line_head(item), *columns_within(item)]
        if template and item.kind == "list":
            columns = [column for column in columns if not column.key.endswith("/post")]
        yield _sheet(f"{item.number or ''} {item.text.sv}", columns, lines, 2)
    notes = list(_notes(within, units))
    if notes:
        yield _sheet("Anmärkningar", NOTE_HEAD, notes, 2)


def columns_of_blank(question: Question) -> Column:
    """The column that says why a list or a table has no answer."""
    return Column(f"{question.id}:blank", f"{question.text.sv}: varför svar saknas")


def _is_wanted(column: Column, used: set[str], template: Questionnaire | None) -> bool:
    if template is None:
        return column.key in used or not column.key.endswith(":blank")
    if not column.key.endswith(":blank"):
        return column.filled_in
    question = template.by_id[column.key.removesuffix(":blank")]
    return template.unanswered == "explain" or question.cannot_be_stated is not None


def _line_head(question: Question) -> tuple[Column, ...]:
    own = question.id
    if question.kind == "list":
        return Column(f"{own}/nr", "Nr"), Column(f"{own}/post", "Post")
    return (Column(f"{own}/rad", "Rad"),)


def _sheet(
    name: str, columns: Sequence[Column], rows: Iterable[Mapping[str, Cell]], fixed: int
) -> SheetToWrite:
    cells = [[row.get(column.key) for column in columns] for row in rows]
    titles, keys = [column.title for column in columns], [column.key for column in columns]
    return SheetToWrite(name, [titles, keys, *cells], header_rows=2, header_columns=fixed,
                        widths=_WIDTHS)  # fmt: skip


def _row(unit: UnitAnswers, questions: Sequence[Question]) -> dict[str, Cell]:
    """All that a unit said outside of lists and tables, by key."""
    found: dict[str, Cell] = {
        UNIT: unit.unit, NUMBER: unit.organisation_number or None,
        STATE: STATES.get(unit.state),
    }  # fmt: skip
    for question in questions:
        value, blank, _asked = unit.answers.get(question.id, (None, None, False))
        if question.kind not in IN_SHEETS_OF_THEIR_OWN:
            found |= cells_of(question, question.id, value)
        found |= blank_cells(question, blank)
    return found


def _lines(question: Any, units: Sequence[UnitAnswers]) -> Iterator[dict[str, Cell]]:
    """The entries of a list, or the rows of a table, unit by unit."""
    for unit in units:
        value = unit.answers.get(question.id, (None, None, False))[0]
        if value is None:
            continue
        lines = _entries if question.kind == "list" else _rows
        for line in lines(question, value):
            yield {UNIT: unit.unit, **line}


def _entries(question: Any, value: Any) -> Iterator[dict[str, Cell]]:
    own = question.id
    for place, entry in enumerate(value["entries"], start=1):
        line: dict[str, Cell] = {f"{own}/nr": place, f"{own}/post": entry["id"]}
        for field in question.fields:
            line |= cells_of(field, f"{own}/{field.id}", entry["values"].get(field.id))
        yield line


def _rows(question: Any, value: Any) -> Iterator[dict[str, Cell]]:
    own, names = question.id, row_names(question)
    for row in row_ids(question, typed=True):
        if row in value["cells"]:
            cells = {f"{own}/{column}": _cell(cell) for column, cell in value["cells"][row].items()}
            yield {f"{own}/rad": names[row], **cells}


def _cell(cell: Any) -> Cell:
    """A number, that it is missing, or the text as typed."""
    if cell is None:
        return STATED
    number = as_decimal(cell)
    return str(cell) if number is None else number


def row_names(question: Any) -> dict[str, str]:
    """What the rows of a table are called in a sheet: with their ids where names repeat."""
    names = {item.id: " ".join(part.sv for part in (item.text, item.group) if part)
             for item in question.rows}  # fmt: skip
    names |= {item.id: item.text.sv for item in question.totals if item.axis == "row"}
    all_names = list(names.values())
    return {key: name if all_names.count(name) == 1 else key for key, name in names.items()}


def _template_lines(question: Any, units: Sequence[UnitAnswers]) -> list[dict[str, Cell]]:
    if question.kind == "list":
        return []
    own, names = question.id, row_names(question)
    return [
        {UNIT: unit.unit, f"{own}/rad": names[row]}
        for unit in units
        for row in row_ids(question, typed=True)
    ]


def _notes(questions: Sequence[Any], units: Sequence[UnitAnswers]) -> Iterator[dict[str, Cell]]:
    for question in questions:
        for unit in units if question.kind == "table" else ():
            value = unit.answers.get(question.id, (None, None, False))[0]
            for key, note in (value["notes"] if value else {}).items():
                yield {UNIT: unit.unit, NOTE_QUESTION: question.id, NOTE_OF: key or None,
                       NOTE: note}  # fmt: skip


def _questions_sheet(form: Questionnaire, questions: Sequence[Question]) -> SheetToWrite:
    head = ("Nyckel", "Nummer", "Avsnitt", "Fråga", "Sort", "Alternativ")
    rows = [
        (item.id, item.number, form.section_of[item.id].title.sv, item.text.sv, item.kind,
         _options(item))
        for item in questions
    ]  # fmt: skip
    return SheetToWrite("Frågor", [head, *rows], widths=(24.0, 10.0, 28.0, 60.0, 14.0, 60.0))


def _options(question: Any) -> str | None:
    return "\n".join(item.text.sv for item in getattr(question, "options", ())) or None


def _about(held: RoundAnswers) -> SheetToWrite:
    form = held.questionnaire
    came = sum(unit.state == "handed_over" for unit in held.units)
    rows: list[tuple[Cell, ...]] = [
        ("Ärende", f"{held.diary_number} {held.case}"),
        *([("Övningsärende", "ja")] if held.practice else []),
        ("Omgång", held.title),
        ("Formulär", f"{form.title.sv}, {form.period}, version {form.version}"),
        ("Formulärets kontrollsumma", held.specification),
        ("Enheter", len(held.units)),
        ("Har lämnat svar", came),
        ("Uttaget", held.created),
        ("Så läses bladen", "Andra raden i varje blad har kolumnernas nycklar. 1 och 0 betyder "
         f"valt och inte valt. ”{STATED}” är något annat än en tom cell och än noll."),
    ]  # fmt: skip
    return SheetToWrite("Om", rows, header_rows=0, header_columns=1, widths=(28.0, 80.0))


CSV_HEAD = ("Enhet", "Organisationsnummer", "Läge", "Fråga", "Kolumn", "Frågetext", "Svar")


def results_csv(held: RoundAnswers) -> bytes:
    """The answers as one table, a line a cell, in the order of the round and of the questions."""
    rows: list[Sequence[Cell]] = [CSV_HEAD]
    for unit in held.units:
        head = (unit.unit, unit.organisation_number or None, STATES.get(unit.state))
        for question in held.questions:
            for key, cell in _flat(unit, question):
                rows.append((*head, question.id, key, question.text.sv, cell))
    return write_csv(rows)


def _flat(unit: UnitAnswers, question: Any) -> Iterator[tuple[str, Cell]]:
    """Every cell of an answer by a key that tells the entry or the row, too."""
    value, blank, _asked = unit.answers.get(question.id, (None, None, False))
    found: dict[str, Cell] = {}
    if question.kind not in IN_SHEETS_OF_THEIR_OWN:
        found = cells_of(question, question.id, value)
    elif value is not None and question.kind == "list":
        for place, entry in enumerate(value["entries"], start=1):
            for field in question.fields:
                held = entry["values"].get(field.id)
                found |= cells_of(field, f"{question.id}/{place}/{field.id}", held)
    elif value is not None:
        for row, cells in value["cells"].items():
            found |= {f"{question.id}/{row}/{name}": _cell(cell) for name, cell in cells.items()}
        found |= {f"{question.id}/anmärkning/{key}": note for key, note in value["notes"].items()}
    found |= blank_cells(question, blank)
    return ((key, cell) for key, cell in found.items() if cell is not None)


def results_json(held: RoundAnswers) -> bytes:
    """The answers as they are stored, as canonical JSON."""
    form = held.questionnaire
    return rfc8785.dumps({
        "format": FORMAT,
        "case": {"diary_number": held.diary_number, "title": held.case, "practice": held.practice},
        "round": {"title": held.title},
        "questionnaire": {"id": form.id, "version": form.version, "sha256": held.specification,
                          "title": form.title.sv, "period": form.period},
        "questions": [
            {"id": item.id, "number": item.number, "kind": item.kind, "text": item.text.sv}
            for item in held.questions
        ],
        "units": [_unit_json(unit) for unit in held.units],
        "created": held.created,
    })  # fmt: skip


def _unit_json(unit: UnitAnswers) -> dict[str, Any]:
    return {
        "name": unit.unit,
        "organisation_number": unit.organisation_number or None,
        "state": unit.state,
        "handed_over_at": unit.handed_over_at,
        "answers": {
            name: {"value": value, "blank": blank, "asked": asked}
            for name, (value, blank, asked) in unit.answers.items()
        },
    }
