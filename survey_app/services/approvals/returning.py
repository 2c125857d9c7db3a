"""Sending questions back, and what became of them since.

Only what was sent back opens again, with what follows from it; until it is approved the rest stays
locked, also where the writers take the submission back once more. So what differs at the next
approval is told by question: those sent back, their follow-ups, and what changed by itself because
of them (a row that is no longer asked, a sum). Versions of answers prove that nothing else did.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, select, update
from sqlmodel import Session, col

from survey_app.core.characters import tidy
from survey_app.core.content import Content, canonical_json, sha256_of
from survey_app.core.difference import Change, changes_between
from survey_app.core.workflow import Action
from survey_app.services.actor import Actor
from survey_app.services.approvals.authority import require_authority
from survey_app.services.approvals.kept_reason import forget_reasons
from survey_app.services.approvals.turn import find_turn
from survey_app.services.audit import Signer
from survey_app.services.refusal import ChangedMeanwhile, Invalid
from survey_app.services.scope import followers, require_returnable
from survey_app.services.step import take_step
from survey_app.services.submission import Dossier, open_submission
from survey_app.store.tables import Account, Event, ReturnedQuestion, Snapshot


@dataclass(frozen=True, slots=True)
class Returned:
    """A question that was sent back, with the reason, and how it differs since, if it does."""

    question: str
    reason: str
    change: Change | None


@dataclass(frozen=True, slots=True)
class SinceReturn:
    """What became of a submission since questions were sent back.

    open_too   the follow-ups that opened with them
    followed   changes of those
    by_itself  changes that nobody wrote: they follow from answers that were open
    elsewhere  ids of questions that somebody wrote in all the same; always empty in what was
               returned since they are locked
    deadline   the last day before, where it was moved
    """

    at: datetime.datetime
    by: str
    returned: list[Returned]
    open_too: list[str]
    followed: list[Change]
    by_itself: list[Change]
    elsewhere: list[str]
    deadline: str | None


def return_questions(
    session: Session,
    actor: Actor,
    submission_id: int,
    reasons: Mapping[str, str],
    now: datetime.datetime,
    today: datetime.date,
    signer: Signer,
    *,
    shown_sha256: str,
) -> Dossier:
    """Send named questions back, each with a reason; only those open again.

    shown_sha256  the content's hash as the approver's page carried it: what comes next is compared
                  with what was read, so nothing else may have been sent meanwhile
    Raises ChangedMeanwhile, Invalid (``nothing_returned``, ``return_reason_missing``,
    ``no_question``, ``not_asked_for``), Forbidden. Whose turn it is to approve may, and nobody
    else.
    """
    dossier = open_submission(session, actor, submission_id, Action.RETURN, hold=True)
    content = dossier.content()
    sha256 = sha256_of(content)
    authority = require_authority(
        session, actor, dossier, find_turn(session, dossier, sha256), today
    )
    if sha256 != shown_sha256:
        raise ChangedMeanwhile("content_changed")
    if not reasons:
        raise Invalid("nothing_returned")
    for question, reason in reasons.items():
        require_returnable(dossier, question)
        if not reason.strip():
            raise Invalid("return_reason_missing", question=question)
    keep_snapshot(session, dossier.id, content, sha256, now)
    versions = {question: mark.version for question, mark in dossier.marks.items()}
    facts = {"questions": list(reasons), "versions": versions}
    event = take_step(
        session, actor, dossier, Action.RETURN, now, signer,
        content_sha256=sha256,
        facts=facts,
        audit={"questions": list(reasons), "told": sha256_of(facts), **authority.ids()},
    )  # fmt: skip
    assert event.id is not None
    forget_reasons(session, submission_id)
    for question, reason in reasons.items():
        session.add(
            ReturnedQuestion(
                event_id=event.id,
                submission_id=submission_id,
                question=question,
                reason=tidy(reason.strip()),
            )
        )
    return dossier


def keep_snapshot(
    session: Session, submission_id: int, content: Content, sha256: str, now: datetime.datetime
) -> None:
    """Keep a content, to compare it with what comes next."""
    if session.get(Snapshot, (sha256, submission_id)) is None:
        body = canonical_json(content).decode()
        session.add(Snapshot(sha256=sha256, submission_id=submission_id, body=body, at=now))


def last_return(session: Session, submission_id: int) -> Event | None:
    """The event by which questions were last sent back, of a contribution too."""
    query = (
        select(Event)
        .where(
            col(Event.submission_id) == submission_id,
            col(Event.kind).in_(("returned", "sent_back")),
        )
        .order_by(col(Event.id).desc())
        .limit(1)
    )
    found: Event | None = session.execute(query).scalars().first()
    return found


def sent_before(
    session: Session, submission_id: int
) -> tuple[Content | None, datetime.datetime | None]:
    """The content that was sent the time before last, and when; nothing if it was sent once."""
    query = (
        select(col(Snapshot.body), col(Event.at))
        .select_from(Event)
        .join(Snapshot, and_(col(Snapshot.sha256) == col(Event.content_sha256),
                             col(Snapshot.submission_id) == col(Event.submission_id)))
        .where(col(Event.submission_id) == submission_id, col(Event.kind) == "sent")
        .order_by(col(Event.id).desc())
        .offset(1)
        .limit(1)
    )  # fmt: skip
    row = session.execute(query).first()
    return (json.loads(row.body), row.at) if row else (None, None)


def settle_returns(session: Session, submission_id: int) -> None:
    """What was sent back was seen to: the submission goes to the approver again."""
    _settle(session, [col(ReturnedQuestion.submission_id) == submission_id], settled=True)


def reopen_returns(session: Session, submission_id: int) -> None:
    """Only what was last sent back is open, where the writers take the submission back again."""
    event = last_return(session, submission_id)
    if event is not None:
        _settle(session, [col(ReturnedQuestion.event_id) == event.id], settled=False)


def _settle(session: Session, where: Iterable[Any], *, settled: bool) -> None:
    session.execute(
        update(ReturnedQuestion)
        .where(*where)
        .values(settled=settled)
        .execution_options(synchronize_session=False)
    )


def since_return(session: Session, dossier: Dossier, content: Content) -> SinceReturn | None:
    """What became of a submission since questions were last sent back; None if none ever were."""
    event = last_return(session, dossier.id)
    if event is None:
        return None
    kept = session.get(Snapshot, (event.content_sha256, dossier.id))
    before: Content | None = json.loads(kept.body) if kept else None
    differing = changes_between(before, content) if before else []
    changes = {change.question: change for change in differing}
    rows = session.execute(
        select(ReturnedQuestion).where(col(ReturnedQuestion.event_id) == event.id)
    ).scalars()
    reasons = {row.question: row.reason for row in rows}
    order = [question.id for question in dossier.questionnaire.questions()]
    open_too = followers(dossier.questionnaire, reasons.keys())
    closed = [question for question in order if question not in reasons.keys() | open_too]
    written = _written_since(event, dossier)
    name = session.execute(select(col(Account.name)).where(col(Account.id) == event.actor_id))
    return SinceReturn(
        at=event.at,
        by=name.scalar_one(),
        returned=[
            Returned(question, reasons[question], changes.get(question))
            for question in order
            if question in reasons
        ],
        open_too=[question for question in order if question in open_too],
        followed=[changes[item] for item in order if item in open_too and item in changes],
        by_itself=[changes[item] for item in closed if item in changes and item not in written],
        elsewhere=[item for item in closed if item in written],
        deadline=_moved(before, content),
    )


def _written_since(event: Event, dossier: Dossier) -> set[str]:
    """The questions with a version that they did not have when the submission was returned."""
    versions = json.loads(event.facts).get("versions")
    if versions is None:  # returned before versions were noted
        return {question for question, mark in dossier.marks.items() if mark.at > event.at}
    return {
        question
        for question, mark in dossier.marks.items()
        if mark.version != versions.get(question, 0)
    }


def _moved(before: Content | None, content: Content) -> str | None:
    if before is None or before["deadline"] == content["deadline"]:
        return None
    return before["deadline"] or ""


def untouched(session: Session, dossier: Dossier) -> list[str]:
    """The questions sent back to which nobody has given another answer yet."""
    event = last_return(session, dossier.id) if dossier.returned else None
    if event is None:
        return []
    written = _written_since(event, dossier)
    return [question for question in dossier.returned if question not in written]
