"""Last year's answer in this year's question: which continues which, and what of it fits.

The same mapping takes a draft from one version of its questionnaire to the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from survey_app.core.evaluation import Given
from survey_app.core.kinds import KINDS, Value
from survey_app.core.kinds.choice import chosen_options
from survey_app.core.problem import Malformed
from survey_app.core.questionnaire import Continues, Question, Questionnaire


class Misfit(NamedTuple):
    """A part of an earlier answer that has no place here.

    code   why: other_kind, no_such_option, no_such_row, no_such_box, no_field, one_only, taken
    part   where it stood: ``option:ja``, ``row:psykolog``, ``box:2``; empty for the whole answer
    value  what it was, in the shape of that part
    """

    code: str
    part: str
    value: Value


@dataclass(frozen=True, slots=True)
class Carried:
    """An earlier answer in the shape of a question here, and what of it did not fit."""

    given: Given
    misfits: tuple[Misfit, ...] = ()


def links_of(questionnaire: Questionnaire, question: Question) -> Iterator[Continues]:
    """What a question continues in earlier periods, the nearest first."""
    if question.continues is not None:
        yield from (link for link in question.continues if link.questionnaire != questionnaire.id)
    elif questionnaire.continues is not None:
        yield Continues(questionnaire=questionnaire.continues, question=question.id)


def link_to(questionnaire: Questionnaire, question: Question, earlier: str) -> Continues:
    """What a question continues in an earlier version of its own questionnaire, or in the
    earlier questionnaire that is named; the question with the same id where nothing is said."""
    for link in question.continues or ():
        if link.questionnaire == earlier:
            return link
    return Continues(questionnaire=earlier, question=question.id)


def can_be_carried(question: Question) -> bool:
    """Whether a writer answers the question at all."""
    return question.filled_by == "writer" and KINDS[question.kind].answered


def carry(question: Question, link: Continues, earlier: Question, given: Given) -> Carried:
    """An answer to an earlier question in the shape of this one.

    What does not fit is listed, each part with its value: nothing is dropped in silence. The
    result is what ``KINDS[...].parse`` would store; whether it is right is for ``check`` to say.
    """
    value = given.value
    if value is None or not can_be_carried(question):
        return Carried(Given(None, given.blank if can_be_carried(question) else None))
    carrier = _carrier(question, earlier)
    if carrier is None:
        return Carried(Given(), (Misfit("other_kind", "", value),))
    found, misfits = carrier(question, link, earlier, value)
    try:
        stored = KINDS[question.kind].parse(question, found)
    except Malformed:
        return Carried(Given(), (Misfit("other_kind", "", value),))
    return Carried(Given(stored, given.blank), tuple(misfits))


_Carrier = Callable[[Any, Continues, Any, Value], tuple[Value, list[Misfit]]]


def _carrier(question: Question, earlier: Question) -> _Carrier | None:
    kind = earlier.shown_as if earlier.kind == "computed" else earlier.kind
    if kind in ("single", "multiple") and question.kind in ("single", "multiple"):
        return _options
    if kind != question.kind:
        return None
    if kind == "matrix":
        return _rows
    return _boxes if kind == "text" else _whole


def _whole(
    question: Any, link: Continues, earlier: Any, value: Value
) -> tuple[Value, list[Misfit]]:
    return value, []


def _boxes(
    question: Any, link: Continues, earlier: Any, value: Value
) -> tuple[Value, list[Misfit]]:
    """Box by box; two that go into one stand there one after the other."""
    texts, misfits = [""] * question.boxes, []
    for number, text in enumerate(value if isinstance(value, list) else [value], start=1):
        target = link.boxes.get(number, number)
        if not text.strip():
            continue
        if target > question.boxes:
            misfits.append(Misfit("no_such_box", f"box:{number}", text))
        else:
            texts[target - 1] = _joined(texts[target - 1], text)
    return (texts[0] if question.boxes == 1 else texts), misfits


def _joined(first: str, second: str) -> str:
    return f"{first}\n\n{second}" if first else second


def _rows(question: Any, link: Continues, earlier: Any, value: Value) -> tuple[Value, list[Misfit]]:
    rows = {row.id for row in question.rows}
    options = {option.id for option in question.options}
    found: dict[str, str] = {}
    misfits = []
    for row, option in value.items():
        row_here, option_here = link.rows.get(row, row), link.options.get(option, option)
        code = ""
        if row_here not in rows:
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


def _options(
    question: Any, link: Continues, earlier: Any, value: Value
) -> tuple[Value, list[Misfit]]:
    here = {option.id: option for option in question.options}
    fields = {option.id: option.field for option in earlier.options}
    chosen: list[str] = []
    details: dict[str, Value] = {}
    misfits = []
    was_chosen = chosen_options(earlier, value)
    for option in dict.fromkeys([*was_chosen, *value["details"]]):
        target = here.get(link.options.get(option, option))
        detail = value["details"].get(option)
        if target is None:
            misfits.append(Misfit("no_such_option", f"option:{option}", detail))
            continue
        if option in was_chosen:
            chosen.append(target.id)
        if detail is not None:
            misfits += _detail(target, fields[option], f"option:{option}", detail, details)
    if question.kind == "single" and len(set(chosen)) > 1:
        return None, [*misfits, Misfit("one_only", "", value)]
    return {"chosen": list(dict.fromkeys(chosen)), "details": details}, misfits


def _detail(
    target: Any, field: Any, part: str, detail: Value, details: dict[str, Value]
) -> Iterator[Misfit]:
    """Put what was written after an option after the option here, if it can stand there."""
    if target.field is None:
        yield Misfit("no_field", part, detail)
    elif target.field.kind != field.kind or _count(target.field) != _count(field):
        yield Misfit("other_kind", part, detail)
    elif target.id not in details:
        details[target.id] = detail
    elif isinstance(detail, str) and target.field.kind == "text":
        details[target.id] = _joined(details[target.id], detail)
    elif details[target.id] != detail:
        yield Misfit("taken", part, detail)


def _count(field: Any) -> int:
    """How many boxes the field after an option has; 1 where it is no text."""
    return int(getattr(field, "boxes", 1))
