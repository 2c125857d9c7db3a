"""The sentence that the approver attests. Value, in an approval only: ``true``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Literal

from survey_app.core.condition import Atom
from survey_app.core.field import Field, as_typed
from survey_app.core.kinds.kind import Kind, Value
from survey_app.core.problem import Malformed, Problem
from survey_app.core.wording import Part, Words


class AttestationAnswer(Part):
    """The sentence itself, and the word that the form prints beside the box."""

    kind: Literal["attestation"]
    statement: Words
    label: Words


def parse(spec: AttestationAnswer, raw: object) -> Value:
    if raw is None or raw is False:
        return None
    if raw is not True:
        raise Malformed("expected_attestation")
    return True


def check(spec: AttestationAnswer, value: Value) -> Iterator[Problem]:
    yield from ()


def atoms(spec: AttestationAnswer, value: Value) -> tuple[Atom, ...]:
    return (True,)


def shape(spec: AttestationAnswer, value: Value, shown: AbstractSet[str]) -> dict[str, Any]:
    return {"statement": spec.statement.sv, "label": spec.label.sv}


def typed(entry: Mapping[str, Any], value: Value, spec: Any) -> Iterator[Field]:
    if value:
        yield Field(entry["id"], "choice", as_typed(entry["label"]))


KIND = Kind("attestation", parse, check, atoms, shape=shape, typed=typed)
