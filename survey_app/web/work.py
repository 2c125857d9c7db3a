"""The work on questions as pages show it, and as their forms send it back."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from flask import url_for
from sqlmodel import Session

from survey_app.core.kinds.date import read_date
from survey_app.core.questionnaire import Question, Questionnaire
from survey_app.core.same import Same
from survey_app.core.task import TaskState
from survey_app.core.workflow import RULES, Action
from survey_app.services.colleague import writers_in
from survey_app.services.refusal import Invalid, Refused
from survey_app.services.scope import scope_of
from survey_app.services.submission import Dossier
from survey_app.services.task import change_task
from survey_app.services.work import MARKS, Work, has_task, read_work
from survey_app.web.catalogue import gettext as _
from survey_app.web.language import chosen_language
from survey_app.web.number import format_date
from survey_app.web.place import actor, now, today, writing
from survey_app.web.views import SectionView, label_of
from survey_app.web.wording.labels import FALLEN, TASK_STATES

Owners = tuple[tuple[int, str], ...]
"""Account and name of each who may own a question."""


@dataclass(frozen=True, slots=True)
class WorkView:
    """The work on one question, in words. ``parts``: what the line says, each with its class.

    mark   what can be chosen and is: ready, done, or nothing
    plain  how far the answer itself says it is, in words: what choosing nothing means
    was    all that the form shows, so that only what was changed is saved
    """

    question: str
    label: str
    state: str
    parts: tuple[tuple[str, str], ...]
    mark: str
    plain: str
    owner_id: int | None
    due: str
    was: str
    comments: int
    comments_url: str
    save_url: str
    owners: Owners
    editable: bool


def state_word(state: TaskState) -> str:
    """How far a question is, in words."""
    return _(TASK_STATES[state])


def say_work(
    work: Work, day: datetime.date, deadline: datetime.date | None
) -> tuple[tuple[str, str], ...]:
    """What the line of a question says: how far it is, whose, until when, and what fell.

    day, deadline  today, and the last day of the submission
    """
    parts = [(state_word(work.state), f"work-state work-{work.state}")]
    parts.append((work.owner, "") if work.owner else (_("ingen ägare"), "quiet"))
    if work.due:
        when = format_date(work.due)
        if work.is_late(day):
            parts.append((_("skulle vara klar %(day)s", day=when), "late-word"))
        else:
            parts.append((_("klar senast %(day)s", day=when), ""))
        if work.is_after(deadline):
            parts.append((_("efter svarets sista dag"), "late-word"))
    if work.fallen:
        parts.append((_(FALLEN[work.fallen], who=work.marked_by), "work-fallen"))
    elif work.state in MARKS:
        parts.append((_("enligt %(who)s", who=work.marked_by), "quiet"))
    return tuple(parts)


def view_work(
    submission_id: int, question: Question, work: Work, owners: Owners, *,
    deadline: datetime.date | None, editable: bool,
) -> WorkView:  # fmt: skip
    """The line of work at a question."""
    due = work.due.isoformat() if work.due else ""
    mark = work.state.value if work.state in MARKS else ""
    comments, save = _addresses(submission_id)
    known = work.owner_id is None or work.owner_id in dict(owners)
    left = () if known else ((work.owner_id or 0, work.owner),)
    return WorkView(
        question=question.id,
        label=label_of(question),
        state=work.state.value,
        parts=say_work(work, today(), deadline),
        mark=mark,
        plain=state_word(work.plain),
        owner_id=work.owner_id,
        due=due,
        was=f"{work.owner_id or ''}/{due}/{mark}/{work.version}",
        comments=work.comments,
        comments_url=comments + question.id,
        save_url=save + question.id if editable else "",
        owners=(*owners, *left),
        editable=editable,
    )


@lru_cache(maxsize=256)
def _addresses(submission_id: int) -> tuple[str, str]:
    """Where comments are and work is saved, but for the question's id, which stands as it is."""
    pages = ("comments.show", "tasks.change")
    urls = [url_for(page, submission_id=submission_id, question_id="-") for page in pages]
    return urls[0][:-1], urls[1][:-1]


def owners_in(session: Session, dossier: Dossier) -> Owners:
    """Who may own a question of the submission."""
    people = writers_in(session, dossier.unit_id)
    return tuple((person.account_id, person.name) for person in people)


def attach_work(session: Session, dossier: Dossier, views: Iterable[SectionView]) -> None:
    """Give the sections of a page the work on their questions."""
    if dossier.contributes or not dossier.is_own(actor()):
        return
    if dossier.state not in RULES[Action.COMMENT].states:
        return
    works = read_work(session, dossier)
    editable = dossier.may(actor(), Action.WRITE)
    owners = owners_in(session, dossier) if editable else ()
    scope = scope_of(dossier)
    lines = _lines(
        dossier.id, Same(dossier.questionnaire), Same(works), owners, dossier.deadline, editable,
        today(), chosen_language(),
    )  # fmt: skip
    for view in views:
        view.work = {
            item.question.id: lines[item.question.id]
            for item in view.questions
            if item.question.id in lines and (scope is None or item.question.id in scope)
        }


@lru_cache(maxsize=64)
def _lines(
    submission_id: int, questionnaire: Same[Questionnaire], works: Same[Mapping[str, Work]],
    owners: Owners, deadline: datetime.date | None, editable: bool, day: datetime.date,
    language: str,
) -> Mapping[str, WorkView]:  # fmt: skip
    """The lines of all questions, worked out once while nothing of this changes."""
    by_id = questionnaire.thing.by_id
    return {
        question: view_work(
            submission_id, by_id[question], work, owners, deadline=deadline, editable=editable
        )
        for question, work in works.thing.items()
    }


def save_posted_work(
    dossier: Dossier, questions: Iterable[Question], form: Mapping[str, str]
) -> tuple[int, list[tuple[Question, Refused]]]:
    """Save what was changed of the work in a posted page, each question by itself.

    Returns how many were changed, and what was refused.
    """
    saved, refused = 0, []
    for question in questions:
        was = form.get(f"task.{question.id}.was")
        if was is None or not has_task(question):
            continue
        fields = (f"task.{question.id}.{name}" for name in ("owner", "due", "mark"))
        owner, due, mark = (form.get(name, "") for name in fields)
        seen, _slash, version = was.rpartition("/")
        if f"{owner}/{due}/{mark}" == seen:
            continue
        try:
            with writing() as session:
                change_task(
                    session, actor(), dossier.id, question.id, owner=read_owner(owner),
                    due=read_due(due), mark=read_mark(mark), version=_version(version), now=now(),
                )  # fmt: skip
            saved += 1
        except Refused as error:
            refused.append((question, error))
    return saved, refused


def read_owner(text: str) -> int | None:
    """An account's number, or nobody. Raises Invalid."""
    if text and not text.isdecimal():
        raise Invalid("owner_is_no_writer")
    return int(text[:10]) if text else None


def read_due(text: str) -> datetime.date | None:
    """A day, or none. Raises Invalid (``day_unreadable``)."""
    if not text.strip():
        return None
    day = read_date(text)
    if day is None:
        raise Invalid("day_unreadable", typed=text[:40])
    return day


def read_mark(text: str) -> TaskState | None:
    """What was said of a question, or nothing. Raises Invalid (``no_such_mark``)."""
    if text not in ("", *MARKS):
        raise Invalid("no_such_mark")
    return TaskState(text) if text else None


def _version(text: str) -> int:
    if not text.isdecimal():
        raise Invalid("form_cut_off")
    return int(text[:10])
