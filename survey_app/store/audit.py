"""The tables of the audit chain of a case."""

from __future__ import annotations

import datetime

from sqlalchemy import Column, Integer, String, Text
from sqlmodel import Field, SQLModel

from survey_app.store.columns import moment, to


class AuditEntry(SQLModel, table=True):
    """One link of a case's chain: ids and hashes, no content."""

    __tablename__ = "audit_entry"
    case_id: int = Field(sa_column=to("cases.id", primary_key=True, index=False))
    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    at: datetime.datetime = Field(sa_column=moment())
    actor_id: int = Field(sa_column=to("account.id", index=False))
    kind: str = Field(sa_column=Column(String(32), nullable=False))
    facts: str = Field(sa_column=Column(Text, nullable=False))
    sha256: str = Field(sa_column=Column(String(64), nullable=False))


class AuditHead(SQLModel, table=True):
    """A signed head of a chain, made at every step of a submission's life."""

    __tablename__ = "audit_head"
    case_id: int = Field(sa_column=to("cases.id", primary_key=True, index=False))
    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    sha256: str = Field(sa_column=Column(String(64), nullable=False))
    signature: str = Field(sa_column=Column(String(128), nullable=False))
