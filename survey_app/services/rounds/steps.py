"""How far the units of a round have come with the steps of a checklist."""

from __future__ import annotations

import json
from collections import Counter

from sqlalchemy import select
from sqlmodel import Session, col

from survey_app.core.questionnaire import SingleQuestion
from survey_app.core.steps import steps_in
from survey_app.services.rounds.view import RoundView
from survey_app.store.tables import RoundValue


def count_steps(session: Session, view: RoundView) -> list[tuple[SingleQuestion, Counter[str]]]:
    """Each step with how many units that have handed over are at each of its states."""
    steps = steps_in(view.questionnaire)
    if not steps:
        return []
    counts: dict[str, Counter[str]] = {step.id: Counter() for step in steps}
    query = select(col(RoundValue.question), col(RoundValue.value)).where(
        col(RoundValue.round_id) == view.id,
        col(RoundValue.question).in_(counts),
        col(RoundValue.value).is_not(None),
    )
    for question, value in session.execute(query):
        counts[question][json.loads(value)["chosen"]] += 1
    return [(step, counts[step.id]) for step in steps]
