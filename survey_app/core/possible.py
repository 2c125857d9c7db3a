"""Whether conditions can hold together, for any answers at all.

Approximate on the safe side: what is called impossible is impossible; some impossible
combinations are not seen (those that take more than one question to tell).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from survey_app.core.condition import Condition, ShownWhen
from survey_app.core.kinds.cells import Rule, rule_of
from survey_app.core.number import as_decimal
from survey_app.core.questionnaire import Question

NUMBERS = ("integer", "percent", "money", "decimal", "computed", "table")
"""What sums and orders look at; of a table its cells."""
_BELOW = ("<", "<=")
_ABOVE = (">", ">=")


def branches(shown_when: ShownWhen | None) -> list[list[Condition]]:
    """The ways in which something can be shown, each a list of conditions that hold together."""
    if shown_when is None:
        return [[]]
    if shown_when.all:
        return [shown_when.all]
    return [[condition] for condition in shown_when.any]


def implied(conditions: list[Condition], grounds: Mapping[str, list[Condition]]) -> list[Condition]:
    """The conditions with all that they rest on: a question must be shown to have an answer.

    grounds  by question id, what must hold for it to be shown
    """
    whole = list(conditions)
    visited = set()
    for condition in whole:  # grows while it is walked through
        if _needs_answer(condition) and condition.question not in visited:
            visited.add(condition.question)
            whole += grounds.get(condition.question, [])
    return whole


def contradicted(conditions: list[Condition], questions: Mapping[str, Question]) -> str | None:
    """The id of a question about which the conditions contradict each other, or None."""
    by_key: dict[str, list[Condition]] = {}
    for condition in conditions:
        by_key.setdefault(condition.key, []).append(condition)
    for together in by_key.values():
        question = questions.get(together[0].question)
        if question is not None and not _can_hold(together, question):
            return question.id
    return None


def _needs_answer(condition: Condition) -> bool:
    return condition.operator != "exists" or condition.answer is True


def _can_hold(conditions: list[Condition], question: Question) -> bool:
    if len({_needs_answer(condition) for condition in conditions}) > 1:
        return False
    wanted = {str(item.answer) for item in conditions if item.operator == "="}
    unwanted = {str(item.answer) for item in conditions if item.operator == "!="}
    if wanted & unwanted:
        return False
    by_row = bool(conditions[0].row)
    if question.kind in ("list", "table"):
        return _place_open(conditions, question, wanted)
    if question.kind in NUMBERS:
        return len(wanted) < 2 and _interval_open(conditions, question)
    if question.kind == "single" or (question.kind == "matrix" and by_row):
        left = {option.id for option in question.options} - unwanted
        return bool(left) and len(wanted) < 2
    if question.kind == "multiple":
        exclusive = {option.id for option in question.options if option.exclusive}
        return not (wanted & exclusive) or len(wanted) < 2
    return question.kind == "matrix" or _many(question) or len(wanted) < 2


def _place_open(conditions: list[Condition], question: Question, wanted: set[str]) -> bool:
    """Of a list or a whole table many things may hold at once; a cell is one number."""
    row, column = conditions[0].row, conditions[0].column
    if question.kind != "table" or not row or not column:
        return True
    return len(wanted) < 2 and _interval_open(conditions, rule_of(question, row, column))


def _many(question: Question) -> bool:
    """Whether one answer may equal several things."""
    return question.kind == "text" and question.boxes > 1


def _interval_open(conditions: list[Condition], question: Question | Rule) -> bool:
    """Whether some number lies within all bounds, those of the question included."""
    low, high = _bounds(question)
    for condition in conditions:
        number = as_decimal(condition.answer)
        if number is None:
            continue
        if condition.operator in (*_ABOVE, "="):
            low = max(low, (number, condition.operator == ">"))
        if condition.operator in (*_BELOW, "="):
            high = min(high, (number, condition.operator != "<"))
    # A bound is (number, strict): strict above is True, strict below is False, so that the
    # narrower of two equal bounds is the larger below and the smaller above.
    if _whole(question):
        least = low[0].to_integral_value("ROUND_FLOOR") + 1 if low[1] else low[0]
        most = high[0] if high[1] else high[0].to_integral_value("ROUND_CEILING") - 1
        return least.to_integral_value("ROUND_CEILING") <= most
    return low[0] < high[0] or (low[0] == high[0] and not low[1] and high[1])


def _bounds(question: Question | Rule) -> tuple[tuple[Decimal, bool], tuple[Decimal, bool]]:
    least = getattr(question, "min", None)
    most = getattr(question, "max", None)
    return (
        (Decimal("-Infinity") if least is None else Decimal(least), False),
        (Decimal("Infinity") if most is None else Decimal(most), True),
    )


def _whole(question: Question | Rule) -> bool:
    return question.kind == "integer" or bool(getattr(question, "whole", False))
