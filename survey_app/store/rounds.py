"""The tables of rounds: one questionnaire to many units, and what each of them answered."""

from __future__ import annotations

import datetime

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from survey_app.core.workflow import ContributionState
from survey_app.store.columns import moment, to, words


class Round(SQLModel, table=True):
    """One questionnaire, one period, one deadline, in a case.

    ``sort``: what the case's own unit answers, or many units, or people by a public link. Only
    the last two are opened and closed; what stands from ``title`` on is theirs. ``salt`` goes
    into the audit chain's hash of the row.
    """

    __tablename__ = "rounds"
    __table_args__ = (CheckConstraint("sort IN ('own', 'units', 'anonymous')", name="sort"),)
    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(sa_column=to("cases.id"))
    specification: str = Field(
        sa_column=Column(String(64), ForeignKey("specification.sha256"), nullable=False)
    )
    deadline: datetime.date | None = None
    sort: str = Field(default="own", sa_column=Column(String(16), nullable=False))
    title: str = Field(default="", sa_column=Column(String(200), nullable=False))
    opens: datetime.date | None = None
    note: str = Field(default="", sa_column=Column(Text, nullable=False))
    salt: str = Field(default="", sa_column=Column(String(32), nullable=False))
    opened_by: int | None = Field(
        default=None, sa_column=to("account.id", nullable=True, index=False)
    )
    opened_at: datetime.datetime | None = Field(default=None, sa_column=moment(nullable=True))
    closed_by: int | None = Field(
        default=None, sa_column=to("account.id", nullable=True, index=False)
    )
    closed_at: datetime.datetime | None = Field(default=None, sa_column=moment(nullable=True))


class RoundUnit(SQLModel, table=True):
    """A unit that was asked in a round, with the submission in which it answers.

    ``position`` is its place in the round, from 0; ``until`` a later day than the round's own.
    """

    __tablename__ = "round_unit"
    __table_args__ = (UniqueConstraint("submission_id"),)
    round_id: int = Field(sa_column=to("rounds.id", primary_key=True, index=False))
    unit_id: int = Field(sa_column=to("unit.id", primary_key=True, index=False))
    submission_id: int = Field(sa_column=to("submission.id", index=False))
    position: int
    state: ContributionState = Field(
        default=ContributionState.ASKED,
        sa_column=Column(words(ContributionState, "state"), nullable=False),
    )
    until: datetime.date | None = None
    handed_over_by: int | None = Field(
        default=None, sa_column=to("account.id", nullable=True, index=False)
    )
    handed_over_at: datetime.datetime | None = Field(default=None, sa_column=moment(nullable=True))


class RoundValue(SQLModel, table=True):
    """What one unit answered to one question, as it was handed over: what results are made of.

    ``value`` and ``blank`` are JSON as in the content that was handed over, or NULL; ``shown``
    whether the question was asked. There are rows only while the answer is handed over.
    """

    __tablename__ = "round_value"
    __table_args__ = (
        Index("ix_round_value_round_id_question_submission_id",
              "round_id", "question", "submission_id"),
    )  # fmt: skip
    round_id: int = Field(sa_column=to("rounds.id", index=False))
    submission_id: int = Field(sa_column=to("submission.id", primary_key=True, index=False))
    question: str = Field(sa_column=Column(String(64), primary_key=True))
    value: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    blank: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    shown: bool
