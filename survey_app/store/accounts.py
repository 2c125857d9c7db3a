"""The tables of who there is: units, people, what they are there, and how they are signed in."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import Column, Date, Integer, String
from sqlmodel import Field, SQLModel

from survey_app.core.workflow import Role
from survey_app.store.columns import moment, to, words


def _later(kind: Any, default: str) -> Any:
    """A column that came later: a version before it writes rows without it."""
    return Column(kind, nullable=False, server_default=default)


class Unit(SQLModel, table=True):
    """An organisation that answers: a region, later a hospital or a municipality."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(sa_column=Column(String(200), unique=True, nullable=False))
    organisation_number: str = ""


class Account(SQLModel, table=True):
    """A person who signs in.

    ``password_hash`` is empty where no password opens the account: until an invitation is taken
    up. ``factor`` is ``none`` or ``totp``. ``failures`` and ``locked_until`` are not used any more:
    ``Failure`` counts.
    """

    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(sa_column=Column(String(254), unique=True, nullable=False))
    name: str
    title: str = ""
    password_hash: str
    active: bool = True
    failures: int = 0
    locked_until: datetime.datetime | None = Field(default=None, sa_column=moment(nullable=True))
    password_since: datetime.datetime | None = Field(default=None, sa_column=moment(nullable=True))
    factor: str = Field(
        default="none", sa_column=Column(String(8), nullable=False, server_default="none")
    )
    removed: datetime.datetime | None = Field(default=None, sa_column=moment(nullable=True))


class Membership(SQLModel, table=True):
    """What an account may be in a unit; ``source``: ``local``, or by a group (``oidc``)."""

    account_id: int = Field(sa_column=to("account.id", primary_key=True))
    unit_id: int = Field(sa_column=to("unit.id", primary_key=True))
    role: Role = Field(sa_column=Column(words(Role, "role"), primary_key=True))
    source: str = Field(default="local", sa_column=_later(String(8), "local"))


class Login(SQLModel, table=True):
    """One signed-in browser. ``token_sha256`` is the hash of what the cookie holds.

    id             its public name, for lists and logs; it stays when the secret is changed
    how, factors   what was asked for: ``password``, ``totp`` or ``oidc``; how many factors
    authenticated  when the person was last asked who they are; ``acr``: how strongly, by OIDC
    agent          the family of the browser, such as "Firefox, Windows"
    previous_sha256  the secret before, until the browser shows the new one; ``previous_until`` is
                   unused
    """

    token_sha256: str = Field(sa_column=Column(String(64), primary_key=True))
    account_id: int = Field(sa_column=to("account.id"))
    since: datetime.datetime = Field(sa_column=moment())
    seen: datetime.datetime = Field(sa_column=moment())
    id: str = Field(default="", sa_column=_later(String(16), ""))
    how: str = Field(default="password", sa_column=_later(String(16), "password"))
    factors: int = Field(default=1, sa_column=_later(Integer, "1"))
    authenticated: datetime.datetime | None = Field(default=None, sa_column=moment(nullable=True))
    acr: str = Field(default="", sa_column=_later(String(200), ""))
    agent: str = Field(default="", sa_column=_later(String(60), ""))
    previous_sha256: str | None = Field(default=None, sa_column=Column(String(64), nullable=True))
    previous_until: datetime.datetime | None = Field(default=None, sa_column=moment(nullable=True))


class Token(SQLModel, table=True):
    """A bearer token of the API, as the hash of its secret; its first 16 digits name it."""

    token_sha256: str = Field(sa_column=Column(String(64), primary_key=True))
    account_id: int = Field(sa_column=to("account.id"))
    created: datetime.datetime = Field(sa_column=moment())
    expires: datetime.datetime = Field(sa_column=moment())
    revoked: datetime.datetime | None = Field(default=None, sa_column=moment(nullable=True))
    label: str = Field(default="", sa_column=Column(String(80), nullable=False, server_default=""))
    last_used: datetime.date | None = Field(default=None, sa_column=Column(Date, nullable=True))
