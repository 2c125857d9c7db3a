"""Who acts: an account with its roles in each unit, read anew for every request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select
from sqlmodel import Session

from survey_app.core.workflow import (
    Action,
    Refusal,
    Role,
    State,
    contribution_refusal,
    refusal,
    round_refusal,
)
from survey_app.services.contributions.request import Request
from survey_app.services.refusal import Forbidden, NotFound, WrongState
from survey_app.store.tables import Account, Membership, table_of

NO_ROLES: frozenset[Role] = frozenset()


@dataclass(frozen=True, slots=True)
class Actor:
    """A person at work. ``roles`` by unit id."""

    account_id: int
    email: str
    name: str
    title: str
    roles: Mapping[int, frozenset[Role]]

    def roles_in(self, unit_id: int) -> frozenset[Role]:
        """The roles in one unit."""
        return self.roles.get(unit_id, NO_ROLES)

    def has(self, role: Role) -> bool:
        """Whether the person has a role in any unit."""
        return any(role in roles for roles in self.roles.values())

    def units_as(self, *roles: Role) -> list[int]:
        """The units in which the person has one of these roles."""
        return [unit for unit, held in self.roles.items() if held.intersection(roles)]


_ACCOUNTS, _HELD = table_of(Account).c, table_of(Membership).c
PERSON = (_ACCOUNTS.id, _ACCOUNTS.email, _ACCOUNTS.name, _ACCOUNTS.title, _HELD.unit_id, _HELD.role)
"""The columns of an actor; a row a role."""

with_roles = table_of(Account).join(table_of(Membership), isouter=True)
_PERSON = (
    select(*PERSON)
    .select_from(with_roles)
    .where(_ACCOUNTS.id == bindparam("account"), _ACCOUNTS.active.is_(True))
)


def find_actor(session: Session | Connection, account_id: int) -> Actor | None:
    """The actor behind an active account, or None."""
    return actor_in(session.execute(_PERSON, {"account": account_id}).all())


_HELD_NOW = (
    select(_HELD.unit_id, _HELD.role)
    .join_from(table_of(Account), table_of(Membership))
    .where(_ACCOUNTS.id == bindparam("account"), _ACCOUNTS.active.is_(True))
    .with_for_update(read=True)
)


def hold_roles(session: Session, actor: Actor) -> None:
    """Keep a person's roles as they are until the transaction ends. Raises Forbidden
    (``roles_taken``) if one of those they had as the request began is gone, or the account closed.

    Every step asks this in its own transaction, so that what is taken away stops at once.
    """
    held = {
        (row.unit_id, row.role)
        for row in session.connection().execute(_HELD_NOW, {"account": actor.account_id})
    }
    had = {(unit, role) for unit, roles in actor.roles.items() for role in roles}
    if not had <= held:
        raise Forbidden("roles_taken")


def actor_in(rows: Sequence[Row[Any]]) -> Actor | None:
    """The actor in rows with the columns of ``PERSON``; None where there is no row."""
    if not rows:
        return None
    roles: dict[int, frozenset[Role]] = {}
    for row in rows:
        if row.unit_id is not None:  # an account without any role
            roles[row.unit_id] = roles.get(row.unit_id, NO_ROLES) | {row.role}
    first = rows[0]
    return Actor(first.id, first.email, first.name, first.title, roles)


def refused(
    actor: Actor, action: Action, unit_id: int, state: State, request: Request | None = None
) -> Refusal | None:
    """Why the actor may not, by role, unit and state, or None.

    request  what was asked for, where the submission is a contribution or answers in a round
    """
    roles = actor.roles_in(unit_id)
    if request is None:
        return refusal(action, roles, state)
    asking = actor.roles_in(request.unit_id)
    if request.sort == "round":
        return round_refusal(action, roles, asking, request.state, request.main_state, state)
    return contribution_refusal(action, roles, asking, request.state, request.main_state)


def require(
    actor: Actor, action: Action, unit_id: int, state: State, request: Request | None = None
) -> None:
    """Raise NotFound, Forbidden or WrongState unless the actor may (``refused``).

    Who has no role that reads in the unit is not told that the submission exists.
    """
    if refused(actor, Action.READ, unit_id, state, request) == "not_your_role":
        raise NotFound("no_submission")
    verdict = refused(actor, action, unit_id, state, request)
    if verdict == "not_your_role":
        raise Forbidden(verdict, action=action.value)
    if verdict == "wrong_state":
        if request is not None and request.sort == "round" and request.main_state != State.DRAFT:
            raise WrongState("round_closed", unit=request.unit_name)
        where = state if request is None else request.state
        raise WrongState(verdict, action=action.value, state=where.value)
