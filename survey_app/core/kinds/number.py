"""Whole numbers, percent and money. Value: an integer; a decimal string such as ``"12.4"``;
or, where it cannot be read as a number, the text as typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from decimal import Decimal
from typing import Any, Literal

from survey_app.core.condition import Atom
from survey_app.core.field import Field, as_digits
from survey_app.core.kinds.kind import Kind, Parts, Value
from survey_app.core.number import as_decimal, parse_number
from survey_app.core.problem import Problem
from survey_app.core.wording import Part, Words


class _Number(Part):
    min: int | None = None
    max: int | None = None
    label: Words | None = None


class IntegerAnswer(_Number):
    """A count of something."""

    kind: Literal["integer"]
    min: int | None = 0
    unit: Words | None = None


class PercentAnswer(_Number):
    """A share in percent; ``whole`` where the authority says "heltal"."""

    kind: Literal["percent"]
    min: int | None = 0
    max: int | None = 100
    whole: bool = False


class MoneyAnswer(_Number):
    """An amount of money; ``whole`` where no decimals are asked."""

    kind: Literal["money"]
    min: int | None = 0
    whole: bool = True
    currency: Literal["SEK"] = "SEK"


Number = IntegerAnswer | PercentAnswer | MoneyAnswer


def parse(spec: Number, raw: object) -> Value:
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    return parse_number(raw)


def _whole(spec: Number) -> bool:
    return isinstance(spec, IntegerAnswer) or spec.whole


def check(spec: Number, value: Value) -> Iterator[Problem]:
    number = as_decimal(value)
    if number is None:
        yield Problem("not_a_number", facts={"typed": str(value)[:40]})
        return
    if _whole(spec) and number != number.to_integral_value():
        yield Problem("not_whole", facts={"typed": str(value).replace(".", ",")})
    if spec.kind == "money" and (number * 100) != (number * 100).to_integral_value():
        yield Problem("not_oere", facts={"typed": str(value).replace(".", ",")})
    if spec.min is not None and number < spec.min:
        yield Problem("too_small", facts={"min": spec.min})
    if spec.max is not None and number > spec.max:
        yield Problem("too_large", facts={"max": spec.max})
    if spec.max is None and number > Decimal(2**53 - 1):
        yield Problem("too_large", facts={"max": 2**53 - 1})


def atoms(spec: Number, value: Value) -> tuple[Atom, ...]:
    return (value,)


def shape(spec: IntegerAnswer, value: Value, shown: AbstractSet[str]) -> dict[str, Any]:
    return {"unit": spec.unit.sv if spec.unit else None}


def with_comma(value: Value) -> str:
    """A number with a decimal comma; a text that is no number as it was typed; or nothing."""
    text = "" if value is None else str(value)
    return text if as_decimal(value) is None else as_digits(text)


def parts(spec: Number, value: Value) -> Iterator[tuple[str, str | bool]]:
    yield "text", with_comma(value)


def from_parts(spec: Number, value: Value, parts: Parts) -> Any:
    text = parts["text"]
    return value if value is not None and text == with_comma(value) else text


def typed(entry: Mapping[str, Any], value: Value, spec: Any) -> Iterator[Field]:
    yield Field(entry["id"], "number", as_digits(value))


def _kind(name: str) -> Kind:
    return Kind(name, parse, check, atoms, parts=parts, from_parts=from_parts, typed=typed)


INTEGER = replace(_kind("integer"), shape=shape)
PERCENT = _kind("percent")
MONEY = _kind("money")
