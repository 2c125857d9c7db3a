"""The tables of what was written outside Redogör, and proposed beside the answers."""

from __future__ import annotations

import datetime

from sqlalchemy import CheckConstraint, Column, ForeignKey, String, Text
from sqlmodel import Field, SQLModel

from survey_app.store.columns import moment, to


class WordFile(SQLModel, table=True):
    """A Word file that came back to a submission, kept as it was received.

    ``specification`` is the questionnaire's version in which it was read.
    ``taken_in`` is when its changes became proposals; until then it is only looked at. ``report``
    is JSON: what was changed, equal, unreadable or not for this submission at that moment.
    """

    __tablename__ = "word_file"
    id: int | None = Field(default=None, primary_key=True)
    submission_id: int = Field(sa_column=to("submission.id"))
    sha256: str = Field(sa_column=Column(String(64), ForeignKey("blob.sha256"), nullable=False))
    name: str = Field(sa_column=Column(String(255), nullable=False))
    author_id: int = Field(sa_column=to("account.id", index=False))
    at: datetime.datetime = Field(sa_column=moment())
    specification: str = Field(
        sa_column=Column(String(64), ForeignKey("specification.sha256"), nullable=False)
    )
    taken_in: datetime.datetime | None = Field(default=None, sa_column=moment(nullable=True))
    report: str = Field(default="{}", sa_column=Column(Text, nullable=False))


class Proposal(SQLModel, table=True):
    """What a file proposes as the answer to one question: beside the answer, never over it.

    ``value`` and ``blank`` are the whole answer as the file has it, JSON or NULL; ``version`` is
    the answer's when the file was made. ``taken_version`` is the answer's when it was taken over.
    """

    __table_args__ = (CheckConstraint("state IN ('open', 'taken', 'dismissed')", name="state"),)
    id: int | None = Field(default=None, primary_key=True)
    file_id: int = Field(sa_column=to("word_file.id"))
    submission_id: int = Field(sa_column=to("submission.id"))
    question: str = Field(sa_column=Column(String(64), nullable=False))
    value: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    blank: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    version: int
    state: str = Field(default="open", sa_column=Column(String(16), nullable=False))
    decided_by: int | None = Field(
        default=None, sa_column=to("account.id", nullable=True, index=False)
    )
    decided_at: datetime.datetime | None = Field(default=None, sa_column=moment(nullable=True))
    taken_version: int | None = None
