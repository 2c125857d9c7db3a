"""The results of a round: what its units answered, question by question.

Read only from what was handed over (``RoundValue``): no draft is seen, and no form is read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from survey_app.core.kinds import KINDS
from survey_app.core.pooling import Reply, Result, Why, atoms_of, pool
from survey_app.core.questionnaire import Question
from survey_app.services.refusal import NotFound
from survey_app.services.rounds.asked import AskedUnit, asked_units
from survey_app.services.rounds.view import RoundView
from survey_app.store.tables import RoundValue

Stored = tuple[str | None, str | None, bool]
"""Value and blank as JSON, and whether it was asked."""


@dataclass(frozen=True, slots=True)
class Results:
    """The questions wanted, each taken together, and the units that were asked."""

    units: list[AskedUnit]
    questions: list[Result]


def read_results(session: Session, view: RoundView, question_id: str | None = None) -> Results:
    """The results of one question, or of all. Raises NotFound (``no_question``)."""
    known = view.questionnaire.by_id
    if question_id is not None and (
        question_id not in known or not has_results(known[question_id])
    ):
        raise NotFound("no_question", question=question_id[:64])
    wanted = [known[question_id]] if question_id else questions_with_results(view)
    units = asked_units(session, view.id)
    needed = set[str]().union(*(_looked_at(item) for item in wanted))
    stored = _read_values(session, view.id, needed if question_id else None)
    return Results(units, [_result(item, units, stored, known) for item in wanted])


def has_results(question: Question) -> bool:
    """Whether units answer it, or something is reckoned from what they answer."""
    kind = KINDS[question.kind]
    return question.filled_by != "approver" and (kind.answered or question.kind == "computed")


def questions_with_results(view: RoundView) -> list[Question]:
    """The questions of a round, in the authority's order."""
    return [item for item in view.questionnaire.questions() if has_results(item)]


def _looked_at(question: Any) -> set[str]:
    """The questions whose values a result is made of."""
    if question.kind != "computed":
        return {question.id}
    return {question.id, *(pick.question for pick in question.picks)}


def _read_values(
    session: Session, round_id: int, questions: Iterable[str] | None
) -> dict[str, dict[int, Stored]]:
    """What was handed over, by question and submission; of all questions if None."""
    query = select(
        col(RoundValue.question), col(RoundValue.submission_id), col(RoundValue.value),
        col(RoundValue.blank), col(RoundValue.shown),
    ).where(col(RoundValue.round_id) == round_id)  # fmt: skip
    if questions is not None:
        query = query.where(col(RoundValue.question).in_(sorted(questions)))
    found: dict[str, dict[int, Stored]] = {}
    for question, submission, value, blank, shown in session.execute(query):
        found.setdefault(question, {})[submission] = value, blank, shown
    return found


def _result(
    question: Question,
    units: list[AskedUnit],
    stored: Mapping[str, Mapping[int, Stored]],
    known: Mapping[str, Question],
) -> Result:
    held = stored.get(question.id, {})
    replies = [_reply(unit, held.get(unit.submission_id)) for unit in units]
    told = {}
    if question.kind == "computed" and question.operation == "share":
        told = {unit.submission_id: _told(unit, question, stored, known) for unit in units}
    return pool(question, replies, told, known)


def _told(
    unit: AskedUnit, question: Any, stored: Mapping[str, Mapping[int, Stored]],
    known: Mapping[str, Question],
) -> Any:  # fmt: skip
    answered = {}
    for name in {pick.question for pick in question.picks}:
        value, _blank, _shown = stored.get(name, {}).get(unit.submission_id, (None, None, False))
        if value is not None:
            answered[name] = json.loads(value)
    return atoms_of(answered, known)


def _reply(unit: AskedUnit, found: Stored | None) -> Reply:
    if found is None or not unit.handed_over:
        return Reply(unit.name, unit.submission_id, "missing")
    value, blank, shown = found
    why: Why = "left"
    if value is not None:
        why = "answered"
    elif not shown:
        why = "not_asked"
    elif blank is not None:
        why = "stated"
    return Reply(
        unit.name, unit.submission_id, why,
        None if value is None else json.loads(value),
        None if blank is None else json.loads(blank),
    )  # fmt: skip
