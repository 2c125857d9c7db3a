"""A snapshot is read whoever wrote it: names in it are no part of what we ask."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from survey_app.store.snapshot import read_snapshot


def test_a_table_of_any_name_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "redogor.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("""
            CREATE TABLE alembic_version (version_num TEXT);
            INSERT INTO alembic_version VALUES ('0001');
            CREATE TABLE cases (id INTEGER, audit_length INTEGER, audit_head TEXT);
            CREATE TABLE "odd"" WHERE 1=0 --" (id INTEGER);
            INSERT INTO "odd"" WHERE 1=0 --" VALUES (1), (2);
        """)
    found = read_snapshot(path)
    assert found.revision == "0001"
    assert found.rows == {"alembic_version": 1, "cases": 0, 'odd" WHERE 1=0 --': 2}
