"""A submission at work: its answers, its questionnaire and what they mean together."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, bindparam, func, select
from sqlmodel import Session, col

from survey_app.core.content import Content, build_content
from survey_app.core.evaluation import Answers, Evaluation
from survey_app.core.excerpt import excerpt
from survey_app.core.questionnaire import Questionnaire
from survey_app.core.workflow import Action, Role, State
from survey_app.services.actor import Actor, hold_roles, refused, require
from survey_app.services.contributions.request import Request, find_request
from survey_app.services.heading import ANSWERS_OF_ONE, HEADING_OF_ONE, HOLD, OPENED_ONE
from survey_app.services.meaning import Meaning, Stored, meaning_of
from survey_app.services.refusal import Forbidden, NotFound
from survey_app.services.removals.removed_case import refusal_of_removed
from survey_app.services.specification import find_questionnaire
from survey_app.store.tables import (
    Account,
    Answer,
    Case,
    ReturnedQuestion,
    Round,
    Submission,
    table_of,
)


class Mark(NamedTuple):
    """What is known of an answer beside its value."""

    version: int
    derived: bool
    author: str
    author_id: int
    at: datetime.datetime
    carried: bool = False


@dataclass(slots=True)
class Dossier:
    """One submission with everything that belongs to it, as it is in one moment.

    chain     the case's id, and length and head of its audit chain
    stored    the answers as the tables hold them, by question id
    marks     version, author and time by question id; no mark means version 0
    returned  reasons by question id, where the approver sent questions back
    deadline  as it is now; ``first_deadline`` is from before any extension
    asked     ids of the questions that the authority asked to have completed; None if it is no
              completion
    request   what the unit was asked for by another: to contribute, and then ``questionnaire``
              holds only those questions; or to answer in a round. None if by nobody
    has_proposals  whether a proposal beside an answer is still open
    """

    id: int
    state: State
    corrects: int | None
    unit_id: int
    unit_name: str
    unit_number: str
    case_id: int
    diary_number: str
    case_title: str
    practice: bool
    chain: tuple[int, int, str]
    round_id: int
    deadline: datetime.date | None
    first_deadline: datetime.date | None
    specification: str
    questionnaire: Questionnaire
    has_returns: bool
    has_proposals: bool = False
    asked: tuple[str, ...] | None = None
    request: Request | None = None
    stored: Mapping[str, Stored] = field(default_factory=dict)
    marks: Mapping[str, Mark] = field(default_factory=dict)
    returned: dict[str, str] = field(default_factory=dict)
    _meaning: Meaning | None = None

    @property
    def meaning(self) -> Meaning:
        """The answers and the verdict on them."""
        if self._meaning is None:
            self._meaning = meaning_of(self.questionnaire, self.stored)
        return self._meaning

    @property
    def answers(self) -> Answers:
        """The answers by question id; shared, so never to be changed."""
        return self.meaning.answers

    @property
    def evaluation(self) -> Evaluation:
        """The verdict on the answers."""
        return self.meaning.evaluation

    @property
    def unreviewed(self) -> list[str]:
        """The questions asked whose answers were carried over and not looked at since."""
        return [
            question.id for question in self.questionnaire.questions()
            if (mark := self.marks.get(question.id)) and mark.carried
            and question.id in self.evaluation.shown
        ]  # fmt: skip

    def renew(self, question: str, stored: Stored, mark: Mark) -> None:
        """Take in a save: the dossier is as it would be read now."""
        self.stored = {**self.stored, question: stored}
        self.marks = {**self.marks, question: mark}
        self._meaning = None

    def content(self, *, draft: bool = False) -> Content:
        """The content as it would be shown, approved and exported now."""
        heading = {
            "case": {
                "diary_number": self.diary_number,
                "title": self.case_title,
                "practice": self.practice,
            },
            "unit": {"name": self.unit_name, "organisation_number": self.unit_number},
            "submission": {"id": self.id, "corrects": self.corrects},
            "deadline": self.deadline.isoformat() if self.deadline else None,
            "questionnaire_sha256": self.specification,
        }
        return build_content(
            self.questionnaire, self.answers, heading, draft=draft, evaluation=self.evaluation
        )

    def may(self, actor: Actor, action: Action) -> bool:
        """Whether the actor may do it now, by role, unit and state."""
        return refused(actor, action, self.unit_id, self.state, self.request) is None

    def is_own(self, actor: Actor) -> bool:
        """Whether the actor works on the answers themselves. Who asked a unit for them gets what
        was handed over, and sees nothing of what led to it."""
        return self.request is None or Role.STRATEGIST in actor.roles_in(self.unit_id)

    @property
    def contributes(self) -> bool:
        """Whether it is a contribution: a few questions, with no work to share out on them."""
        return self.request is not None and self.request.sort == "contribution"

    @property
    def limited(self) -> bool:
        """Whether only some of the questions can be written in."""
        return bool(self.returned) or self.asked is not None

    @property
    def revision(self) -> int:
        """How many changes of answers there have been."""
        return sum(mark.version for mark in self.marks.values())

    def version_of(self, question: str) -> int:
        """The version of an answer; 0 where nothing was ever saved."""
        mark = self.marks.get(question)
        return mark.version if mark else 0


_WRITING = {Action.WRITE, Action.COMMENT}
"""What is done all the time, and decides nothing: by the roles as the request began."""

_S, _R, _C, _A, _P = (table_of(model).c for model in (Submission, Round, Case, Answer, Account))
_RETURNS = table_of(ReturnedQuestion).c
_OPEN_RETURNS = select(_RETURNS.question, _RETURNS.reason).where(
    _RETURNS.submission_id == bindparam("submission"), _RETURNS.settled.is_(False)
)


def open_submission(
    session: Session, actor: Actor, submission_id: int, action: Action, *, hold: bool = False
) -> Dossier:
    """The dossier of a submission on which the actor may do the action.

    hold  keeps the case to this transaction until it ends, so that what is read stays true; for
          a step the actor's roles, too
    Raises NotFound (also for another unit's submission), Gone, Forbidden, WrongState.
    """
    connection = session.connection()
    opened = OPENED_ONE[connection.dialect.name]
    row = _row(connection, opened, submission_id, hold=hold, actor=actor)
    if hold and action not in _WRITING:
        hold_roles(session, actor)
    return open_row(session, actor, row, action)


def open_row(session: Session, actor: Actor, row: Any, action: Action) -> Dossier:
    """The dossier of a row of ``services.heading.OPENED``; raises as ``open_submission``."""
    request = find_request(session.connection(), row.id, row.parent_id, row.sort)
    dossier = dossier_of(session, row, request)
    require(actor, action, dossier.unit_id, dossier.state, dossier.request)
    _take_answers(session, dossier, row.answers)
    return dossier


def open_own(session: Session, actor: Actor, submission_id: int) -> Dossier:
    """The dossier, to read what led to its answers (``Dossier.is_own``).

    Raises NotFound, WrongState, Forbidden (``contributors_history``).
    """
    dossier = open_submission(session, actor, submission_id, Action.READ)
    if not dossier.is_own(actor):
        raise Forbidden("contributors_history")
    return dossier


def read_heading(session: Session, submission_id: int, *, hold: bool) -> Dossier:
    """A submission without its answers; who may see it is not asked here.

    hold  as in ``open_submission``
    Raises NotFound, Gone.
    """
    connection = session.connection()
    row = _row(connection, HEADING_OF_ONE, submission_id, hold=hold)
    return dossier_of(session, row, find_request(connection, row.id, row.parent_id, row.sort))


def _row(
    connection: Connection, statement: Select[Any], submission_id: int, *, hold: bool,
    actor: Actor | None = None,
) -> Any:  # fmt: skip
    """The row of a submission. Raises NotFound, and Gone if its case was removed: without an
    ``actor`` to whoever asks, else to who may know of it."""
    key = {"submission": submission_id}
    if hold and connection.dialect.name != "sqlite":
        # SQLite has its one writer already; PostgreSQL queues the writers of a case here. By
        # itself, since what a statement reads beside the lock is from before it waited.
        connection.execute(HOLD, key)
    row = connection.execute(statement, key).first()
    if row is None:
        raise NotFound("no_submission")
    if row.removed is not None:
        raise refusal_of_removed(connection, row, actor)
    return row


def dossier_of(session: Session, row: Any, request: Request | None) -> Dossier:
    """The dossier of a row of ``services.heading.HEADING``, without answers."""
    asked = None if row.asked is None else tuple(json.loads(row.asked))
    first = row.deadline if asked is None else row.completed_by
    questionnaire = find_questionnaire(session, row.specification)
    if request is not None and request.sort == "contribution":
        first, questionnaire = request.until, excerpt(questionnaire, request.questions)
    return Dossier(
        id=row.id,
        state=row.state,
        corrects=row.corrects,
        unit_id=row.unit_id,
        unit_name=row.unit_name,
        unit_number=row.unit_number,
        case_id=row.case_id,
        diary_number=row.diary_number,
        case_title=row.case_title,
        practice=row.practice,
        chain=(row.case_id, row.audit_length, row.audit_head),
        round_id=row.round_id,
        deadline=request.until if request else row.extended or first,
        first_deadline=first,
        asked=asked,
        request=request,
        specification=row.specification,
        questionnaire=questionnaire,
        has_returns=row.has_returns,
        has_proposals=row.has_proposals,
    )


def read_answers(session: Session, dossier: Dossier) -> None:
    """Fill in the answers, their marks and what was returned."""
    key = {"submission": dossier.id}
    connection = session.connection()
    text = connection.execute(ANSWERS_OF_ONE[connection.dialect.name], key).scalar_one()
    _take_answers(session, dossier, text)


def _take_answers(session: Session, dossier: Dossier, text: str) -> None:
    dossier.stored, dossier.marks = _read(text)
    if dossier.has_returns and dossier.state == State.DRAFT:
        found = session.connection().execute(_OPEN_RETURNS, {"submission": dossier.id})
        dossier.returned = {row.question: row.reason for row in found}


@lru_cache(maxsize=16)
def _read(text: str) -> tuple[Mapping[str, Stored], Mapping[str, Mark]]:
    """The answers and their marks in the JSON of ``services.heading``."""
    stored: dict[str, Stored] = {}
    marks: dict[str, Mark] = {}
    for question, value, blank, version, derived, carried, author_id, at, author in json.loads(
        text
    ):
        stored[question] = _stored(value, blank)
        marks[question] = _mark(version, derived, carried, author, author_id, at)
    return stored, marks


@lru_cache(maxsize=1024)
def _stored(value: str | None, blank: str | None) -> Stored:
    """One and the same while it is the same: at each save all answers but one are."""
    return value, blank


@lru_cache(maxsize=2048)
def _mark(version: int, derived: int, carried: int, author: str, author_id: int, at: str) -> Mark:
    """A mark of an answer; at each save all but one are the same as before."""
    moment = datetime.datetime.fromisoformat(at).replace(tzinfo=datetime.UTC)
    return Mark(version, bool(derived), author, author_id, moment, bool(carried))


def list_submissions(session: Session, actor: Actor) -> list[Dossier]:
    """All submissions of the units in which the actor may read, by case, without answers.

    Contributions are none of them (``services.contributions.contribution.own_contributions``), and
    neither is what is answered in rounds (``services.rounds.round``).
    """
    units = actor.units_as(Role.STRATEGIST, Role.APPROVER, Role.ARCHIVIST)
    ids = session.execute(
        select(col(Submission.id))
        .join(Round, col(Round.id) == col(Submission.round_id))
        .join(Case, col(Case.id) == col(Round.case_id))
        .where(
            col(Submission.unit_id).in_(units),
            col(Submission.parent_id).is_(None),
            col(Round.sort) == "own",
            col(Case.removed).is_(None),
        )
        .order_by(col(Round.case_id), col(Submission.id))
    ).scalars()
    return [
        read_heading(session, submission_id, hold=False) for submission_id in ids if submission_id
    ]


def one_of_each(session: Session) -> list[Dossier]:
    """The newest draft of every questionnaire, whoever's it is: for a server that reads ahead."""
    newest = (
        select(func.max(_S.id))
        .join_from(table_of(Submission), table_of(Round), _R.id == _S.round_id)
        .join(table_of(Case), _C.id == _R.case_id)
        .where(_S.state == State.DRAFT, _S.parent_id.is_(None), _C.removed.is_(None))
        .group_by(_R.specification)
    )
    dossiers = [read_heading(session, found, hold=False) for found in session.scalars(newest)]
    for dossier in dossiers:
        read_answers(session, dossier)
    return dossiers
