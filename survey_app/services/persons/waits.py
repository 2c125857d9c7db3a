"""What waits for a person, so that they cannot be removed before somebody else has it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlmodel import Session, col

from survey_app.core.task import TaskState
from survey_app.core.workflow import Role, State
from survey_app.services.mail.notice import approvers_of, with_role
from survey_app.services.submission import Dossier, read_answers, read_heading
from survey_app.services.work import asked_questions, read_work
from survey_app.store.tables import Account, Membership, Submission, Task, Unit


@dataclass(frozen=True, slots=True)
class Waits:
    """Something that nobody else can do.

    kind    ``administrator``: nobody else administers the unit; ``tasks``: so many questions of a
            draft that the person owns are not done; ``approval``: it is the person's step, and
            nobody else's
    path    where it is done; "" for a unit
    """

    kind: Literal["administrator", "tasks", "approval"]
    unit: str
    unit_id: int
    diary_number: str = ""
    title: str = ""
    path: str = ""
    count: int = 1


def find_waits(session: Session, account: Account, today: datetime.date) -> list[Waits]:
    """All that waits for the person; nothing where they can be removed."""
    return [
        *administers_alone(session, account),
        *_owns(session, account),
        *_approves_alone(session, account, today),
    ]


def administers_alone(session: Session, account: Account) -> Iterator[Waits]:
    """The units that nobody else administers."""
    units = (
        select(col(Unit.id), col(Unit.name))
        .join(Membership, col(Membership.unit_id) == col(Unit.id))
        .where(col(Membership.account_id) == account.id, col(Membership.role) == Role.ADMINISTRATOR)
        .order_by(col(Unit.id))
    )
    for unit_id, name in session.execute(units).all():
        others = with_role(session, unit_id, Role.ADMINISTRATOR)
        if all(reader.account_id == account.id for reader in others):
            yield Waits("administrator", name, unit_id)


def _owns(session: Session, account: Account) -> Iterator[Waits]:
    drafts = (
        select(col(Task.submission_id))
        .join(Submission, col(Submission.id) == col(Task.submission_id))
        .where(col(Task.owner_id) == account.id, col(Submission.state) == State.DRAFT)
        .distinct()
    )
    for submission_id in sorted(session.execute(drafts).scalars()):
        dossier = read_heading(session, submission_id, hold=False)
        read_answers(session, dossier)
        works = read_work(session, dossier)
        left = [
            question
            for question in asked_questions(dossier)
            if works[question.id].owner_id == account.id
            and works[question.id].state != TaskState.DONE
        ]
        if left:
            yield _of(dossier, "tasks", f"/submissions/{dossier.id}/tasks", len(left))


def _approves_alone(session: Session, account: Account, today: datetime.date) -> Iterator[Waits]:
    approves = select(col(Membership.unit_id)).where(
        col(Membership.account_id) == account.id, col(Membership.role) == Role.APPROVER
    )
    waiting = select(col(Submission.id)).where(
        col(Submission.state) == State.AWAITING_APPROVAL, col(Submission.unit_id).in_(approves)
    )
    for submission_id in sorted(session.execute(waiting).scalars()):
        dossier = read_heading(session, submission_id, hold=False)
        read_answers(session, dossier)
        may = {reader.account_id for reader in approvers_of(session, dossier, today)}
        if may == {account.id}:
            yield _of(dossier, "approval", f"/submissions/{dossier.id}/approval")


def _of(dossier: Dossier, kind: Literal["tasks", "approval"], path: str, count: int = 1) -> Waits:
    questionnaire = dossier.questionnaire
    title = (questionnaire.short_title or questionnaire.title).sv
    return Waits(kind, dossier.unit_name, dossier.unit_id, dossier.diary_number, title, path, count)
