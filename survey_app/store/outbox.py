"""The tables of what is told by mail: the messages, and who wants them how."""

from __future__ import annotations

import datetime

from sqlalchemy import CheckConstraint, Column, Index, Integer, String, Text
from sqlmodel import Field, SQLModel

from survey_app.store.columns import moment, to


class OutboxMessage(SQLModel, table=True):
    """One message to one person about one event, written in the transaction of the event.

    ``key`` names event and person, so that nothing is told twice. ``facts`` is JSON: what the
    words are made of, never an answer. ``account_id`` is empty where the person has no account:
    the contact person of a receipt; and where the message is about signing in, which nobody can
    choose not to get. Those are about no submission. ``claimed`` is when a sender took it in hand,
    ``due`` when it may be tried next, ``failure`` what the last try met: a code, never an address.
    """

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_sent_due", "sent", "due"),)
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(sa_column=Column(String(120), unique=True, nullable=False))
    kind: str = Field(sa_column=Column(String(32), nullable=False))
    unit_id: int | None = Field(default=None, sa_column=to("unit.id", nullable=True))
    submission_id: int | None = Field(default=None, sa_column=to("submission.id", nullable=True))
    account_id: int | None = Field(default=None, sa_column=to("account.id", nullable=True))
    address: str = Field(sa_column=Column(String(254), nullable=False))
    facts: str = Field(sa_column=Column(Text, nullable=False))
    made: datetime.datetime = Field(sa_column=moment())
    due: datetime.datetime = Field(sa_column=moment())
    claimed: datetime.datetime | None = Field(default=None, sa_column=moment(nullable=True))
    attempts: int = Field(default=0, sa_column=Column(Integer, nullable=False))
    failure: str = Field(default="", sa_column=Column(String(120), nullable=False))
    sent: datetime.datetime | None = Field(default=None, sa_column=moment(nullable=True))


class MailChoice(SQLModel, table=True):
    """How an account wants its messages; no row means each by itself."""

    __tablename__ = "mail_choice"
    __table_args__ = (CheckConstraint("mode IN ('each', 'digest', 'off')", name="mode"),)
    account_id: int = Field(sa_column=to("account.id", primary_key=True, index=False))
    mode: str = Field(sa_column=Column(String(8), nullable=False))
