"""Answers of an earlier period: found, set beside, carried over into a draft, looked at."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import bindparam, insert, or_, select, update
from sqlmodel import Session

from survey_app.core.continuity import Carried, carry, links_of
from survey_app.core.evaluation import NOTHING, Given, sent_value
from survey_app.core.kinds import KINDS, Value
from survey_app.core.questionnaire import Question, Questionnaire
from survey_app.core.same import Same
from survey_app.core.workflow import Action, State
from survey_app.services.actor import Actor
from survey_app.services.answer import Saved, Stale, find_writable, save_answer
from survey_app.services.audit import append_entry
from survey_app.services.heading import OPENED
from survey_app.services.meaning import Meaning
from survey_app.services.refusal import ChangedMeanwhile, Invalid
from survey_app.services.submission import Dossier, open_row, open_submission
from survey_app.store.tables import (
    Answer,
    Attachment,
    Case,
    Round,
    Specification,
    Submission,
    table_of,
)


@dataclass(frozen=True, slots=True)
class Source:
    """A submission of an earlier period: which it is, and what its answers mean."""

    id: int
    diary_number: str
    meaning: Meaning

    @property
    def questionnaire(self) -> Questionnaire:
        """What was asked then."""
        return self.meaning.questionnaire


Earlier = Mapping[str, Source]
"""Submissions of earlier periods, by the questionnaire that they answer."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What an earlier submission answered to the question that one here continues.

    given    what was handed in then
    carried  the same in the shape of the question here
    """

    source: Source
    question: Question
    given: Given
    carried: Carried


_S, _R, _C, _Q, _F = (
    table_of(model).c for model in (Submission, Round, Case, Specification, Attachment)
)
_FINAL = (State.APPROVED, State.HANDED_IN, State.ARCHIVED)
_NEWEST = (
    select(_S.id)
    .select_from(table_of(Submission))
    .join(table_of(Round), _R.id == _S.round_id)
    .join(table_of(Case), _C.id == _R.case_id)
    .join(table_of(Specification), _Q.sha256 == _R.specification)
    .where(
        _S.unit_id == bindparam("unit"),
        _S.parent_id.is_(None),
        _Q.questionnaire == bindparam("questionnaire"),
        _C.practice == bindparam("practice"),
        _C.removed.is_(None),
        or_(*(_S.state == state for state in _FINAL)),  # half the time of IN
    )
    .order_by(_S.id.desc())
    .limit(1)
    .correlate(None)
    .scalar_subquery()
)
_NEWEST_OPENED = {name: opened.where(_S.id == _NEWEST) for name, opened in OPENED.items()}


def find_earlier(session: Session, actor: Actor, dossier: Dossier) -> Earlier:
    """What the unit answered in the earlier questionnaires that this one continues.

    Only what was approved, the newest of each: a correction comes before what it corrects. An
    exercise never stands beside the real thing.
    """
    found = {}
    for questionnaire in dossier.questionnaire.earlier:
        key = {
            "unit": dossier.unit_id,
            "questionnaire": questionnaire,
            "practice": dossier.practice,
        }
        connection = session.connection()
        row = connection.execute(_NEWEST_OPENED[connection.dialect.name], key).first()
        if row is not None:
            source = open_row(session, actor, row, Action.READ)
            found[questionnaire] = _source(source.id, source.diary_number, Same(source.meaning))
    return found


@lru_cache(maxsize=32)
def _source(submission_id: int, diary_number: str, meaning: Same[Meaning]) -> Source:
    """One and the same while it holds the same, so that what follows from it need not be worked
    out again."""
    return Source(submission_id, diary_number, meaning.thing)


def beside(questionnaire: Questionnaire, question: Question, earlier: Earlier) -> Beside | None:
    """What stands beside a question; None where it continues nothing that was found."""
    if not earlier:
        return None
    for link in links_of(questionnaire, question):
        source = earlier.get(link.questionnaire)
        asked = source.questionnaire.by_id.get(link.question) if source else None
        if source is not None and asked is not None:
            given = _handed_in(source, asked)
            return Beside(source, asked, given, carry(question, link, asked, given))
    return None


def _handed_in(source: Source, question: Question) -> Given:
    verdict = source.meaning.evaluation
    if question.id not in verdict.shown:
        return NOTHING
    given = source.meaning.answers.get(question.id, NOTHING)
    value = sent_value(question, given, verdict)
    return Given(value, given.blank if value is None else None)


def carry_over(
    session: Session,
    actor: Actor,
    submission_id: int,
    question_id: str,
    version: int,
    now: datetime.datetime,
    *,
    over: bool = False,
) -> Saved | Stale:
    """Save the earlier answer as this one's, upon a version as ``save_answer`` does.

    It is marked as carried until somebody changes it or ``review_carried`` it.
    over  the person has seen both, and wants the earlier one in place of what stands here
    Raises NotFound, Forbidden, WrongState, Invalid (``nothing_to_carry``, ``answer_stands``).
    """
    dossier = open_submission(session, actor, submission_id, Action.WRITE, hold=True)
    question = find_writable(dossier, question_id)
    earlier = find_earlier(session, actor, dossier)
    found = beside(dossier.questionnaire, question, earlier)
    if found is None or found.carried.given == NOTHING:
        raise Invalid("nothing_to_carry", question=question_id)
    stands = dossier.answers.get(question_id, NOTHING) != NOTHING
    if stands and not over and version == dossier.version_of(question_id):
        raise Invalid("answer_stands", question=question_id)
    given = found.carried.given
    take_files(session, question, given.value, found.source.id, submission_id)
    return save_answer(
        session, actor, submission_id, question_id, given.value, given.blank, version, now,
        carried_from=found.source.id,
    )  # fmt: skip


def take_files(
    session: Session, question: Question, value: Value, source: int, target: int
) -> None:
    """Give the files that a value names to the new submission too; their bytes are kept once."""
    if value is None:
        return
    for file in KINDS[question.kind].files(question, value):
        same = (_F.sha256 == file["sha256"]) & (_F.name == file["name"])
        connection = session.connection()
        if connection.execute(select(_F.id).where(_F.submission_id == target, same)).first():
            continue
        row = connection.execute(
            select(table_of(Attachment)).where(_F.submission_id == source, same)
        ).mappings().one()  # fmt: skip
        copy = {**{key: row[key] for key in row if key != "id"}, "submission_id": target}
        connection.execute(insert(table_of(Attachment)), copy)


def review_carried(
    session: Session,
    actor: Actor,
    submission_id: int,
    question_id: str,
    version: int,
    now: datetime.datetime,
) -> None:
    """Somebody has looked at an answer that was carried over, and lets it stand as it is.

    Nothing happens where it is no longer marked. Raises ChangedMeanwhile (``answer_changed``) if
    it is not the version that was seen; NotFound, Forbidden, WrongState.
    """
    dossier = open_submission(session, actor, submission_id, Action.WRITE, hold=True)
    find_writable(dossier, question_id)
    mark = dossier.marks.get(question_id)
    if mark is None or not mark.carried:
        return
    if mark.version != version:
        raise ChangedMeanwhile("answer_changed", question=question_id)
    answers = table_of(Answer)
    session.connection().execute(
        update(answers)
        .where(answers.c.submission_id == submission_id, answers.c.question == question_id)
        .values(carried=False)
    )
    facts = {"submission": submission_id, "question": question_id, "version": version}
    append_entry(
        session, dossier.chain, at=now, actor=actor.account_id, kind="answer_reviewed", facts=facts
    )
