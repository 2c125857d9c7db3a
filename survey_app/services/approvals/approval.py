"""Sending for approval, withdrawing, approving.

An approval names the hash of exactly what was shown. If anything changed in between, nothing is
approved.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from survey_app.core.characters import tidy
from survey_app.core.content import Content, canonical_json, sha256_of
from survey_app.core.difference import Change, changes_between
from survey_app.core.evaluation import attestation_problems
from survey_app.core.kinds import KINDS, Value
from survey_app.core.problem import Malformed, Problem
from survey_app.core.record import build_record
from survey_app.core.workflow import Action
from survey_app.export.memo import is_memo
from survey_app.services.accounts.confirmation import CONFIRMED_FOR, Confirmation
from survey_app.services.actor import Actor
from survey_app.services.approvals.authority import Authority, find_authority, require_authority
from survey_app.services.approvals.kept_reason import forget_reasons
from survey_app.services.approvals.returning import (
    SinceReturn,
    keep_snapshot,
    reopen_returns,
    sent_before,
    settle_returns,
    since_return,
)
from survey_app.services.approvals.turn import Turn, find_turn
from survey_app.services.audit import Signer
from survey_app.services.memo import keep_memo
from survey_app.services.refusal import ChangedMeanwhile, Forbidden, Invalid
from survey_app.services.step import take_step
from survey_app.services.submission import Dossier, open_submission
from survey_app.store.tables import FrozenRecord, Revision


@dataclass(frozen=True, slots=True)
class Proposal:
    """What lies before the approver.

    turn         which step is to be taken, and those before it
    authority    by what right the actor takes it; None if by none
    since        what became of it since questions were sent back, if any were
    previous_at  when the content was approved, or sent and taken back, that ``changes`` compares
                 with; None where this is the first time
    taken_back   whether it was sent and taken back
    own_work     ids of the questions that the approver wrote
    """

    dossier: Dossier
    content: Content
    content_sha256: str
    turn: Turn
    authority: Authority | None
    since: SinceReturn | None
    previous_at: datetime.datetime | None
    taken_back: bool
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
    keep_snapshot(session, submission_id, content, sha256, now)
    settle_returns(session, submission_id)
    take_step(session, actor, dossier, Action.SEND, now, signer, content_sha256=sha256)
    return dossier


def withdraw(
    session: Session, actor: Actor, submission_id: int, now: datetime.datetime, signer: Signer
) -> Dossier:
    """Take a sent submission back to draft; after a return only what was sent back opens."""
    dossier = open_submission(session, actor, submission_id, Action.WITHDRAW, hold=True)
    take_step(session, actor, dossier, Action.WITHDRAW, now, signer)
    reopen_returns(session, submission_id)
    return dossier


def prepare_approval(
    session: Session, actor: Actor, submission_id: int, today: datetime.date
) -> Proposal:
    """Everything that the approver shall see, and its hash. Raises NotFound, Forbidden, WrongState.

    Without a valid delegation it can be read; ``authority`` is then None.
    """
    dossier = open_submission(session, actor, submission_id, Action.APPROVE)
    content = dossier.content()
    sha256 = sha256_of(content)
    turn = find_turn(session, dossier, sha256)
    since = since_return(session, dossier, content)
    before, previous_at = (None, None) if since else _previous(session, dossier)
    return Proposal(
        dossier=dossier,
        content=content,
        content_sha256=sha256,
        turn=turn,
        authority=find_authority(session, actor, dossier, turn, today),
        previous_at=previous_at,
        taken_back=dossier.corrects is None and previous_at is not None,
        changes=changes_between(before, content) if before else [],
        since=since,
        own_work=own_work(session, dossier, actor),
    )


def _previous(
    session: Session, dossier: Dossier
) -> tuple[Content | None, datetime.datetime | None]:
    """What the approver may have read before, and when: of a correction the record that it names,
    else what was sent last and taken back."""
    if dossier.corrects:
        record = session.get(FrozenRecord, dossier.corrects)
        return (json.loads(record.body)["content"], record.at) if record else (None, None)
    return sent_before(session, dossier.id)


def own_work(session: Session, dossier: Dossier, actor: Actor) -> list[str]:
    """The questions asked whose current answers the actor wrote, or wrote in: what somebody put
    into a list or a table stands there also when others have written last."""
    wrote = {name for name, mark in dossier.marks.items() if mark.author_id == actor.account_id}
    several = [
        name
        for name in dossier.marks
        if name in dossier.questionnaire.by_id
        and KINDS[dossier.questionnaire.by_id[name].kind].merge is not None
    ]
    if several:
        wrote |= set(session.scalars(
            select(col(Revision.question)).where(
                col(Revision.submission_id) == dossier.id,
                col(Revision.question).in_(several),
                col(Revision.author_id) == actor.account_id,
                col(Revision.accepted).is_(True),
            )
        ))  # fmt: skip
    return [name for name in dossier.marks if name in wrote and name in dossier.evaluation.shown]


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
    shown_turn: tuple[int, int] = (1, 1),
) -> FrozenRecord:
    """Attest exactly what was shown, and freeze it: the last step, or the only one.

    shown_sha256  the content's hash as the approver's page carried it
    shown_turn    which step of how many the page said this is
    fields        raw values of the questions that the approver fills in, by id
    Raises ChangedMeanwhile, Forbidden (``no_delegation_today``, ``not_your_step``, ``own_work``,
    ``both_steps``, ``sign_in_again``), Invalid (``not_attested_fully``,
    ``own_work_reason_missing``).
    """
    dossier = open_submission(session, actor, submission_id, Action.APPROVE, hold=True)
    require_confirmation(actor, confirmation, now)
    content = dossier.content()
    sha256 = sha256_of(content)
    turn = find_turn(session, dossier, sha256)
    authority = require_authority(session, actor, dossier, turn, today)
    require_shown(dossier, sha256, shown_sha256, turn, shown_turn)
    if not turn.last:
        raise ChangedMeanwhile("steps_changed")
    reason = four_eyes(session, dossier, actor, authority, turn, own_work_reason)
    approval = {
        **authority.attestation(actor, now),
        "identified": confirmation.told(),
        "own_work_reason": reason,
        "fields": _attested(dossier, fields),
    }
    if turn.taken:
        approval["earlier_steps"] = [endorsement.attestation for endorsement in turn.taken]
    return _freeze(session, actor, dossier, content, approval, authority, now, signer)


def approved_already(
    session: Session, actor: Actor, submission_id: int, shown_sha256: str
) -> FrozenRecord | None:
    """The record, if the actor has approved exactly the content that was shown: a second click."""
    dossier = open_submission(session, actor, submission_id, Action.READ)
    record = session.get(FrozenRecord, dossier.id)
    if record is None or record.approver_id != actor.account_id:
        return None
    return record if record.content_sha256 == shown_sha256 else None


def require_confirmation(actor: Actor, confirmation: Confirmation, now: datetime.datetime) -> None:
    """Raise Forbidden unless the actor has just signed in again."""
    if confirmation.account_id != actor.account_id or now - confirmation.at > CONFIRMED_FOR:
        raise Forbidden("sign_in_again")


def require_shown(
    dossier: Dossier, sha256: str, shown_sha256: str, turn: Turn, shown_turn: tuple[int, int]
) -> None:
    """Raise ChangedMeanwhile unless content and turn are as the page showed them; Invalid if the
    content could not even be sent."""
    if sha256 != shown_sha256:
        raise ChangedMeanwhile("content_changed")
    if (turn.step, turn.steps) != shown_turn:
        raise ChangedMeanwhile("steps_changed")
    if not dossier.evaluation.can_be_sent:
        raise Invalid("not_ready", problems=dossier.evaluation.with_severity("error"))


def four_eyes(
    session: Session,
    dossier: Dossier,
    actor: Actor,
    authority: Authority,
    turn: Turn,
    reason: str = "",
) -> str | None:
    """The recorded reason for approving own work; None where there is none of it.

    Nobody takes two steps. Where there are several, who wrote takes none of them: the exception
    for own work is for where nobody else is. It never passes to who stands in.
    Raises Forbidden (``both_steps``, ``own_work``), Invalid (``own_work_reason_missing``).
    """
    if turn.taken_by(actor.account_id):
        raise Forbidden("both_steps")
    if not own_work(session, dossier, actor):
        return None
    if not authority.own_work or turn.steps > 1:
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


def _freeze(
    session: Session, actor: Actor, dossier: Dossier, content: Content,
    approval: dict[str, Any], authority: Authority, now: datetime.datetime, signer: Signer,
) -> FrozenRecord:  # fmt: skip
    assert authority.delegation.id is not None
    record = build_record(content, approval)
    sha256, content_sha256 = sha256_of(record), record["approval"]["content_sha256"]
    take_step(
        session, actor, dossier, Action.APPROVE, now, signer,
        content_sha256=content_sha256,
        facts={"record": sha256},
        audit={"record": sha256, **authority.ids()},
    )  # fmt: skip
    forget_reasons(session, dossier.id)
    frozen = FrozenRecord(
        submission_id=dossier.id,
        sha256=sha256,
        content_sha256=content_sha256,
        body=canonical_json(record).decode(),
        approver_id=actor.account_id,
        delegation_id=authority.delegation.id,
        stand_in_id=authority.stand_in.id if authority.stand_in else None,
        at=now,
    )
    session.add(frozen)
    session.flush()
    if is_memo(content):
        keep_memo(session, actor, dossier, content, now, signer)
    return frozen
