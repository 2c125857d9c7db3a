"""Accounts: who may sign in, and as what."""

from __future__ import annotations

import datetime
import re
import secrets
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from survey_app.core.characters import tidy
from survey_app.core.workflow import Role
from survey_app.services.accounts.login import end_logins
from survey_app.services.accounts.one_time_link import end_links
from survey_app.services.actor import Actor, hold_roles
from survey_app.services.refusal import Forbidden, Invalid, NotFound
from survey_app.services.security.log import Kind, note
from survey_app.store.tables import Account, Identity, Membership, OneTimeLink, Token, Unit

LONGEST_ADDRESS = 254  # RFC 5321
LONGEST_NAME = 200
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True)
class Listed:
    """An account as an administrator sees it."""

    account: Account
    roles: list[tuple[int, str, Role]]


def make_password() -> str:
    """A password that somebody gets, easy to read aloud."""
    return "-".join(secrets.token_hex(2) for _ in range(4))


def normal_email(email: str) -> str:
    """An address as accounts are found by it."""
    return tidy(email).strip().casefold()


def find_account(session: Session, email: str) -> Account | None:
    """The account with an address, or None."""
    query = select(Account).where(col(Account.email) == normal_email(email))
    found: Account | None = session.execute(query).scalars().first()
    return found


def open_account(
    session: Session, *, email: str, name: str, title: str, password_hash: str
) -> Account:
    """A new account without any role. Raises Invalid."""
    address = normal_email(email)
    if len(address) > LONGEST_ADDRESS or not _EMAIL.fullmatch(address):
        raise Invalid("not_an_email", typed=address[:60])
    if not name.strip():
        raise Invalid("name_missing")
    if find_account(session, address) is not None:
        raise Invalid("account_exists", typed=address[:60])
    account = Account(
        email=address,
        name=tidy(name.strip()),
        title=tidy(title.strip()),
        password_hash=password_hash,
    )
    session.add(account)
    session.flush()
    return account


def add_membership(session: Session, account_id: int, unit_id: int, role: Role) -> None:
    """Give an account a role in a unit, if it does not have it."""
    if session.get(Membership, (account_id, unit_id, role)) is None:
        session.add(Membership(account_id=account_id, unit_id=unit_id, role=role))
        session.flush()
        note(session, "role_given", account=account_id, unit=unit_id, role=role.value)


def set_roles(
    session: Session, actor: Actor, account_id: int, unit_id: int, roles: set[Role]
) -> None:
    """Set what an account may be in a unit; a role that is taken away stops at once.

    Raises Forbidden: only the unit's administrator, and nobody for themselves. An administrator
    gets no role that reads answers: who hands out roles shall not also use them.
    """
    _require_administrator(actor, unit_id)
    if account_id == actor.account_id:
        raise Forbidden("roles_of_oneself")
    account = session.get(Account, account_id)
    if account is None or account.removed is not None:
        raise NotFound("no_account")
    if Role.ADMINISTRATOR in roles and len(roles) > 1:
        raise Invalid("administrator_alone")
    hold_roles(session, actor)
    there = (col(Membership.account_id) == account_id, col(Membership.unit_id) == unit_id)
    held = set(session.execute(select(col(Membership.role)).where(*there)).scalars())
    taken = [role for role in Role if role in held - roles]
    session.execute(delete(Membership).where(*there, col(Membership.role).in_(taken)))
    given = [role for role in Role if role in roles - held]
    for role in given:
        session.add(Membership(account_id=account_id, unit_id=unit_id, role=role))
    session.flush()
    changes: list[tuple[Kind, list[Role]]] = [("role_taken", taken), ("role_given", given)]
    for kind, changed in changes:
        for role in changed:
            note(
                session, kind, account=account_id, by=actor.account_id, unit=unit_id,
                role=role.value,
            )  # fmt: skip


def rename(session: Session, actor: Actor, account_id: int, name: str, title: str) -> None:
    """Correct how a person's name and title are spelt (article 16 of the GDPR), from now on: what
    is frozen keeps what it says. Another address is another account, since it is what opens it.

    Raises Forbidden, NotFound, Invalid (``name_missing``, ``line_too_long``).
    """
    account = require_own_account(session, actor, account_id)
    name, title = tidy(name.strip()), tidy(title.strip())
    if not name:
        raise Invalid("name_missing")
    if max(len(name), len(title)) > LONGEST_NAME:
        raise Invalid("line_too_long", max=LONGEST_NAME)
    if (name, title) == (account.name, account.title):
        return
    account.name, account.title = name, title
    session.add(account)
    note(session, "account_renamed", account=account_id, by=actor.account_id)


