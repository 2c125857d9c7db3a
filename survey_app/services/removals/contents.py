"""All that belongs to a case, whatever table it stands in: what goes with it, and what stays.

A row belongs to a case if a foreign key leads from it to the case's row, over other rows that do.
So a table that comes later belongs to it by itself, and all of its rows go unless it stands here.
"""

from __future__ import annotations

import datetime
import enum
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, delete, func, or_, select, update
from sqlmodel import Session

from survey_app.core.content import sha256_of
from survey_app.services.upload import columns_that_name_blobs
from survey_app.store.tables import Case, table_of

NOTHING: Mapping[str, str | None] = MappingProxyType({})

STAYS: Mapping[str, Mapping[str, str | None]] = {
    "cases": {"title": ""},
    "rounds": {"title": "", "note": "", "salt": ""},
    "submission": NOTHING,
    "record": {"body": ""},
    "case_document": {"counterpart": "", "subject": "", "sha256": None, "name": None,
                      "struck_reason": "", "salt": ""},
    "removal": NOTHING,
    "case_removal": NOTHING,
    "audit_entry": NOTHING,
    "audit_head": NOTHING,
}  # fmt: skip
"""The tables whose rows vouch for what was, and what of them is emptied: by column, with what."""

_CHAINS = {"case_removal", "audit_entry", "audit_head"}
_HEAD = {"audit_length", "audit_head"}
"""What goes on after a removal: the link that tells of it."""

LOOKS_AT = {
    "revision.removal_id",
    "revision.carried_from",
    "revision.inserted_from",
    "revision.merged_from",
    "revision.imported_from",
    "report_piece.source_submission",
    "report_source.round_id",
}
"""References to where something came from, perhaps in another case: the row is none of that's."""


@lru_cache(maxsize=1)
def owners() -> Mapping[Table, tuple[Column[Any], ...]]:
    """By table, each after those that it refers to: the columns by which a row belongs to a case,
    one of them where that is always set."""
    cases = table_of(Case)
    found: dict[Table, tuple[Column[Any], ...]] = {cases: ()}
    for table in cases.metadata.sorted_tables:
        keys = [
            key.parent
            for key in sorted(table.foreign_keys, key=lambda key: key.parent.name)
            if key.column.table in found and key.column.table is not table
            and f"{table.name}.{key.parent.name}" not in LOOKS_AT
        ]  # fmt: skip
        if keys:
            certain = [key for key in keys if not key.nullable]
            found[table] = tuple(certain[:1] or keys)
    return found


def belongs(table: Table, case_id: int) -> ColumnElement[bool]:
    """What the rows of a table that belong to a case have in common."""
    if table is table_of(Case):
        return table.c.id == case_id
    return or_(*(_leads(column, case_id) for column in owners()[table]))


def _leads(column: Column[Any], case_id: int) -> ColumnElement[bool]:
    (key,) = column.foreign_keys
    if key.column is table_of(Case).c.id:
        return column == case_id
    return column.in_(select(key.column).where(belongs(key.column.table, case_id)))


def goes() -> list[Table]:
    """The tables of which every row of a removed case goes, each before those it refers to."""
    return [table for table in reversed([*owners()]) if table.name not in STAYS]


def count_rows(session: Session, case_id: int) -> dict[str, int]:
    """How many rows of each table belong to a case, by the name of the table."""
    return {
        table.name: session.execute(
            select(func.count()).select_from(table).where(belongs(table, case_id))
        ).scalar_one()
        for table in owners()
    }


def blobs_of(session: Session, case_id: int) -> tuple[set[str], set[str]]:
    """The hashes of the files that a case names, and of those of them that others name too."""
    own: set[str] = set()
    for column in columns_that_name_blobs():
        if column.table in owners():
            found = select(column).where(column.is_not(None), belongs(column.table, case_id))
            own.update(session.execute(found.distinct()).scalars())
    shared: set[str] = set()
    for column in columns_that_name_blobs():
        others = select(column).where(column.is_not(None))
        if column.table in owners():
            others = others.where(~belongs(column.table, case_id))
        shared.update(own.intersection(session.execute(others.distinct()).scalars()))
    return own, shared


def empty(session: Session, case_id: int) -> None:
    """Delete what goes, and empty what stays; blobs are another matter."""
    for table in owners():
        if blank := STAYS.get(table.name):
            session.execute(update(table).where(belongs(table, case_id)).values(blank))
    for table in goes():
        session.execute(delete(table).where(belongs(table, case_id)))
    session.expire_all()


def left_behind(session: Session, case_id: int) -> list[str]:
    """What a removed case must not have: tables with rows of it, and columns that are not empty."""
    counts = count_rows(session, case_id)
    found = [table.name for table in goes() if counts[table.name]]
    for table in owners():
        told = [table.c[name].is_distinct_from(value)
                for name, value in STAYS.get(table.name, NOTHING).items()]  # fmt: skip
        if told:
            full = select(1).select_from(table).where(belongs(table, case_id), or_(*told))
            found += [table.name for _row in session.execute(full.limit(1))]
    return found


def remains_digest(session: Session, case_id: int) -> str:
    """The hash of all that stays of a removed case beside its chain, the same on any database."""
    kept: dict[str, list[list[Any]]] = {}
    for table in owners():
        if table.name in STAYS and table.name not in _CHAINS:
            columns = [column for column in table.columns if column.name not in _HEAD]
            rows = select(*columns).where(belongs(table, case_id)).order_by(*table.primary_key)
            kept[table.name] = [[_plain(value) for value in row] for row in session.execute(rows)]
    return sha256_of(kept)


def _plain(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat()
    return value.isoformat() if isinstance(value, datetime.date) else value
