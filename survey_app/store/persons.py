"""The table of people whose data was removed by decision: what is left of them."""

from __future__ import annotations

import datetime

from sqlalchemy import Column, ForeignKey, Integer, String, Text
from sqlmodel import Field, SQLModel

from survey_app.store.columns import moment, to


class PersonRemoval(SQLModel, table=True):
    """The decision by which a person was removed: a tombstone beside the emptied account.

    ``shown_sha256`` is the hash of what whoever decided was shown, ``counts`` JSON: how much went,
    by sort. ``by_account`` decided. The security log vouches for the row by its hash.
    """

    __tablename__ = "person_removal"
    account_id: int = Field(
        sa_column=Column(Integer, ForeignKey("account.id"), primary_key=True, autoincrement=False)
    )
    decision: str = Field(sa_column=Column(Text, nullable=False))
    shown_sha256: str = Field(sa_column=Column(String(64), nullable=False))
    counts: str = Field(sa_column=Column(Text, nullable=False))
    by_account: int = Field(sa_column=to("account.id", index=False))
    at: datetime.datetime = Field(sa_column=moment())
