"""Sending for approval, withdrawing, returning, approving.

An approval names the hash of exactly what was shown. If anything changed in between, nothing is
approved.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session, col

from survey_app.core.characters import tidy
from survey_app.core.content import Content, canonical_json, sha256_of
from survey_app.core.difference import Change, changes_between
from survey_app.core.evaluation import attestation_problems
from survey_app.core.kinds import KINDS, Value
from survey_app.core.problem import Malformed, Problem
from survey_app.core.record import build_record
from survey_app.core.workflow import Action
from survey_app.services.actor import Actor
from survey_app.services.audit import Signer
from survey_app.services.delegation import valid_delegation
from survey_app.services.refusal import ChangedMeanwhile, Forbidden, Invalid
from survey_app.services.scope import is_in_scope
from survey_app.services.sign_in import Confirmation
from survey_app.services.step import take_step
from survey_app.services.submission import Dossier, open_submission
from survey_app.store.tables import Delegation, Event, FrozenRecord, ReturnedQuestion, Snapshot

CONFIRMED_FOR = datetime.timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What lies before the approver.

    previous_at  when the content that ``changes`` compares with was returned or approved; None if
                 this is the first time, and then there are no changes to show
    own_work     ids of the questions that the approver wrote
    """

    dossier: Dossier
    content: Content
    content_sha256: str
    delegation: Delegation | None
    previous_at: datetime.datetime | None
    changes: list[Change]
    own_work: list[str]


def send_for_approval(
    session: Session, actor: Actor, submission_id: int, now: datetime.datetime, signer: Signer
) -> Dossier:
    """Send a draft to the approver. Raises Invalid (``not_ready``) with all that is in its way."""
    dossier = open_submission(session, actor, submission_id, Action.SEND, hold=True)
    evaluation = dossier.evaluation
    if not evaluation.can_be_sent:
        stopping = [item for item in evaluation.problems if item.severity != "warning"]
        raise Invalid("not_ready", problems=stopping)
    content = dossier.content()
    sha256 = sha256_of(content)
    if session.get(Snapshot, (sha256, submission_id)) is None:
        body = canonical_json(content).decode()
        session.add(Snapshot(sha256=sha256, submission_id=submission_id, body=body, at=now))
    session.execute(
        update(ReturnedQuestion)
        .where(col(ReturnedQuestion.submission_id) == submission_id)
        .values(settled=True)
        .execution_options(synchronize_session=False)
    )
    take_step(session, actor, dossier, Action.SEND, now, signer, content_sha256=sha256)
    return dossier


def withdraw(
    session: Session, actor: Actor, submission_id: int, now: datetime.datetime, signer: Signer
) -> Dossier:
    """Take a sent submission back to draft."""
    dossier = open_submission(session, actor, submission_id, Action.WITHDRAW, hold=True)
    take_step(session, actor, dossier, Action.WITHDRAW, now, signer)
    return dossier


def prepare_approval(
    session: Session, actor: Actor, submission_id: int, today: datetime.date
) -> Proposal:
    """Everything that the approver shall see, and its hash. Raises NotFound, Forbidden, WrongState.

    Without a valid delegation it can be read; ``delegation`` is then None.
    """
    dossier = open_submission(session, actor, submission_id, Action.APPROVE)
    content = dossier.content()
    before, previous_at = _previous(session, dossier)
    return Proposal(
        dossier=dossier,
        content=content,
        content_sha256=sha256_of(content),
        delegation=valid_delegation(
            session, actor, dossier.unit_id, dossier.questionnaire.id, today
        ),
        previous_at=previous_at,
        changes=changes_between(before, content) if before else [],
        own_work=_own_work(dossier, actor),
    )


def _previous(
    session: Session, dossier: Dossier
) -> tuple[Content | None, datetime.datetime | None]:
    """The content at the last return; else, for a correction, that of the record it names."""
    returned = session.execute(
        select(Event)
        .where(col(Event.submission_id) == dossier.id, col(Event.kind) == "returned")
        .order_by(col(Event.id).desc())
    ).scalars().first()  # fmt: skip
    if returned is not None:
        kept = session.get(Snapshot, (returned.content_sha256, dossier.id))
        return (json.loads(kept.body) if kept else None), returned.at
    if dossier.corrects is not None:
        record = session.get(FrozenRecord, dossier.corrects)
        if record is not None:
            return json.loads(record.body)["content"], record.at
    return None, None


def _own_work(dossier: Dossier, actor: Actor) -> list[str]:
    return [
        question
        for question, mark in dossier.marks.items()
        if mark.author_id == actor.account_id and question in dossier.evaluation.shown
    ]


