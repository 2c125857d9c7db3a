"""Signing in, signing in again before attesting, and tokens of the API.

Hashing a password takes a while, so it is done between transactions: read the credentials, match,
then record. Who is told "wrong" never learns whether the account exists, nor by the clock: every
failure runs the same statements and commits once (``_fail``).
"""

from __future__ import annotations

import datetime
import secrets
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, bindparam, func, select, update
from sqlmodel import Session, col

from survey_app.services.accounts import throttle
from survey_app.services.accounts.account import find_account, normal_email
from survey_app.services.accounts.confirmation import Confirmation, How
from survey_app.services.accounts.factor import use_code
from survey_app.services.accounts.login import digest, open_login
from survey_app.services.accounts.password import HASHER, matches
from survey_app.services.accounts.vault import Vault
from survey_app.services.actor import PERSON, Actor, actor_in, with_roles
from survey_app.services.mail.outbox import put_personal
from survey_app.services.refusal import Forbidden, Invalid, NotFound
from survey_app.services.security.log import note
from survey_app.store.tables import Account, Token, table_of

MOST_FAILURES = 10
LOCKED_FOR = throttle.WINDOW
TOKEN_DAYS = 90
LONGEST_LABEL = 80
_NOBODY = HASHER.hash(secrets.token_urlsafe(32))


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a password is held against; ``account_id`` is None for an address without account."""

    email: str
    account_id: int | None
    password_hash: str


@dataclass(frozen=True, slots=True)
class Tries:
    """The keys by which tries are counted: the account's, held or not, and where they come from."""

    account: str
    held: str
    address: str


@dataclass(frozen=True, slots=True)
class Entered:
    """What became of signing in.

    account_id  whose password it was; None where it failed
    secret      what the browser keeps; None until there is no more to show
    needs       ``factor`` where the second factor is missing
    wrong       ``factor`` where the second factor was wrong
    """

    account_id: int | None = None
    secret: str | None = None
    needs: Literal["", "factor"] = ""
    wrong: Literal["", "password", "factor"] = ""


def tries_of(vault: Vault, email: str, address: str | None) -> Tries:
    """The keys of tries at an address, from somewhere."""
    aim = normal_email(email)
    return Tries(
        vault.name("account", aim),
        vault.name("held", aim),
        vault.name("address", throttle.network(address)),
    )


def find_credentials(session: Session, email: str) -> Credentials:
    """The credentials behind an address; those of nobody where there is no account, or one that
    no password opens."""
    account, aim = find_account(session, email), normal_email(email)
    if account is None or not account.password_hash:
        return Credentials(aim, None, _NOBODY)
    return Credentials(aim, account.id, account.password_hash)


def password_matches(credentials: Credentials, password: str) -> bool:
    """Whether the password is right; takes as long where there is no account."""
    return matches(credentials.password_hash, password) and credentials.account_id is not None


def _judge(
    session: Session, credentials: Credentials, matched: bool, tries: Tries, now: datetime.datetime
) -> Account | None:
    """The account whose password it was and that may come in, or None. Writes, raises nothing."""
    # Locked, so that of tries at the same moment each counts on what the one before it left.
    query = select(Account).where(col(Account.email) == credentials.email).with_for_update()
    account: Account | None = session.execute(query).scalars().first()
    failed = throttle.count(session, tries.account, now)
    held = failed >= MOST_FAILURES
    # The password may have been changed since it was read.
    known = account is not None and account.password_hash == credentials.password_hash
    if account is not None and account.active and known and matched and not held:
        return account
    _fail(session, account, tries, now, failed)
    return None


