"""The cells of a table at work: told in a content, in parts, merged, carried and typed over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any, NamedTuple

from survey_app.core.characters import count_characters
from survey_app.core.field import Field, as_digits, as_typed
from survey_app.core.kinds.kind import Carried, Parts, Value
from survey_app.core.kinds.number import with_comma
from survey_app.core.kinds.text import join_texts
from survey_app.core.merging import CONFLICT, settle
from survey_app.core.misfit import Misfit
from survey_app.core.tabulation import differences_of, suspects_of, totals_of

if TYPE_CHECKING:
    from survey_app.core.kinds.table import TableAnswer, TableTotal
    from survey_app.core.questionnaire import Continues

STATED = "uppgift saknas"
"""What a cell says that is stated missing; read again as that."""


class Rule(NamedTuple):
    """What numbers may stand in a cell."""

    kind: str
    min: int | None = None
    max: int | None = None


_BOUNDS = {"integer": (0, None), "percent": (0, 100), "money": (0, None), "decimal": (None, None)}


def row_ids(spec: TableAnswer, *, typed: bool = False) -> list[str]:
    """The ids of the rows, with those of totals: of all, or of those that are typed."""
    return [row.id for row in spec.rows] + _total_ids(spec, "row", typed)


def column_ids(spec: TableAnswer, *, typed: bool = False) -> list[str]:
    """The ids of the columns, as ``row_ids``."""
    return [column.id for column in spec.columns] + _total_ids(spec, "column", typed)


def _total_ids(spec: TableAnswer, axis: str, typed: bool) -> list[str]:
    return [item.id for item in spec.totals if item.axis == axis and (item.typed or not typed)]


def note_keys(spec: TableAnswer) -> list[str]:
    """Where notes can stand: at the table, its columns and its rows."""
    return [
        "",
        *(f"column:{name}" for name in column_ids(spec)),
        *(f"row:{name}" for name in row_ids(spec)),
    ]


def added_by(spec: TableAnswer, total: TableTotal) -> list[str]:
    """The ids of what a total adds, in the order of the table."""
    lines = spec.columns if total.axis == "column" else spec.rows
    return [line.id for line in lines if not total.of or line.id in total.of]


def decimals_of(spec: TableAnswer, row: str, column: str) -> int:
    """How many decimals are shown at least; of a total as many as of what it adds."""
    names = {row, column}
    for total in spec.totals:
        if total.id == (column if total.axis == "column" else row):
            names.update(added_by(spec, total)[:1])
    for lines in (spec.columns, spec.rows):
        for line in lines:
            if line.id in names and line.decimals is not None:
                return line.decimals
    return 0


def rule_of(spec: TableAnswer, row: str, column: str) -> Rule:
    """What may stand in a cell. A total is of the kind of what it adds, without bounds."""
    total = next((item for item in spec.totals if item.id == column), None)
    named = next((item for item in spec.columns if item.id == column), None)
    if total is not None:
        named = next(item for item in spec.columns if not total.of or item.id in total.of)
    line = next((item for item in spec.rows if item.id == row), None)
    kind = (named and named.number_kind) or (line and line.number_kind) or spec.number_kind
    if total is not None or line is None or named is None:
        return Rule(kind)
    lines = (named, line)
    least, most = _BOUNDS[kind]
    least = next((item.min for item in lines if item.min is not None), least)
    return Rule(kind, least, next((item.max for item in lines if item.max is not None), most))


def shape(spec: TableAnswer, value: Value, shown: AbstractSet[str]) -> dict[str, Any]:
    """Rows, columns and totals, and what the numbers come to: a content reads alone."""
    cells = value["cells"] if value else {}
    totals = totals_of(spec, cells, shown)
    differences = list(differences_of(cells, totals))
    return {
        "number_kind": spec.number_kind,
        "unit": _sv(spec.unit),
        "columns": [_told(spec, column) for column in spec.columns],
        "rows": [
            {**_told(spec, row), "period": row.period, "asked": row.id in shown}
            for row in spec.rows
        ],
        "totals": [
            {"id": item.id, "axis": item.axis, "text": item.text.sv, "of": item.of,
             "typed": item.typed}
            for item in spec.totals
        ],
        "computed": {
            row: {column: {"value": total.value, "missing": total.missing}
                  for column, total in found.items()}
            for row, found in totals.items()
        },
        "differences": [
            {"row": item.row, "column": item.column, "typed": item.typed,
             "computed": item.computed}
            for item in differences
        ],
        "suspected": [
            {"row": item.row, "column": item.column, "difference": item.difference}
            for item in suspects_of(spec, differences)
        ],
        "comparability": [
            {"before": item.before, "text": item.text.sv} for item in spec.comparability
        ],
        "charts": [
            {"id": item.id, "type": item.type, "series": item.series, "title": item.title.sv,
             "from_zero": item.from_zero}
            for item in spec.charts
        ],
    }  # fmt: skip


def _sv(words: Any) -> str | None:
    return words.sv if words else None


def _told(spec: TableAnswer, line: Any) -> dict[str, Any]:
    return {
        "id": line.id,
        "text": line.text.sv,
        "group": _sv(line.group),
        "unit": _sv(line.unit),
        "number_kind": line.number_kind,
        "decimals": line.decimals,
        "colour": getattr(line, "colour", None),
    }


def parts(spec: TableAnswer, value: Value) -> Iterator[tuple[str, str | bool]]:
    """``cell:<row>:<column>`` each, and ``note:`` for the table's own note."""
    cells = value["cells"] if value else {}
    columns = column_ids(spec, typed=True)
    for row in row_ids(spec, typed=True):
        for column in columns:
            yield f"cell:{row}:{column}", _said(cells.get(row, {}).get(column, ""))
    yield "note:", value["notes"].get("", "") if value else ""


