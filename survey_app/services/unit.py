"""Units: the organisations that answer, and that can be asked for contributions."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlmodel import Session, col

from survey_app.core.characters import one_line, tidy
from survey_app.core.kinds.contact import ORGANISATION_NUMBER, OrganisationNumberAnswer
from survey_app.core.workflow import Role
from survey_app.services.accounts.account import add_membership, find_account, open_account
from survey_app.services.actor import Actor, hold_roles
from survey_app.services.line import read_line
from survey_app.services.refusal import Forbidden, Invalid, NotFound
from survey_app.store.tables import Account, Membership, Unit

LONGEST_NAME = 200
_NUMBER = OrganisationNumberAnswer(kind="organisation_number")


@dataclass(frozen=True, slots=True)
class Listed:
    """A unit as an administrator sees it.

    people   how many open accounts have a role there
    answers  whether any of them can answer: only then can it be asked for contributions
    """

    unit: Unit
    people: int
    answers: bool


def list_units(session: Session, actor: Actor) -> list[Listed]:
    """The units that the actor administers, by name."""
    query = (
        select(col(Membership.unit_id), col(Membership.role), col(Membership.account_id))
        .join(Account, col(Account.id) == col(Membership.account_id))
        .where(col(Account.active).is_(True))
    )
    there = session.execute(query).all()
    units = select(Unit).where(col(Unit.id).in_(actor.units_as(Role.ADMINISTRATOR)))
    return [
        Listed(
            unit,
            len({account for unit_id, _role, account in there if unit_id == unit.id}),
            any((unit_id, role) == (unit.id, Role.STRATEGIST) for unit_id, role, _account in there),
        )
        for unit in session.execute(units.order_by(func.lower(col(Unit.name)))).scalars()
    ]


def open_unit(session: Session, actor: Actor, name: str, organisation_number: str = "") -> Unit:
    """A new unit, which the actor administers from now on; nobody else has a part in it yet.

    Raises Forbidden, Invalid (``name_missing``, ``line_too_long``, ``unit_exists``,
    ``unit_number_wrong``).
    """
    if not actor.has(Role.ADMINISTRATOR):
        raise Forbidden("not_your_role")
    hold_roles(session, actor)
    return _lay_up(session, actor.account_id, name, organisation_number)


def begin_unit(
    session: Session, name: str, email: str, organisation_number: str = ""
) -> Account | None:
    """A unit with its first administrator: how an installation that is no demo begins.

    Whoever may run commands on the installation may do this; all else is done in the browser.
    email  the administrator's address; an account that has it keeps its password
    Returns the account that was made, which has no password yet; None where the address had one.
    Raises Invalid, as ``open_unit`` and ``open_account``.
    """
    account = find_account(session, email)
    made = account or open_account(
        session, email=email, name="Administratör", title="", password_hash=""
    )
    assert made.id is not None
    _lay_up(session, made.id, name, organisation_number)
    return None if account else made


def find_unit(session: Session, name: str) -> int:
    """The id of the unit with a name. Raises NotFound."""
    called = one_line(name).casefold()
    for unit in session.execute(select(Unit)).scalars():
        if unit.name.casefold() == called and unit.id is not None:
            return int(unit.id)
    raise NotFound("no_such_unit", typed=name[:60])


def _lay_up(session: Session, administrator: int, name: str, organisation_number: str) -> Unit:
    called = read_line(name, LONGEST_NAME)
    if not called:
        raise Invalid("name_missing")
    names = session.execute(select(col(Unit.name))).scalars()
    if called.casefold() in {item.casefold() for item in names}:
        raise Invalid("unit_exists", typed=called)
    unit = Unit(name=called, organisation_number=_number(organisation_number))
    session.add(unit)
    session.flush()
    assert unit.id is not None
    add_membership(session, administrator, unit.id, Role.ADMINISTRATOR)
    return unit


def _number(typed: str) -> str:
    """An organisation number as it is written, or none: a part of an organisation has none."""
    number = ORGANISATION_NUMBER.parse(_NUMBER, tidy(typed)[:40])
    if number is None:
        return ""
    if any(ORGANISATION_NUMBER.check(_NUMBER, number)):
        raise Invalid("unit_number_wrong", typed=number)
    return str(number)
