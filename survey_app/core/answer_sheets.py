"""The answers of many units, read from sheets in the shape of ``core.columns``.

Nothing is guessed: what has no place, and what is no answer, is told with file, sheet and cell.
A cell that is empty says nothing, and a unit of which nothing is said is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from survey_app.core.columns import (
    IN_SHEETS_OF_THEIR_OWN,
    NOTE,
    NOTE_OF,
    NOTE_QUESTION,
    NUMBER,
    STATE,
    UNIT,
    Unread,
    columns_of,
    columns_within,
    read_blank,
    read_cells,
    read_number_cell,
    squeezed,
)
from survey_app.core.evaluation import Blank, Given
from survey_app.core.grid import Cell, Grid, address, is_empty
from survey_app.core.kinds import KINDS
from survey_app.core.kinds.cells import row_ids
from survey_app.core.problem import Fact, Malformed
from survey_app.core.questionnaire import Questionnaire

OURS = {
    "enhet": UNIT, "kommun": UNIT, "region": UNIT, "organisation": UNIT, "unit": UNIT,
    "organisationsnummer": NUMBER, "läge": STATE, "gäller": NOTE_OF, "anmärkning": NOTE,
}  # fmt: skip
"""Columns that are no question's, by what people call them."""
NOT_ANSWERS = ("frågor", "om", "läs detta")
"""Sheets that tell about the answers."""
HEADER_WITHIN = 5
"""So many rows from above may the columns' names stand."""


class Place(NamedTuple):
    """Where something stands; ``cell`` such as ``"C7"``, or empty."""

    file: str
    sheet: str
    cell: str = ""


class Fault(NamedTuple):
    """What cannot be taken in, and where."""

    code: str
    place: Place
    facts: Mapping[str, Fact]


class SheetRead(NamedTuple):
    """A sheet of a file."""

    file: str
    name: str
    grid: Grid


@dataclass(slots=True)
class UnitSaid:
    """What one file says of one unit. ``number``: its organisation number, if it is there."""

    name: str
    number: str
    place: Place
    answers: dict[str, Given] = field(default_factory=dict)
    _lines: dict[str, list[_Line]] = field(default_factory=dict)
    _notes: dict[str, dict[str, str]] = field(default_factory=dict)


class _Line(NamedTuple):
    """The cells of a row by key, each with its place."""

    cells: Mapping[str, Cell]
    places: Mapping[str, Place]
    at: Place


def read_answers(
    form: Questionnaire, sheets: Sequence[SheetRead]
) -> tuple[list[UnitSaid], list[Fault]]:
    """What the sheets say, unit by unit and file by file, and all that is wrong with them."""
    reader = _Reader(form)
    for sheet in sheets:
        reader.read(sheet)
    reader.finish()
    said = [unit for unit in reader.units.values() if unit.answers]
    return said, reader.faults


