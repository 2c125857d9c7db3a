"""A step of a submission's life: the new state, the event, the signed audit link and the messages,
all together."""

from __future__ import annotations

import datetime
import json
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session, col

from survey_app.core.workflow import RULES, Action
from survey_app.services.actor import Actor
from survey_app.services.audit import Signer, append_signed
from survey_app.services.mail.notice import tell_of_step
from survey_app.services.refusal import ChangedMeanwhile
from survey_app.services.submission import Dossier
from survey_app.store.tables import Account, Event, Submission

KINDS = {
    Action.SEND: "sent",
    Action.WITHDRAW: "withdrawn",
    Action.RETURN: "returned",
    Action.ENDORSE: "endorsed",
    Action.APPROVE: "approved",
    Action.HAND_IN: "handed_in",
    Action.ARCHIVE: "archived",
}


def take_step(
    session: Session,
    actor: Actor,
    dossier: Dossier,
    action: Action,
    now: datetime.datetime,
    signer: Signer,
    *,
    content_sha256: str | None = None,
    facts: dict[str, Any] | None = None,
    audit: dict[str, Any] | None = None,
) -> Event:
    """Move a submission on. Raises ChangedMeanwhile if somebody else moved it first.

    facts  what the event tells people; ``audit``: ids and hashes for the chain
    """
    becomes = RULES[action].becomes
    moved = session.execute(
        update(Submission)
        .where(col(Submission.id) == dossier.id, col(Submission.state) == dossier.state)
        .values(state=becomes)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise ChangedMeanwhile("moved_meanwhile")
    event = add_event(
        session, actor, dossier, KINDS[action], now, signer,
        content_sha256=content_sha256, facts=facts or {}, audit=audit or {},
    )  # fmt: skip
    if becomes is not None:
        dossier.state = becomes
    tell_of_step(session, dossier, event)
    return event


def add_event(
    session: Session, actor: Actor, dossier: Dossier, kind: str, now: datetime.datetime,
    signer: Signer, *, content_sha256: str | None, facts: dict[str, Any], audit: dict[str, Any],
) -> Event:  # fmt: skip
    """Write down that something happened to a submission, with its signed audit link."""
    event = Event(
        submission_id=dossier.id,
        kind=kind,
        actor_id=actor.account_id,
        at=now,
        content_sha256=content_sha256,
        facts=json.dumps(facts, ensure_ascii=False),
    )
    session.add(event)
    session.flush()
    told = {"submission": dossier.id, "event": event.id, **audit}
    if content_sha256:
        told["content"] = content_sha256
    dossier.chain = append_signed(
        session, dossier.chain, signer, at=now, actor=actor.account_id, kind=kind, facts=told
    )
    return event


def list_events(session: Session, submission_id: int) -> list[tuple[Event, str]]:
    """The steps so far with the names of who took them, oldest first."""
    query = (
        select(Event, col(Account.name))
        .join(Account, col(Account.id) == col(Event.actor_id))
        .where(col(Event.submission_id) == submission_id)
        .order_by(col(Event.id))
    )
    return [(event, name) for event, name in session.execute(query)]
