"""More time from the authority (anstånd): the deadline moves, the first one is remembered."""

from __future__ import annotations

import datetime
import secrets
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from survey_app.core.content import sha256_of
from survey_app.core.workflow import Action, State
from survey_app.services.actor import Actor
from survey_app.services.approvals.turn import find_turn
from survey_app.services.audit import Facts, Signer, append_signed
from survey_app.services.line import read_line
from survey_app.services.mail.notice import tell_approvers_anew
from survey_app.services.refusal import Invalid
from survey_app.services.register.chain import EXTENDED, extension_digest
from survey_app.services.register.registration import Secrecy, register_document
from survey_app.services.submission import Dossier, open_submission
from survey_app.services.upload import Upload
from survey_app.store.tables import Account, Case, CaseDocument, Completion, Extension

LONGEST_REASON = 400


@dataclass(frozen=True, slots=True)
class Granted:
    """An extension as it is told: who gave it, when, until when, why, and who noted it.

    struck  it was registered by mistake and does not hold
    """

    until: datetime.date
    by: str
    day: datetime.date
    reason: str
    noted_by: str
    at: datetime.datetime
    struck: bool


def extend_deadline(
    session: Session,
    actor: Actor,
    submission_id: int,
    *,
    granted_by: str,
    day: datetime.date,
    until: datetime.date,
    reason: str,
    upload: Upload | None,
    now: datetime.datetime,
    today: datetime.date,
    signer: Signer,
) -> Extension:
    """Move the deadline, and give the authority's word its place in the registrar's list.

    The deadline is part of what is approved: a step that was taken is void by it, and those whose
    step it is now are told.

    granted_by, day  who at the authority, and when; the file is their letter, if there is one
    Raises NotFound, Forbidden, WrongState, Invalid (``until_not_later``,
    ``until_before_decision``, ``extension_reason_missing``, and those of ``register_document``).
    """
    dossier = open_submission(session, actor, submission_id, Action.EXTEND, hold=True)
    taken = _steps_taken(session, dossier)
    why = read_line(reason, LONGEST_REASON)
    if not why:
        raise Invalid("extension_reason_missing")
    if dossier.deadline is not None and until <= dossier.deadline:
        raise Invalid("until_not_later")
    if until < day:
        raise Invalid("until_before_decision")
    document = register_document(
        session, actor, dossier.diary_number, kind="extension", direction="in", day=day,
        counterpart=granted_by, subject=f"till {until.isoformat()}: {why}", secrecy=Secrecy(),
        upload=upload, now=now, today=today, signer=signer,
    )  # fmt: skip
    assert document.id is not None
    row = Extension(
        round_id=dossier.round_id,
        completion_id=_completion_of(session, dossier),
        document_id=document.id,
        until=until,
        reason=why,
        author_id=actor.account_id,
        at=now,
        salt=secrets.token_hex(16),
    )
    session.add(row)
    session.flush()
    facts = {"submission": dossier.id, "extension": row.id, "row": extension_digest(row)}
    note(session, actor, dossier, EXTENDED, facts, now, signer)
    if taken:
        dossier.deadline = until
        tell_approvers_anew(session, dossier, now)
    return row


def _steps_taken(session: Session, dossier: Dossier) -> bool:
    """Whether the submission waits for a step after one that was taken."""
    if dossier.state != State.AWAITING_APPROVAL:
        return False
    return bool(find_turn(session, dossier, sha256_of(dossier.content())).taken)


def note(
    session: Session, actor: Actor, dossier: Dossier, kind: str, facts: Facts,
    now: datetime.datetime, signer: Signer,
) -> None:  # fmt: skip
    """Add a link to the chain as it now is, after other links of the transaction, and sign it."""
    case = session.get(Case, dossier.case_id)
    assert case is not None
    session.refresh(case)
    chain = (dossier.case_id, case.audit_length, case.audit_head)
    dossier.chain = append_signed(
        session, chain, signer, at=now, actor=actor.account_id, kind=kind, facts=facts
    )
    session.refresh(case)


def _completion_of(session: Session, dossier: Dossier) -> int | None:
    return dossier.id if session.get(Completion, dossier.id) else None


def list_extensions(session: Session, dossier: Dossier) -> list[Granted]:
    """What the authority has granted for what the dossier is about, oldest first.

    Nothing for a contribution: its day is its own, and the authority's word none of its business.
    """
    if dossier.request is not None:
        return []
    query = (
        select(Extension, CaseDocument, col(Account.name))
        .join(CaseDocument, col(CaseDocument.id) == col(Extension.document_id))
        .join(Account, col(Account.id) == col(Extension.author_id))
        .where(
            col(Extension.round_id) == dossier.round_id,
            col(Extension.completion_id).is_not_distinct_from(_completion_of(session, dossier)),
        )
        .order_by(col(Extension.id))
    )
    return [
        Granted(
            row.until, document.counterpart, document.day, row.reason, name, row.at,
            document.struck is not None,
        )
        for row, document, name in session.execute(query)
    ]  # fmt: skip
