"""A table: named rows by named columns of numbers, and totals held against what was typed.

Value: ``{"cells": {"2024-12": {"falkenberg": 632, "varberg": null}}, "notes": {"": "..."}}``. A
cell is an integer, a decimal string, or the text as typed where it is no number; ``null`` is stated
missing ("uppgift saknas"), a cell that is left out is not filled in, and 0 is zero. A typed total
stands under the total's id as a row or column. A note is of the table (``""``), of ``row:<id>`` or
of ``column:<id>``. Order is the questionnaire's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal
from typing import Literal

from pydantic import Field

from survey_app.core.characters import count_characters, tidy
from survey_app.core.condition import Atom, ShownWhen
from survey_app.core.field import as_digits
from survey_app.core.kinds import cells as work
from survey_app.core.kinds.kind import Kind, Value
from survey_app.core.number import as_decimal, parse_number
from survey_app.core.problem import Malformed, Problem
from survey_app.core.tabulation import differences_of, suspects_of, totals_of
from survey_app.core.wording import PERIOD, Identifier, Part, Words

NumberKind = Literal["integer", "decimal", "percent", "money"]
EMPTY = ("", "–", "-", "−")
"""What says no more than an empty cell: a dash is how one that is not filled in is printed, and
what others mean by it (nothing, zero, not known) only they can tell."""
MISSING = (
    "..", "saknas", "uppgift saknas", "n/a", "missing", "not known", "not available",
)  # fmt: skip
"""How people write that a number is not known, in lower case; as every page says it, too."""
LONGEST_NOTE = 500


class _Line(Part):
    id: Identifier
    text: Words
    group: Words | None = None
    """A heading above this one and the next ones with the same."""
    aliases: list[str] = Field(default_factory=list)
    """Other names by which a file or a paste may call it."""
    unit: Words | None = None
    number_kind: NumberKind | None = None
    """A column's word counts before a row's, and this before the table's."""
    decimals: int | None = Field(default=None, ge=0, le=6)
    """How many are shown; what was typed stays."""
    min: int | None = None
    max: int | None = None
    optional: bool = False
    """Never asked for."""


class TableColumn(_Line):
    """One column; ``colour`` is its own in charts, where its name is one."""

    colour: Literal["green", "blue", "yellow", "red"] | None = None


class TableRow(_Line):
    """One row; ``period`` (2025, 2025-Q3, 2025-10) places it on a chart's axis of time."""

    period: str | None = Field(default=None, pattern=PERIOD)
    shown_when: ShownWhen | None = None


class TableTotal(Part):
    """A sum. ``axis: column`` is a column of its own with the sum of each row, ``row`` a row of its
    own with the sum of each column; ``of`` names what is added, all of it if empty. Where it is
    ``typed``, what somebody typed or imported is kept and held against the sum."""

    id: Identifier
    axis: Literal["column", "row"]
    text: Words
    aliases: list[str] = Field(default_factory=list)
    of: list[Identifier] = Field(default_factory=list)
    typed: bool = False


class Comparability(Part):
    """Figures before a period are not to be compared with those from it on."""

    before: str = Field(pattern=PERIOD)
    text: Words


class Chart(Part):
    """A drawing of some columns, totals among them."""

    id: Identifier
    type: Literal["line", "bar", "stacked"]
    series: list[Identifier] = Field(min_length=1, max_length=8)
    title: Words
    from_zero: bool = False


class TableAnswer(Part):
    """Rows by columns of numbers; ``every_cell``: ``allow`` leaves any of them out, ``state`` wants
    a number or that it is missing, ``required`` wants that before sending, whatever else."""

    kind: Literal["table"]
    number_kind: NumberKind = "integer"
    unit: Words | None = None
    columns: list[TableColumn] = Field(min_length=1, max_length=60)
    rows: list[TableRow] = Field(min_length=1, max_length=400)
    totals: list[TableTotal] = Field(default_factory=list, max_length=20)
    every_cell: Literal["allow", "state", "required"] = "allow"
    comparability: list[Comparability] = Field(default_factory=list)
    charts: list[Chart] = Field(default_factory=list)


def parse(spec: TableAnswer, raw: object) -> Value:
    if raw is None:
        return None
    if not isinstance(raw, dict) or not set(raw) <= {"cells", "notes"}:
        raise Malformed("expected_cells")
    cells = _parse_cells(spec, raw.get("cells") or {})
    notes = _parse_notes(spec, raw.get("notes") or {})
    return {"cells": cells, "notes": notes} if cells or notes else None


def _parse_cells(spec: TableAnswer, raw: object) -> dict[str, dict[str, Value]]:
    if not isinstance(raw, dict):
        raise Malformed("expected_cells")
    rows, columns = work.row_ids(spec, typed=True), work.column_ids(spec, typed=True)
    for row, cells in raw.items():
        if row not in rows:
            raise Malformed("unknown_row", row=tidy(str(row)[:80]))
        if not isinstance(cells, dict):
            raise Malformed("expected_cells")
        for column in cells:
            if column not in columns:
                raise Malformed("unknown_column", column=tidy(str(column)[:80]))
    found = {row: _parse_row(raw[row], columns) for row in rows if row in raw}
    return {row: cells for row, cells in found.items() if cells}


def _parse_row(raw: Mapping[str, object], columns: list[str]) -> dict[str, Value]:
    found = {}
    for column in columns:
        cell = raw.get(column, "")
        if isinstance(cell, str) and cell.strip() in EMPTY:
            continue
        found[column] = parse_cell(cell)
    return found


