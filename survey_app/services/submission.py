"""A submission at work: its answers, its questionnaire and what they mean together."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Row, select
from sqlmodel import Session, col

from survey_app.core.content import Content, build_content
from survey_app.core.evaluation import Answers, Evaluation, Given, evaluate
from survey_app.core.questionnaire import Questionnaire
from survey_app.core.workflow import Action, Role, State
from survey_app.services.actor import Actor, require
from survey_app.services.refusal import NotFound
from survey_app.services.specification import find_questionnaire
from survey_app.store.tables import Account, Answer, Case, ReturnedQuestion, Round, Submission, Unit


class Mark(NamedTuple):
    """What is known of an answer beside its value."""

    version: int
    derived: bool
    author: str
    author_id: int
    at: datetime.datetime


@dataclass(slots=True)
class Dossier:
    """One submission with everything that belongs to it, as it is in one moment.

    chain     the case's id, and length and head of its audit chain
    marks     version, author and time by question id; no mark means version 0
    returned  reasons by question id, where the approver sent questions back
    """

    id: int
    state: State
    revision: int
    corrects: int | None
    unit_id: int
    unit_name: str
    unit_number: str
    case_id: int
    diary_number: str
    case_title: str
    practice: bool
    chain: tuple[int, int, str]
    deadline: datetime.date | None
    specification: str
    questionnaire: Questionnaire
    answers: Answers = field(default_factory=dict)
    marks: Mapping[str, Mark] = field(default_factory=dict)
    returned: dict[str, str] = field(default_factory=dict)
    _evaluation: Evaluation | None = None

    @property
    def evaluation(self) -> Evaluation:
        """What the answers mean, judged once."""
        if self._evaluation is None:
            self._evaluation = evaluate(self.questionnaire, self.answers)
        return self._evaluation

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

    def version_of(self, question: str) -> int:
        """The version of an answer; 0 where nothing was ever saved."""
        mark = self.marks.get(question)
        return mark.version if mark else 0


_HEADING = (
    select(  # type: ignore[call-overload]
        Submission.id,
        Submission.state,
        Submission.revision,
        Submission.corrects,
        Submission.unit_id,
        Unit.name.label("unit_name"),  # type: ignore[attr-defined]
        Unit.organisation_number.label("unit_number"),  # type: ignore[attr-defined]
        Case.id.label("case_id"),  # type: ignore[union-attr]
        Case.diary_number,
        Case.title.label("case_title"),  # type: ignore[attr-defined]
        Case.practice,
        Case.audit_length,
        Case.audit_head,
        Round.deadline,
        Round.specification,
    )
    .join(Round, Round.id == Submission.round_id)
    .join(Case, Case.id == Round.case_id)
    .join(Unit, Unit.id == Submission.unit_id)
)

_ANSWERS = select(  # type: ignore[call-overload]
    Answer.question,
    Answer.value,
    Answer.blank,
    Answer.version,
    Answer.derived,
    Answer.author_id,
    Answer.at,
    Account.name.label("author"),  # type: ignore[attr-defined]
).join(Account, Account.id == Answer.author_id)


def open_submission(
    session: Session, actor: Actor, submission_id: int, action: Action, *, hold: bool = False
) -> Dossier:
    """The dossier of a submission on which the actor may do the action.

    hold  keeps the case to this transaction until it ends, so that what is read stays true
    Raises NotFound (also for another unit's submission), Forbidden, WrongState.
    """
    dossier = _read_heading(session, submission_id, hold=hold)
    require(actor, action, dossier.unit_id, dossier.state)
    read_answers(session, dossier)
    return dossier


def _read_heading(session: Session, submission_id: int, *, hold: bool) -> Dossier:
    query = _HEADING.where(Submission.id == submission_id)
    if hold:
        # SQLite has its one writer already; PostgreSQL queues the writers of a case here.
        query = query.with_for_update(of=Case)
    row: Row[Any] | None = session.execute(query).first()
    if row is None:
        raise NotFound("no_submission")
    return Dossier(
        id=row.id,
        state=row.state,
        revision=row.revision,
        corrects=row.corrects,
        unit_id=row.unit_id,
        unit_name=row.unit_name,
        unit_number=row.unit_number,
        case_id=row.case_id,
        diary_number=row.diary_number,
        case_title=row.case_title,
        practice=row.practice,
        chain=(row.case_id, row.audit_length, row.audit_head),
        deadline=row.deadline,
        specification=row.specification,
        questionnaire=find_questionnaire(session, row.specification),
    )


def given_of(value: str | None, blank: str | None) -> Given:
    """What a row of the tables holds, as the rules see it."""
    return Given(
        None if value is None else json.loads(value), None if blank is None else json.loads(blank)
    )


def read_answers(session: Session, dossier: Dossier) -> None:
    """Fill in the answers, their marks and what was returned."""
    answers: dict[str, Given] = {}
    marks: dict[str, Mark] = {}
    for row in session.execute(_ANSWERS.where(Answer.submission_id == dossier.id)):
        answers[row.question] = given_of(row.value, row.blank)
        marks[row.question] = Mark(row.version, row.derived, row.author, row.author_id, row.at)
    dossier.answers, dossier.marks = answers, marks
    if dossier.state == State.DRAFT:
        dossier.returned = _returned(session, dossier.id)


def _returned(session: Session, submission_id: int) -> dict[str, str]:
    query = select(col(ReturnedQuestion.question), col(ReturnedQuestion.reason)).where(
        col(ReturnedQuestion.submission_id) == submission_id,
        col(ReturnedQuestion.settled).is_(False),
    )
    return dict(session.execute(query).all())


def list_submissions(session: Session, actor: Actor) -> list[Dossier]:
    """All submissions of the units in which the actor may read, by deadline, without answers."""
    units = actor.units_as(Role.STRATEGIST, Role.APPROVER, Role.ARCHIVIST)
    ids = session.execute(
        select(col(Submission.id))
        .join(Round, col(Round.id) == col(Submission.round_id))
        .where(col(Submission.unit_id).in_(units))
        .order_by(col(Round.case_id), col(Submission.id))
    ).scalars()
    return [
        _read_heading(session, submission_id, hold=False) for submission_id in ids if submission_id
    ]
