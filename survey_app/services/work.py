"""The work on single questions as it is now, read with the answers it is about."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, Text, bindparam, cast, func, select
from sqlmodel import Session

from survey_app.core.characters import tidy
from survey_app.core.kinds import KINDS
from survey_app.core.questionnaire import Question, Questionnaire
from survey_app.core.same import Same
from survey_app.core.task import Fallen, Marked, TaskState, judge_task
from survey_app.services.meaning import Stored
from survey_app.services.refusal import Invalid, NotFound
from survey_app.services.scope import scope_of
from survey_app.services.submission import Dossier, Mark
from survey_app.store.tables import Account, Comment, Event, ReturnedQuestion, Task, table_of

MARKS = (TaskState.READY, TaskState.DONE)


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

    def is_after(self, deadline: datetime.date | None) -> bool:
        """Whether it is to be done only when all should have been handed in."""
        return (
            self.state != TaskState.DONE
            and self.due is not None
            and deadline is not None
            and self.due > deadline
        )


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
    """The questions on which there is work now, in order; of a completion what was asked for.

    A contribution is a few questions to one unit: there is no work to share out on it.
    """
    if dossier.contributes:
        return []
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
    if dossier.contributes or not has_task(question):
        raise Invalid("no_work_on_question")
    return question
