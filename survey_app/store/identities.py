"""The tables of who is known to an identity provider, and of trips there and back."""

from __future__ import annotations

import datetime

from sqlalchemy import Column, String, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from survey_app.store.columns import moment, to


class Identity(SQLModel, table=True):
    """An account as an identity provider knows it: who signs in there signs in here as it.

    last_groups  the groups that it was told to be in, as JSON, at the last sign-in
    """

    __table_args__ = (UniqueConstraint("account_id"),)
    issuer: str = Field(sa_column=Column(String(300), primary_key=True))
    subject: str = Field(sa_column=Column(String(255), primary_key=True))
    account_id: int = Field(sa_column=to("account.id", index=False))
    linked: datetime.datetime = Field(sa_column=moment())
    last_groups: str = Field(default="[]", sa_column=Column(Text, nullable=False))


class IdentityConfirmation(SQLModel, table=True):
    """That somebody shows who they are, to attest this content in this login; used once.

    form           what was typed on the page so far, as JSON: it comes back from the trip
    authenticated  when they had shown it, by ``issuer`` and as surely as ``acr``; None until then
    used           when it was used, which is once
    """

    __tablename__ = "confirmation"
    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(sa_column=to("account.id"))
    login_id: str = Field(sa_column=Column(String(16), nullable=False))
    submission_id: int = Field(sa_column=to("submission.id", index=False))
    content_sha256: str = Field(sa_column=Column(String(64), nullable=False))
    issuer: str = Field(default="", sa_column=Column(String(300), nullable=False))
    acr: str = Field(default="", sa_column=Column(String(200), nullable=False))
    form: str = Field(sa_column=Column(Text, nullable=False))
    made: datetime.datetime = Field(sa_column=moment())
    authenticated: datetime.datetime | None = Field(default=None, sa_column=moment(nullable=True))
    used: datetime.datetime | None = Field(default=None, sa_column=moment(nullable=True))


class SignInFlow(SQLModel, table=True):
    """A trip to the identity provider: begun, and not yet back.

    state_sha256     the hash of what the browser brings back; nonce and PKCE's verifier are made of
                     that and the secret key, so that they stand nowhere
    confirmation_id  what it is for, where not for signing in
    goal             the page that it leads to
    """

    __tablename__ = "sign_in_flow"
    state_sha256: str = Field(sa_column=Column(String(64), primary_key=True))
    confirmation_id: int | None = Field(
        default=None, sa_column=to("confirmation.id", nullable=True, index=False)
    )
    goal: str = Field(sa_column=Column(Text, nullable=False))
    made: datetime.datetime = Field(sa_column=moment(index=True))
