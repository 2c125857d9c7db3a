"""What SQLAlchemy has made of a statement is kept from test to test.

Each database of a test is an engine of its own, which would compile every statement anew. Dialects
of one kind and driver are as good as one here, so what was compiled for one does for all.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

_KEPT: LRUCache[Any, Any] = LRUCache(2000)


class _Alike:
    dbapi: Any

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.dbapi is other.dbapi  # type: ignore[attr-defined]

    def __hash__(self) -> int:
        return hash((type(self), id(self.dbapi)))


class Sqlite(_Alike, SQLiteDialect_pysqlite):
    """SQLAlchemy's, of which one is like another."""

    supports_statement_cache = True


class Postgresql(_Alike, PGDialect_psycopg):
    """SQLAlchemy's, of which one is like another."""

    supports_statement_cache = True


def keep_compiled_statements() -> None:
    """To be called once in a process of tests, before the first engine is made."""
    registry.register("sqlite", __name__, "Sqlite")
    registry.register("postgresql.psycopg", __name__, "Postgresql")

    @event.listens_for(Engine, "engine_connect")
    def _share(connection: Connection) -> None:
        connection.execution_options(compiled_cache=_KEPT)
