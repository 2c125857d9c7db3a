"""Rows, each with one of the same options (mostly Ja/Nej). Value: ``{"row": "option"}``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from survey_app.core.characters import tidy
from survey_app.core.condition import Atom, ShownWhen
from survey_app.core.kinds.kind import Kind, Value
from survey_app.core.problem import Malformed, Problem
from survey_app.core.wording import Identifier, Part, Words


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
    """Nothing: which rows are shown, and so missing, is known to the evaluation only."""
    yield from ()


def atoms(spec: MatrixAnswer, value: Value) -> tuple[Atom, ...]:
    return tuple(value.values())


KIND = Kind("matrix", parse, check, atoms)