class _Reader:
    def __init__(self, form: Questionnaire) -> None:
        self.form = form
        self.units: dict[tuple[str, str], UnitSaid] = {}
        self.faults: list[Fault] = []
        self.asked = {
            item.id: item for item in form.questions()
            if KINDS[item.kind].answered and item.filled_by == "writer"
        }  # fmt: skip
        self.known, self.titles = _names_of(form)

    def fault(self, code: str, place: Place, **facts: Fact) -> None:
        self.faults.append(Fault(code, place, facts))

    def read(self, sheet: SheetRead) -> None:
        if not sheet.grid or squeezed(sheet.name) in NOT_ANSWERS:
            return
        header, keys = self._header(sheet)
        if UNIT not in keys.values():
            self.fault("import_no_units", Place(sheet.file, sheet.name))
            return
        self._judge_columns(sheet, header, keys)
        for row in range(header + 1, len(sheet.grid)):
            self._read_row(sheet, row, keys)

    def _header(self, sheet: SheetRead) -> tuple[int, dict[int, str]]:
        """The row with the columns' names that tells most, and what each of them is."""
        best: tuple[int, dict[int, str]] = (0, {})
        for row, cells in enumerate(sheet.grid[:HEADER_WITHIN]):
            keys = {column: key for column, cell in enumerate(cells) if (key := self._key(cell))}
            if len(keys) > len(best[1]) or (keys and len(keys) == len(best[1])):
                best = row, keys
        return best

    def _key(self, cell: Cell) -> str:
        said = squeezed(str(cell)) if isinstance(cell, str) else ""
        return said if said in self.known else self.titles.get(said, "")

    def _judge_columns(self, sheet: SheetRead, header: int, keys: Mapping[int, str]) -> None:
        """A column that is full of answers to nothing, or named twice, is told."""
        width = len(sheet.grid[0])
        met: dict[str, str] = {}
        for column in range(width):
            here = Place(sheet.file, sheet.name, address(header, column))
            if (key := keys.get(column)) is not None:
                if key in met:
                    self.fault("import_column_twice", here, column=key, other=met[key])
                met.setdefault(key, here.cell)
            elif any(not is_empty(row[column]) for row in sheet.grid[header + 1 :]):
                named = sheet.grid[header][column]
                self.fault("import_question_unknown", here, typed=str(named or "")[:80])

    def _read_row(self, sheet: SheetRead, row: int, keys: Mapping[int, str]) -> None:
        cells: dict[str, Cell] = {}
        places: dict[str, Place] = {}
        for column, key in keys.items():
            if not is_empty(sheet.grid[row][column]):
                cells[key] = sheet.grid[row][column]
                places[key] = Place(sheet.file, sheet.name, address(row, column))
        line = _Line(cells, places, Place(sheet.file, sheet.name, address(row, 0)))
        if not any(self._says(key) for key in cells):
            return
        name, number = str(cells.get(UNIT) or ""), str(cells.get(NUMBER) or "")
        if not name and not number:
            self.fault("import_unit_missing", line.at)
            return
        unit = self.units.setdefault(
            (sheet.file, squeezed(name or number)), UnitSaid(name, number, line.at)
        )
        self._put(unit, line)

    def _says(self, key: str) -> bool:
        """Whether a column holds what a unit answers."""
        if key == NOTE:
            return True
        return bool(self.known[key]) and not key.endswith(("/rad", "/nr", "/post"))

    def _put(self, unit: UnitSaid, line: _Line) -> None:
        """Sort the cells of a row by the questions that they answer."""
        if NOTE_QUESTION in line.cells:
            self._put_note(unit, line)
            return
        plain = [name for name in dict.fromkeys(self.known[key] for key in line.cells) if name]
        for name in plain:
            within = any(key.startswith(f"{name}/") for key in line.cells)
            if within:
                unit._lines.setdefault(name, []).append(line)
            else:
                self._put_plain(unit, name, line)

    def _put_plain(self, unit: UnitSaid, name: str, line: _Line) -> None:
        question = self.asked[name]
        if name in unit.answers:
            self.fault("import_unit_twice", line.at, unit=unit.name or unit.number,
                       other=unit.place.cell, other_file=unit.place.file)  # fmt: skip
            return
        blank = read_blank(question, line.cells)
        raw = None
        if question.kind not in IN_SHEETS_OF_THEIR_OWN:
            try:
                raw = read_cells(question, name, line.cells)
            except Unread as error:
                self.fault(error.code, line.places.get(error.key, line.at), **error.facts)
                return
        self._keep(unit, name, raw, blank, line)

    def _keep(self, unit: UnitSaid, name: str, raw: Any, blank: Blank | None, line: _Line) -> None:
        question: Any = self.asked[name]
        own = [key for key in line.places if self.known.get(key) == name]
        at = line.places[own[0]] if own else line.at
        try:
            value = KINDS[question.kind].parse(question, raw)
        except Malformed as error:
            self.fault(error.code, at, **error.facts)
            return
        for problem in KINDS[question.kind].check(question, value) if value is not None else ():
            if problem.severity == "error":
                self.fault(problem.code, _place_of(line, name, problem.part, at), **problem.facts)
        unit.answers[name] = Given(value, blank)

    def _put_note(self, unit: UnitSaid, line: _Line) -> None:
        name = str(line.cells[NOTE_QUESTION])
        if name not in self.asked or self.asked[name].kind != "table":
            self.fault("import_question_unknown", line.at, typed=name[:80])
            return
        notes = unit._notes.setdefault(name, {})
        notes[str(line.cells.get(NOTE_OF) or "")] = str(line.cells.get(NOTE) or "")
        unit._lines.setdefault(name, [])

    def finish(self) -> None:
        """Put the entries of lists and the rows of tables together."""
        for unit in self.units.values():
            for name, lines in unit._lines.items():
                question: Any = self.asked[name]
                make = self._list if question.kind == "list" else self._table
                raw, whole = make(unit, question, lines)
                before = unit.answers.get(name)
                if raw is not None:
                    self._keep(unit, name, raw, before.blank if before else None, whole)

    def _list(self, unit: UnitSaid, question: Any, lines: list[_Line]) -> tuple[Any, _Line]:
        own, entries = question.id, []
        places: dict[str, Place] = {}
        for place, line in enumerate(lines):
            values = {}
            for item in question.fields:
                try:
                    value = read_cells(item, f"{own}/{item.id}", line.cells)
                except Unread as error:
                    self.fault(error.code, line.places.get(error.key, line.at), **error.facts)
                    continue
                if value is not None:
                    values[item.id] = value
            # An id that the file has no column for is made of the entry's place.
            named = line.cells.get(f"{own}/post") or f"importerad{place + 1}"
            entries.append({"id": str(named), "values": values})
            places |= {f"entry:{named}:{key.removeprefix(f'{own}/')}": at
                       for key, at in line.places.items()}  # fmt: skip
        at = lines[0].at if lines else unit.place
        return {"entries": entries, "removed": []}, _Line({}, places, at)

    def _table(self, unit: UnitSaid, question: Any, lines: list[_Line]) -> tuple[Any, _Line]:
        own, names = question.id, _rows_by_name(question)
        cells: dict[str, dict[str, Any]] = {}
        places: dict[str, Place] = {}
        for line in lines:
            said = str(line.cells.get(f"{own}/rad") or "")
            row = names.get(squeezed(said))
            here = line.places.get(f"{own}/rad", line.at)
            if row is None:
                self.fault("import_row_unknown", here, typed=said[:80])
                continue
            if row in cells:
                self.fault("import_row_twice", here, typed=said[:80])
                continue
            cells[row] = {}
            for key, cell in line.cells.items():
                column = key.removeprefix(f"{own}/")
                if key.startswith(f"{own}/") and column != "rad":
                    cells[row][column] = read_number_cell(cell)
                    places[f"cell:{row}:{column}"] = line.places[key]
        at = lines[0].at if lines else unit.place
        return {"cells": cells, "notes": unit._notes.get(own, {})}, _Line({}, places, at)


