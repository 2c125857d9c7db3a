"""What many answered without saying who they are, counted so that nobody is pointed out.

Nothing is told of a question that fewer than five answered, and no lowest or highest number of
fewer than ten. What was shown once and grew by fewer than five is shown as it was: the difference
would tell what few answered.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from survey_app.core.questionnaire import Question, Questionnaire

FEWEST = 5
FEWEST_FOR_EXTREMES = 10

Ballot = Mapping[str, Any]
"""What one person answered: what is sent of each answer, by question id."""
Tally = dict[str, Any]
"""Of one question: ``answered`` (how many did), and by kind ``counts`` (by option), ``rows``
(counts by row), or ``median``, ``lowest`` and ``highest``. Of a question that too few answered
``{"withheld": true}``. JSON throughout. Texts stand apart (``texts_of``)."""

WITHHELD: Tally = {"withheld": True}


def tally_of(questionnaire: Questionnaire, ballots: Sequence[Ballot]) -> dict[str, Tally]:
    """Every question that is answered by people, counted, by its id."""
    return {
        question.id: _tally(question, [one[question.id] for one in ballots if question.id in one])
        for question in questionnaire.questions()
        if question.kind in _COUNTED
    }


def _tally(question: Question, values: list[Any]) -> Tally:
    if len(values) < FEWEST:
        return dict(WITHHELD)
    return {"answered": len(values), **_COUNTED[question.kind](question, values)}


def _count_chosen(question: Any, values: list[Any]) -> Tally:
    found = Counter(value["chosen"] for value in values)
    return {"counts": {option.id: found[option.id] for option in question.options}}


def _count_ticked(question: Any, values: list[Any]) -> Tally:
    found = Counter(option for value in values for option in value["chosen"])
    return {"counts": {option.id: found[option.id] for option in question.options}}


def _count_rows(question: Any, values: list[Any]) -> Tally:
    return {"rows": {row.id: _row(question, row.id, values) for row in question.rows}}


def _row(question: Any, row: str, values: list[Any]) -> Tally:
    """One row is a question of its own: few may have answered it."""
    found = Counter(value[row] for value in values if row in value)
    if found.total() < FEWEST:
        return dict(WITHHELD)
    counts = {option.id: found[option.id] for option in question.options}
    return {"answered": found.total(), "counts": counts}


def _count_numbers(question: Any, values: list[Any]) -> Tally:
    numbers = sorted(value for value in values if isinstance(value, int))
    if len(numbers) < FEWEST:
        return dict(WITHHELD)
    told: Tally = {"median": numbers[(len(numbers) - 1) // 2]}
    if len(numbers) >= FEWEST_FOR_EXTREMES:
        told |= {"lowest": numbers[0], "highest": numbers[-1]}
    return told


def _count_texts(question: Any, values: list[Any]) -> Tally:
    return {}


_COUNTED = {
    "single": _count_chosen,
    "multiple": _count_ticked,
    "matrix": _count_rows,
    "integer": _count_numbers,
    "text": _count_texts,
}
"""How each kind that an anonymous form may have is counted."""


def texts_of(
    questionnaire: Questionnaire, ballots: Sequence[Ballot], salt: str
) -> dict[str, list[str]]:
    """The free texts by question id, in an order that tells nothing of who wrote what or when.

    A question with fewer than five texts has none. ``salt`` is the survey's own: with it the order
    is the same each time, so that what came later cannot be told from a change of order.
    """
    found = {}
    for question in questionnaire.questions():
        if question.kind == "text":
            values = [one[question.id] for one in ballots if question.id in one]
            if len(values) >= FEWEST:
                texts = [text for value in values for text in _boxes(value) if text]
                found[question.id] = sorted(texts, key=lambda text: _place(salt, text))
    return found


def _boxes(value: Any) -> Iterable[str]:
    return [value] if isinstance(value, str) else value


def _place(salt: str, text: str) -> bytes:
    return hashlib.sha256(f"{salt}\0{text}".encode()).digest()


def grown(shown: Mapping[str, Tally], fresh: Mapping[str, Tally]) -> dict[str, Tally]:
    """What to show instead of what was shown: of each question, and each row, the fresh count
    where at least five more have answered it, else the one that was shown."""
    return {key: _grown(shown.get(key, WITHHELD), tally) for key, tally in fresh.items()}


def _grown(shown: Tally, fresh: Tally) -> Tally:
    if fresh.get("answered", 0) - shown.get("answered", 0) < FEWEST:
        return dict(shown)
    if "rows" in fresh:
        return {**fresh, "rows": grown(shown.get("rows", {}), fresh["rows"])}
    return dict(fresh)
