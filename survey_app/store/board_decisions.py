"""The table of what boards and committees decided in a case."""

from __future__ import annotations

import datetime

from sqlalchemy import Column, ForeignKey, Integer, String, Text
from sqlmodel import Field, SQLModel

from survey_app.store.columns import moment, to


class BoardDecision(SQLModel, table=True):
    """A paragraph of a board's minutes, as somebody recorded it on the case.

    ``recipients`` and ``background`` are JSON lists of lines; where nobody gets the decision
    ("Expedieras inte."), ``recipients`` is empty. ``document_id`` is its place in the register: the
    minutes as they came, or a sheet made of what stands here. The row never changes; what was
    recorded by mistake is struck there. ``salt`` goes into the audit chain's hash.
    """

    __tablename__ = "board_decision"
    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(sa_column=to("cases.id"))
    document_id: int = Field(
        sa_column=Column(Integer, ForeignKey("case_document.id"), unique=True, nullable=False)
    )
    body: str = Field(sa_column=Column(String(200), nullable=False))
    paragraph: str = Field(sa_column=Column(String(20), nullable=False))
    day: datetime.date
    matter: str = Field(sa_column=Column(String(300), nullable=False))
    about: str = Field(sa_column=Column(Text, nullable=False))
    decision: str = Field(sa_column=Column(Text, nullable=False))
    recipients: str = Field(sa_column=Column(Text, nullable=False))
    background: str = Field(sa_column=Column(Text, nullable=False))
    author_id: int = Field(sa_column=to("account.id", index=False))
    at: datetime.datetime = Field(sa_column=moment())
    salt: str = Field(sa_column=Column(String(32), nullable=False))
