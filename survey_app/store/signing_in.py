"""The tables beside a password: second factors, links that are used once, and failures."""

from __future__ import annotations

import datetime

from sqlalchemy import CheckConstraint, Column, Index, Integer, String, Text
from sqlmodel import Field, SQLModel

from survey_app.store.columns import moment, to


class Totp(SQLModel, table=True):
    """The secret of an account's one-time codes (RFC 6238), encrypted; the last step that was used
    up, so that a code works once."""

    account_id: int = Field(sa_column=to("account.id", primary_key=True, index=False))
    secret: str = Field(sa_column=Column(Text, nullable=False))
    since: datetime.datetime = Field(sa_column=moment())
    last_counter: int = Field(default=0, sa_column=Column(Integer, nullable=False))


class RecoveryCode(SQLModel, table=True):
    """A code for who has lost the telephone, as its hash; ``used`` once it was."""

    __tablename__ = "recovery_code"
    account_id: int = Field(sa_column=to("account.id", primary_key=True, index=False))
    code_sha256: str = Field(sa_column=Column(String(64), primary_key=True))
    used: datetime.datetime | None = Field(default=None, sa_column=moment(nullable=True))


class OneTimeLink(SQLModel, table=True):
    """A link that sets a password, once. Its secret is derived from ``id`` and the installation's
    secret key when it is told; here is the hash. Without an account: somebody asked for an address
    that has none, and the row makes it take as long."""

    __tablename__ = "one_time_link"
    __table_args__ = (CheckConstraint("purpose IN ('invite', 'reset')", name="purpose"),)
    id: str = Field(sa_column=Column(String(32), primary_key=True))
    token_sha256: str = Field(sa_column=Column(String(64), unique=True, nullable=False))
    account_id: int | None = Field(default=None, sa_column=to("account.id", nullable=True))
    purpose: str = Field(sa_column=Column(String(8), nullable=False))
    made: datetime.datetime = Field(sa_column=moment())
    expires: datetime.datetime = Field(sa_column=moment())
    used: datetime.datetime | None = Field(default=None, sa_column=moment(nullable=True))
    by_account: int | None = Field(
        default=None, sa_column=to("account.id", nullable=True, index=False)
    )


class Failure(SQLModel, table=True):
    """A try that failed. ``key`` is a keyed hash of what it was aimed at or where it came from."""

    __table_args__ = (Index("ix_failure_key_at", "key", "at"),)
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(sa_column=Column(String(64), nullable=False))
    at: datetime.datetime = Field(sa_column=moment())
