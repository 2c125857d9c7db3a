"""Reasons for sending questions back, as they are typed: kept here, and not in the browser, until
they are sent (trust.md: no sensitive text in the browser's storage; OWASP ASVS 5.0, 14.3.3)."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlmodel import Session, col

from survey_app.core.characters import tidy
from survey_app.core.content import sha256_of
from survey_app.core.workflow import Action
from survey_app.services.actor import Actor
from survey_app.services.approvals.authority import require_authority
from survey_app.services.approvals.turn import find_turn
from survey_app.services.scope import require_returnable
from survey_app.services.submission import open_submission
from survey_app.store.tables import KeptReason


def keep_reason(
    session: Session,
    actor: Actor,
    submission_id: int,
    question: str,
    text: str,
    now: datetime.datetime,
    today: datetime.date,
) -> None:
    """Keep what somebody whose turn it is to approve has typed at a question so far, to send it
    back with; nothing typed keeps nothing. It sends nothing back, and nobody else is shown it.

    Raises NotFound, Forbidden, WrongState, Invalid (``no_question``, ``not_asked_for``).
    """
    dossier = open_submission(session, actor, submission_id, Action.RETURN, hold=True)
    sha256 = sha256_of(dossier.content())
    require_authority(session, actor, dossier, find_turn(session, dossier, sha256), today)
    require_returnable(dossier, question)
    kept = session.get(KeptReason, (submission_id, actor.account_id, question))
    if not text.strip():
        if kept is not None:
            session.delete(kept)
        return
    if kept is None:
        kept = KeptReason(
            submission_id=submission_id, account_id=actor.account_id, question=question,
            content_sha256="", text="", at=now,
        )  # fmt: skip
    kept.content_sha256, kept.text, kept.at = sha256, tidy(text), now
    session.add(kept)


def list_reasons(
    session: Session, actor: Actor, submission_id: int, content_sha256: str
) -> dict[str, str]:
    """What the actor has typed and not sent, by question; of what has this hash only."""
    query = select(col(KeptReason.question), col(KeptReason.text)).where(
        col(KeptReason.submission_id) == submission_id,
        col(KeptReason.account_id) == actor.account_id,
        col(KeptReason.content_sha256) == content_sha256,
    )
    rows: Sequence[tuple[str, str]] = session.execute(query).all()
    return dict(rows)


def forget_reasons(session: Session, submission_id: int, account_id: int | None = None) -> None:
    """Once they are sent, or it is approved, they are of no use; of one account, or of all."""
    query = delete(KeptReason).where(col(KeptReason.submission_id) == submission_id)
    if account_id is not None:
        query = query.where(col(KeptReason.account_id) == account_id)
    session.execute(query)
