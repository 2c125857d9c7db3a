"""The day on which a round opens: who was asked before it is told then."""

from __future__ import annotations

import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from survey_app.core.workflow import ContributionState
from survey_app.export.swedish import swedish_day
from survey_app.services.mail.notice import Kind
from survey_app.services.rounds.units import tell_units
from survey_app.store.tables import Event, Round, RoundUnit


def tell_of_openings(session: Session, now: datetime.datetime) -> int:
    """Tell the units of rounds that have opened since they were asked; how many are told now.

    A run that was missed is made good by the next, and nobody is told twice.
    """
    today = swedish_day(now)
    asked = func.max(col(Event.at))
    query = (
        select(Round, col(RoundUnit.submission_id), asked)
        .join(RoundUnit, col(RoundUnit.round_id) == col(Round.id))
        .join(Event, col(Event.submission_id) == col(RoundUnit.submission_id))
        .where(
            col(Round.opens) <= today,
            col(Round.closed_at).is_(None),
            col(RoundUnit.state) == ContributionState.ASKED,
            col(Event.kind) == "round_asked",
        )
        .group_by(col(Round.id), col(RoundUnit.submission_id))
    )
    waiting: dict[int, tuple[Round, list[int]]] = {}
    for row, submission, at in session.execute(query):
        if swedish_day(at) < row.opens:
            waiting.setdefault(row.id, (row, []))[1].append(submission)
    return sum(
        tell_units(session, row, Kind.ROUND_ASKED, found, f"opens-{row.id}", now, today)
        for row, found in waiting.values()
    )
