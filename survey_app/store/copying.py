"""A whole database into another one, of either sort, and the proof that nothing differs.

Each table has a digest: SHA-256 over its rows in the order of their keys, each row as a JSON array
in the order of the model's columns. A row reads the same from SQLite and from PostgreSQL: moments
in UTC to the microsecond, days as ISO 8601 has them, bytes as the hex of their SHA-256, truth as
true and false, what is not there as null. What is different in one bit is so in the digest.

What is true for minutes and on one host only is not copied (``NOT_COPIED``): people sign in anew.
"""

from __future__ import annotations

import datetime
import decimal
import enum
import hashlib
import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    Select,
    String,
    Table,
    bindparam,
    func,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlmodel import SQLModel

from survey_app.store.engine import Database
from survey_app.store.migration import UNFINISHED, migrate

NOT_COPIED = frozenset({"presence", "login", "sign_in_flow", "failure", "confirmation"})
ROWS_AT_ONCE = 500
FILES_AT_ONCE = 16
"""Rows in memory at a time; of a table with bytes fewer, since a chunk of a file has 256 KB."""


@dataclass(frozen=True, slots=True)
class TableDigest:
    """How many rows a table has, and the digest of them all."""

    name: str
    rows: int
    sha256: str


class CopyRefused(Exception):
    """A copy that was not begun, or that is not what was copied.

    code   ``place_not_empty``: there is something in the target already;
           ``copy_differs``: ``tables`` are not as they are in the source
    """

    def __init__(self, code: str, tables: Sequence[str] = ()) -> None:
        super().__init__(code, *tables)
        self.code = code
        self.tables = tuple(tables)


def copied_tables() -> list[Table]:
    """The tables that a copy has, each after those that it refers to."""
    import survey_app.store.tables as _  # noqa: F401 - they are known once they are read

    metadata: MetaData = SQLModel.metadata
    return [table for table in metadata.sorted_tables if table.name not in NOT_COPIED]


def digests(connection: Connection) -> list[TableDigest]:
    """The digest of every table that is copied, as this connection's one state has it."""
    return [_digest(table, _rows(connection, table)) for table in copied_tables()]


def copy_all(
    source: Connection, target: Database, told: Callable[[str, int], None]
) -> list[TableDigest]:
    """Copy every table into an empty database, then read it back and hold it against the source.

    source  a connection that sees one state (``Database.snapshot``), at the newest revision
    told    is called after each table, with its name and number of rows

    Until the last row is held to be right the target is marked: nothing starts on it (``migrate``
    raises). Raises CopyRefused.
    """
    if inspect(target.engine).get_table_names():
        raise CopyRefused("place_not_empty")
    with target.writing() as session:
        session.execute(text(f"CREATE TABLE {UNFINISHED} (begun TIMESTAMP)"))
    migrate(target, unfinished=True)
    made = []
    for table in copied_tables():
        made.append(_copy(source, target, table))
        told(table.name, made[-1].rows)
    if not target.sqlite:
        _set_sequences(target)
    with target.snapshot() as connection:
        found = digests(connection)
    if found != made:
        differing = [old.name for old, new in zip(made, found, strict=True) if old != new]
        raise CopyRefused("copy_differs", differing)
    with target.writing() as session:
        session.execute(text(f"DROP TABLE {UNFINISHED}"))
    return made


def _copy(source: Connection, target: Database, table: Table) -> TableDigest:
    """Copy one table. What in it refers to itself is put in last, once all of it is there."""
    inward = [column.name for column in table.columns if _refers_inward(column)]
    keys = [column.name for column in table.primary_key]
    later: list[dict[str, Any]] = []

    def taken() -> Iterator[Row[Any]]:
        rows = _rows(source, table)
        while batch := list(itertools.islice(rows, _at_once(table))):
            values = [dict(row._mapping) for row in batch]
            for row in values:
                if any(row[name] is not None for name in inward):
                    later.append({f"is_{name}": row[name] for name in (*keys, *inward)})
                    row.update(dict.fromkeys(inward))
            with target.writing() as session:
                session.connection().execute(insert(table), values)
            yield from batch

    digest = _digest(table, taken())
    if later:
        put = (
            update(table)
            .where(*(table.c[name] == bindparam(f"is_{name}") for name in keys))
            .values({name: bindparam(f"is_{name}") for name in inward})
        )
        with target.writing() as session:
            session.connection().execute(put, later)
    return digest


def _refers_inward(column: Column[Any]) -> bool:
    return any(key.column.table is column.table for key in column.foreign_keys)


def _at_once(table: Table) -> int:
    heavy = any(isinstance(column.type, LargeBinary) for column in table.columns)
    return FILES_AT_ONCE if heavy else ROWS_AT_ONCE


def _rows(connection: Connection, table: Table) -> Iterator[Row[Any]]:
    """The rows of a table in the order of their keys, a few in memory at a time."""
    streamed = connection.execution_options(stream_results=True)
    return iter(streamed.execute(_in_order(connection, table)).yield_per(_at_once(table)))


def _in_order(connection: Connection, table: Table) -> Select[Any]:
    """Texts in the order of their bytes, as SQLite has them, whatever PostgreSQL sorts by."""
    bytewise = connection.dialect.name == "postgresql"
    keys = [
        column.collate("C") if bytewise and isinstance(column.type, String) else column
        for column in table.primary_key
    ]
    return select(table).order_by(*keys)


def _digest(table: Table, rows: Iterator[Row[Any]]) -> TableDigest:
    found, count = hashlib.sha256(), 0
    for row in rows:
        line = json.dumps([_canonical(value) for value in row], ensure_ascii=False)
        found.update(line.encode() + b"\n")
        count += 1
    return TableDigest(table.name, count, found.hexdigest())


def _canonical(value: Any) -> object:
    """A value as JSON has it, the same from every database."""
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat(timespec="microseconds")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return hashlib.sha256(value).hexdigest()
    if isinstance(value, decimal.Decimal):
        return str(value)
    return value


def _set_sequences(target: Database) -> None:
    """Let PostgreSQL go on counting where the copied rows end."""
    with target.writing() as session:
        connection = session.connection()
        for table in copied_tables():
            [*keys] = table.primary_key
            if len(keys) != 1 or not isinstance(keys[0].type, Integer):
                continue
            sequence = connection.scalar(
                select(func.pg_get_serial_sequence(f'"{table.name}"', keys[0].name))
            )
            newest = connection.scalar(select(func.max(keys[0])))
            if sequence is not None and newest is not None:
                connection.execute(select(func.setval(sequence, newest)))
