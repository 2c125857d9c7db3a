"""Nobody but its owner reads the database file, a new one or one that was made before."""

from __future__ import annotations

from pathlib import Path

from survey_app.store.engine import Database
from survey_app.store.migration import migrate


def test_the_database_file_is_its_owners(tmp_path: Path) -> None:
    path = tmp_path / "redogor.db"
    for made_before in (False, True):
        if made_before:
            path.chmod(0o644)
        database = Database(f"sqlite:///{path}")
        migrate(database)
        with database.reading():
            rights = {
                file.name: file.stat().st_mode & 0o777 for file in tmp_path.glob("redogor.db*")
            }
        database.close()
        assert rights["redogor.db"] == 0o600
        assert set(rights.values()) == {0o600}, "what lies beside it holds the same rows"
