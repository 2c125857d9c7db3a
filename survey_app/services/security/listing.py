"""The security log as an administrator reads it: the entries of the units that one administers."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from survey_app.core.workflow import Role
from survey_app.export.swedish import STOCKHOLM
from survey_app.services.actor import Actor
from survey_app.services.security.log import KINDS, Kind
from survey_app.store.tables import Account, Membership, SecurityEntry, Unit, table_of

PAGE = 200
OF_ALL: frozenset[Kind] = frozenset({"backup_made", "restored", "settings_changed", "key_changed"})
"""What concerns the installation as a whole, and so every administrator."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for; None asks for all. ``first`` and ``last`` are Swedish days, inclusive."""

    kind: str | None = None
    account_id: int | None = None
    first: datetime.date | None = None
    last: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry with the names behind its ids. ``whose`` is the account that it concerns."""

    number: int
    at: datetime.datetime
    kind: str
    whose: str
    by: str
    unit: str
    login: str
    request: str
    facts: Mapping[str, Any]


_WHOSE, _BY = aliased(Account), aliased(Account)


def list_entries(
    session: Session,
    actor: Actor,
    wanted: Wanted,
    *,
    before: int | None = None,
    most: int | None = PAGE,
) -> list[Listed]:
    """The entries, newest first. ``before`` goes on below an entry; ``most`` None gives all.

    An entry without a unit is shown to the administrators of each unit in which its account has a
    role. Failures at addresses without account are shown to none: they may belong to anybody.
    """
    query = (
        select(SecurityEntry, col(_WHOSE.name), col(_BY.name), col(Unit.name))
        .join(_WHOSE, col(_WHOSE.id) == col(SecurityEntry.account_id), isouter=True)
        .join(_BY, col(_BY.id) == col(SecurityEntry.by_account), isouter=True)
        .join(Unit, col(Unit.id) == col(SecurityEntry.unit_id), isouter=True)
        .where(_seen_by(actor), *_asked(wanted))
        .order_by(col(SecurityEntry.number).desc())
    )
    if before is not None:
        query = query.where(col(SecurityEntry.number) < before)
    if most is not None:
        query = query.limit(most)
    return [
        Listed(row.number, row.at, row.kind, whose or "", by or "", unit or "", row.login,
               row.request, json.loads(row.facts))
        for row, whose, by, unit in session.execute(query)
    ]  # fmt: skip


def _seen_by(actor: Actor) -> ColumnElement[bool]:
    units = actor.units_as(Role.ADMINISTRATOR)
    if not units:
        return false()
    people = select(col(Membership.account_id)).where(col(Membership.unit_id).in_(units))
    nowhere = col(SecurityEntry.unit_id).is_(None)
    return or_(
        col(SecurityEntry.unit_id).in_(units),
        and_(nowhere, col(SecurityEntry.account_id).in_(people)),
        and_(nowhere, col(SecurityEntry.kind).in_(OF_ALL)),
    )


def _asked(wanted: Wanted) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    if wanted.kind in KINDS:
        asked.append(col(SecurityEntry.kind) == wanted.kind)
    if wanted.account_id is not None:
        who = (col(SecurityEntry.account_id), col(SecurityEntry.by_account))
        asked.append(or_(*(column == wanted.account_id for column in who)))
    if wanted.first is not None:
        asked.append(col(SecurityEntry.at) >= _midnight(wanted.first))
    if wanted.last is not None:
        after = wanted.last + datetime.timedelta(days=1)
        asked.append(col(SecurityEntry.at) < _midnight(after))
    return asked


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), STOCKHOLM)


def chain_lines(session: Session, since: datetime.datetime | None = None) -> list[str]:
    """The links of the chain as JSON, oldest first, each with its hash: ids, no names."""
    query = select(table_of(SecurityEntry)).order_by(col(SecurityEntry.number))
    if since is not None:
        query = query.where(col(SecurityEntry.at) >= since)
    return [
        json.dumps({**row, "at": row["at"].isoformat(), "facts": json.loads(row["facts"])})
        for row in session.execute(query).mappings()
    ]
