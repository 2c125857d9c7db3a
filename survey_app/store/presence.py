"""The table of who is where just now."""

from __future__ import annotations

import datetime

from sqlalchemy import Column, String
from sqlmodel import Field, SQLModel

from survey_app.store.columns import moment, to


class Presence(SQLModel, table=True):
    """A browser that is on a question, as of ``at``; a row lives for seconds.

    ``browser`` is a page's own name for itself, so that two windows of a person are two.
    """

    submission_id: int = Field(sa_column=to("submission.id", primary_key=True, index=False))
    account_id: int = Field(sa_column=to("account.id", primary_key=True, index=False))
    browser: str = Field(sa_column=Column(String(32), primary_key=True))
    question: str = Field(sa_column=Column(String(64), nullable=False))
    at: datetime.datetime = Field(sa_column=moment())
