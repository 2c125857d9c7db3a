"""A copy is made into an empty place only, of a whole source, and holds or does not start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import inspect, text

from survey_app.cli.main import main
from survey_app.services.backups.moving import move
from survey_app.services.refusal import Refused
from survey_app.store.engine import Database
from survey_app.store.migration import UNFINISHED, Unusable, migrate
from tests.copying.conftest import Empty, digests_of, silent

pytestmark = pytest.mark.only_sqlite("goes from there to PostgreSQL by itself")


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_target_that_is_not_empty_is_left_as_it_is(
    source: Database, empty: Empty, kind: str
) -> None:
    target = empty(kind)
    with target.writing() as session:
        session.execute(text("CREATE TABLE somebodys (kept INTEGER)"))
        session.execute(text("INSERT INTO somebodys VALUES (1)"))
    with pytest.raises(Refused, match="copy_not_empty"):
        move(source, target, silent)
    assert inspect(target.engine).get_table_names() == ["somebodys"]


def test_a_source_of_another_version_is_not_copied(source: Database, empty: Empty) -> None:
    target = empty("postgresql")
    with source.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Unusable, match="database_newer"):
        move(source, target, silent)
    with source.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0018'"))
    with pytest.raises(Refused, match="copy_source_older"):
        move(source, target, silent)
    assert inspect(target.engine).get_table_names() == []


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_differs_is_named_and_nothing_starts_on_it(
    source: Database, empty: Empty, kind: str
) -> None:
    """Planted: somebody changes one letter in the copy while it is made."""
    target = empty(kind)

    def plant(table: str, rows: int) -> None:
        if table == "answer":
            with target.writing() as session:
                session.execute(text(
                    "UPDATE answer SET value = value || ' ' WHERE submission_id = 1"
                    " AND question = '10'"
                ))  # fmt: skip

    with pytest.raises(Refused) as refused:
        move(source, target, plant)
    assert (refused.value.code, refused.value.facts["tables"]) == ("copy_differs", "answer")
    with pytest.raises(Unusable, match="unfinished_copy"):
        migrate(target)


@pytest.mark.parametrize("change", [
    "UPDATE submission SET corrects = NULL WHERE corrects IS NOT NULL",
    "UPDATE cases SET practice = NOT practice WHERE id = 1",
    "UPDATE revision SET accepted = NOT accepted WHERE id = 1",
    "UPDATE account SET title = '' WHERE title <> ''",
    "UPDATE answer SET blank = '' WHERE blank IS NULL",
    "DELETE FROM outbox WHERE id = (SELECT max(id) FROM outbox)",
])  # fmt: skip
def test_a_change_in_one_row_changes_one_digest(source: Database, change: str) -> None:
    before = digests_of(source)
    with source.writing() as session:
        session.execute(text("UPDATE submission SET corrects = 3 WHERE id = 4"))
    with_one = digests_of(source)
    with source.writing() as session:
        assert session.execute(text(change)).rowcount > 0  # type: ignore[attr-defined]
    after = digests_of(source)
    assert sum(old != new for old, new in zip(with_one, after, strict=True)) == 1
    assert sum(old != new for old, new in zip(before, with_one, strict=True)) == 1


def test_nothing_starts_on_a_copy_that_was_killed(
    source: Database, empty: Empty, rounds_instance: Path, tmp_path: Path
) -> None:
    target = empty("postgresql")
    output = tmp_path / "copy.log"
    with output.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "survey_app.cli", "--instance", str(rounds_instance),
             "copy", "--to", target.url], stdout=log, stderr=log,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
    while b"blob:" not in output.read_bytes() and process.poll() is None:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait(60)
    assert UNFINISHED in inspect(target.engine).get_table_names(), output.read_text()
    with pytest.raises(Unusable, match="unfinished_copy"):
        migrate(target)
    command = CliRunner().invoke(
        main, ["--instance", str(rounds_instance), "audit", "verify"],
        env={"DATABASE_URL": target.url},
    )  # fmt: skip
    assert command.exit_code == 1
    assert "kom inte till sitt slut" in command.output


def test_the_command_says_what_was_copied_and_what_to_do(
    source: Database, empty: Empty, rounds_instance: Path
) -> None:
    target = empty("postgresql")
    arguments = ["--instance", str(rounds_instance), "copy", "--to", target.url]
    done = CliRunner().invoke(main, arguments, env={"DATABASE_URL": ""})
    assert done.exit_code == 0, done.output
    for item in digests_of(target):
        assert f"{item.sha256}  {item.name}\n" in done.output
    assert "lika, rad för rad" in done.output
    assert "Sätt DATABASE_URL" in done.output
    again = CliRunner().invoke(main, arguments, env={"DATABASE_URL": ""})
    assert again.exit_code == 1
    assert "är inte tom" in again.output


def test_a_database_of_a_newer_program_is_not_started_on(source: Database) -> None:
    with source.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Unusable, match="database_newer"):
        migrate(source)
    with source.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0018'"))
