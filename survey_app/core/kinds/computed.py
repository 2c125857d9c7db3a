"""What is reckoned from other answers: nobody types it, nothing is stored.

Value, when reckoned: an integer or a decimal string, as for numbers; None where nothing is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Any, Literal

from pydantic import Field

from survey_app.core.condition import Atom, Atoms
from survey_app.core.field import Field as TypedField
from survey_app.core.field import as_digits
from survey_app.core.kinds.kind import Kind, Value
from survey_app.core.number import as_decimal, canonical
from survey_app.core.problem import Malformed, Problem
from survey_app.core.wording import Identifier, Part, Words

# A number has at most 40 characters (``read_number``), so a sum, or a quotient with six decimals,
# is exact or rounded only where it is meant to be; the usual 28 digits are too few.
_EXACT = Context(prec=120)


class ComputedAnswer(Part):
    """``sum`` of numbers; ``count`` of chosen options and answered rows; ``share``: the first
    number as percent of the second, rounded half up to ``decimals``."""

    kind: Literal["computed"]
    operation: Literal["sum", "count", "share"]
    of: list[Identifier] = Field(min_length=1)
    shown_as: Literal["integer", "percent", "money"] = "integer"
    decimals: int = Field(default=1, ge=0, le=6)
    label: Words | None = None


def compute(spec: ComputedAnswer, atoms: Atoms) -> int | str | None:
    """The value from the answers so far; None where no answer, or no number, is there."""
    found = [atoms.get(question, ()) for question in spec.of]
    if spec.operation == "count":
        return sum(len(items) for items in found)
    numbers = [as_decimal(items[0]) if items else None for items in found]
    with localcontext(_EXACT):
        return _reckon(spec, numbers)


def _reckon(spec: ComputedAnswer, numbers: list[Decimal | None]) -> int | str | None:
    if spec.operation == "sum":
        known = [number for number in numbers if number is not None]
        return canonical(sum(known, Decimal(0))) if known else None
    part, whole = ([*numbers, None, None])[:2]
    if part is None or not whole:
        return None
    step = Decimal(1).scaleb(-spec.decimals)
    return canonical((100 * part / whole).quantize(step, ROUND_HALF_UP))


def parse(spec: ComputedAnswer, raw: object) -> Value:
    raise Malformed("computed")


def check(spec: ComputedAnswer, value: Value) -> Iterator[Problem]:
    yield from ()


def atoms(spec: ComputedAnswer, value: Value) -> tuple[Atom, ...]:
    return (value,)


def shape(spec: ComputedAnswer, value: Value, shown: AbstractSet[str]) -> dict[str, Any]:
    return {"shown_as": spec.shown_as}


def typed(entry: Mapping[str, Any], value: Value, spec: Any) -> Iterator[TypedField]:
    yield TypedField(entry["id"], "computed", as_digits(value))


KIND = Kind("computed", parse, check, atoms, answered=False, shape=shape, typed=typed)
