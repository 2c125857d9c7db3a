"""The tables of the installation itself: its key, and the chain of its security log."""

from __future__ import annotations

import datetime

from sqlalchemy import Column, Index, Integer, String, Text
from sqlmodel import Field, SQLModel

from survey_app.store.columns import moment, to


class Installation(SQLModel, table=True):
    """The one row of the installation, with the head of the chain of its security log.

    ``public_key`` is that of the key that signs here; a host with another one must not serve.
    """

    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    name: str = Field(default="", sa_column=Column(String(200), nullable=False))
    public_key: str = Field(default="", sa_column=Column(String(64), nullable=False))
    made: datetime.datetime | None = Field(default=None, sa_column=moment(nullable=True))
    chain_length: int = 0
    chain_head: str = Field(default="", sa_column=Column(String(64), nullable=False))


class SecurityEntry(SQLModel, table=True):
    """One link of the chain: what happened to whose account, by whom. Ids, codes and hashes.

    login, request  the public name of the login, and the id of the request; "" without one
    """

    __tablename__ = "security_entry"
    __table_args__ = (
        Index("ix_security_entry_unit_id", "unit_id", "number"),
        Index("ix_security_entry_account_id", "account_id", "number"),
    )
    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    at: datetime.datetime = Field(sa_column=moment())
    kind: str = Field(sa_column=Column(String(32), nullable=False))
    account_id: int | None = Field(sa_column=to("account.id", nullable=True, index=False))
    by_account: int | None = Field(sa_column=to("account.id", nullable=True, index=False))
    unit_id: int | None = Field(sa_column=to("unit.id", nullable=True, index=False))
    login: str = Field(default="", sa_column=Column(String(16), nullable=False))
    request: str = Field(default="", sa_column=Column(String(64), nullable=False))
    facts: str = Field(sa_column=Column(Text, nullable=False))
    sha256: str = Field(sa_column=Column(String(64), nullable=False))


class SecurityHead(SQLModel, table=True):
    """A signed head of the chain."""

    __tablename__ = "security_head"
    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    sha256: str = Field(sa_column=Column(String(64), nullable=False))
    signature: str = Field(sa_column=Column(String(128), nullable=False))
