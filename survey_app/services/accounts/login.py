"""Signed-in browsers: a row each, which anybody may see and end of their own."""

from __future__ import annotations

import datetime
import hashlib
import secrets
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, bindparam, delete, func, not_, or_, select, update
from sqlmodel import Session, col

from survey_app.services.accounts.vault import Vault
from survey_app.services.actor import PERSON, Actor, actor_in, with_roles
from survey_app.services.refusal import NotFound
from survey_app.services.security.log import note
from survey_app.store.tables import Account, Login, table_of

SEEN_EVERY = datetime.timedelta(minutes=5)
MOST_AT_ONCE = 20
"""Browsers of one person; the one that has been away longest ends when one more signs in."""


def digest(secret: str) -> str:
    """How a secret of ours is stored: it is long and random, so a plain hash does."""
    return hashlib.sha256(secret.encode()).hexdigest()


def open_login(
    session: Session, account_id: int, now: datetime.datetime, *, agent: str,
    how: str = "password", factors: int = 1, acr: str = "",
) -> str:  # fmt: skip
    """A login of somebody who has shown who they are; the secret that the browser keeps.

    agent  the family of the browser, as its owner will see it in the list of logins
    """
    secret, name = secrets.token_urlsafe(32), secrets.token_hex(8)
    _make_room(session, account_id)
    session.add(
        Login(
            token_sha256=digest(secret), account_id=account_id, since=now, seen=now, id=name,
            how=how, factors=factors, acr=acr, authenticated=now, agent=agent[:60],
        )
    )  # fmt: skip
    note(session, "sign_in", account=account_id, by=account_id, login=name, how=how)
    return secret


def _make_room(session: Session, account_id: int) -> None:
    held = select(col(Login.token_sha256)).where(col(Login.account_id) == account_id)
    older = session.execute(held.order_by(col(Login.seen).desc()).offset(MOST_AT_ONCE - 1))
    for token in older.scalars().all():
        session.execute(delete(Login).where(col(Login.token_sha256) == token))


_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"),
             ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip
_SYSTEMS = (("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
            ("Mac OS", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"))  # fmt: skip


def agent_family(user_agent: str) -> str:
    """What a browser's owner knows it by, such as ``Firefox, Windows``; no more is kept of it."""
    found = (
        next((name for sign, name in families if sign in user_agent), "")
        for families in (_BROWSERS, _SYSTEMS)
    )
    return ", ".join(name for name in found if name)


class Known(NamedTuple):
    """A login that holds: whose, its public name, since when, when the browser was last here;
    whether the account has a second factor, and whether an identity provider vouched for it.

    renewed  the browser shows its new secret, and the one before still holds (``renew_login``)
    """

    actor: Actor
    login: str
    since: datetime.datetime
    seen: datetime.datetime
    enrolled: bool
    by_provider: bool
    renewed: bool


_LOGINS, _ACCOUNTS = table_of(Login).c, table_of(Account).c
_ANYBODYS = (
    select(
        _LOGINS.token_sha256,
        _LOGINS.previous_sha256,
        _LOGINS.seen,
        _LOGINS.since,
        _LOGINS.id.label("login"),
        _LOGINS.how,
        _ACCOUNTS.factor,
        *PERSON,
    )
    .select_from(with_roles)
    .join(table_of(Login), _LOGINS.account_id == PERSON[0])
    .where(_ACCOUNTS.active.is_(True))
)
_LOGIN = _ANYBODYS.where(_LOGINS.token_sha256 == bindparam("digest"))
_LOGIN_BEFORE = _ANYBODYS.where(_LOGINS.previous_sha256 == bindparam("digest"))


def find_login(
    session: Session | Connection, secret: str, now: datetime.datetime, hours: int,
    most_hours: int = 168,
) -> Known | None:  # fmt: skip
    """Who is behind a browser's secret, unless it has been idle for too long, or in for too long.

    hours       without doing anything
    most_hours  whatever one does (ASVS 5.0, 7.3.2)
    """
    key = {"digest": digest(secret)}
    rows = session.execute(_LOGIN, key).all() or session.execute(_LOGIN_BEFORE, key).all()
    actor = actor_in(rows)
    if actor is None or now - rows[0].seen > datetime.timedelta(hours=hours):
        return None
    if now - rows[0].since > datetime.timedelta(hours=most_hours):
        return None
    found = rows[0]
    return Known(
        actor, found.login, found.since, found.seen,
        enrolled=found.factor != "none", by_provider=found.how == "oidc",
        renewed=found.previous_sha256 is not None and found.token_sha256 == key["digest"],
    )  # fmt: skip


def _held_by(secret: str) -> ColumnElement[bool]:
    """The login of a browser's secret: the one it has, or the one that it had until now."""
    held = digest(secret)
    return or_(
        col(Login.token_sha256) == held, func.coalesce(col(Login.previous_sha256), "") == held
    )


def note_seen(session: Session, secret: str, now: datetime.datetime) -> None:
    """Remember that the browser was here; called at most every five minutes."""
    session.execute(update(Login).where(_held_by(secret)).values(seen=now))


def renew_login(session: Session, secret: str, vault: Vault) -> str:
    """Another secret for a login whose owner has just shown anew who they are (ASVS 5.0, 7.2.4).

    The one before holds until the browser shows the new one (``end_secret_before``), which it does
    with the very next page. Who presses a button twice is not signed out by that, though the
    browser throws the first reply away: it is given the same secret again, made of the one before
    by a key that only the installation has.
    """
    fresh = vault.name("login", secret)
    changed = {"token_sha256": digest(fresh), "previous_sha256": digest(secret)}
    session.execute(update(Login).where(_held_by(secret)).values(changed))
    return fresh


def end_secret_before(session: Session, secret: str) -> None:
    """Let the secret before the one that a browser shows open nothing any more, wherever it may
    have been copied to."""
    held = col(Login.token_sha256) == digest(secret)
    session.execute(update(Login).where(held).values(previous_sha256=None))


def leave(session: Session, secret: str) -> None:
    """Sign out."""
    login = session.execute(select(Login).where(_held_by(secret))).scalar_one_or_none()
    if login is not None:
        note(session, "sign_out", account=login.account_id, by=login.account_id, login=login.id)
        session.delete(login)


@dataclass(frozen=True, slots=True)
class Listed:
    """A signed-in browser as its owner sees it; ``id`` names it and opens nothing."""

    id: str
    agent: str
    since: datetime.datetime
    seen: datetime.datetime
    here: bool


def list_logins(session: Session, account_id: int, secret: str) -> list[Listed]:
    """An account's signed-in browsers, the one that asks first, then by when they were here."""
    query = select(Login).where(col(Login.account_id) == account_id)
    here = digest(secret)
    found = [
        Listed(
            row.id, row.agent, row.since, row.seen, here in (row.token_sha256, row.previous_sha256)
        )
        for row in session.execute(query.order_by(col(Login.seen).desc())).scalars()
    ]
    return sorted(found, key=lambda item: not item.here)


def end_login(session: Session, account_id: int, name: str) -> None:
    """End one of an account's own. Raises NotFound."""
    query = select(Login).where(col(Login.account_id) == account_id, col(Login.id) == name)
    login = session.execute(query).scalars().first()
    if login is None:
        raise NotFound("session_not_yours")
    note(session, "session_ended", account=account_id, by=account_id, login=login.id)
    session.delete(login)


def end_logins(
    session: Session, account_id: int | None, but: str | None = None, by: int | None = None,
    how: str | None = None,
) -> int:  # fmt: skip
    """End all of an account's, or everybody's, except the one with a secret; how many.

    how  only those that were opened in this way
    """
    statement = delete(Login)
    if account_id is not None:
        statement = statement.where(col(Login.account_id) == account_id)
    if but is not None:
        statement = statement.where(not_(_held_by(but)))
    if how is not None:
        statement = statement.where(col(Login.how) == how)
    count = int(session.execute(statement).rowcount)  # type: ignore[attr-defined]
    if count:
        told: dict[str, Any] = {"how": how} if how else {}
        note(session, "session_ended", account=account_id, by=by, count=count, **told)
    return count