def _place_of(line: _Line, name: str, part: str, otherwise: Place) -> Place:
    """The cell of a part that is wrong."""
    for key in (part, f"{name}:{part}", name):
        if key in line.places:
            return line.places[key]
    found = [at for key, at in line.places.items() if part and part.startswith(key)]
    return found[0] if found else otherwise


def _names_of(form: Questionnaire) -> tuple[dict[str, str], dict[str, str]]:
    """The question behind each key, ``""`` for what is no answer; keys by their titles."""
    known = dict.fromkeys((UNIT, NUMBER, STATE, NOTE_QUESTION, NOTE_OF, NOTE), "")
    titles: dict[str, str] = {}
    repeated: set[str] = set()
    for question in form.questions():
        for key, title, counts in _columns(question):
            known[key] = question.id if counts else ""
            name = squeezed(title)
            if name in titles or name in known:
                repeated.add(name)
            titles[name] = key
    own = {title: key for title, key in titles.items() if title not in repeated}
    return known, own | OURS


def _columns(question: Any) -> Iterator[tuple[str, str, bool]]:
    answered = KINDS[question.kind].answered and question.filled_by == "writer"
    if question.kind in IN_SHEETS_OF_THEIR_OWN:
        yield f"{question.id}:blank", f"{question.text.sv}: varför svar saknas", True
        for sort in ("nr", "post") if question.kind == "list" else ("rad",):
            yield f"{question.id}/{sort}", f"{question.id}/{sort}", True
        found = columns_within(question)
    else:
        found = columns_of(question)
    for column in found:
        yield (
            column.key,
            column.title,
            answered and (column.filled_in or column.key.endswith(":files")),
        )


def _rows_by_name(question: Any) -> dict[str, str]:
    """The rows of a table by their ids, and by their names where these are not repeated."""
    names: dict[str, list[str]] = {}
    for row in question.rows:
        whole = " ".join(part.sv for part in (row.text, row.group) if part)
        for name in {row.text.sv, whole, *row.aliases}:
            names.setdefault(squeezed(name), []).append(row.id)
    for total in question.totals:
        if total.axis == "row" and total.typed:
            names.setdefault(squeezed(total.text.sv), []).append(total.id)
    found = {name: rows[0] for name, rows in names.items() if len(set(rows)) == 1}
    return found | {squeezed(row): row for row in row_ids(question, typed=True)}