def set_active(session: Session, actor: Actor, account_id: int, *, active: bool) -> None:
    """Close an account, and end its logins, tokens and links at once; or open it again, without
    them. Raises Forbidden, NotFound."""
    account = require_own_account(session, actor, account_id)
    if account.active != active:
        kind: Kind = "account_opened" if active else "account_closed"
        note(session, kind, account=account_id, by=actor.account_id)
    account.active = active
    session.add(account)
    if not active:
        end_access(session, account_id)


def end_access(session: Session, account_id: int) -> None:
    """End what opens an account without its password: logins, tokens, links."""
    end_logins(session, account_id)
    session.execute(delete(Token).where(col(Token.account_id) == account_id))
    session.execute(delete(OneTimeLink).where(col(OneTimeLink.account_id) == account_id))


def require_own_account(
    session: Session, actor: Actor, account_id: int, *, hold: bool = True
) -> Account:
    """An account of somebody else that has roles only where the actor administers.

    hold  the actor's roles stay as they are until the transaction ends; not for a look
    Raises NotFound, Forbidden.
    """
    account = session.get(Account, account_id)
    units = set(actor.units_as(Role.ADMINISTRATOR))
    if account is None or account.removed is not None or not units:
        raise NotFound("no_account")
    if account_id == actor.account_id:
        raise Forbidden("roles_of_oneself")
    held = session.execute(
        select(col(Membership.unit_id)).where(col(Membership.account_id) == account_id)
    ).scalars()
    if not set(held) <= units:
        raise Forbidden("other_units_account")
    if hold:
        hold_roles(session, actor)
    return account


def set_password(
    session: Session, account: Account, password_hash: str, now: datetime.datetime
) -> None:
    """The account has a new password; who knew the old one is out, and so are links to set one.

    Raises Forbidden (``signs_in_elsewhere``): who signs in by an identity provider has no other way
    in (ASVS 5.0, 6.3.4).
    """
    assert account.id is not None
    if is_linked(session, account.id):
        raise Forbidden("signs_in_elsewhere")
    account.password_hash, account.password_since = password_hash, now
    session.add(account)
    note(session, "password_set", account=account.id)
    end_links(session, account.id, now)


def is_linked(session: Session, account_id: int | None) -> bool:
    """Whether somebody signs in by an identity provider, and so by no password of ours."""
    linked = select(col(Identity.account_id)).where(col(Identity.account_id) == (account_id or 0))
    return session.execute(linked).first() is not None


def words_of(session: Session, account: Account) -> list[str]:
    """What belongs to a person and the place: none of it makes a password."""
    query = (
        select(col(Unit.name))
        .join(Membership, col(Membership.unit_id) == col(Unit.id))
        .where(col(Membership.account_id) == account.id)
    )
    return [account.name, account.title, account.email, *session.execute(query).scalars()]


def _require_administrator(actor: Actor, unit_id: int) -> None:
    if Role.ADMINISTRATOR not in actor.roles_in(unit_id):
        raise Forbidden("not_your_role")


def invite_account(
    session: Session,
    actor: Actor,
    *,
    unit_id: int,
    email: str,
    name: str,
    title: str,
    roles: set[Role],
    password_hash: str = "",
) -> Account:
    """A new account with its roles in a unit that the actor administers; without a password, which
    is set by a link (``one_time_link``)."""
    _require_administrator(actor, unit_id)
    account = open_account(
        session, email=email, name=name, title=title, password_hash=password_hash
    )
    assert account.id is not None
    note(session, "invited", account=account.id, by=actor.account_id, unit=unit_id)
    set_roles(session, actor, account.id, unit_id, roles)
    return account


def list_accounts(session: Session, actor: Actor) -> list[Listed]:
    """The accounts with a role in a unit that the actor administers."""
    units = actor.units_as(Role.ADMINISTRATOR)
    query = (
        select(Account, Membership, col(Unit.name))
        .join(Membership, col(Membership.account_id) == col(Account.id))
        .join(Unit, col(Unit.id) == col(Membership.unit_id))
        .where(col(Membership.unit_id).in_(units))
        .order_by(func.lower(col(Account.name)), col(Account.id))
    )
    listed: dict[int, Listed] = {}
    for account, membership, unit_name in session.execute(query):
        entry = listed.setdefault(account.id or 0, Listed(account, []))
        entry.roles.append((membership.unit_id, unit_name, membership.role))
    return list(listed.values())
