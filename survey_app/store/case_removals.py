"""The table of whole cases that were removed by decision."""

from __future__ import annotations

import datetime

from sqlalchemy import Column, String, Text
from sqlmodel import Field, SQLModel

from survey_app.store.columns import moment, to


class CaseRemoval(SQLModel, table=True):
    """That what a case held was removed, and by which decision: what the register keeps of it.

    decision, ground  what was decided, and what it rests on; ``day`` is the decision's own
    counts            JSON: how much there was of each sort
    shown_sha256      the hash of what was shown before, so that exactly that was removed
    package_sha256    of the package that was fetched to be kept; None where none was to be
    """

    __tablename__ = "case_removal"
    case_id: int = Field(sa_column=to("cases.id", primary_key=True, index=False))
    decision: str = Field(sa_column=Column(Text, nullable=False))
    ground: str = Field(sa_column=Column(Text, nullable=False))
    day: datetime.date
    actor_id: int = Field(sa_column=to("account.id", index=False))
    at: datetime.datetime = Field(sa_column=moment())
    counts: str = Field(sa_column=Column(Text, nullable=False))
    shown_sha256: str = Field(sa_column=Column(String(64), nullable=False))
    package_sha256: str | None = Field(default=None, sa_column=Column(String(64), nullable=True))
