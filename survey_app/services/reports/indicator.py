"""What is reckoned from all units' answers together: from their numbers, no mean of shares."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from survey_app.core.condition import Atoms
from survey_app.core.kinds.computed import is_counted, reckon_parts
from survey_app.core.number import as_decimal, canonical
from survey_app.core.pooling import Reply, atoms_of, pool
from survey_app.core.questionnaire import Questionnaire
from survey_app.services.reports.answers import RoundAnswers, UnitAnswer
from survey_app.services.reports.words import reckoned_text


@dataclass(frozen=True, slots=True)
class Indicator:
    """One reckoned question: all units together first, then each that has a number."""

    key: str
    title: str
    lines: tuple[str, ...]


def indicators(item: RoundAnswers) -> Iterator[Indicator]:
    """The reckoned questions of a round for which somebody has a number."""
    form = item.questionnaire
    seen = {answer.submission: _atoms(form, answer) for answer in item.answers}
    for question in form.questions():
        values = [(answer, answer.questions[question.id]["value"]) for answer in item.answers]
        replies = [
            Reply(answer.unit, answer.submission, "answered", value)
            for answer, value in values
            if value is not None
        ]
        if question.kind == "computed" and replies:
            own = (
                _unit(form, question, reply, seen[reply.submission_id]) for reply in replies
            )  # fmt: skip
            lines = (f"Alla som svarat: {_together(form, question, replies, seen)}", *own)
            yield Indicator(f"indicator:{item.row.id}:{question.id}", question.text.sv, lines)


def _atoms(form: Questionnaire, answer: UnitAnswer) -> Atoms:
    values = {
        name: entry["value"]
        for name, entry in answer.questions.items()
        if entry["value"] is not None and entry["kind"] not in ("computed", "attestation")
    }
    return atoms_of(values, form.by_id)


def _unit(form: Questionnaire, question: Any, reply: Reply, atoms: Atoms) -> str:
    """``"Psykiatrin Halland: 75 procent (3 av 4)"``."""
    parts = [canonical(part or Decimal(0)) for part in reckon_parts(question, atoms, form.by_id)]
    return f"{reply.unit}: {_told(form, question, reply.value, parts)}"


def _together(
    form: Questionnaire, question: Any, replies: list[Reply], seen: dict[int, Atoms]
) -> str:
    if question.operation == "share":
        share = pool(question, replies, seen, form.by_id).share
        assert share is not None
        return _told(form, question, share.value, [share.part, share.whole])
    numbers = (as_decimal(reply.value) for reply in replies)
    total = sum((number for number in numbers if number is not None), Decimal(0))
    return _told(form, question, canonical(total), [])


def _told(form: Questionnaire, question: Any, value: Any, parts: list[Any]) -> str:
    said = reckoned_text(value, question.shown_as)
    of_things = question.operation == "share" and all(
        is_counted(pick, form.by_id.get(pick.question)) for pick in question.picks
    )
    return f"{said} ({parts[0]} av {parts[1]})" if of_things else said
