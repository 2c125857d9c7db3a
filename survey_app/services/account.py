"""Accounts: who may sign in, and as what."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

import argon2
from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from survey_app.core.characters import tidy
from survey_app.core.workflow import Role
from survey_app.services.actor import Actor, hold_roles
from survey_app.services.refusal import Forbidden, Invalid, NotFound
from survey_app.services.security_log import Kind, note
from survey_app.store.tables import Account, Login, Membership, Unit

HASHER = argon2.PasswordHasher()
SHORTEST_PASSWORD = 12
LONGEST_ADDRESS = 254  # RFC 5321
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True)
class Listed:
    """An account as an administrator sees it."""

    account: Account
    roles: list[tuple[int, str, Role]]


def hash_password(password: str) -> str:
    """The argon2id hash. Raises Invalid for a password that is too short (ASVS 6.2.1)."""
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid("password_too_short", min=SHORTEST_PASSWORD)
    return HASHER.hash(password)


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
    if session.get(Account, account_id) is None:
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


def set_active(session: Session, actor: Actor, account_id: int, *, active: bool) -> None:
    """Close an account, and end its logins at once; or open it again. Raises Forbidden."""
    account = session.get(Account, account_id)
    units = set(actor.units_as(Role.ADMINISTRATOR))
    if account is None or not units:
        raise NotFound("no_account")
    if account_id == actor.account_id:
        raise Forbidden("roles_of_oneself")
    held = (
        session.execute(
            select(col(Membership.unit_id)).where(col(Membership.account_id) == account_id)
        )
        .scalars()
        .all()
    )
    if not set(held) <= units:
        raise Forbidden("other_units_account")
    hold_roles(session, actor)
    if account.active != active:
        for unit in sorted(set(held)) or [None]:
            note(session, "account_opened" if active else "account_closed",
                 account=account_id, by=actor.account_id, unit=unit)  # fmt: skip
    account.active = active
    session.add(account)
    if not active:
        session.execute(delete(Login).where(col(Login.account_id) == account_id))


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
    password_hash: str,
    roles: set[Role],
) -> Account:
    """A new account with its roles in a unit that the actor administers."""
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
