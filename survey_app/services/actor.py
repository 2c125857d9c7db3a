"""Who acts: an account with its roles in each unit, read anew for every request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session

from survey_app.core.workflow import Action, Role, State, refusal
from survey_app.services.refusal import Forbidden, NotFound, WrongState
from survey_app.store.tables import Account, Membership

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


_MEMBERSHIPS = select(Membership.unit_id, Membership.role)  # type: ignore[call-overload]
_ACCOUNT = select(Account.email, Account.name, Account.title, Account.active)  # type: ignore[call-overload]


def find_actor(session: Session, account_id: int) -> Actor | None:
    """The actor behind an active account, or None."""
    row = session.execute(_ACCOUNT.where(Account.id == account_id)).first()
    if row is None or not row.active:
        return None
    roles: dict[int, frozenset[Role]] = {}
    held = session.execute(_MEMBERSHIPS.where(Membership.account_id == account_id))
    for unit_id, role in held:
        roles[unit_id] = roles.get(unit_id, NO_ROLES) | {role}
    return Actor(account_id, row.email, row.name, row.title, roles)


def require(actor: Actor, action: Action, unit_id: int, state: State) -> None:
    """Raise NotFound, Forbidden or WrongState unless the actor may, by role, unit and state.

    Who has no role that reads in the unit is not told that the submission exists.
    """
    roles = actor.roles_in(unit_id)
    if refusal(Action.READ, roles, state):
        raise NotFound("no_submission")
    refused = refusal(action, roles, state)
    if refused == "not_your_role":
        raise Forbidden(refused, action=action.value)
    if refused == "wrong_state":
        raise WrongState(refused, action=action.value, state=state.value)
