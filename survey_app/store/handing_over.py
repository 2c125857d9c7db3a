"""The tables of what passes between the unit and the authority once there are answers: what is
typed over, more time, more answers."""

from __future__ import annotations

import datetime

from sqlalchemy import Column, String, Text
from sqlmodel import Field, SQLModel

from survey_app.store.columns import moment, to


class TranscribedField(SQLModel, table=True):
    """That a field of an approved record stands in the authority's form, or no longer counts so.

    ``field`` is its key (``core.transcription``), ``text_sha256`` what was typed over. Taking a
    tick back leaves the row with ``done`` false: who did it, and when, is told either way.
    """

    __tablename__ = "transcribed_field"
    submission_id: int = Field(sa_column=to("submission.id", primary_key=True, index=False))
    field: str = Field(sa_column=Column(String(255), primary_key=True))
    done: bool = True
    text_sha256: str = Field(sa_column=Column(String(64), nullable=False))
    author_id: int = Field(sa_column=to("account.id", index=False))
    at: datetime.datetime = Field(sa_column=moment())


class Extension(SQLModel, table=True):
    """More time from the authority. The newest whose document is not struck holds.

    It holds for all of the round, or, where ``completion_id`` names a submission that completes
    an earlier one, for that. ``document_id`` is its place in the registrar's list, which tells who
    gave it and when. ``salt`` goes into the audit chain's hash.
    """

    id: int | None = Field(default=None, primary_key=True)
    round_id: int = Field(sa_column=to("rounds.id"))
    completion_id: int | None = Field(default=None, sa_column=to("submission.id", nullable=True))
    document_id: int = Field(sa_column=to("case_document.id", index=False))
    until: datetime.date
    reason: str = Field(sa_column=Column(Text, nullable=False))
    author_id: int = Field(sa_column=to("account.id", index=False))
    at: datetime.datetime = Field(sa_column=moment())
    salt: str = Field(sa_column=Column(String(32), nullable=False))


class Completion(SQLModel, table=True):
    """That a submission is what the authority asked for after another was handed in.

    ``questions`` is JSON: the ids of those asked for, in the authority's order. Only they, and
    what follows from them, can be written in. ``document_id`` tells who asked, and when.
    """

    submission_id: int = Field(sa_column=to("submission.id", primary_key=True, index=False))
    document_id: int = Field(sa_column=to("case_document.id", index=False))
    until: datetime.date | None = None
    questions: str = Field(sa_column=Column(Text, nullable=False))
    author_id: int = Field(sa_column=to("account.id", index=False))
    at: datetime.datetime = Field(sa_column=moment())
    salt: str = Field(sa_column=Column(String(32), nullable=False))
