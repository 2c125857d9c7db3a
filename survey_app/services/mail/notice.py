"""What people are told of: every kind of message, whom it goes to, and what its words are made of.

A kind bears the same name here and in ``web/wording/mails.py``, where its words stand. To add one,
name it in ``Kind``, give it words there, and call ``tell`` in the transaction of what happened. No
answer is ever put into the facts.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from survey_app.core.content import sha256_of
from survey_app.core.questionnaire import Question
from survey_app.core.workflow import Role, State
from survey_app.export.swedish import swedish_day
from survey_app.services.actor import Actor
from survey_app.services.approvals.authority import entitled
from survey_app.services.approvals.turn import find_turn
from survey_app.services.deadline import all_deadlines
from survey_app.services.mail.outbox import Reader, put
from survey_app.services.submission import Dossier, read_answers
from survey_app.store.tables import Account, Event, FrozenRecord, Membership


class Kind(StrEnum):
    """The kinds of messages."""

    SENT = "sent"
    RETURNED = "returned"
    APPROVED = "approved"
    RECEIPT = "receipt"
    DEADLINE = "deadline"
    ASSIGNED = "assigned"
    MENTIONED = "mentioned"
    WAITING = "waiting"
    CONTRIBUTION_ASKED = "contribution_asked"
    CONTRIBUTION_HANDED_OVER = "contribution_handed_over"
    CONTRIBUTION_SENT_BACK = "contribution_sent_back"
    CONTRIBUTION_RECALLED = "contribution_recalled"
    CONTRIBUTION_DUE = "contribution_due"
    ROUND_ASKED = "round_asked"
    ROUND_HANDED_OVER = "round_handed_over"
    ROUND_SENT_BACK = "round_sent_back"
    ROUND_RECALLED = "round_recalled"
    ROUND_EXTENDED = "round_extended"
    ROUND_DUE = "round_due"
    ROUND_REMINDER = "round_reminder"
    ROUND_CLOSED = "round_closed"
    REMOVAL_ASKED = "removal_asked"


Facts = dict[str, Any]
STAGES = (1, 7, 14)
"""How many days before a deadline people are reminded; once more when it has passed."""


def tell(
    session: Session, dossier: Dossier, kind: Kind, event: str, readers: Iterable[Reader],
    now: datetime.datetime, **more: Any,
) -> int:  # fmt: skip
    """Put a message to each reader into the outbox; how many are new.

    event  names what happened, so that nobody is told of it twice
    more   facts of the kind, beside those of the submission
    """
    facts = json.dumps({**_facts(dossier), **more}, ensure_ascii=False)
    keyed = {reader.key: reader for reader in readers}
    return sum(
        put(
            session, key=f"{kind}:{event}:{reader.key}", kind=kind, reader=reader, facts=facts,
            unit_id=dossier.unit_id, submission_id=dossier.id, now=now,
        )
        for reader in keyed.values()
    )  # fmt: skip


def _facts(dossier: Dossier) -> Facts:
    questionnaire = dossier.questionnaire
    return {
        "diary_number": dossier.diary_number,
        "case": dossier.case_title,
        "questionnaire": (questionnaire.short_title or questionnaire.title).sv,
        "authority": questionnaire.authority.name,
        "unit": dossier.unit_name,
        "practice": dossier.practice,
        "correction": dossier.corrects is not None,
        "deadline": dossier.deadline.isoformat() if dossier.deadline else None,
        "consequence": questionnaire.consequence.sv if questionnaire.consequence else "",
        "path": f"/submissions/{dossier.id}",
    }


def about(dossier: Dossier, what: str) -> Kind:
    """The kind of a message about a contribution, or about an answer in a round."""
    assert dossier.request is not None
    return Kind(f"{dossier.request.sort}_{what}")


def tell_of_step(session: Session, dossier: Dossier, event: Event) -> None:
    """Tell those whom a step of a submission's life concerns, but not who took it."""
    found = _STEPS.get(event.kind)
    if found is None:
        return
    kind, readers_of, more = found
    readers = [
        reader
        for reader in readers_of(session, dossier, event)
        if reader.account_id is None or reader.account_id != event.actor_id
    ]
    tell(session, dossier, kind, str(event.id), readers, event.at, **more(session, dossier, event))


def tell_of_assignment(
    session: Session, dossier: Dossier, actor: Actor, reader: Reader, questions: list[Question],
    due: datetime.date | None, now: datetime.datetime,
) -> None:  # fmt: skip
    """Tell who got questions, in one message however many they are; not who took them themselves.

    The last link of the audit chain, which the caller has just added, names the event.
    """
    if reader.account_id == actor.account_id:
        return
    first = questions[0]
    path = "/mine" if len(questions) > 1 else _path(dossier, first)
    tell(
        session, dossier, Kind.ASSIGNED, _link(dossier), [reader], now, by=actor.name, path=path,
        count=len(questions), question=_called(first), due=due.isoformat() if due else None,
    )  # fmt: skip


def tell_of_mention(
    session: Session, dossier: Dossier, actor: Actor, readers: Iterable[Reader],
    question: Question, comment: int, now: datetime.datetime,
) -> None:  # fmt: skip
    """Tell those whom a comment calls on; what it says stays in the program."""
    path = f"/submissions/{dossier.id}/comments/{question.id}#comment-{comment}"
    tell(
        session, dossier, Kind.MENTIONED, _link(dossier), readers, now, by=actor.name, path=path,
        question=_called(question),
    )  # fmt: skip


def _link(dossier: Dossier) -> str:
    case, number, _sha256 = dossier.chain
    return f"{case}.{number}"


