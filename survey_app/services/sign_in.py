"""Signing in, signing in again before attesting, and tokens of the API.

Hashing a password takes a while, so it is done between transactions: read the credentials, match,
then record. Who is told "wrong" never learns whether the account exists, nor by the clock.
"""

from __future__ import annotations

import datetime
import hashlib
import secrets
from dataclasses import dataclass
from typing import NamedTuple

import argon2
from sqlalchemy import Connection, bindparam, select, update
from sqlmodel import Session, col

from survey_app.services.account import HASHER, find_account
from survey_app.services.actor import PERSON, Actor, actor_in, with_roles
from survey_app.services.confirmation import Confirmation
from survey_app.services.refusal import Forbidden, NotFound
from survey_app.services.security_log import note
from survey_app.store.tables import Account, Login, Token, table_of

MOST_FAILURES = 10
LOCKED_FOR = datetime.timedelta(minutes=15)
SEEN_EVERY = datetime.timedelta(minutes=5)
TOKEN_DAYS = 90
_NOBODY = HASHER.hash(secrets.token_urlsafe(32))


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a password is held against; ``account_id`` is None for an address without account."""

    account_id: int | None
    password_hash: str
    active: bool
    locked_until: datetime.datetime | None


def find_credentials(session: Session, email: str) -> Credentials:
    """The credentials behind an address; those of nobody where there is no account."""
    account = find_account(session, email)
    if account is None:
        return Credentials(None, _NOBODY, False, None)
    return Credentials(account.id, account.password_hash, account.active, account.locked_until)


def password_matches(credentials: Credentials, password: str) -> bool:
    """Whether the password is right; takes as long where there is no account."""
    try:
        # What JSON can say and no keyboard types (half a character) is just a wrong password.
        typed = password.encode("utf-8", "surrogatepass")
        return HASHER.verify(credentials.password_hash, typed)
    except argon2.exceptions.VerificationError:
        return False


def digest(secret: str) -> str:
    """How a secret of ours is stored: it is long and random, so a plain hash does."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _judge(
    session: Session, credentials: Credentials, matched: bool, now: datetime.datetime
) -> int | None:
    """The account that may come in, or None; counts failures and locks. Writes, raises nothing."""
    if credentials.account_id is None:
        return None
    # Locked, so that of tries at the same moment each counts on what the one before it left.
    account = session.get(Account, credentials.account_id, with_for_update=True)
    if account is None or not account.active:
        return None
    if account.locked_until is not None and account.locked_until > now:
        return None
    if not matched:
        account.failures += 1
        if account.failures >= MOST_FAILURES:
            account.failures, account.locked_until = 0, now + LOCKED_FOR
            note(session, "locked", account=account.id)
        session.add(account)
        return None
    if account.failures or account.locked_until:
        account.failures, account.locked_until = 0, None
        session.add(account)
    return account.id


def enter(
    session: Session,
    credentials: Credentials,
    matched: bool,
    now: datetime.datetime,
    *,
    agent: str = "",
) -> str | None:
    """Sign in: the secret that the browser keeps; None if wrong, locked or closed.

    agent  the family of the browser, as its owner will see it in the list of logins
    """
    account_id = _judge(session, credentials, matched, now)
    if account_id is None:
        note(session, "sign_in_failed", account=credentials.account_id)
        return None
    return open_login(session, account_id, now, agent=agent)


def open_login(
    session: Session,
    account_id: int,
    now: datetime.datetime,
    *,
    agent: str,
    how: str = "password",
    acr: str = "",
) -> str:
    """A login of somebody who has shown who they are; the secret that the browser keeps."""
    secret, name = secrets.token_urlsafe(32), secrets.token_hex(8)
    login = Login(
        token_sha256=digest(secret),
        account_id=account_id,
        since=now,
        seen=now,
        id=name,
        how=how,
        acr=acr,
        authenticated=now,
        agent=agent,
    )
    session.add(login)
    note(session, "sign_in", account=account_id, by=account_id, login=name, how=how)
    return secret


def confirm_identity(
    session: Session, credentials: Credentials, matched: bool, now: datetime.datetime
) -> Confirmation | None:
    """Signing in again before attesting (ASVS 7.5.3). None if it failed, which is counted."""
    account_id = _judge(session, credentials, matched, now)
    if account_id is None:
        note(session, "confirm_failed", account=credentials.account_id)
        return None
    note(session, "confirmed", account=account_id, by=account_id, how="password")
    return Confirmation(account_id, now)


class Known(NamedTuple):
    """A login that holds: whose, when the browser was last here, and its public name."""

    actor: Actor
    seen: datetime.datetime
    login: str


_LOGINS = table_of(Login).c
_LOGIN = (
    select(_LOGINS.seen, _LOGINS.id.label("login"), *PERSON)
    .select_from(with_roles)
    .join(table_of(Login), _LOGINS.account_id == PERSON[0])
    .where(_LOGINS.token_sha256 == bindparam("digest"), table_of(Account).c.active.is_(True))
)


def find_login(
    session: Session | Connection, secret: str, now: datetime.datetime, hours: int
) -> Known | None:
    """Who is behind a browser's secret, unless it has been idle for too long."""
    rows = session.execute(_LOGIN, {"digest": digest(secret)}).all()
    actor = actor_in(rows)
    if actor is None or now - rows[0].seen > datetime.timedelta(hours=hours):
        return None
    return Known(actor, rows[0].seen, rows[0].login)


def note_seen(session: Session, secret: str, now: datetime.datetime) -> None:
    """Remember that the browser was here; called at most every five minutes."""
    session.execute(update(Login).where(col(Login.token_sha256) == digest(secret)).values(seen=now))


def leave(session: Session, secret: str) -> None:
    """Sign out."""
    login = session.get(Login, digest(secret))
    if login is not None:
        note(session, "sign_out", account=login.account_id, by=login.account_id, login=login.id)
        session.delete(login)


def issue_token(session: Session, email: str, now: datetime.datetime) -> str:
    """A bearer token of the API for an account, valid for 90 days; shown once. Raises NotFound."""
    account = find_account(session, email)
    if account is None or account.id is None:
        raise NotFound("no_account")
    if not account.active:
        raise Forbidden("account_closed")
    secret = "redogor_" + secrets.token_urlsafe(32)
    token = Token(
        token_sha256=digest(secret),
        account_id=account.id,
        created=now,
        expires=now + datetime.timedelta(days=TOKEN_DAYS),
    )
    session.add(token)
    note(session, "token_issued", account=account.id, token=token.token_sha256[:16])
    return secret


_TOKENS = table_of(Token).c
_TOKEN = (
    select(*PERSON)
    .select_from(with_roles)
    .join(table_of(Token), _TOKENS.account_id == PERSON[0])
    .where(
        _TOKENS.token_sha256 == bindparam("digest"),
        _TOKENS.revoked.is_(None),
        _TOKENS.expires > bindparam("now"),
        table_of(Account).c.active.is_(True),
    )
)


def find_token(session: Session | Connection, secret: str, now: datetime.datetime) -> Actor | None:
    """Who is behind a bearer token that is valid now, or None."""
    return actor_in(session.execute(_TOKEN, {"digest": digest(secret), "now": now}).all())