def _fail(
    session: Session, account: Account | None, tries: Tries, now: datetime.datetime, failed: int
) -> None:
    """Count a failure; the same statements whether there is an account or not.

    What fails while it is held does not hold it longer: nobody is locked out for good.
    """
    aimed = tries.held if failed >= MOST_FAILURES else tries.account
    throttle.note_failures(session, (aimed, tries.address), now)
    if failed + 1 == MOST_FAILURES:
        note(session, "locked", account=account.id if account else None)
        open_one = account is not None and account.active
        put_personal(
            session, kind="locked", address=account.email if account and open_one else "", now=now,
            minutes=int(LOCKED_FOR.total_seconds() // 60),
        )  # fmt: skip


def enter(
    session: Session, credentials: Credentials, matched: bool, tries: Tries, now: datetime.datetime,
    *, vault: Vault, code: str | None = None, agent: str = "",
) -> Entered:  # fmt: skip
    """Sign in with a password and, where the account has one, a code of the second factor.

    code   None where none was asked for yet
    agent  the family of the browser, as its owner will see it in the list of logins
    """
    account = _judge(session, credentials, matched, tries, now)
    if account is None:
        note(session, "sign_in_failed", account=credentials.account_id)
        return Entered(wrong="password")
    assert account.id is not None
    if account.factor != "none":
        if code is None:  # nothing is over before the code is right
            return Entered(account.id, needs="factor")
        if not _code_is_right(session, account, code, tries, now, vault):
            note(session, "sign_in_failed", account=account.id, factor="wrong")
            return Entered(account.id, needs="factor", wrong="factor")
    throttle.forget_failures(session, tries.account)
    factors = 1 if account.factor == "none" else 2
    how = "password" if factors == 1 else "totp"
    login = open_login(session, account.id, now, agent=agent, how=how, factors=factors)
    return Entered(account.id, login)


def _code_is_right(
    session: Session, account: Account, code: str, tries: Tries, now: datetime.datetime,
    vault: Vault,
) -> bool:  # fmt: skip
    assert account.id is not None
    used = use_code(session, account.id, code, now, vault)
    if used == "recovery":
        note(session, "recovery_used", account=account.id, by=account.id)
    if used:
        return True
    _fail(session, account, tries, now, throttle.count(session, tries.account, now))
    return False


def confirm_identity(
    session: Session, credentials: Credentials, matched: bool, tries: Tries, now: datetime.datetime,
    *, vault: Vault, code: str = "",
) -> Confirmation | None:  # fmt: skip
    """Signing in again before attesting (ASVS 7.5.3), with the second factor of an account that has
    one. None if it failed, which is counted."""
    account = _judge(session, credentials, matched, tries, now)
    factor = account is not None and account.factor != "none"
    if account is not None and factor and not _code_is_right(
        session, account, code, tries, now, vault
    ):  # fmt: skip
        account = None
    if account is None or account.id is None:
        note(session, "confirm_failed", account=credentials.account_id)
        return None
    throttle.forget_failures(session, tries.account)
    how: How = "password+totp" if factor else "password"
    note(session, "confirmed", account=account.id, by=account.id, how=how)
    return Confirmation(account.id, now, how)


def issue_token(
    session: Session, email: str, now: datetime.datetime, *, label: str = "",
    days: int = TOKEN_DAYS,
) -> str:  # fmt: skip
    """A bearer token of the API for an account, valid for at most 90 days; shown once.

    Raises NotFound, Forbidden, Invalid.
    """
    account = find_account(session, email)
    if account is None or account.id is None:
        raise NotFound("no_account")
    if not account.active:
        raise Forbidden("account_closed")
    if not 1 <= days <= TOKEN_DAYS:
        raise Invalid("token_days", max=TOKEN_DAYS)
    if len(label) > LONGEST_LABEL:
        raise Invalid("line_too_long", max=LONGEST_LABEL)
    secret = "redogor_" + secrets.token_urlsafe(32)
    token = Token(
        token_sha256=digest(secret),
        account_id=account.id,
        created=now,
        expires=now + datetime.timedelta(days=days),
        label=label,
    )
    session.add(token)
    note(session, "token_issued", account=account.id, token=token.token_sha256[:16])
    return secret


_TOKENS = table_of(Token).c
_TOKEN = (
    select(_TOKENS.last_used, *PERSON)
    .select_from(with_roles)
    .join(table_of(Token), _TOKENS.account_id == PERSON[0])
    .where(
        _TOKENS.token_sha256 == bindparam("digest"),
        _TOKENS.revoked.is_(None),
        _TOKENS.expires > bindparam("now"),
        table_of(Account).c.active.is_(True),
    )
)


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who is behind a bearer token, and the day it was last used."""

    actor: Actor
    last_used: datetime.date | None


def find_token(session: Session | Connection, secret: str, now: datetime.datetime) -> Bearer | None:
    """Who is behind a bearer token that is valid now, or None."""
    rows = session.execute(_TOKEN, {"digest": digest(secret), "now": now}).all()
    actor = actor_in(rows)
    return None if actor is None else Bearer(actor, rows[0].last_used)


def note_used(session: Session | Connection, secret: str, day: datetime.date) -> None:
    """Remember the day on which a token was used; called once a day."""
    session.execute(
        update(table_of(Token)).where(_TOKENS.token_sha256 == digest(secret)).values(last_used=day)
    )


def list_tokens(session: Session, account_id: int, now: datetime.datetime) -> list[Token]:
    """An account's tokens that are valid now, the newest first; never their secrets."""
    query = select(Token).where(
        col(Token.account_id) == account_id,
        col(Token.revoked).is_(None),
        col(Token.expires) > now,
    )
    return list(session.execute(query.order_by(col(Token.created).desc())).scalars())


def end_token(session: Session, account_id: int, name: str, now: datetime.datetime) -> None:
    """End one of an account's own tokens, by the first 16 digits of its hash, if it is there."""
    done = session.execute(
        update(table_of(Token))
        .where(
            _TOKENS.account_id == account_id,
            func.substr(_TOKENS.token_sha256, 1, 16) == name,
            _TOKENS.revoked.is_(None),
        )
        .values(revoked=now)
    )
    if done.rowcount:  # type: ignore[attr-defined]
        note(session, "token_ended", account=account_id, by=account_id, token=name)
