"""The demo with its rounds on SQLite, and empty databases of both sorts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from survey_app.store.copying import TableDigest, digests
from survey_app.store.engine import Database
from tests.databases import new_database, url_of

Empty = Callable[[str], Database]


@pytest.fixture
def source(rounds_instance: Path) -> Iterator[Database]:
    """Rows in nearly every table, files among them."""
    opened = Database(url_of(rounds_instance))
    yield opened
    opened.close()


@pytest.fixture
def empty(postgresql: str, tmp_path: Path) -> Iterator[Empty]:
    """Makes an empty database, ``sqlite`` or ``postgresql``."""
    made: list[Database] = []

    def make(kind: str) -> Database:
        file = f"sqlite:///{tmp_path / f'{len(made)}.db'}"
        made.append(Database(file if kind == "sqlite" else new_database(postgresql)))
        return made[-1]

    yield make
    for database in made:
        database.close()


def digests_of(database: Database) -> list[TableDigest]:
    with database.snapshot() as connection:
        return digests(connection)


def silent(table: str, rows: int) -> None:
    """Tells nothing."""
