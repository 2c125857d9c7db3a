"""When something is shown: conditions in the shape of FHIR ``enableWhen``, and their evaluator.

The evaluator also exists in ``static/conditions.js``; ``tests/vectors.json`` holds both together.
The server decides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Literal

from pydantic import Field, model_validator

from survey_app.core.number import as_decimal
from survey_app.core.wording import Identifier, Part

Atom = str | int | bool
"""What a condition compares: a chosen option, a number, a text. One answer has none or more."""

Atoms = Mapping[str, tuple[Atom, ...]]
"""Atoms by question id; of places within an answer by ``question.row`` (a matrix),
``question.row.column`` (a table) and ``question.field`` (a list: of all its entries)."""

Operator = Literal["exists", "=", "!=", ">", "<", ">=", "<="]


def atom_key(
    question: str, row: str | None = None, column: str | None = None, field: str | None = None
) -> str:
    """Where the atoms of an answer, or of a place within it, are found."""
    return ".".join(filter(None, (question, row, column, field)))


class Condition(Part):
    """One comparison with the answer to an earlier question.

    ``exists`` takes ``true`` (answered) or ``false``. ``=`` holds when any chosen option, or the
    number or text, equals the answer; ``!=`` when there is an answer and none equals it. The four
    others compare numbers. A question that is not shown has no answer.
    """

    question: Identifier
    row: Identifier | None = None
    column: Identifier | None = None
    """Of a table, with ``row``."""
    field: Identifier | None = None
    """Of a list: it holds if it holds for what any entry says there."""
    operator: Operator = "="
    answer: str | int | bool

    @property
    def key(self) -> str:
        """Where the atoms are found."""
        return atom_key(self.question, self.row, self.column, self.field)


class ShownWhen(Part):
    """Several conditions: ``all`` must hold, or ``any``."""

    all: list[Condition] = Field(default_factory=list)
    any: list[Condition] = Field(default_factory=list)

    @model_validator(mode="after")
    def _one_of_them(self) -> ShownWhen:
        if bool(self.all) == bool(self.any):
            raise ValueError("all_or_any")
        return self

    @property
    def conditions(self) -> list[Condition]:
        """All conditions, whichever way they are joined."""
        return self.all or self.any


_ORDER: dict[str, Callable[[Decimal, Decimal], bool]] = {
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
    ">=": lambda a, b: a >= b,
    "<=": lambda a, b: a <= b,
}


def _same(atom: Atom, answer: Atom) -> bool:
    return str(atom) == str(answer) if type(atom) is not type(answer) else atom == answer


def holds(condition: Condition, atoms: Atoms) -> bool:
    """Whether one condition holds for the answers so far."""
    found = atoms.get(condition.key, ())
    operator, answer = condition.operator, condition.answer
    if operator == "exists":
        return bool(found) == bool(answer)
    if operator == "=":
        return any(_same(atom, answer) for atom in found)
    if operator == "!=":
        return bool(found) and not any(_same(atom, answer) for atom in found)
    wanted = as_decimal(answer)
    numbers = [number for atom in found if (number := as_decimal(atom)) is not None]
    return wanted is not None and any(_ORDER[operator](number, wanted) for number in numbers)


def is_shown(shown_when: ShownWhen | None, atoms: Atoms) -> bool:
    """Whether something with this condition, or none, is shown."""
    if shown_when is None:
        return True
    if shown_when.all:
        return all(holds(condition, atoms) for condition in shown_when.all)
    return any(holds(condition, atoms) for condition in shown_when.any)
