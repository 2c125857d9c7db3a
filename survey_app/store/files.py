"""The tables of files: their bytes, once each, and the names under which they were given."""

from __future__ import annotations

import datetime

from sqlalchemy import Column, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlmodel import Field, SQLModel

from survey_app.store.columns import moment, to


class Blob(SQLModel, table=True):
    """The bytes of a file, once per SHA-256, in chunks: one database, one backup, no orphans."""

    sha256: str = Field(sa_column=Column(String(64), primary_key=True))
    size: int
    media_type: str


class BlobChunk(SQLModel, table=True):
    """A piece of a blob, numbered from 0."""

    __tablename__ = "blob_chunk"
    sha256: str = Field(sa_column=Column(String(64), ForeignKey("blob.sha256"), primary_key=True))
    number: int = Field(primary_key=True)
    data: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Attachment(SQLModel, table=True):
    """A file that was given to a submission under a name; answers name it by its SHA-256."""

    __table_args__ = (UniqueConstraint("submission_id", "sha256", "name"),)
    id: int | None = Field(default=None, primary_key=True)
    submission_id: int = Field(sa_column=to("submission.id"))
    sha256: str = Field(sa_column=Column(String(64), ForeignKey("blob.sha256"), nullable=False))
    name: str = Field(sa_column=Column(String(255), nullable=False))
    size: int
    media_type: str
    author_id: int = Field(sa_column=to("account.id", index=False))
    at: datetime.datetime = Field(sa_column=moment())
