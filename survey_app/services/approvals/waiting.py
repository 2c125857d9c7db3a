"""Reminding those who are waited for: a submission that stands at a step of its approval."""

from __future__ import annotations

import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from survey_app.core.workflow import State
from survey_app.export.swedish import swedish_day
from survey_app.services.mail.notice import Kind, approvers_of, tell
from survey_app.services.submission import read_answers, read_heading
from survey_app.store.tables import Event, Submission

_SATURDAY = 5


def remind_of_waiting(session: Session, now: datetime.datetime, every: int) -> int:
    """Put a message to those whose step it is into the outbox; how many are new.

    every  so many working days a submission waits before they are told, and before they are told
           again; 0 never reminds
    Nobody is told at a weekend. A run that was missed is not made good: they are told once. A step
    that is taken starts the waiting anew, for the next. Practice cases wait for nobody.
    """
    today, told = swedish_day(now), 0
    if every < 1 or today.weekday() >= _SATURDAY:
        return 0
    waiting = select(col(Submission.id)).where(col(Submission.state) == State.AWAITING_APPROVAL)
    for submission_id in session.execute(waiting.order_by(col(Submission.id))).scalars():
        since = _since(session, submission_id)
        days = working_days(swedish_day(since.at), today)
        if days < every:
            continue
        dossier = read_heading(session, submission_id, hold=False)
        if dossier.practice:
            continue
        read_answers(session, dossier)
        readers = approvers_of(session, dossier, today)
        event = f"{since.id}-{days // every}"
        told += tell(session, dossier, Kind.WAITING, event, readers, now, days=days)
    return told


def _since(session: Session, submission_id: int) -> Event:
    """What began the waiting: it was sent, or the step before was taken."""
    query = (
        select(Event)
        .where(col(Event.submission_id) == submission_id, col(Event.kind).in_(("sent", "endorsed")))
        .order_by(col(Event.id).desc())
        .limit(1)
    )
    found: Event = session.execute(query).scalars().one()
    return found


def working_days(first: datetime.date, last: datetime.date) -> int:
    """How many days from Monday to Friday come after the first, up to the last."""
    weeks, rest = divmod((last - first).days, 7)
    days = (first + datetime.timedelta(days=day) for day in range(1, rest + 1))
    return weeks * 5 + sum(day.weekday() < _SATURDAY for day in days)
