"""The work on single questions: saying whose each is, until when, and how far; others are told."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any, Literal

from sqlmodel import Session

from survey_app.core.evaluation import NOTHING
from survey_app.core.questionnaire import Question
from survey_app.core.task import TaskState
from survey_app.core.workflow import Action
from survey_app.services.actor import Actor
from survey_app.services.audit import append_entry
from survey_app.services.colleague import writers_in
from survey_app.services.mail.notice import tell_of_assignment
from survey_app.services.mail.outbox import Reader
from survey_app.services.refusal import ChangedMeanwhile, Forbidden, Invalid, NotFound
from survey_app.services.scope import is_in_scope
from survey_app.services.submission import Dossier, open_submission
from survey_app.services.work import MARKS, Work, find_task, has_task, read_work
from survey_app.store.tables import Task

KEEP: Literal["keep"] = "keep"
"""In a change of many questions: leave the owner as it is."""

UNANSWERED = frozenset({"unanswered", "required", "reason_missing"})
"""The problems of a question that nobody has begun."""


def change_task(
    session: Session,
    actor: Actor,
    submission_id: int,
    question_id: str,
    *,
    owner: int | None,
    due: datetime.date | None,
    mark: TaskState | None,
    version: int,
    now: datetime.datetime,
) -> Work:
    """Say whose a question is, until when, and how far; the work as it is then.

    mark     READY, DONE, or None: what the answer itself says
    version  of the work as the person saw it
    Raises NotFound, Forbidden (``done_by_colleague``: nobody calls done what they wrote, unless
    the question is theirs), WrongState, Invalid (``owner_is_no_writer``, ``no_such_mark``,
    ``nothing_to_mark``), ChangedMeanwhile (``task_changed``).
    """
    dossier = open_submission(session, actor, submission_id, Action.WRITE, hold=True)
    question = find_task(dossier, question_id)
    if not is_in_scope(dossier, question_id):
        raise Forbidden("not_asked_for", question=question_id)
    before = read_work(session, dossier)[question_id]
    if version != before.version:
        raise ChangedMeanwhile("task_changed")
    said = before.state if before.state in MARKS else None
    if (owner, due, mark) == (before.owner_id, before.due, said):
        return before
    reader = _require_owner(session, dossier, owner, before.owner_id)
    row = _row_of(session, submission_id, question_id)
    row.owner_id, row.due = owner, due
    if mark != said:
        _require_mark(actor, dossier, question_id, mark, owner)
        _mark(row, actor, dossier.version_of(question_id), mark, now)
    _keep(session, row)
    facts = {"submission": submission_id, "question": question_id, **_facts(row)}
    dossier.chain = append_entry(
        session, dossier.chain, at=now, actor=actor.account_id, kind="task_changed", facts=facts
    )
    if reader is not None:
        tell_of_assignment(session, dossier, actor, reader, [question], due, now)
    return read_work(session, dossier)[question_id]


def _row_of(session: Session, submission_id: int, question_id: str) -> Task:
    found = session.get(Task, (submission_id, question_id))
    return found or Task(submission_id=submission_id, question=question_id)


def _keep(session: Session, row: Task) -> None:
    row.version += 1
    session.add(row)
    session.flush()


def _facts(row: Task) -> dict[str, Any]:
    """What a link of the chain tells of the work: ids, a day, a word."""
    due = row.due.isoformat() if row.due else None
    return {"owner": row.owner_id, "due": due, "mark": row.mark, "upon": row.marked_version,
            "task": row.version}  # fmt: skip


def _mark(
    row: Task, actor: Actor, version: int, mark: TaskState | None, now: datetime.datetime
) -> None:
    row.mark = mark.value if mark else ""
    row.marked_version = version if mark else 0
    row.marked_by = actor.account_id if mark else None
    row.marked_at = now if mark else None


def _require_owner(
    session: Session, dossier: Dossier, owner: int | None, before: int | None
) -> Reader | None:
    """Who owns a question writes answers in the unit; who does no longer can only be kept.

    Returns who gets it; None where nobody new does.
    """
    if owner is None or owner == before:
        return None
    for person in writers_in(session, dossier.unit_id):
        if person.account_id == owner:
            return Reader(owner, person.address)
    raise Invalid("owner_is_no_writer")


def _require_mark(
    actor: Actor, dossier: Dossier, question_id: str, mark: TaskState | None, owner: int | None
) -> None:
    """Nobody calls an empty question done, nor their own answer unless the question is theirs.

    One that is not asked now has no problems; empty, it would be done as soon as it is.
    """
    if mark not in (None, *MARKS):
        raise Invalid("no_such_mark")
    if mark is None:
        return
    problems = dossier.evaluation.of(question_id)
    hidden = question_id not in dossier.evaluation.shown
    empty = dossier.answers.get(question_id, NOTHING) == NOTHING
    if (hidden and empty) or any(
        problem.code in UNANSWERED and not problem.part for problem in problems
    ):
        raise Invalid("nothing_to_mark")
    author = dossier.marks[question_id].author_id if question_id in dossier.marks else None
    if mark == TaskState.DONE and author == actor.account_id and owner != actor.account_id:
        raise Forbidden("done_by_colleague")


def assign_sections(
    session: Session,
    actor: Actor,
    submission_id: int,
    sections: Iterable[str],
    *,
    owner: int | Literal["keep"] | None,
    due: datetime.date | None,
    only_free: bool,
    now: datetime.datetime,
) -> list[str]:
    """Give the questions of some sections to somebody, also those that may be asked later.

    owner      an account, None for nobody, or ``KEEP``
    due        None leaves the days as they are
    only_free  passes by questions that somebody owns already
    Returns the ids of the questions that were changed. Raises NotFound (``no_section`` too),
    Forbidden, WrongState, Invalid (``nothing_to_assign``, ``no_section_chosen``,
    ``owner_is_no_writer``, ``no_work_on_question``).
    """
    dossier = open_submission(session, actor, submission_id, Action.WRITE, hold=True)
    if dossier.contributes:
        raise Invalid("no_work_on_question")
    questions = _questions_in(dossier, sections)
    if owner == KEEP and due is None:
        raise Invalid("nothing_to_assign")
    reader = None if owner == KEEP else _require_owner(session, dossier, owner, None)
    changed, got = [], []
    for question in questions:
        row = _row_of(session, submission_id, question.id)
        before = row.owner_id
        if _share(row, owner, due, only_free=only_free):
            _keep(session, row)
            changed.append(question.id)
            if row.owner_id != before:
                got.append(question)
    if changed:
        facts = {"submission": submission_id, "questions": changed,
                 "owner": owner, "due": due.isoformat() if due else None}  # fmt: skip
        dossier.chain = append_entry(
            session, dossier.chain, at=now, actor=actor.account_id, kind="tasks_assigned",
            facts=facts,
        )  # fmt: skip
    if reader is not None and got:
        tell_of_assignment(session, dossier, actor, reader, got, due, now)
    return changed


def _questions_in(dossier: Dossier, sections: Iterable[str]) -> list[Question]:
    """The questions of some sections on which there is, or may come to be, work."""
    found, chosen = [], list(dict.fromkeys(sections))
    if not chosen:
        raise Invalid("no_section_chosen")
    for section in map(dossier.questionnaire.section, chosen):
        if section is None:
            raise NotFound("no_section")
        found += [item for item in section.questions
                  if has_task(item) and is_in_scope(dossier, item.id)]  # fmt: skip
    return found


def _share(
    row: Task, owner: int | Literal["keep"] | None, due: datetime.date | None, *, only_free: bool
) -> bool:
    """Give a question away; whether that changed anything."""
    wanted = (row.owner_id if owner == KEEP else owner, due or row.due)
    if (only_free and row.owner_id is not None) or wanted == (row.owner_id, row.due):
        return False
    row.owner_id, row.due = wanted
    return True
