"""The table of contributions: what a unit is asked to contribute to the submission of another."""

from __future__ import annotations

import datetime

from sqlalchemy import Column, String, Text
from sqlmodel import Field, SQLModel

from survey_app.core.workflow import ContributionState
from survey_app.store.columns import moment, to, words


class Contribution(SQLModel, table=True):
    """What a submission with a parent was asked for.

    ``questions`` is JSON: the ids of those asked for, in the authority's order; the unit sees and
    writes in only them. ``author_id`` is who asked. ``salt`` goes into the audit chain's hash of
    the note.
    """

    submission_id: int = Field(sa_column=to("submission.id", primary_key=True, index=False))
    state: ContributionState = Field(
        default=ContributionState.ASKED,
        sa_column=Column(words(ContributionState, "state"), nullable=False),
    )
    questions: str = Field(sa_column=Column(Text, nullable=False))
    note: str = Field(sa_column=Column(Text, nullable=False))
    until: datetime.date | None = None
    author_id: int = Field(sa_column=to("account.id", index=False))
    at: datetime.datetime = Field(sa_column=moment())
    salt: str = Field(sa_column=Column(String(32), nullable=False))
