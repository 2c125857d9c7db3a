"""What many units answered to one question, taken together. Exact: never a float.

Quartiles are those of Excel's KVARTIL.INK: the median of the numbers, and what stands a quarter of
the way from the least to the greatest, and three quarters, in proportion between two neighbours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Any, Literal, NamedTuple

from survey_app.core.condition import Atom, Atoms
from survey_app.core.evaluation import Blank
from survey_app.core.kinds import KINDS, Value
from survey_app.core.kinds.cells import rule_of
from survey_app.core.kinds.computed import reckon_parts
from survey_app.core.kinds.entry import CHOICES, FIELD_KINDS, NUMBERS
from survey_app.core.number import as_decimal, canonical
from survey_app.core.questionnaire import Question

Number = int | str
Why = Literal["answered", "stated", "left", "not_asked", "missing"]
"""``stated``: left empty with a reason; ``left``: without one; ``missing``: nothing handed over."""
_EXACT = Context(prec=120)  # numbers have at most 40 signs


class Reply(NamedTuple):
    """What one unit answered to one question; ``why`` tells whether there is a value."""

    unit: str
    submission_id: int
    why: Why
    value: Value = None
    blank: Blank | None = None


class OptionCount(NamedTuple):
    """How many chose an option, and which percentage that is of those who could have."""

    option: Any
    n: int
    share: Number | None


class Figures(NamedTuple):
    """Some numbers taken together; ``n`` of them."""

    n: int
    total: Number
    least: Number
    lower: Number
    median: Number
    upper: Number
    greatest: Number


class RowCount(NamedTuple):
    """A row of a matrix, or a field of a list: ``n`` answered it."""

    line: Any
    n: int
    options: tuple[OptionCount, ...] = ()
    figures: Figures | None = None


class Share(NamedTuple):
    """A share of all units together: ``part`` of ``whole``; ``without`` had no such numbers."""

    part: Number
    whole: Number
    value: Number | None
    without: tuple[str, ...]


class Cells(NamedTuple):
    """A table of many: the sum of each cell, the median where it holds percentages, and of how
    many units that is. Totals that were typed are none of it."""

    value: Value
    counts: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Result:
    """One question, from all units, in the order of the round.

    options  of a choice; ``rows`` of a matrix, or the fields of a list that can be counted
    figures  of numbers; of a list: how many entries the units have
    unread   units whose answer is no number
    """

    question: Question
    replies: tuple[Reply, ...]
    options: tuple[OptionCount, ...] = ()
    rows: tuple[RowCount, ...] = ()
    figures: Figures | None = None
    unread: tuple[str, ...] = ()
    share: Share | None = None
    cells: Cells | None = None

    def of(self, *why: Why) -> list[Reply]:
        """The replies of some sort."""
        return [reply for reply in self.replies if reply.why in why]


def percent(part: int, whole: int) -> Number | None:
    """``part`` of ``whole`` in percent with one decimal, rounded half up; None of nothing."""
    if not whole:
        return None
    with localcontext(_EXACT):
        share = Decimal(100 * part) / Decimal(whole)
        return canonical(share.quantize(Decimal("0.1"), ROUND_HALF_UP))


def sum_up(numbers: Iterable[Decimal]) -> Figures | None:
    """Numbers taken together; None of none."""
    held = sorted(numbers)
    if not held:
        return None
    with localcontext(_EXACT):
        lower, median, upper = (_quarter(held, place) for place in (1, 2, 3))
        found = (sum(held, Decimal(0)), held[0], lower, median, upper, held[-1])
        return Figures(len(held), *map(canonical, found))


def _quarter(held: Sequence[Decimal], place: int) -> Decimal:
    below, rest = divmod((len(held) - 1) * place, 4)
    if not rest:
        return held[below]
    return held[below] + (held[below + 1] - held[below]) * rest / 4


def count_options(
    options: Sequence[Any], said: Sequence[Sequence[Atom]]
) -> tuple[OptionCount, ...]:
    """How many chose each option, of those who answered: ``said`` has one of each."""
    counts = [sum(option.id in chosen for chosen in said) for option in options]
    return tuple(
        OptionCount(option, count, percent(count, len(said)))
        for option, count in zip(options, counts, strict=True)
    )


def pool(
    question: Question, replies: Sequence[Reply], told: Mapping[int, Atoms],
    questions: Mapping[str, Question],
) -> Result:  # fmt: skip
    """One question taken together.

    told       by submission, what a share is reckoned from (``atoms_of``); of other kinds nothing
    questions  by id
    """
    held = Result(question, tuple(replies))
    if question.kind == "computed" and question.operation == "share":
        return replace(_pool_numbers(held), share=_pool_share(held, told, questions))
    taken_together = _POOLS.get(question.kind)
    return taken_together(held) if taken_together else held


def _values(held: Result) -> list[Value]:
    return [reply.value for reply in held.of("answered")]


def _pool_choice(held: Result) -> Result:
    spec: Any = held.question
    said = [KINDS[spec.kind].atoms(spec, value) for value in _values(held)]
    return replace(held, options=count_options(spec.options, said))


def _pool_matrix(held: Result) -> Result:
    spec: Any = held.question
    values = _values(held)
    rows = []
    for row in spec.rows:
        said = [(value[row.id],) for value in values if row.id in value]
        rows.append(RowCount(row, len(said), count_options(spec.options, said)))
    return replace(held, rows=tuple(rows))


def _pool_numbers(held: Result) -> Result:
    read = [(reply.unit, as_decimal(reply.value)) for reply in held.of("answered")]
    return replace(
        held,
        figures=sum_up(number for _unit, number in read if number is not None),
        unread=tuple(unit for unit, number in read if number is None),
    )


def _pool_list(held: Result) -> Result:
    spec: Any = held.question
    lists = [value["entries"] for value in _values(held)]
    entries = [entry["values"] for found in lists for entry in found]
    rows = [_pool_field(field, entries) for field in spec.fields if _is_counted(field)]
    return replace(held, rows=tuple(rows), figures=sum_up(Decimal(len(found)) for found in lists))


def _is_counted(field: Any) -> bool:
    return field.kind in (*CHOICES, *NUMBERS)


def _pool_field(field: Any, entries: Sequence[Mapping[str, Value]]) -> RowCount:
    values = [entry[field.id] for entry in entries if field.id in entry]
    said = [FIELD_KINDS[field.kind].atoms(field, value) for value in values]
    if field.kind in CHOICES:
        return RowCount(field, len(said), count_options(field.options, said))
    numbers = [number for value in values if (number := as_decimal(value)) is not None]
    return RowCount(field, len(numbers), figures=sum_up(numbers))


def _pool_table(held: Result) -> Result:
    spec: Any = held.question
    cells: dict[str, dict[str, Number]] = {}
    counts: dict[str, dict[str, int]] = {}
    values = [value["cells"] for value in _values(held)]
    for row in spec.rows:
        for column in spec.columns:
            found = [as_decimal(value.get(row.id, {}).get(column.id)) for value in values]
            figures = sum_up(number for number in found if number is not None)
            if figures is None:
                continue
            percentages = rule_of(spec, row.id, column.id).kind == "percent"
            cell = figures.median if percentages else figures.total
            cells.setdefault(row.id, {})[column.id] = cell
            counts.setdefault(row.id, {})[column.id] = figures.n
    return replace(held, cells=Cells({"cells": cells, "notes": {}} if cells else None, counts))


def _pool_share(
    held: Result, told: Mapping[int, Atoms], questions: Mapping[str, Question]
) -> Share:
    """Σ part of Σ whole; who lacks one of the two counts in neither."""
    spec: Any = held.question
    parts, wholes, without = [], [], []
    for reply in held.replies:
        if reply.why in ("missing", "not_asked"):
            continue
        atoms = told.get(reply.submission_id, {})
        part, whole = ([*reckon_parts(spec, atoms, questions), None, None])[:2]
        if part is None or not whole:
            without.append(reply.unit)
        else:
            parts.append(part)
            wholes.append(whole)
    with localcontext(_EXACT):
        part, whole = sum(parts, Decimal(0)), sum(wholes, Decimal(0))
        step = Decimal(1).scaleb(-spec.decimals)
        value = canonical((100 * part / whole).quantize(step, ROUND_HALF_UP)) if whole else None
    return Share(canonical(part), canonical(whole), value, tuple(without))


def atoms_of(answered: Mapping[str, Value], questions: Mapping[str, Question]) -> Atoms:
    """What a unit's answers say where a share looks: as conditions see them."""
    found: dict[str, tuple[Atom, ...]] = {}
    for name, value in answered.items():
        question = questions[name]
        kind = KINDS[question.kind]
        found[name] = kind.atoms(question, value)
        found |= {f"{name}{place}": said for place, said in kind.seen(question, value).items()}
    return found


_POOLS: dict[str, Callable[[Result], Result]] = {
    "single": _pool_choice,
    "multiple": _pool_choice,
    "matrix": _pool_matrix,
    "list": _pool_list,
    "table": _pool_table,
    **dict.fromkeys(("integer", "percent", "money", "computed"), _pool_numbers),
}
"""By the kind of question; of any other there is nothing to reckon."""
