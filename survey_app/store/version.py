"""The table of drafts that took the next version of their questionnaire."""

from __future__ import annotations

import datetime

from sqlalchemy import Column, ForeignKey, String, Text
from sqlmodel import Field, SQLModel

from survey_app.store.columns import moment, to


class VersionChange(SQLModel, table=True):
    """That a submission was written in one version of its questionnaire, and goes on in another.

    Revisions up to ``last_revision`` have the shapes of the version before. ``outcomes`` is JSON:
    of every answer its question and version then, and where it went.
    """

    __tablename__ = "version_change"
    id: int | None = Field(default=None, primary_key=True)
    submission_id: int = Field(sa_column=to("submission.id"))
    before: str = Field(
        sa_column=Column(String(64), ForeignKey("specification.sha256"), nullable=False)
    )
    after: str = Field(
        sa_column=Column(String(64), ForeignKey("specification.sha256"), nullable=False)
    )
    last_revision: int
    actor_id: int = Field(sa_column=to("account.id", index=False))
    at: datetime.datetime = Field(sa_column=moment())
    outcomes: str = Field(sa_column=Column(Text, nullable=False))
