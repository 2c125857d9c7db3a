"""What is stored about a person, told to that person (article 15 of the GDPR).

``services.persons.holdings`` says where; here it is read. Words of the person's own are told from
units in which they may still read; what somebody else wrote, and they carried over, put in or
merged, is told by its number only.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from enum import Enum
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Date,
    Integer,
    RowMapping,
    Select,
    Table,
    func,
    select,
)
from sqlalchemy import Enum as EnumType
from sqlmodel import Session, col

from survey_app.core.workflow import RULES, Action
from survey_app.services.actor import Actor
from survey_app.services.persons.holdings import HOLDS, Held, column_of
from survey_app.services.refusal import NotFound
from survey_app.services.security.log import note
from survey_app.store.columns import UtcTime
from survey_app.store.tables import (
    Account,
    Case,
    Comment,
    Report,
    ReportPiece,
    ReportRevision,
    Revision,
    Submission,
    Unit,
    table_of,
)

FORMAT = "redogor/person/1"
_PLAIN = (Integer, UtcTime, Date, Boolean, EnumType)
_SORTS = {"kind", "question", "state", "sort", "source", "mark"}
"""What tells of what sort a row is; other short texts may hold what others wrote."""
_UNTOLD = {"last_counter", "removed", "attempts"}
_JSON = {"value", "blank", "facts"}
_NOT_OWN = ("derived", "carried_from", "inserted_from", "merged_from", "imported_from")

_S, _C, _R = table_of(Submission).c, table_of(Case).c, table_of(Report).c
_BY_SUBMISSION = select(_S.id, _S.unit_id)
_BY_REPORT = select(_R.id, _C.unit_id).join_from(table_of(Report), table_of(Case))
_PIECES = (
    select(col(ReportPiece.id), _C.unit_id)
    .join_from(table_of(ReportPiece), table_of(Report))
    .join(table_of(Case), _C.id == _R.case_id)
)
_UNITS: Mapping[str, tuple[str, Select[Any]]] = {
    str(Revision.__tablename__): ("submission_id", _BY_SUBMISSION),
    str(Comment.__tablename__): ("submission_id", _BY_SUBMISSION),
    str(ReportPiece.__tablename__): ("report_id", _BY_REPORT),
    str(ReportRevision.__tablename__): ("piece_id", _PIECES),
}
"""Whose a text is: the column that leads to its unit, and a query of units by that."""


def export_own(session: Session, actor: Actor, now: datetime.datetime) -> dict[str, Any]:
    """What is stored about the actor, with their words from where they may read; noted."""
    units = frozenset(actor.units_as(*RULES[Action.READ].roles))
    told = tell_of(session, actor.account_id, now, units)
    _note(session, actor.account_id, actor.account_id)
    return told


def export_person(session: Session, account_id: int, now: datetime.datetime) -> dict[str, Any]:
    """The same with all of their words, for who runs the installation to hand over; noted."""
    told = tell_of(session, account_id, now, None)
    _note(session, account_id, None)
    return told


def _note(session: Session, account_id: int, by: int | None) -> None:
    note(session, "person_exported", account=account_id, by=by)


def tell_of(
    session: Session, account_id: int, now: datetime.datetime, units: frozenset[int] | None
) -> dict[str, Any]:
    """All that is stored about a person, as JSON: a part for each sort of it.

    units  where the person's words are told; None is everywhere
    Raises NotFound.
    """
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound("no_account")
    parts: dict[str, Any] = {"account": _account(account)}
    for name, held in HOLDS.items():
        if name.partition(".")[0] == "account":
            continue
        rows = _rows(session, name, held, account, units)
        if rows:
            parts.setdefault(held.part, []).extend(rows)
    return {"format": FORMAT, "made": _told(now), "units": _units(session), **parts}


def count_of(session: Session, account: Account) -> dict[str, int]:
    """How many rows name the person, by the key of ``HOLDS``; none are left out."""
    found = {}
    for name in HOLDS:
        table, column = column_of(name)
        if table.name == "account":
            continue
        query = select(func.count()).select_from(table).where(*_mine(table, column, account))
        if count := session.execute(query).scalar_one():
            found[name] = int(count)
    return found


def _account(account: Account) -> dict[str, Any]:
    names = ("id", "email", "name", "title", "active", "factor", "password_since", "removed")
    return {name: _told(getattr(account, name)) for name in names}


def _units(session: Session) -> dict[str, str]:
    """What the numbers of units stand for."""
    rows = session.execute(select(col(Unit.id), col(Unit.name)).order_by(col(Unit.id)))
    return {str(unit): name for unit, name in rows}


def _rows(
    session: Session, name: str, held: Held, account: Account, units: frozenset[int] | None
) -> list[dict[str, Any]]:
    table, column = column_of(name)
    columns = [item for item in table.columns if _is_told(item, held)]
    mine = _mine(table, column, account)
    query = select(*columns).where(*mine).order_by(*table.primary_key.columns)
    found = session.execute(query).mappings().all()
    whose = _whose(session, table) if held.texts and units is not None else None
    return [_row(name, held, row, whose, units) for row in found]


def _mine(table: Table, column: Column[Any], account: Account) -> list[ColumnElement[bool]]:
    """Which rows are meant; a mail that names the account by its number is not meant twice."""
    if column.name == "address":
        return [column == account.email, table.c.account_id.is_(None)]
    return [column == account.id]


def _is_told(column: Column[Any], held: Held) -> bool:
    if column.name in _UNTOLD or column.name.endswith("sha256"):
        return False
    listed = column.name in (*held.texts, *held.told) or column.name in _SORTS
    return listed or isinstance(column.type, _PLAIN)


def _whose(session: Session, table: Table) -> tuple[str, dict[Any, int]] | None:
    """The column of a table that leads to a unit, and the units by it."""
    if table.name not in _UNITS:
        return None
    column, query = _UNITS[table.name]
    return column, dict(session.execute(query).all())


def _row(
    name: str, held: Held, row: RowMapping, whose: tuple[str, dict[Any, int]] | None,
    units: frozenset[int] | None,
) -> dict[str, Any]:  # fmt: skip
    told = {"where": name}
    own = not any(row.get(column) for column in _NOT_OWN)
    readable = whose is None or units is None or whose[1].get(row[whose[0]]) in units
    for column, value in row.items():
        if column not in held.texts or (own and readable):
            told[column] = _told(json.loads(value) if column in _JSON and value else value)
    if held.texts and not (own and readable):
        told["text"] = "not_own" if not own else "not_readable"
    return told


def _told(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, datetime.date) else value
