"""A database with all its tables and nothing in them, without running the migrations each time."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

from survey_app.store.engine import Database
from survey_app.store.migration import migrate


def lay_tables(database: Database) -> None:
    """Lay the tables in a new database: a copy where that is a file, else by the migrations.

    A database that is there already stays: a test may have the demo and a stage in one.
    """
    path = Path(database.url.removeprefix("sqlite:///"))
    if database.sqlite and not path.exists():
        path.write_bytes(_bare())
    migrate(database)


@functools.cache
def _bare() -> bytes:
    """The file that the migrations make, which takes most of the time of making a stage."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "bare.db")
        database = Database(f"sqlite:///{path}")
        migrate(database)
        database.close()
        return path.read_bytes()
