"""Who works with a unit's submissions: the people that a question, or a word, can be given to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, or_, select
from sqlmodel import Session

from survey_app.core.mention import handles_of
from survey_app.core.workflow import RULES, Action, Role
from survey_app.store.tables import Account, Membership, table_of


@dataclass(frozen=True, slots=True)
class Colleague:
    """A person with an open account."""

    account_id: int
    name: str
    address: str


_A, _M = table_of(Account).c, table_of(Membership).c


@cache
def _people(roles: tuple[Role, ...]) -> Select[Any]:
    """One statement for the roles that are asked for: half the time of one that takes any."""
    held = select(_M.account_id).where(
        _M.unit_id == bindparam("unit"), or_(*(_M.role == role for role in roles))
    )
    return (
        select(_A.id, _A.name, _A.email)
        .where(_A.active.is_(True), _A.id.in_(held))
        .order_by(func.lower(_A.name), _A.id)
    )


def colleagues_in(session: Session, unit_id: int, *roles: Role) -> list[Colleague]:
    """The open accounts with one of the roles in a unit, by name."""
    rows = session.connection().execute(_people(tuple(roles)), {"unit": unit_id})
    return [Colleague(*row) for row in rows]


def writers_in(session: Session, unit_id: int) -> list[Colleague]:
    """Who may write answers there, and so own a question."""
    return colleagues_in(session, unit_id, *RULES[Action.WRITE].roles)


def commenters_in(session: Session, unit_id: int) -> list[Colleague]:
    """Who may write comments there, and so be named in one."""
    return colleagues_in(session, unit_id, *RULES[Action.COMMENT].roles)


def handles_in(people: list[Colleague]) -> dict[str, int]:
    """What people are called by after an @: account by handle."""
    return handles_of((person.account_id, person.name, person.address) for person in people)
