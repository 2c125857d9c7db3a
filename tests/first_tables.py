"""An installation of the first migration, with data: made once by the product as it was then.

``kept/first/`` holds what revision 94db7fe left behind, the last one with one migration: its demo,
and over HTTP a few saves more, one of them stale. It is never made again. The keys in it are of no
other place.
"""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

from sqlalchemy import Connection, MetaData, func, select, text

from survey_app.store.engine import Database, sqlite_module
from survey_app.store.migration import migrate_up

KEPT = Path(__file__).parent / "kept" / "first"
FIRST = "0001"
WRITTEN = "Skrevs i de första tabellerna: å, ä, ö och 😀."
KEPT_ASIDE = "Den andra texten, som kom för sent."
"""Two answers to question 10 of the draft: the one that stands, and the stale one."""


def lay_first(folder: Path) -> Path:
    """A folder as it was then, on SQLite."""
    folder.mkdir(mode=0o700, parents=True)
    for name, words in json.loads((KEPT / "folder.json").read_text(encoding="utf-8")).items():
        (folder / name).write_text(words, encoding="utf-8")
        os.chmod(folder / name, 0o600)
    connection = sqlite_module().connect(folder / "redogor.db")
    connection.executescript(gzip.decompress((KEPT / "redogor.sql.gz").read_bytes()).decode())
    connection.close()
    return folder


def move_first(folder: Path, target: Database) -> None:
    """Put the rows of such a folder into the first tables of another, empty database."""
    migrate_up(target, FIRST)
    source = Database(f"sqlite:///{folder / 'redogor.db'}")
    known = MetaData()
    known.reflect(source.engine)
    with source.reading() as session, target.engine.begin() as connection:
        for table in known.sorted_tables:
            rows = [row._asdict() for row in session.execute(select(table)).all()]
            if rows and table.name != "alembic_version":
                connection.execute(table.insert(), rows)
        _count_on(connection, known)
    source.close()


def _count_on(connection: Connection, known: MetaData) -> None:
    """Let PostgreSQL's counters go on after the rows that are there."""
    for table in known.sorted_tables:
        if "id" in table.c and (most := connection.scalar(select(func.max(table.c.id)))):
            connection.execute(
                text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :most)"),
                {"name": table.name, "most": most},
            )
