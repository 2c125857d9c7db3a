"""From SQLite to PostgreSQL and back: the same rows, the same chains, and work goes on."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlmodel import SQLModel, col

from survey_app.services.audit import verify_chain
from survey_app.services.backups.moving import move
from survey_app.services.keys.key import open_key
from survey_app.store.copying import NOT_COPIED, copied_tables
from survey_app.store.engine import Database
from survey_app.store.migration import migrate
from survey_app.store.tables import Account, Case, Presence, Unit
from tests.conftest import GNV, open_installation
from tests.copying.conftest import Empty, digests_of, silent
from tests.databases import ADDRESS

pytestmark = pytest.mark.only_sqlite("goes from there to PostgreSQL and back by itself")

ODD = (
    "", " ", "å ä ö", "ÅÄÖ", "\\n", "a\nb\tc", "O'Hara; DROP", "\ufffd\u202e😀", "NULL", "z", "Z",
    "1.0", "\u0001", "e\u0301", "é", "{}", "%s :x",
)  # fmt: skip
"""Names that sort, look or travel otherwise in one database than in another."""


@pytest.fixture
def odd(source: Database) -> Database:
    """The source, with texts that databases like to change, and somebody at work."""
    with source.writing() as session:
        session.add_all(Unit(name=name, organisation_number=name) for name in ODD)
        account = session.execute(select(func.min(col(Account.id)))).scalar_one()
        session.add(Presence(submission_id=GNV, account_id=account, browser="b", question="10",
                             at=datetime.datetime.now(datetime.UTC)))  # fmt: skip
    return source


def test_every_row_there_and_back(odd: Database, empty: Empty) -> None:
    before = digests_of(odd)
    filled = {item.name for item in before if item.rows}
    assert len(filled) >= 30, filled
    assert "blob_chunk" in filled
    there = empty("postgresql")
    assert move(odd, there, silent) == before
    migrate(there)  # as the product does when it starts
    assert digests_of(there) == before
    back = empty("sqlite")
    assert move(there, back, silent) == before
    assert digests_of(odd) == before, "the source is as it was"
    with back.reading() as session:
        assert set(ODD) <= set(session.execute(select(col(Unit.name))).scalars())
        here = session.execute(select(func.count()).select_from(Presence)).scalar_one()
    assert here == 0, "who is where just now is not copied"


def test_work_goes_on_on_the_copy(source: Database, empty: Empty, rounds_instance: Path) -> None:
    """The same people, keys and chains; new rows get numbers of their own."""
    there = empty("postgresql")
    move(source, there, silent)
    (rounds_instance / ADDRESS).write_text(there.url)
    moved = open_installation(rounds_instance)
    person = moved.person("strateg")
    version = person.version(GNV, "10")
    assert person.save(GNV, "10", "på den nya databasen", version).status_code == 200
    made = person.post("/cases/new", {"diary_number": "RS260001", "title": "Nytt",
                                      "questionnaire": "gnv-2025.json", "unit": "1"})  # fmt: skip
    assert made.status_code == 302, made.text
    key = open_key(rounds_instance)
    with there.reading() as session:
        for case in session.execute(select(col(Case.id))).scalars().all():
            assert verify_chain(session, case, key) == []
    moved.database.close()


def test_nothing_that_is_copied_refers_to_what_is_not() -> None:
    """Else a copy could not be made; and every table is copied unless it says why not."""
    for table in copied_tables():
        referred = {key.column.table.name for key in table.foreign_keys}
        assert not referred & NOT_COPIED, table.name
    known = {table.name for table in copied_tables()}
    assert set(SQLModel.metadata.tables) - known <= NOT_COPIED