def _path(dossier: Dossier, question: Question) -> str:
    section = dossier.questionnaire.section_of[question.id]
    return f"/submissions/{dossier.id}/sections/{section.id}#question-{question.id}"


def _called(question: Question) -> str:
    """The number that the authority printed, or the beginning of the question."""
    return question.number or f"”{question.text.sv[:60]}”"


def _approvers(session: Session, dossier: Dossier, event: Event) -> list[Reader]:
    return approvers_of(session, dossier, swedish_day(event.at))


def _writers(session: Session, dossier: Dossier, event: Event) -> list[Reader]:
    """Who wrote an answer that stands, and who sent it; as far as they still write in the unit."""
    sender = select(col(Event.actor_id)).where(
        col(Event.submission_id) == dossier.id, col(Event.kind) == "sent"
    )
    authors = {mark.author_id for mark in dossier.marks.values()}
    authors |= set(session.execute(sender).scalars())
    strategists = with_role(session, dossier.unit_id, Role.STRATEGIST)
    return [reader for reader in strategists if reader.account_id in authors]


def _contact(session: Session, dossier: Dossier, event: Event) -> list[Reader]:
    """The address that the questionnaire says the receipt goes to."""
    receipt = dossier.questionnaire.receipt
    if receipt is None or receipt.question not in dossier.evaluation.shown:
        return []
    answer = dossier.answers.get(receipt.question)
    address = answer.value if answer else None
    return [Reader(None, address.strip())] if isinstance(address, str) and address.strip() else []


def _nothing(session: Session, dossier: Dossier, event: Event) -> Facts:
    return {}


def _how_many(session: Session, dossier: Dossier, event: Event) -> Facts:
    return {"questions": len(json.loads(event.facts)["questions"])}


def _handed_in(session: Session, dossier: Dossier, event: Event) -> Facts:
    record = session.get(FrozenRecord, dossier.id)
    assert record is not None
    told = json.loads(event.facts)
    return {
        "reference": told["receipt_number"],
        "day": told["day"],
        "at": event.at.astimezone(datetime.UTC).isoformat(timespec="seconds"),
        "sha256": record.sha256,
    }


Readers = Callable[[Session, Dossier, Event], list[Reader]]
More = Callable[[Session, Dossier, Event], Facts]
_STEPS: dict[str, tuple[Kind, Readers, More]] = {
    "sent": (Kind.SENT, _approvers, _nothing),
    "endorsed": (Kind.SENT, _approvers, _nothing),
    "returned": (Kind.RETURNED, _writers, _how_many),
    "approved": (Kind.APPROVED, _writers, _nothing),
    "handed_in": (Kind.RECEIPT, _contact, _handed_in),
}
"""By the kind of the step: the message, whom it goes to, and its facts."""


def with_role(session: Session, unit_id: int, role: Role) -> list[Reader]:
    """The open accounts with a role in a unit."""
    query = (
        select(col(Account.id), col(Account.email))
        .join(Membership, col(Membership.account_id) == col(Account.id))
        .where(
            col(Membership.unit_id) == unit_id,
            col(Membership.role) == role,
            col(Account.active).is_(True),
        )
        .order_by(col(Account.id))
    )
    return [Reader(account, email) for account, email in session.execute(query)]


def approvers_of(session: Session, dossier: Dossier, day: datetime.date) -> list[Reader]:
    """The approvers of the unit whose step it is on a day, by a delegation that is valid for this
    questionnaire or standing in for its holder."""
    turn = find_turn(session, dossier, sha256_of(dossier.content()))
    may = entitled(session, dossier, turn, day)
    approvers = with_role(session, dossier.unit_id, Role.APPROVER)
    return [reader for reader in approvers if reader.account_id in may]


def tell_approvers_anew(session: Session, dossier: Dossier, now: datetime.datetime) -> None:
    """Tell whose step it is that it waits, where the steps begin anew without being sent.

    The last link of the audit chain, which the caller has just added, names the event.
    """
    readers = approvers_of(session, dossier, swedish_day(now))
    tell(session, dossier, Kind.SENT, _link(dossier), readers, now)


def remind_of_deadlines(session: Session, now: datetime.datetime) -> int:
    """Put what is due of reminders into the outbox; how many are new.

    A run that was missed is made good by the next: eleven days before, the reminder of fourteen
    days goes, and says eleven. A deadline that is moved is reminded of anew. Practice cases have
    no deadline that counts.
    """
    today, told = swedish_day(now), 0
    for dossier in all_deadlines(session, today):
        assert dossier.deadline is not None
        left = (dossier.deadline - today).days
        stage = stage_of(left)
        if stage is None or dossier.practice:
            continue
        event = f"{dossier.id}-{dossier.deadline.isoformat()}-{stage}"
        kind, more = Kind.DEADLINE, {"state": dossier.state.value}
        if dossier.request is not None:
            kind, more = about(dossier, "due"), {"asked_by": dossier.request.unit_name}
        readers = _concerned(session, dossier, today)
        told += tell(session, dossier, kind, event, readers, now, left=left, **more)
    return told


def stage_of(left: int) -> str | None:
    """Which reminder is due so many days before a deadline; None where it is too early."""
    if left < 0:
        return "passed"
    return next((str(stage) for stage in STAGES if left <= stage), None)


def _concerned(session: Session, dossier: Dossier, today: datetime.date) -> list[Reader]:
    readers = with_role(session, dossier.unit_id, Role.STRATEGIST)
    if dossier.state == State.AWAITING_APPROVAL:
        read_answers(session, dossier)
        readers += approvers_of(session, dossier, today)
    return readers