def parse_cell(raw: object) -> int | str | None:
    """A cell as stored; None where it is stated missing. Raises Malformed, as ``parse_number``."""
    if raw is None or (isinstance(raw, str) and " ".join(raw.lower().split()) in MISSING):
        return None
    return parse_number(raw)


def _parse_notes(spec: TableAnswer, raw: object) -> dict[str, str]:
    if not isinstance(raw, dict):
        raise Malformed("expected_notes")
    keys = work.note_keys(spec)
    for key, note in raw.items():
        if key not in keys:
            raise Malformed("unknown_note", note=tidy(str(key)[:80]))
        if not isinstance(note, str):
            raise Malformed("expected_text")
    return {key: tidy(raw[key]) for key in keys if key in raw and raw[key].strip()}


def check(spec: TableAnswer, value: Value) -> Iterator[Problem]:
    for row, cells in value["cells"].items():
        for column, cell in cells.items():
            for problem in _check_cell(work.rule_of(spec, row, column), cell):
                yield problem.within(f"cell:{row}:{column}")
    for key, note in value["notes"].items():
        count = count_characters(note)
        if count > LONGEST_NOTE:
            yield Problem(
                "note_too_long",
                part=f"note:{key}",
                facts={
                    "limit": LONGEST_NOTE, "count": count, "excess": count - LONGEST_NOTE,
                },
            )  # fmt: skip
    yield from _check_totals(spec, value["cells"])


def _check_cell(rule: work.Rule, cell: Value) -> Iterator[Problem]:
    if cell is None:
        return
    number = as_decimal(cell)
    typed = str(cell)[:40].replace(".", ",")
    if number is None:
        yield Problem("not_a_number", facts={"typed": str(cell)[:40]})
        return
    if rule.kind == "integer" and number != number.to_integral_value():
        yield Problem("not_whole", facts={"typed": typed})
    if rule.kind == "money" and (number * 100) != (number * 100).to_integral_value():
        yield Problem("not_oere", facts={"typed": typed})
    if rule.min is not None and number < rule.min:
        yield Problem("too_small", facts={"min": rule.min})
    if number > (Decimal(2**53 - 1) if rule.max is None else rule.max):
        yield Problem("too_large", facts={"max": 2**53 - 1 if rule.max is None else rule.max})


def _check_totals(spec: TableAnswer, cells: Value) -> Iterator[Problem]:
    differences = list(differences_of(cells, totals_of(spec, cells)))
    for item in differences:
        yield Problem(
            "total_differs",
            part=f"cell:{item.row}:{item.column}",
            severity="warning",
            facts={
                "typed": _fact(item.typed),
                "computed": _fact(item.computed),
                "difference": _fact(item.difference),
            },
        )
    for suspect in suspects_of(spec, differences):
        yield Problem(
            "cell_suspected",
            part=f"cell:{suspect.row}:{suspect.column}",
            severity="warning",
            facts={"difference": _fact(suspect.difference)},
        )


def _fact(number: int | str) -> int | str:
    """A decimal with a comma, for a sentence."""
    return number if isinstance(number, int) else as_digits(number)


def rows(spec: TableAnswer) -> Sequence[TableRow]:
    return spec.rows


def within(spec: TableAnswer, value: Value, shown: AbstractSet[str]) -> Value:
    hidden = {row.id for row in spec.rows} - shown
    if not hidden & value["cells"].keys() and not any(
        f"row:{row}" in value["notes"] for row in hidden
    ):
        return value
    cells = {row: found for row, found in value["cells"].items() if row not in hidden}
    notes = {
        key: note for key, note in value["notes"].items() if key.removeprefix("row:") not in hidden
        or not key.startswith("row:")
    }  # fmt: skip
    return {"cells": cells, "notes": notes} if cells or notes else None


def missing(spec: TableAnswer, value: Value, shown: AbstractSet[str]) -> Iterator[Problem]:
    """One problem a row that lacks cells; totals are never asked for."""
    if spec.every_cell == "allow":
        return
    severity: Literal["error", "blank"] = "error" if spec.every_cell == "required" else "blank"
    for row in spec.rows:
        if row.id not in shown or row.optional:
            continue
        cells = value["cells"].get(row.id, {})
        absent = [
            column.text.sv for column in spec.columns
            if not column.optional and column.id not in cells
        ]  # fmt: skip
        if absent:
            yield Problem(
                "cell_missing",
                part=f"row:{row.id}",
                severity=severity,
                facts={"count": len(absent), "columns": ", ".join(absent[:5])},
            )


def sent(spec: TableAnswer, value: Value) -> Value:
    """All of it; a table of which only notes are written is not answered."""
    return value if value["cells"] else None


def atoms(spec: TableAnswer, value: Value) -> tuple[Atom, ...]:
    """The known numbers, row by row; no totals."""
    return tuple(number for _place, number in _known(spec, value))


def seen(spec: TableAnswer, value: Value) -> Mapping[str, tuple[Atom, ...]]:
    """By ``.row.column``: the number there."""
    return {place: (number,) for place, number in _known(spec, value)}


def _known(spec: TableAnswer, value: Value) -> Iterator[tuple[str, int | str]]:
    for row in spec.rows:
        cells = value["cells"].get(row.id, {})
        for column in spec.columns:
            cell = cells.get(column.id)
            if as_decimal(cell) is not None:
                yield f".{row.id}.{column.id}", cell


KIND = Kind(
    "table", parse, check, atoms, sent, rows=rows, within=within, missing=missing, seen=seen,
    shape=work.shape, parts=work.parts, from_parts=work.from_parts, merge=work.merge,
    carry=work.carry, join=work.join, written=work.written, typed=work.typed,
)  # fmt: skip
