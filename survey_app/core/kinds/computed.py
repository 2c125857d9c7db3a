"""What is reckoned from other answers: nobody types it, nothing is stored.

Value, when reckoned: an integer or a decimal string, as for numbers; None where nothing is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Any, Literal

from pydantic import Field

from survey_app.core.condition import Atom, Atoms, atom_key
from survey_app.core.field import Field as TypedField
from survey_app.core.field import as_digits
from survey_app.core.kinds.entry import CHOICES
from survey_app.core.kinds.kind import Kind, Value
from survey_app.core.number import as_decimal, canonical
from survey_app.core.problem import Malformed, Problem
from survey_app.core.wording import Identifier, Part, Words

# A number has at most 40 characters (``read_number``), so a sum, or a quotient with six decimals,
# is exact or rounded only where it is meant to be; the usual 28 digits are too few.
_EXACT = Context(prec=120)


class Chosen(Part):
    """A choice: of a field of a list, or of the question itself."""

    field: Identifier | None = None
    answer: str


class Pick(Part):
    """What of an earlier answer is reckoned with, where it is not the number that it is.

    A list is the number of its entries; with ``field`` the sum of the numbers there, or how many
    entries answer the choice there; with ``where`` how many of them chose that. A table is the sum
    of its cells, or with ``row`` and ``column`` one of them. Of a choice, ``where`` counts 1.
    """

    question: Identifier
    field: Identifier | None = None
    where: Chosen | None = None
    row: Identifier | None = None
    column: Identifier | None = None

    @property
    def key(self) -> str:
        """Where its atoms are found."""
        field = self.where.field if self.where else self.field
        return atom_key(self.question, self.row, self.column, field)


class ComputedAnswer(Part):
    """``sum`` of numbers; ``count`` of chosen options, answered rows and entries; ``share``: the
    first number as percent of the second, rounded half up to ``decimals``."""

    kind: Literal["computed"]
    operation: Literal["sum", "count", "share"]
    of: list[Identifier | Pick] = Field(min_length=1)
    shown_as: Literal["integer", "percent", "money"] = "integer"
    decimals: int = Field(default=1, ge=0, le=6)
    label: Words | None = None

    @property
    def picks(self) -> list[Pick]:
        """What it is reckoned from, each as a pick."""
        return [item if isinstance(item, Pick) else Pick(question=item) for item in self.of]


def compute(spec: ComputedAnswer, atoms: Atoms, questions: Mapping[str, Any]) -> int | str | None:
    """The value from the answers so far; None where no answer, or no number, is there.

    questions  by id: a list's field may hold numbers, or choices that are counted
    """
    if spec.operation == "count":
        return sum(len(_picked(pick, atoms)) for pick in spec.picks)
    with localcontext(_EXACT):
        return _reckon(spec, reckon_parts(spec, atoms, questions))


def reckon_parts(
    spec: ComputedAnswer, atoms: Atoms, questions: Mapping[str, Any]
) -> list[Decimal | None]:
    """The numbers that are summed, or of which a share is taken; None where one is not known."""
    with localcontext(_EXACT):
        return [
            _number(_picked(pick, atoms), counted=is_counted(pick, questions.get(pick.question)))
            for pick in spec.picks
        ]


def _picked(pick: Pick, atoms: Atoms) -> tuple[Atom, ...]:
    found = atoms.get(pick.key, ())
    if pick.where is None:
        return found
    return tuple(atom for atom in found if str(atom) == pick.where.answer)


def is_counted(pick: Pick, question: Any) -> bool:
    """Whether a pick is a number of things, and not the sum of the numbers that are there."""
    if pick.where is not None:
        return True
    if question is None or question.kind != "list":
        return False
    field = next((item for item in question.fields if item.id == pick.field), None)
    return field is None or field.kind in CHOICES


def _number(found: tuple[Atom, ...], *, counted: bool) -> Decimal | None:
    if counted:
        return Decimal(len(found))
    numbers = [number for atom in found if (number := as_decimal(atom)) is not None]
    return sum(numbers, Decimal(0)) if numbers else None


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
