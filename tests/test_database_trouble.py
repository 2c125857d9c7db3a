"""PostgreSQL that is gone, busy, or out of connections: said in words, nothing lost, over again."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from survey_app.store.engine import Database
from survey_app.store.trouble import PerhapsSaved, trouble_of
from tests.conftest import GNV, Installation, Person, open_installation

pytestmark = pytest.mark.only_postgresql("its connections are ended, its locks are held")

WAITING = text(
    "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    " AND datname = current_database()"
)


@pytest.fixture
def impatient(instance: Path) -> Iterator[Installation]:
    """The demo, where a statement may take a second, and a process have four connections."""
    environment = {"SURVEY_APP_DATABASE_PATIENCE": "1", "SURVEY_APP_DATABASE_POOL": "4"}
    opened = open_installation(instance, environment)
    yield opened
    opened.database.close()


def save_in_a_thread(person: Person, version: int, replies: list[TestResponse]) -> threading.Thread:
    def save() -> None:
        replies.append(person.save(GNV, "10", "när databasen dog", version))

    thread = threading.Thread(target=save)
    thread.start()
    return thread


def who_waits(database: Database) -> int:
    """The server process that waits for a lock."""
    patience = time.monotonic() + 30
    while time.monotonic() < patience:
        with database.looking() as connection:
            if found := connection.execute(WAITING).scalars().first():
                return int(found)
        time.sleep(0.02)
    raise AssertionError("nobody waited")


def assert_refused(reply: TestResponse, code: str, words: str) -> None:
    assert reply.status_code == 503
    assert reply.headers["Retry-After"] == "5"
    if reply.is_json:
        assert reply.get_json()["error"] == code
    assert words in reply.text


def test_a_connection_that_breaks_under_a_save_changes_nothing(installation: Installation) -> None:
    person, database = installation.person("strateg"), installation.database
    version, replies = person.version(GNV, "10"), list[TestResponse]()
    with database.writing() as session:
        session.execute(text("SELECT id FROM cases FOR UPDATE"))
        thread = save_in_a_thread(person, version, replies)
        waiting = who_waits(database)
        session.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": waiting})
        thread.join(60)
    assert_refused(replies[0], "database_gone", "Databasen svarar inte. Inget är ändrat.")
    assert person.save(GNV, "10", "när databasen dog", version).status_code == 200


def test_connections_that_broke_while_nobody_used_them_are_not_noticed(
    installation: Installation,
) -> None:
    person = installation.person("strateg")
    version = person.version(GNV, "10")
    address = installation.settings.database_url.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                           " WHERE application_name = 'redogor'"
                           " AND datname = current_database()")  # fmt: skip
    assert person.save(GNV, "10", "efter omstarten", version).status_code == 200


def test_a_database_that_is_away_says_so_and_gives_back_what_was_typed(
    installation: Installation,
) -> None:
    person = installation.person("strateg")
    version = person.version(GNV, "10")
    closed(installation, away=True)
    form = {"q.10": "skrivet medan den var borta", "q.10.version": str(version), "whole": "1"}
    page = person.post(f"/submissions/{GNV}/sections/multiprofessionellt", form)
    assert_refused(page, "", "Databasen svarar inte. Inget är ändrat.")
    assert "skrivet medan den var borta" in page.text
    assert_refused(person.get("/"), "", "Databasen svarar inte.")
    reply = person.save(GNV, "10", "skrivet medan den var borta", version)
    assert_refused(reply, "database_gone", "Databasen svarar inte.")
    closed(installation, away=False)
    assert person.save(GNV, "10", "skrivet medan den var borta", version).status_code == 200


def closed(installation: Installation, *, away: bool) -> None:
    """End everybody's connections and let nobody connect anew; or open again."""
    url = make_url(installation.settings.database_url).set(drivername="postgresql")
    server = url.set(database="postgres").render_as_string(hide_password=False)
    with psycopg.connect(server, autocommit=True) as connection:
        allowed = "false" if away else "true"
        connection.execute(f"ALTER DATABASE {url.database} ALLOW_CONNECTIONS {allowed}".encode())
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                           " WHERE datname = %s", [url.database])  # fmt: skip


def test_who_waits_too_long_for_a_lock_is_told(impatient: Installation) -> None:
    person, database = impatient.person("strateg"), impatient.database
    version = person.version(GNV, "10")
    with database.writing() as session:
        session.execute(text("SELECT id FROM cases FOR UPDATE"))
        reply = person.save(GNV, "10", "för sent", version)
        assert_refused(reply, "busy", "Inget är ändrat. Försök igen om en stund.")
    assert person.save(GNV, "10", "i tid", version).status_code == 200


def test_when_all_connections_are_taken_it_is_told(impatient: Installation) -> None:
    person = impatient.person("strateg")
    with ExitStack() as taken:
        for _ in range(4):
            taken.enter_context(impatient.database.looking())
        assert_refused(person.get("/"), "", "Det är många som arbetar samtidigt.")
    assert person.get("/").status_code == 200


def test_a_connection_that_breaks_at_the_commit_leaves_it_open(installation: Installation) -> None:
    """Whether it was saved nobody knows; and who saves the same again has no conflict with it."""
    database, person = installation.database, installation.person("strateg")
    with pytest.raises(PerhapsSaved) as raised:
        break_before_commit(database)
    assert trouble_of(raised.value) == "perhaps_saved"
    version = person.version(GNV, "10")
    for _ in range(2):
        assert person.save(GNV, "10", "samma en gång till", version).status_code == 200


def break_before_commit(database: Database) -> None:
    with database.writing() as session:
        pid = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with database.looking() as connection:
            connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})


@pytest.mark.parametrize(
    ("error", "trouble"),
    [(psycopg.errors.DiskFull(), "disk_full"), (psycopg.errors.TooManyConnections(), "busy"),
     (psycopg.errors.AdminShutdown(), "database_gone"),
     (psycopg.errors.DeadlockDetected(), "busy"), (psycopg.errors.UndefinedTable(), None)],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_what_postgresql_says(error: psycopg.Error, trouble: str | None) -> None:
    assert trouble_of(OperationalError("SELECT 1", {}, error)) == trouble
