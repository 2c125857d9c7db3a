"""The work on single questions: whose each is, until when, how far, and that others are told."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import Select, Text, bindparam, cast, func, select
from sqlmodel import Session

from survey_app.core.characters import tidy
from survey_app.core.kinds import KINDS
from survey_app.core.questionnaire import Question, Questionnaire
from survey_app.core.same import Same
from survey_app.core.task import Fallen, Marked, TaskState, judge_task
from survey_app.core.workflow import Action
from survey_app.services.actor import Actor
from survey_app.services.audit import append_entry
from survey_app.services.colleague import writers_in
from survey_app.services.meaning import Stored
from survey_app.services.notice import tell_of_assignment
from survey_app.services.outbox import Reader
from survey_app.services.refusal import ChangedMeanwhile, Forbidden, Invalid, NotFound
from survey_app.services.scope import is_in_scope, scope_of
from survey_app.services.submission import Dossier, Mark, open_submission
from survey_app.store.tables import Account, Comment, Event, ReturnedQuestion, Task, table_of

MARKS = (TaskState.READY, TaskState.DONE)
KEEP: Literal["keep"] = "keep"
"""In a change of many questions: leave the owner as it is."""

UNANSWERED = frozenset({"unanswered", "required", "reason_missing"})
"""The problems of a question that nobody has begun."""


@dataclass(frozen=True, slots=True)
class Work:
    """The work on one question as it is now.

    plain      how far it is by its answer alone, whatever was said
    fallen     why the last mark holds no longer; None where it does, or where there is none
    marked_by  who set the mark
    comments   how many there are
    version    of the work, not of the answer; 0 where nothing was ever said
    """

    question: str
    state: TaskState
    plain: TaskState
    owner_id: int | None = None
    owner: str = ""
    due: datetime.date | None = None
    fallen: Fallen | None = None
    marked_by: str = ""
    marked_at: datetime.datetime | None = None
    comments: int = 0
    version: int = 0

    def is_late(self, today: datetime.date) -> bool:
        """Whether it should have been done by now."""
        return self.state != TaskState.DONE and self.due is not None and self.due < today


_T, _C, _RQ, _E = (table_of(model).c for model in (Task, Comment, ReturnedQuestion, Event))
_OWNER, _MARKER = (table_of(Account).alias(name) for name in ("owner", "marker"))


def _all_work(gather: Any, row: Any) -> Select[Any]:
    """What is told of a submission's questions in one row, as JSON; what is only commented on has
    no owner, day or mark."""
    told = (
        select(func.coalesce(cast(gather(row(
            _T.question, _T.owner_id, _OWNER.c.name, _T.due, _T.mark, _T.marked_version,
            _MARKER.c.name, _T.marked_at, _T.version)), Text), "[]"))
        .join_from(table_of(Task), _OWNER, _OWNER.c.id == _T.owner_id, isouter=True)
        .join(_MARKER, _MARKER.c.id == _T.marked_by, isouter=True)
        .where(_T.submission_id == bindparam("submission"))
    )  # fmt: skip
    said = (
        select(_C.question, func.count().label("n"))
        .where(_C.submission_id == bindparam("submission"))
        .group_by(_C.question)
        .subquery()
    )
    counted = select(func.coalesce(cast(gather(row(said.c.question, said.c.n)), Text), "[]"))
    return select(told.scalar_subquery(), counted.scalar_subquery())


_WORK = {
    "sqlite": _all_work(func.json_group_array, func.json_array),
    "postgresql": _all_work(func.json_agg, func.json_build_array),
}
_RETURNED = (
    select(_RQ.question, _E.at)
    .join_from(table_of(ReturnedQuestion), table_of(Event), _E.id == _RQ.event_id)
    .where(_RQ.submission_id == bindparam("submission"), _RQ.settled.is_(False))
    .order_by(_RQ.question, _E.at)
)


def has_task(question: Question) -> bool:
    """Whether there is work on a question: one that a writer answers."""
    return question.filled_by == "writer" and KINDS[question.kind].answered


def asked_questions(dossier: Dossier) -> list[Question]:
    """The questions on which there is work now, in order; of a completion what was asked for."""
    shown, scope = dossier.evaluation.shown, scope_of(dossier)
    return [
        item
        for item in dossier.questionnaire.questions()
        if item.id in shown and has_task(item) and (scope is None or item.id in scope)
    ]


def read_work(session: Session, dossier: Dossier) -> Mapping[str, Work]:
    """The work on every question that a writer answers, asked for now or not, by question id.

    Shared between requests: read it, never change it.
    """
    key = {"submission": dossier.id}
    connection = session.connection()
    told, said = connection.execute(_WORK[connection.dialect.name], key).one()
    back = connection.execute(_RETURNED, key).all() if dossier.returned else []
    returned = tuple((row.question, row.at) for row in back)
    return _work_out(
        Same(dossier.questionnaire), Same(dossier.stored), Same(dossier.marks), told, said, returned
    )


@lru_cache(maxsize=32)
def _work_out(
    questionnaire: Same[Questionnaire], stored: Same[Mapping[str, Stored]],
    marks: Same[Mapping[str, Mark]], told: str, said: str,
    returned: tuple[tuple[str, datetime.datetime], ...],
) -> Mapping[str, Work]:  # fmt: skip
    """The work in the JSON of ``_WORK``, held to the answers."""
    rows = {row[0]: row for row in json.loads(told)}
    comments: dict[str, int] = dict(json.loads(said))
    back = dict(returned)
    found = {}
    for question in questionnaire.thing.questions():
        if has_task(question):
            mark = marks.thing.get(question.id)
            answered = stored.thing.get(question.id, (None, None)) != (None, None)
            found[question.id] = _work(
                rows.get(question.id) or (question.id, None, None, None, "", 0, None, None, 0),
                comments.get(question.id, 0), back.get(question.id),
                answered=answered, version=mark.version if mark else 0,
            )  # fmt: skip
    return found


def _work(
    row: Sequence[Any], comments: int, returned: datetime.datetime | None, *,
    answered: bool, version: int,
) -> Work:  # fmt: skip
    question, owner_id, owner, due, mark, marked_version, marker, marked_at, changes = row
    at = datetime.datetime.fromisoformat(marked_at).replace(tzinfo=datetime.UTC) if mark else None
    marked = Marked(TaskState(mark), marked_version, at) if at else None
    plain, _ = judge_task(None, answered=answered, version=version)
    state, fallen = judge_task(marked, answered=answered, version=version, returned=returned)
    return Work(
        question, state, plain, owner_id, owner or "",
        datetime.date.fromisoformat(due) if due else None, fallen, marker or "", at, comments,
        changes,
    )  # fmt: skip


def count_states(works: Iterable[Work]) -> dict[TaskState, int]:
    """How many questions are how far; every state is there."""
    found = dict.fromkeys(TaskState, 0)
    for work in works:
        found[work.state] += 1
    return found


def find_task(dossier: Dossier, question_id: str) -> Question:
    """The question, if there is work on it. Raises NotFound or Invalid."""
    question = dossier.questionnaire.by_id.get(question_id)
    if question is None:
        raise NotFound("no_question", question=tidy(question_id)[:64])
    if not has_task(question):
        raise Invalid("no_work_on_question")
    return question


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
    Raises NotFound, Forbidden, WrongState, Invalid, ChangedMeanwhile (``task_changed``).
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
    """Nobody calls an empty question done, nor their own answer unless the question is theirs."""
    if mark not in (None, *MARKS):
        raise Invalid("no_such_mark")
    if mark is None:
        return
    problems = dossier.evaluation.of(question_id)
    if any(problem.code in UNANSWERED and not problem.part for problem in problems):
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
    Returns the ids of the questions that were changed. Raises as ``change_task`` does.
    """
    dossier = open_submission(session, actor, submission_id, Action.WRITE, hold=True)
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
