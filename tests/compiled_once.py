"""What SQLAlchemy has made of a statement, and Werkzeug of an address, is kept from test to test.

Each database of a test is an engine of its own, which would compile every statement anew. Dialects
of one kind and driver are as good as one here, so what was compiled for one does for all. Each
application of a test would compile how its two hundred addresses are written: half the time in
which one is made. What is compiled knows nothing of the application.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

_Writer = Callable[..., tuple[str, str]]
_WRITERS: dict[tuple[Any, ...], _Writer] = {}
_compile: Callable[[Rule, bool], _Writer] = Rule._compile_builder
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


def keep_compiled_addresses() -> None:
    """To be called once in a process of tests, before the first application is made."""

    def compile_once(rule: Rule, append_unknown: bool = True) -> _Writer:
        if rule.defaults:  # they are written by the rule's own converters
            return _compile(rule, append_unknown)
        key = (rule.rule, tuple(rule._trace), append_unknown)
        if key not in _WRITERS:
            _WRITERS[key] = _compile(rule, append_unknown)
        return _WRITERS[key]

    Rule._compile_builder = compile_once  # type: ignore[method-assign]
