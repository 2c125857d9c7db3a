"""The answers of a round as files: nothing but what was handed over."""

from __future__ import annotations

import datetime
import json

from sqlalchemy import select
from sqlmodel import Session, col

from survey_app.export.results import Answer, RoundAnswers, UnitAnswers
from survey_app.services.rounds.asked import asked_units
from survey_app.services.rounds.results import questions_with_results
from survey_app.services.rounds.view import RoundView
from survey_app.store.tables import RoundValue


def collect_answers(session: Session, view: RoundView, now: datetime.datetime) -> RoundAnswers:
    """All that was handed over in a round, unit by unit."""
    questions = questions_with_results(view)
    wanted = {item.id for item in questions}
    found: dict[int, dict[str, Answer]] = {}
    query = select(
        col(RoundValue.submission_id), col(RoundValue.question), col(RoundValue.value),
        col(RoundValue.blank), col(RoundValue.shown),
    ).where(col(RoundValue.round_id) == view.id)  # fmt: skip
    for submission, question, value, blank, shown in session.execute(query):
        if question in wanted:
            found.setdefault(submission, {})[question] = _read(value), _read(blank), shown
    units = [
        UnitAnswers(
            unit.name, unit.number, unit.state.value,
            unit.handed_over_at.astimezone(datetime.UTC).isoformat(timespec="seconds")
            if unit.handed_over_at else None,
            _in_order(found.get(unit.submission_id, {}), wanted_order=[q.id for q in questions])
            if unit.handed_over else {},
        )
        for unit in asked_units(session, view.id)
    ]  # fmt: skip
    return RoundAnswers(
        diary_number=view.case.diary_number, case=view.case.title, practice=view.case.practice,
        title=view.row.title, specification=view.row.specification,
        questionnaire=view.questionnaire, questions=questions, units=units,
        created=now.astimezone(datetime.UTC).isoformat(timespec="seconds"),
    )  # fmt: skip


def _read(text: str | None) -> object:
    return None if text is None else json.loads(text)


def _in_order(held: dict[str, Answer], wanted_order: list[str]) -> dict[str, Answer]:
    return {name: held[name] for name in wanted_order if name in held}
