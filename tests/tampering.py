"""What can be done to an audit chain behind the services' back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from survey_app.services import audit
from survey_app.store.tables import AuditEntry, Case

CASE = 1


def links(session: Session) -> list[AuditEntry]:
    found = session.execute(
        select(AuditEntry).where(col(AuditEntry.case_id) == CASE).order_by(col(AuditEntry.number))
    )
    return list(found.scalars())


def set_link(session: Session, number: int, **values: Any) -> None:
    session.execute(update(AuditEntry).where(col(AuditEntry.number) == number).values(**values))


def cut(session: Session, after: int) -> None:
    """Take away the tail, and make the case's row match, as somebody who knows would."""
    session.execute(delete(AuditEntry).where(col(AuditEntry.number) > after))
    head = links(session)[-1]
    session.execute(update(Case).values(audit_length=head.number, audit_head=head.sha256))


def rewrite(session: Session, since: int) -> None:
    """Reckon all hashes anew from a link on: a chain that holds in itself."""
    before = ""
    for entry in links(session):
        if entry.number >= since:
            entry.sha256 = audit._link(
                entry.case_id, entry.number, entry.at, entry.actor_id, entry.kind, entry.facts,
                before,
            )  # fmt: skip
            session.add(entry)
            session.flush()
        before = entry.sha256
    session.execute(update(Case).values(audit_head=before))


def insert(session: Session, at: int) -> None:
    """Move the tail up by one, and put a link of one's own in between."""
    tail = [entry for entry in links(session) if entry.number >= at]
    copies = [
        AuditEntry(case_id=CASE, number=entry.number + 1, at=entry.at, actor_id=entry.actor_id,
                   kind=entry.kind, facts=entry.facts, sha256=entry.sha256)
        for entry in tail
    ]  # fmt: skip
    planted = AuditEntry(case_id=CASE, number=at, at=tail[0].at, actor_id=1, kind="answer_saved",
                         facts="{}", sha256="f" * 64)  # fmt: skip
    session.execute(delete(AuditEntry).where(col(AuditEntry.number) >= at))
    session.expunge_all()
    session.add_all([planted, *copies])
    session.flush()
    session.execute(update(Case).values(audit_length=Case.audit_length + 1))


def swap(session: Session, one: int, other: int) -> None:
    first, second = (
        {key: getattr(entry, key) for key in ("at", "actor_id", "kind", "facts", "sha256")}
        for entry in (links(session)[one - 1], links(session)[other - 1])
    )
    set_link(session, one, **second)
    set_link(session, other, **first)
