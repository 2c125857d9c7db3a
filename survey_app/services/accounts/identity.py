"""Signing in by an identity provider: whose account it is, and the roles that groups give.

An account is found by the provider's own name of the person. The first time it may be found by
its address, if the provider says that the address is the person's, and nobody else is linked to it.
Whoever gets the address later does not get the account.
"""

from __future__ import annotations

import datetime
import json
import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlmodel import Session, col

from survey_app.config import OidcSettings
from survey_app.core.identity import Proof, judge, roles_of
from survey_app.core.workflow import Role
from survey_app.services.accounts.account import find_account, open_account
from survey_app.services.accounts.login import end_logins
from survey_app.services.accounts.provider import digest_of
from survey_app.services.refusal import Forbidden, Invalid
from survey_app.services.security.log import note
from survey_app.store.tables import Account, Identity, Membership, SignInFlow, Unit

TRIP_LASTS = datetime.timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Flow:
    """A trip that has come back: what it was for, and when it began."""

    confirmation_id: int | None
    goal: str
    made: datetime.datetime


def begin_trip(
    session: Session, goal: str, now: datetime.datetime, confirmation_id: int | None = None
) -> str:
    """Note that a browser goes to the provider; the state that it brings back. Old trips end."""
    state = secrets.token_urlsafe(32)
    session.execute(delete(SignInFlow).where(col(SignInFlow.made) < now - TRIP_LASTS))
    session.add(
        SignInFlow(
            state_sha256=digest_of(state), goal=goal, made=now, confirmation_id=confirmation_id
        )
    )
    return state


def end_trip(session: Session, state: str, now: datetime.datetime) -> Flow:
    """The trip of a state, which is used up by it. Raises Forbidden (``identity_trip_over``)."""
    found = session.execute(
        delete(SignInFlow)
        .where(col(SignInFlow.state_sha256) == digest_of(state))
        .returning(col(SignInFlow.confirmation_id), col(SignInFlow.goal), col(SignInFlow.made))
    ).first()
    if found is None or now - found.made > TRIP_LASTS:
        raise Forbidden("identity_trip_over")
    return Flow(found.confirmation_id, found.goal, found.made)


def identity_of(session: Session, account_id: int) -> Identity | None:
    """As what the provider knows an account, or None: then it has a password of ours."""
    query = select(Identity).where(col(Identity.account_id) == account_id)
    found: Identity | None = session.execute(query).scalars().first()
    return found


def end_logins_of(session: Session, issuer: str, subject: str) -> int:
    """End what somebody opened by way of the provider, where their session has ended; how many.

    A subject that is nobody's here is nothing to tell the provider of.
    """
    identity = session.get(Identity, (issuer, subject))
    return end_logins(session, identity.account_id, how="oidc") if identity else 0


def recognise(
    session: Session, claims: dict[str, Any], settings: OidcSettings, now: datetime.datetime
) -> int:
    """The account of whoever the claims are about, with the roles that their groups give now.

    Raises Invalid (``identity_…``), Forbidden (``not_invited``, ``account_closed``).
    """
    verdict = judge(
        Proof.of(claims), issuer=settings.issuer, subject=None, now=now.timestamp(),
        allowed_acr=settings.acr_sign_in,
    )  # fmt: skip
    if verdict is not None:
        raise Invalid(verdict)
    key = (settings.issuer, claims["sub"])
    identity: Identity | None = session.get(Identity, key, with_for_update=True)
    if identity is None:
        identity = _link(session, claims, settings, now)
    account = session.get(Account, identity.account_id)
    if account is None or not account.active:
        raise Forbidden("account_closed")
    if settings.groups:
        groups = claims.get(settings.groups_claim)
        identity.last_groups = json.dumps(groups, ensure_ascii=False)[:10_000]
        session.add(identity)
        _take_over_roles(session, identity.account_id, groups, settings)
    return identity.account_id


def _link(
    session: Session, claims: dict[str, Any], settings: OidcSettings, now: datetime.datetime
) -> Identity:
    """Know somebody from now on who comes for the first time."""
    address = claims.get("email")
    if claims.get("email_verified") is not True or not isinstance(address, str):
        raise Forbidden("not_invited")
    account = find_account(session, address)
    if account is None:
        account = _join(session, claims, address, settings)
    assert account.id is not None
    if not account.active or identity_of(session, account.id) is not None:
        raise Forbidden("not_invited")
    identity = Identity(
        issuer=settings.issuer, subject=claims["sub"], account_id=account.id, linked=now
    )
    session.add(identity)
    account.password_hash = ""  # one way in for each account (ASVS 6.3.4)
    session.add(account)
    session.flush()
    note(session, "identity_linked", account=account.id, by=account.id)
    return identity


def _join(
    session: Session, claims: dict[str, Any], address: str, settings: OidcSettings
) -> Account:
    """A new account for somebody whose groups give a role, where the settings allow that."""
    roles = roles_of(claims.get(settings.groups_claim), settings.groups)
    if settings.join != "groups" or not roles:
        raise Forbidden("not_invited")
    name = claims.get("name")
    return open_account(
        session, email=address, name=name if isinstance(name, str) and name.strip() else address,
        title="", password_hash="",
    )  # fmt: skip


def _take_over_roles(
    session: Session, account_id: int, groups: Any, settings: OidcSettings
) -> None:
    """Give the roles that somebody's groups give, and take those that they no longer do.

    Roles that an administrator gave stay. A unit that is not here by its name gives none.
    """
    wanted = roles_of(groups, settings.groups)
    units = {
        name: unit_id
        for unit_id, name in session.execute(
            select(col(Unit.id), col(Unit.name)).where(
                col(Unit.name).in_({unit for unit, _role in wanted})
            )
        )
    }
    due = {(units[unit], role) for unit, role in wanted if unit in units}
    rows = session.execute(
        select(Membership).where(col(Membership.account_id) == account_id)
    ).scalars().all()  # fmt: skip
    gone = [row for row in rows if row.source == "oidc" and (row.unit_id, row.role) not in due]
    for row in gone:
        session.delete(row)
        note(session, "role_taken", account=account_id, unit=row.unit_id, role=row.role.value)
    session.flush()
    held = {(row.unit_id, row.role) for row in rows if row not in gone}
    for unit_id, role in sorted(due - held):
        if _may_hold(held, unit_id, role):
            session.add(Membership(
                account_id=account_id, unit_id=unit_id, role=role, source="oidc"
            ))  # fmt: skip
            note(session, "role_given", account=account_id, unit=unit_id, role=role.value)
    session.flush()


def _may_hold(held: set[tuple[int, Role]], unit_id: int, role: Role) -> bool:
    """An administrator uses no other role in the unit, and the other way round."""
    there = {other for unit, other in held if unit == unit_id}
    return not there or ((role == Role.ADMINISTRATOR) == (there == {Role.ADMINISTRATOR}))