def return_questions(
    session: Session,
    actor: Actor,
    submission_id: int,
    reasons: Mapping[str, str],
    now: datetime.datetime,
    today: datetime.date,
    signer: Signer,
) -> Dossier:
    """Send named questions back, each with a reason; only those open again.

    Raises Invalid (``nothing_returned``, ``reason_missing``, ``no_question``), Forbidden.
    """
    dossier = open_submission(session, actor, submission_id, Action.RETURN, hold=True)
    _require_delegation(session, actor, dossier, today)
    if not reasons:
        raise Invalid("nothing_returned")
    for question, reason in reasons.items():
        known = dossier.questionnaire.by_id.get(question)
        if known is None or known.filled_by == "approver" or not KINDS[known.kind].answered:
            raise Invalid("no_question", question=question[:64])
        if not is_in_scope(dossier, question):
            raise Invalid("not_asked_for", question=question)
        if not reason.strip():
            raise Invalid("return_reason_missing", question=question)
    event = take_step(
        session, actor, dossier, Action.RETURN, now, signer,
        content_sha256=sha256_of(dossier.content()),
        facts={"questions": list(reasons)},
        audit={"questions": list(reasons)},
    )  # fmt: skip
    assert event.id is not None
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


def _require_delegation(
    session: Session, actor: Actor, dossier: Dossier, today: datetime.date
) -> Delegation:
    delegation = valid_delegation(session, actor, dossier.unit_id, dossier.questionnaire.id, today)
    if delegation is None:
        raise Forbidden("no_delegation_today")
    return delegation


def approve(
    session: Session,
    actor: Actor,
    submission_id: int,
    *,
    shown_sha256: str,
    fields: Mapping[str, object],
    own_work_reason: str,
    confirmation: Confirmation,
    now: datetime.datetime,
    today: datetime.date,
    signer: Signer,
) -> FrozenRecord:
    """Attest exactly what was shown, and freeze it.

    shown_sha256  the content's hash as the approver's page carried it
    fields        raw values of the questions that the approver fills in, by id
    Raises ChangedMeanwhile, Forbidden (``no_delegation_today``, ``own_work``,
    ``sign_in_again``), Invalid (``not_attested_fully``, ``own_work_reason_missing``).
    """
    dossier = open_submission(session, actor, submission_id, Action.APPROVE, hold=True)
    if confirmation.account_id != actor.account_id or now - confirmation.at > CONFIRMED_FOR:
        raise Forbidden("sign_in_again")
    delegation = _require_delegation(session, actor, dossier, today)
    content = dossier.content()
    sha256 = sha256_of(content)
    if sha256 != shown_sha256:
        raise ChangedMeanwhile("content_changed")
    if not dossier.evaluation.can_be_sent:
        raise Invalid("not_ready", problems=dossier.evaluation.with_severity("error"))
    reason = _four_eyes(dossier, actor, delegation, own_work_reason)
    values = _attested(dossier, fields)
    approval = _approval(actor, delegation, reason, values, now)
    return _freeze(session, actor, dossier, content, approval, delegation, now, signer)


def _four_eyes(dossier: Dossier, actor: Actor, delegation: Delegation, reason: str) -> str | None:
    """The recorded reason for approving own work; None where there is none of it."""
    if not _own_work(dossier, actor):
        return None
    if not delegation.own_work:
        raise Forbidden("own_work")
    if not reason.strip():
        raise Invalid("own_work_reason_missing")
    return tidy(reason.strip())


def _attested(dossier: Dossier, fields: Mapping[str, object]) -> dict[str, Value]:
    values: dict[str, Value] = {}
    problems: list[Problem] = []
    for question in dossier.questionnaire.questions():
        if question.filled_by != "approver" or question.id not in dossier.evaluation.shown:
            continue
        try:
            value = KINDS[question.kind].parse(question, fields.get(question.id))
        except Malformed as error:
            problems.append(Problem(error.code, question.id, facts=error.facts))
            continue
        if value is not None:
            values[question.id] = value
    problems += attestation_problems(dossier.questionnaire, dossier.evaluation, values)
    if any(problem.severity == "error" for problem in problems):
        raise Invalid("not_attested_fully", problems=problems)
    return values


def _approval(
    actor: Actor,
    delegation: Delegation,
    reason: str | None,
    fields: dict[str, Value],
    now: datetime.datetime,
) -> dict[str, Any]:
    return {
        "approved_at": now.astimezone(datetime.UTC).isoformat(timespec="seconds"),
        "approver": {"name": actor.name, "title": actor.title, "email": actor.email},
        "delegation": {
            "decision": delegation.decision,
            "valid_from": delegation.valid_from.isoformat(),
            "valid_to": delegation.valid_to.isoformat(),
        },
        "own_work_reason": reason,
        "fields": fields,
    }


def _freeze(
    session: Session, actor: Actor, dossier: Dossier, content: Content,
    approval: dict[str, Any], delegation: Delegation, now: datetime.datetime, signer: Signer,
) -> FrozenRecord:  # fmt: skip
    assert delegation.id is not None
    record = build_record(content, approval)
    sha256, content_sha256 = sha256_of(record), record["approval"]["content_sha256"]
    take_step(
        session, actor, dossier, Action.APPROVE, now, signer,
        content_sha256=content_sha256,
        facts={"record": sha256},
        audit={"record": sha256, "delegation": delegation.id},
    )  # fmt: skip
    frozen = FrozenRecord(
        submission_id=dossier.id,
        sha256=sha256,
        content_sha256=content_sha256,
        body=canonical_json(record).decode(),
        approver_id=actor.account_id,
        delegation_id=delegation.id,
        at=now,
    )
    session.add(frozen)
    session.flush()
    return frozen