def _said(cell: Value) -> str:
    return STATED if cell is None else with_comma(cell)


def from_parts(spec: TableAnswer, value: Value, parts: Parts) -> Any:
    cells: dict[str, dict[str, Any]] = {}
    for key, part in parts.items():
        sort, _colon, rest = key.partition(":")
        if sort == "cell":
            row, _colon, column = rest.partition(":")
            cells.setdefault(row, {})[column] = part
    notes = dict(value["notes"]) if value else {}
    return {"cells": cells, "notes": notes | {"": parts["note:"]}}


def _flat(value: Value) -> dict[tuple[str, str], Any]:
    """Cells and notes by place; ``cell`` ones by ``row:column``."""
    if not value:
        return {}
    found: dict[tuple[str, str], Any] = {("note", key): v for key, v in value["notes"].items()}
    for row, cells in value["cells"].items():
        found |= {("cell", f"{row}:{column}"): cell for column, cell in cells.items()}
    return found


def _whole(found: Mapping[tuple[str, str], Any]) -> dict[str, Any]:
    value: dict[str, Any] = {"cells": {}, "notes": {}}
    for (sort, place), held in found.items():
        if sort == "note":
            value["notes"][place] = held
        else:
            row, _colon, column = place.partition(":")
            value["cells"].setdefault(row, {})[column] = held
    return value


def merge(spec: TableAnswer, base: Value, theirs: Value, mine: Value) -> Value:
    """Cell by cell and note by note."""
    before, first, second = _flat(base), _flat(theirs), _flat(mine)
    merged = {}
    for place in {**before, **first, **second}:
        # Wrapped, since None is a cell that is stated missing.
        was, now, new = ([found[place]] if place in found else [] for found in
                         (before, first, second))  # fmt: skip
        held = settle(was, now, new)
        if held is CONFLICT:
            return CONFLICT
        if held:
            merged[place] = held[0]
    return _whole(merged)


def join(spec: TableAnswer, standing: Value, added: Value) -> Value:
    """Cells where none is, or the same; notes one after the other."""
    found = _flat(standing)
    for place, held in _flat(added).items():
        if place in found and found[place] != held:
            if place[0] == "cell":
                return None
            held = join_texts(found[place], held)
        found[place] = held
    return _whole(found)


def carry(spec: TableAnswer, link: Continues, earlier: Any, value: Value) -> Carried:
    """Cell by cell to where its row and its column stand here."""
    rows, columns = row_ids(spec, typed=True), column_ids(spec, typed=True)
    found: dict[str, dict[str, Any]] = {}
    misfits = []
    for row, cells in value["cells"].items():
        row_here = link.rows.get(row, row)
        if row_here not in rows:
            misfits.append(Misfit("no_such_row", f"row:{row}", cells))
            continue
        for column, cell in cells.items():
            column_here, code = link.columns.get(column, column), ""
            if column_here not in columns:
                code = "no_such_column"
            elif found.get(row_here, {}).get(column_here, cell) != cell:
                code = "taken"
            if code:
                misfits.append(Misfit(code, f"cell:{row}:{column}", cell))
            else:
                found.setdefault(row_here, {})[column_here] = cell
    notes: dict[str, str] = {}
    for key, note in value["notes"].items():
        here = _note_here(key, link)
        if here in note_keys(spec):
            notes[here] = join_texts(notes.get(here, ""), note)
        else:
            misfits.append(Misfit("no_such_place", f"note:{key}", note))
    return {"cells": found, "notes": notes}, misfits


def _note_here(key: str, link: Continues) -> str:
    sort, _colon, name = key.partition(":")
    known = link.rows if sort == "row" else link.columns
    return f"{sort}:{known.get(name, name)}" if name else key


def written(spec: TableAnswer, value: Value) -> int:
    return sum(map(count_characters, value["notes"].values()))


def typed(entry: Mapping[str, Any], value: Value, spec: TableAnswer) -> Iterator[Field]:
    """A cell at a time: ``inskrivna/cell/2024-12/falkenberg``."""
    rows = {item["id"]: name_of(item) for item in entry["rows"]}
    columns = {item["id"]: name_of(item) for item in entry["columns"]}
    for total in entry["totals"]:
        (rows if total["axis"] == "row" else columns)[total["id"]] = total["text"]
    for row, cells in value["cells"].items():
        for column, cell in cells.items():
            text = STATED if cell is None else as_digits(cell)
            label = f"{rows[row]}, {columns[column]}"
            yield Field(f"{entry['id']}/cell/{row}/{column}", "cell", text, as_typed(label))
    for key, note in value["notes"].items():
        yield Field(f"{entry['id']}/note/{key}", "text", as_typed(note))


def name_of(line: Mapping[str, Any]) -> str:
    """A row or column as a content tells it, with its group: ``december 2024``."""
    group = line["group"]
    if not group:
        return str(line["text"])
    if "period" in line:
        return f"{line['text']} {group}"
    return f"{group} {line['text']}"
