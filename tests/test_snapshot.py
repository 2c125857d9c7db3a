"""A page is of one state of the database, whatever is committed while it is made."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from survey_app.store.tables import Unit
from tests.stage import Stage

pytestmark = pytest.mark.both_databases


def test_a_commit_between_two_statements_of_a_reading_is_not_seen(stage: Stage) -> None:
    count = select(func.count()).select_from(Unit)
    with stage.database.reading() as page:
        before = page.execute(count).scalar_one()
        with stage.database.writing() as session:
            session.add(Unit(name="Lades till medan sidan gjordes"))
        assert page.execute(count).scalar_one() == before
    with stage.database.reading() as page:
        assert page.execute(count).scalar_one() == before + 1


def test_a_reading_cannot_write(stage: Stage) -> None:
    if not stage.database.sqlite:  # where it could, until the reading ends
        with stage.database.reading() as page, pytest.raises(DBAPIError, match="read-only"):
            page.execute(text("UPDATE unit SET name = name"))
    with stage.database.writing() as session:  # by a connection that was a reading's before
        session.execute(text("UPDATE unit SET name = name"))
