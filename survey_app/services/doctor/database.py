"""What the doctor finds in the database itself: revision, tables, how it writes, its pages."""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, make_url, text

from survey_app.config import Settings
from survey_app.services.doctor.finding import Finding
from survey_app.store.engine import Database, journal_mode, sqlite_module
from survey_app.store.migration import (
    Unusable,
    current_revision,
    differences,
    newest_revision,
    refuse_unusable,
)

_MOST_APART = 2.0
"""Seconds that the clocks of two machines may be apart."""


def is_missing(settings: Settings) -> bool:
    """Whether there is no file of a database, which a look at it would make."""
    url = make_url(settings.database_url)
    path = url.database if url.get_backend_name() == "sqlite" else None
    return path is not None and not Path(path).exists()


def find_in_database(database: Database, now: datetime.datetime) -> Iterator[Finding]:
    """Whether these are the tables of this version, and commits wait for the disk."""
    where, began = make_url(database.url).render_as_string(hide_password=True), time.monotonic()
    try:
        refuse_unusable(database)
    except Unusable as error:
        yield Finding(error.code, where)
        return
    revision = current_revision(database)
    if revision is None:
        yield Finding("empty_database", where)
    elif revision != newest_revision():
        yield Finding("database_behind", f"{revision} < {newest_revision()}")
    else:
        for difference in differences(database):
            yield Finding("other_tables", _named(difference))
    if database.sqlite:
        version = sqlite_module().sqlite_version_info
        if journal_mode(version) != "wal":
            yield Finding("old_sqlite", ".".join(map(str, version)), grave=False)
        return
    with database.looking() as connection:
        # Comparing tables takes its time, and the clock there goes on meanwhile.
        later = now + datetime.timedelta(seconds=time.monotonic() - began)
        yield from _judge_server(connection, later)


def _named(difference: object) -> str:
    """Which table or column is meant, such as ``add_column login.agent``."""
    while isinstance(difference, list):
        difference = difference[0]
    parts = difference if isinstance(difference, tuple) else (difference,)
    names = [part if isinstance(part, str) else getattr(part, "name", None) for part in parts]
    return " ".join(str(name) for name in names if name)[:200]


def _judge_server(connection: Connection, now: datetime.datetime) -> Iterator[Finding]:
    def told(query: str) -> str:
        return str(connection.execute(text(query)).scalar())

    for name in ("fsync", "full_page_writes", "synchronous_commit"):
        if told(f"SHOW {name}") == "off":
            yield Finding("commits_do_not_wait", name)
    if (encoding := told("SHOW server_encoding")) != "UTF8":
        yield Finding("not_utf8", encoding)
    there = float(told("SELECT extract(epoch FROM clock_timestamp())"))
    if abs(there - now.timestamp()) > _MOST_APART:
        yield Finding("clocks_apart", f"{there - now.timestamp():+.1f} s")
    idle = told("SELECT string_agg(slot_name, ', ') FROM pg_replication_slots WHERE NOT active")
    if idle != "None":
        yield Finding("idle_slot", idle, grave=False)


def find_in_pages(database: Database) -> Iterator[Finding]:
    """Pages that SQLite cannot read; PostgreSQL checks its own."""
    if database.sqlite:
        with database.looking() as connection:
            told = [line for (line,) in connection.execute(text("PRAGMA integrity_check(20)"))]
        if told != ["ok"]:
            yield Finding("damaged_pages", "; ".join(told)[:300])
