"""The tables of the work on single questions: whose it is, how far, and what is said about it.

All of it is working material: no part of what is approved, and removed by a decision.
"""

from __future__ import annotations

import datetime

from sqlalchemy import CheckConstraint, Column, Index, String, Text
from sqlmodel import Field, SQLModel

from survey_app.store.columns import moment, to


class Task(SQLModel, table=True):
    """The work on one question. No row: nobody owns it, and nothing was said of it.

    ``mark`` is what somebody said, or empty; ``marked_version`` the version of the answer that
    they said it of (``core.task`` tells when it holds). ``version`` counts the changes of the row.
    """

    __table_args__ = (CheckConstraint("mark IN ('', 'ready', 'done')", name="mark"),)
    submission_id: int = Field(sa_column=to("submission.id", primary_key=True, index=False))
    question: str = Field(sa_column=Column(String(64), primary_key=True))
    owner_id: int | None = Field(default=None, sa_column=to("account.id", nullable=True))
    due: datetime.date | None = None
    mark: str = Field(default="", sa_column=Column(String(8), nullable=False))
    marked_version: int = 0
    marked_by: int | None = Field(
        default=None, sa_column=to("account.id", nullable=True, index=False)
    )
    marked_at: datetime.datetime | None = Field(default=None, sa_column=moment(nullable=True))
    version: int = 0


class Comment(SQLModel, table=True):
    """What somebody said about a question. ``salt`` goes into the audit chain's hash of it."""

    __table_args__ = (Index("ix_comment_submission_id_question", "submission_id", "question"),)
    id: int | None = Field(default=None, primary_key=True)
    submission_id: int = Field(sa_column=to("submission.id", index=False))
    question: str = Field(sa_column=Column(String(64), nullable=False))
    author_id: int = Field(sa_column=to("account.id", index=False))
    at: datetime.datetime = Field(sa_column=moment())
    text: str = Field(sa_column=Column(Text, nullable=False))
    salt: str = Field(sa_column=Column(String(32), nullable=False))


class Mention(SQLModel, table=True):
    """Somebody who is named in a comment."""

    comment_id: int = Field(sa_column=to("comment.id", primary_key=True, index=False))
    account_id: int = Field(sa_column=to("account.id", primary_key=True))
