"""What the authority asks for after handing in (komplettering): a submission about that only."""

from __future__ import annotations

import datetime
import json
import secrets
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from survey_app.core.kinds import KINDS
from survey_app.core.workflow import Action
from survey_app.services.actor import Actor
from survey_app.services.audit import Signer
from survey_app.services.case import succeed_submission
from survey_app.services.extension import note
from survey_app.services.refusal import Invalid
from survey_app.services.register.chain import COMPLETED, completion_digest
from survey_app.services.register.registration import Secrecy, register_document
from survey_app.services.submission import Dossier, open_submission
from survey_app.services.upload import Upload
from survey_app.store.tables import Account, CaseDocument, Completion


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for, as it is told: by whom, when, until when, and who noted it."""

    by: str
    day: datetime.date
    what: str
    until: datetime.date | None
    noted_by: str
    at: datetime.datetime


def askable(dossier: Dossier) -> list[str]:
    """The ids of the questions that can be asked to be completed: what writers answer."""
    return [
        question.id
        for question in dossier.questionnaire.questions()
        if question.filled_by == "writer" and KINDS[question.kind].answered
    ]


def open_completion(
    session: Session,
    actor: Actor,
    submission_id: int,
    *,
    asked_by: str,
    day: datetime.date,
    until: datetime.date | None,
    what: str,
    questions: Collection[str],
    upload: Upload | None,
    now: datetime.datetime,
    today: datetime.date,
    signer: Signer,
) -> Completion:
    """Open a draft that names what was handed in; only what was asked for can be written in.

    what  in short, for the registrar's list
    Raises NotFound, Forbidden, WrongState, Invalid (``nothing_asked``, ``no_question``,
    ``until_before_decision``, ``correction_exists``, and those of ``register_document``).
    """
    old = open_submission(session, actor, submission_id, Action.COMPLETE, hold=True)
    known = askable(old)
    if unknown := set(questions).difference(known):
        raise Invalid("no_question", question=min(unknown)[:64])
    if not questions:
        raise Invalid("nothing_asked")
    if until is not None and until < day:
        raise Invalid("until_before_decision")
    document = register_document(
        session, actor, old.diary_number, kind="completion", direction="in", day=day,
        counterpart=asked_by, subject=what, secrecy=Secrecy(), upload=upload, now=now, today=today,
        signer=signer,
    )  # fmt: skip
    new = succeed_submission(session, submission_id, now)
    assert new.id is not None
    assert document.id is not None
    row = Completion(
        submission_id=new.id,
        document_id=document.id,
        until=until,
        questions=json.dumps([item for item in known if item in questions]),
        author_id=actor.account_id,
        at=now,
        salt=secrets.token_hex(16),
    )
    session.add(row)
    session.flush()
    facts = {"submission": new.id, "corrects": submission_id, "row": completion_digest(row)}
    note(session, actor, old, COMPLETED, facts, now, signer)
    return row


def find_asked(session: Session, submission_id: int) -> Asked | None:
    """What the authority asked for, if the submission is a completion."""
    query = (
        select(Completion, CaseDocument, col(Account.name))
        .join(CaseDocument, col(CaseDocument.id) == col(Completion.document_id))
        .join(Account, col(Account.id) == col(Completion.author_id))
        .where(col(Completion.submission_id) == submission_id)
    )
    found = session.execute(query).first()
    if found is None:
        return None
    row, document, name = found
    return Asked(document.counterpart, document.day, document.subject, row.until, name, row.at)
