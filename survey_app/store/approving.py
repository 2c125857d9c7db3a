"""The tables of how approving is shared out: who may, in how many steps, and who stands in."""

from __future__ import annotations

import datetime

from sqlalchemy import CheckConstraint, Column, String, Text
from sqlmodel import Field, SQLModel

from survey_app.store.columns import moment, to


class Delegation(SQLModel, table=True):
    """Who may approve for a unit, from when to when, under which decision.

    ``questionnaire`` limits it to one; ``own_work`` lets the person approve what they also wrote.
    ``step`` is the step that it is for, where approving takes several; without one it is the last,
    which decides.
    """

    __table_args__ = (CheckConstraint("valid_from <= valid_to", name="order"),)
    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(sa_column=to("account.id"))
    unit_id: int = Field(sa_column=to("unit.id"))
    questionnaire: str | None = None
    decision: str
    valid_from: datetime.date
    valid_to: datetime.date
    own_work: bool = False
    step: int | None = None
    revoked: datetime.datetime | None = Field(default=None, sa_column=moment(nullable=True))
    granted_by: int = Field(sa_column=to("account.id", index=False))


class ApprovalOrder(SQLModel, table=True):
    """How many steps an approval takes in a unit, under which decision.

    ``questionnaire`` limits it to one. The newest that was not ended holds; rows stay.
    """

    __tablename__ = "approval_order"
    __table_args__ = (CheckConstraint("steps BETWEEN 1 AND 4", name="steps"),)
    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(sa_column=to("unit.id"))
    questionnaire: str | None = None
    steps: int
    decision: str
    set_by: int = Field(sa_column=to("account.id", index=False))
    at: datetime.datetime = Field(sa_column=moment())
    ended: datetime.datetime | None = Field(default=None, sa_column=moment(nullable=True))


class StandIn(SQLModel, table=True):
    """Who stands in for the holder of a delegation, from when to when, under which decision."""

    __tablename__ = "stand_in"
    __table_args__ = (CheckConstraint("valid_from <= valid_to", name="order"),)
    id: int | None = Field(default=None, primary_key=True)
    delegation_id: int = Field(sa_column=to("delegation.id"))
    account_id: int = Field(sa_column=to("account.id"))
    decision: str
    valid_from: datetime.date
    valid_to: datetime.date
    revoked: datetime.datetime | None = Field(default=None, sa_column=moment(nullable=True))
    named_by: int = Field(sa_column=to("account.id", index=False))


class KeptReason(SQLModel, table=True):
    """What an approver has typed at a question, to send it back with, and has not sent yet.

    content_sha256  of what was read: what comes after it is read anew
    """

    __tablename__ = "kept_reason"
    submission_id: int = Field(sa_column=to("submission.id", primary_key=True, index=False))
    account_id: int = Field(sa_column=to("account.id", primary_key=True, index=False))
    question: str = Field(sa_column=Column(String(64), primary_key=True))
    content_sha256: str = Field(sa_column=Column(String(64), nullable=False))
    text: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime.datetime = Field(sa_column=moment())
