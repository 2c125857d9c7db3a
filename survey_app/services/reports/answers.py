"""What a report is compiled from: answers of rounds as they were handed over, by whom and when."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from survey_app.core.content import Content, sha256_of
from survey_app.core.difference import questions_of
from survey_app.core.questionnaire import Questionnaire
from survey_app.core.workflow import ContributionState
from survey_app.services.rounds.freezing import handed_over
from survey_app.services.specification import find_questionnaire
from survey_app.store.tables import (
    Event,
    FrozenRecord,
    ReportSource,
    Round,
    RoundUnit,
    Unit,
)


@dataclass(frozen=True, slots=True)
class UnitAnswer:
    """What one unit handed over in a round.

    record  the SHA-256 of the record that closing the round made of it; None before that
    """

    unit_id: int
    unit: str
    submission: int
    at: datetime.datetime
    by: str
    content: Content
    record: str | None

    @property
    def questions(self) -> dict[str, dict[str, Any]]:
        """The questions with their values, by id."""
        return questions_of(self.content)


@dataclass(frozen=True, slots=True)
class RoundAnswers:
    """A round with its answers in the order of its units, and who has not answered."""

    row: Round
    questionnaire: Questionnaire
    answers: tuple[UnitAnswer, ...]
    missing: tuple[str, ...]


def read_rounds(session: Session, report_id: int) -> list[RoundAnswers]:
    """The rounds of a report, in the order in which they were opened."""
    return [_round(session, row) for row in rounds_of(session, report_id)]


def rounds_of(session: Session, report_id: int) -> list[Round]:
    """The same without their answers."""
    query = (
        select(Round)
        .join(ReportSource, col(ReportSource.round_id) == col(Round.id))
        .where(col(ReportSource.report_id) == report_id)
        .order_by(col(Round.id))
        .execution_options(populate_existing=True)
    )
    return list(session.execute(query).scalars())


def _round(session: Session, row: Round) -> RoundAnswers:
    assert row.id is not None
    found = handed_over(session, row.id)
    records = _records(session, [unit.submission_id for unit, _event, _body in found])
    answers = tuple(_answer(unit, event, body, records) for unit, event, body in found)
    asked = (
        select(col(Unit.name))
        .join(RoundUnit, col(RoundUnit.unit_id) == col(Unit.id))
        .where(
            col(RoundUnit.round_id) == row.id,
            col(RoundUnit.state) == ContributionState.ASKED,
        )
        .order_by(col(RoundUnit.position))
    )
    missing = tuple(session.execute(asked).scalars())
    return RoundAnswers(row, find_questionnaire(session, row.specification), answers, missing)


def _answer(unit: RoundUnit, event: Event, body: str, records: dict[int, str]) -> UnitAnswer:
    content = json.loads(body)
    return UnitAnswer(
        unit_id=unit.unit_id,
        unit=content["unit"]["name"],
        submission=unit.submission_id,
        at=event.at,
        by=json.loads(event.facts)["by"]["name"],
        content=content,
        record=records.get(unit.submission_id),
    )


def _records(session: Session, submissions: Iterable[int]) -> dict[int, str]:
    query = select(col(FrozenRecord.submission_id), col(FrozenRecord.sha256)).where(
        col(FrozenRecord.submission_id).in_(list(submissions))
    )
    return dict(session.execute(query).all())


def basis_of(session: Session, report_id: int) -> str:
    """A hash of who answers what in a report's rounds: another one where it would be compiled
    otherwise. Reads no answers."""
    query = (
        select(
            col(RoundUnit.submission_id), col(RoundUnit.state), col(RoundUnit.handed_over_at),
            col(RoundUnit.position), col(Unit.name),
        )
        .join(ReportSource, col(ReportSource.round_id) == col(RoundUnit.round_id))
        .join(Unit, col(Unit.id) == col(RoundUnit.unit_id))
        .where(col(ReportSource.report_id) == report_id)
        .order_by(col(RoundUnit.submission_id))
    )  # fmt: skip
    return sha256_of(
        [[submission, state.value, at.isoformat() if at else None, position, name]
         for submission, state, at, position, name in session.execute(query)]
    )  # fmt: skip
