"""Rows, each with one of the same options (mostly Ja/Nej). Value: ``{"row": "option"}``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from survey_app.core.characters import tidy
from survey_app.core.condition import Atom, ShownWhen
from survey_app.core.field import Field as TypedField
from survey_app.core.field import as_typed
from survey_app.core.kinds.kind import Carried, Kind, Parts, Value
from survey_app.core.misfit import Misfit
from survey_app.core.problem import Malformed, Problem
from survey_app.core.wording import Identifier, Part, Words

if TYPE_CHECKING:
    from survey_app.core.questionnaire import Continues


class Row(Part):
    """One row; a row that is not shown has no answer."""

    id: Identifier
    text: Words
    shown_when: ShownWhen | None = None


class MatrixOption(Part):
    """One column."""

    id: Identifier
    text: Words


class MatrixAnswer(Part):
    """Rows by options; ``every_row`` where the authority wants an answer on each."""

    kind: Literal["matrix"]
    rows: list[Row] = Field(min_length=1)
    options: list[MatrixOption] = Field(min_length=2)
    every_row: bool = True


def parse(spec: MatrixAnswer, raw: object) -> Value:
    if raw is None:
        return None
    if not isinstance(raw, dict):
        raise Malformed("expected_rows")
    rows = {row.id for row in spec.rows}
    options = {option.id for option in spec.options}
    for row, option in raw.items():
        if row not in rows:
            raise Malformed("unknown_row", row=tidy(str(row)[:80]))
        if option is not None and not (isinstance(option, str) and option in options):
            raise Malformed("unknown_option", option=tidy(str(option)[:80]))
    value = {row.id: raw[row.id] for row in spec.rows if raw.get(row.id) is not None}
    return value or None


def check(spec: MatrixAnswer, value: Value) -> Iterator[Problem]:
    """Nothing: see ``missing``."""
    yield from ()


def atoms(spec: MatrixAnswer, value: Value) -> tuple[Atom, ...]:
    return tuple(value.values())


def rows(spec: MatrixAnswer) -> Sequence[Row]:
    return spec.rows


def within(spec: MatrixAnswer, value: Value, shown: AbstractSet[str]) -> Value:
    if value.keys() <= shown:
        return value
    return {row: option for row, option in value.items() if row in shown} or None


def missing(spec: MatrixAnswer, value: Value, shown: AbstractSet[str]) -> Iterator[Problem]:
    for row in spec.rows if spec.every_row else ():
        if row.id in shown and row.id not in value:
            yield Problem("row_missing", part=f"row:{row.id}", severity="blank")


def seen(spec: MatrixAnswer, value: Value) -> dict[str, tuple[Atom, ...]]:
    return {f".{row}": (option,) for row, option in value.items()}


def shape(spec: MatrixAnswer, value: Value, shown: AbstractSet[str]) -> dict[str, Any]:
    rows = [
        {
            "id": row.id,
            "text": row.text.sv,
            "asked": row.id in shown,
            "chosen": (value or {}).get(row.id),
        }
        for row in spec.rows
    ]
    options = [{"id": option.id, "text": option.text.sv} for option in spec.options]
    return {"rows": rows, "options": options}


def parts(spec: MatrixAnswer, value: Value) -> Iterator[tuple[str, str | bool]]:
    for row in spec.rows:
        for cell in spec.options:
            yield f"row:{row.id}:{cell.id}", (value or {}).get(row.id) == cell.id


def from_parts(spec: MatrixAnswer, value: Value, parts: Parts) -> Any:
    """The option of each row; two ticked in a row are no answer, so both are given to ``parse``."""
    found: dict[str, Any] = {}
    for row in spec.rows:
        ticked = [cell.id for cell in spec.options if parts[f"row:{row.id}:{cell.id}"]]
        if ticked:
            found[row.id] = ticked[0] if len(ticked) == 1 else ticked
    return found


def group(spec: MatrixAnswer, key: str) -> str:
    return key.rpartition(":")[0]


def carry(spec: MatrixAnswer, link: Continues, earlier: Any, value: Value) -> Carried:
    known = {row.id for row in spec.rows}
    options = {option.id for option in spec.options}
    found: dict[str, str] = {}
    misfits = []
    for row, option in value.items():
        row_here, option_here = link.rows.get(row, row), link.options.get(option, option)
        code = ""
        if row_here not in known:
            code = "no_such_row"
        elif option_here not in options:
            code = "no_such_option"
        elif found.get(row_here, option_here) != option_here:
            code = "taken"
        if code:
            misfits.append(Misfit(code, f"row:{row}", option))
        else:
            found[row_here] = option_here
    return found, misfits


def typed(entry: Mapping[str, Any], value: Value, spec: Any) -> Iterator[TypedField]:
    words = {option["id"]: option["text"] for option in entry["options"]}
    for row in entry["rows"]:
        if row["asked"] and row["id"] in value:
            yield TypedField(f"{entry['id']}/row/{row['id']}", "row",
                             as_typed(words[value[row["id"]]]), as_typed(row["text"]))  # fmt: skip


KIND = Kind(
    "matrix", parse, check, atoms, rows=rows, within=within, missing=missing, seen=seen,
    shape=shape, parts=parts, from_parts=from_parts, group=group, carry=carry, typed=typed,
)  # fmt: skip
