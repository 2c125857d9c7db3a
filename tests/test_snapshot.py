"""A page is of one state of the database, whatever is committed while it is made."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from survey_app.store.tables import Unit
from tests.stage import Stage, build_stage


@pytest.fixture
def stage(postgresql_url: str, tmp_path: Path) -> Stage:
    """The small world, on PostgreSQL; SQLite's transactions see one state by nature."""
    return build_stage(tmp_path, {"DATABASE_URL": postgresql_url})


def test_a_commit_between_two_statements_of_a_reading_is_not_seen(stage: Stage) -> None:
    count = select(func.count()).select_from(Unit)
    with stage.database.reading() as page:
        before = page.execute(count).scalar_one()
        with stage.database.writing() as session:
            session.add(Unit(name="Lades till medan sidan gjordes"))
        assert page.execute(count).scalar_one() == before
    with stage.database.reading() as page:
        assert page.execute(count).scalar_one() == before + 1
    stage.database.close()


def test_a_reading_cannot_write(stage: Stage) -> None:
    with stage.database.reading() as page, pytest.raises(DBAPIError, match="read-only"):
        page.execute(text("UPDATE unit SET name = name"))
    with stage.database.writing() as session:  # by a connection that was a reading's before
        session.execute(text("UPDATE unit SET name = name"))
    stage.database.close()
