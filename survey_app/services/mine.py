"""What is left to do across submissions: what one owns, what is open, what waits to be read."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlmodel import Session, col

from survey_app.core.questionnaire import Question
from survey_app.core.task import TaskState
from survey_app.core.workflow import RULES, Action, State
from survey_app.services.actor import Actor
from survey_app.services.comment import Said, list_comments
from survey_app.services.submission import Dossier, list_submissions, read_answers
from survey_app.services.work import Work, asked_questions, read_work
from survey_app.store.tables import Submission, Task


@dataclass(frozen=True, slots=True)
class Item:
    """One question of one draft, with the work on it."""

    dossier: Dossier
    question: Question
    work: Work

    @property
    def author_id(self) -> int | None:
        """Who wrote the answer that stands."""
        mark = self.dossier.marks.get(self.question.id)
        return mark.author_id if mark else None


@dataclass(frozen=True, slots=True)
class Lists:
    """What is left to do, what is overdue first, then by day; each in the order of its draft.

    mine    what the actor owns and is not done
    review  what is said to be ready, and another wrote
    open    all that is not done
    """

    mine: list[Item]
    review: list[Item]
    open: list[Item]


def list_left(session: Session, actor: Actor) -> Lists:
    """What is left in the drafts on which the actor writes."""
    units = set(actor.units_as(*RULES[Action.WRITE].roles))
    items: list[Item] = []
    for dossier in list_submissions(session, actor):
        if dossier.state == State.DRAFT and dossier.unit_id in units:
            read_answers(session, dossier)
            items += _items(session, dossier)
    left = sorted(items, key=lambda item: item.work.due or datetime.date.max)
    me = actor.account_id
    return Lists(
        mine=[item for item in left if item.work.owner_id == me],
        review=[
            item for item in left if item.work.state == TaskState.READY and item.author_id != me
        ],
        open=left,
    )


def _items(session: Session, dossier: Dossier) -> list[Item]:
    works = read_work(session, dossier)
    return [
        Item(dossier, question, works[question.id])
        for question in asked_questions(dossier)
        if works[question.id].state != TaskState.DONE
    ]


def owns_anything(session: Session, actor: Actor) -> bool:
    """Whether a question in any draft is the actor's: one look, before all is read."""
    query = (
        select(func.count())
        .select_from(Task)
        .join(Submission, col(Submission.id) == col(Task.submission_id))
        .where(col(Task.owner_id) == actor.account_id, col(Submission.state) == State.DRAFT)
    )
    return bool(session.execute(query).scalar_one())


def list_calls(session: Session, actor: Actor, most: int = 20) -> list[tuple[Dossier, Said]]:
    """The newest comments that call on the actor, newest first."""
    dossiers = {dossier.id: dossier for dossier in list_submissions(session, actor)}
    found = list_comments(session, dossiers, naming=actor.account_id)
    return [(dossiers[item.submission_id], item) for item in reversed(found[-most:])]
