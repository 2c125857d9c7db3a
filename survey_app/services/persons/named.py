"""Where a person's name or address stands in what people wrote: found by searching every text.

Such a place is part of an answer, a record, a decision. It is not changed by removing a person:
weeding, masking or removing the case is what can be done about it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Select, String, Table, Text, null, or_, select
from sqlalchemy import Enum as EnumType
from sqlmodel import Session, SQLModel

from survey_app.services.persons.holdings import GIVES_WAY
from survey_app.store.tables import Account

NOT_SEARCHED = {"account", "alembic_version", "audit_entry", "audit_head", "failure",
                "security_entry", "security_head", *GIVES_WAY}  # fmt: skip
"""The person's own rows, and chains: those hold ids and hashes."""
_SHORTEST = 40
"""Shorter columns hold hashes, codes and salts, or nothing that has room for an address."""


@dataclass(frozen=True, slots=True)
class Named:
    """A sort of place where somebody stands, how often, and in which cases (diary numbers)."""

    table: str
    count: int
    cases: tuple[str, ...]


def find_named(session: Session, account: Account) -> list[Named]:
    """Where the name or the address stands, in those very letters. Files are not searched: a PDF
    tells its words to no search. An account that was removed is named nowhere."""
    if account.removed is not None:
        return []
    words = {form for word in (account.name, account.email) for form in _forms(word) if word}
    return [found for table in _searched() if (found := _named_in(session, table, words))]


def _forms(word: str) -> tuple[str, str]:
    """As it stands in a text, and as it stands in JSON."""
    return word, json.dumps(word)[1:-1]


def _searched() -> Iterator[Table]:
    for table in SQLModel.metadata.sorted_tables:
        if table.name not in NOT_SEARCHED:
            yield table


def _texts(table: Table) -> list[Column[Any]]:
    return [
        column
        for column in table.columns
        if isinstance(column.type, String | Text)
        and not isinstance(column.type, EnumType)
        and not column.foreign_keys
        and not column.name.endswith("sha256")
        and (column.type.length is None or column.type.length >= _SHORTEST)
    ]


def _named_in(session: Session, table: Table, words: set[str]) -> Named | None:
    columns = _texts(table)
    if not columns:
        return None
    stands = or_(*(column.icontains(word, autoescape=True) for column in columns
                   for word in sorted(words)))  # fmt: skip
    numbers = session.execute(_with_case(table).where(stands)).scalars().all()
    if not numbers:
        return None
    return Named(table.name, len(numbers), tuple(sorted({item for item in numbers if item})))


_LEADS_TO = {
    "case_id": "cases", "round_id": "rounds", "submission_id": "submission", "report_id": "report",
    "piece_id": "report_piece",
}  # fmt: skip
"""On the way from a row to its case: a column, and the table that it leads to."""


def _with_case(table: Table) -> Select[Any]:
    """The diary number of the case of each row of a table; None where it has none."""
    here, joined = table, table
    while here.name != "cases":
        column = next((name for name in _LEADS_TO if name in here.c), None)
        if column is None:
            return select(null()).select_from(joined)
        there = SQLModel.metadata.tables[_LEADS_TO[column]]
        joined = joined.join(there, there.c.id == here.c[column], isouter=True)  # type: ignore[assignment]
        here = there
    return select(here.c.diary_number).select_from(joined)
