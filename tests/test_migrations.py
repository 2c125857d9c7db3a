"""Up and down with rows in the tables, on both databases; what they make is what the models say."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Integer, func, inspect, select, text
from sqlmodel import SQLModel

from survey_app.config import read_settings
from survey_app.services.doctor.soundness import find_flaws
from survey_app.services.keys.key import open_key
from survey_app.store.engine import Database
from survey_app.store.migration import (
    _config,
    current_revision,
    migrate,
    migrate_down,
    migrate_up,
    newest_revision,
)
from survey_app.store.tables import Submission
from tests.conftest import GNV, GNV_DONE, make_demo, open_installation
from tests.databases import ADDRESS, copy_installation, empty_database, url_of
from tests.first_tables import FIRST, KEPT_ASIDE, WRITTEN, lay_first, move_first

MIGRATIONS = Path(__file__).parent.parent / "migrations"


@pytest.fixture
def url(database_kind: str, tmp_path: Path) -> str:
    """An empty database of each make."""
    return empty_database(tmp_path)


@pytest.fixture
def filled_url(demo_template: Path, tmp_path: Path) -> str:
    """A database of each make with the whole demo: rows in nearly every table."""
    return url_of(copy_installation(demo_template, tmp_path / "filled"))


@pytest.fixture
def filled(filled_url: str) -> Iterator[Database]:
    opened = Database(filled_url)
    yield opened
    opened.close()


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    opened = Database(url)
    yield opened
    opened.close()


def fill(url: str, folder: Path) -> None:
    """Make the demo anew."""
    settings = read_settings(
        {"DATABASE_URL": url}, instance=folder, demo=True, https=False, testing=True
    )
    make_demo(settings)


def tables_of(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names()) - {"alembic_version"}


def differences(database: Database) -> list[object]:
    """What alembic would change to make the database like the models."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, SQLModel.metadata))


def counts(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return {
            table.name: session.execute(select(func.count()).select_from(table)).scalar_one()
            for table in SQLModel.metadata.sorted_tables
        }


def changes_told(database: Database) -> dict[int, int]:
    """How many changes the first tables say that each submission has had."""
    with database.reading() as session:
        rows = session.execute(text("SELECT id, revision FROM submission")).all()
    return {row.id: row.revision for row in rows}


def changes_counted(database: Database) -> dict[int, int]:
    """The same by the history of the answers."""
    with database.reading() as session:
        rows = session.execute(
            text("SELECT submission_id, count(*) AS n FROM revision WHERE accepted"
                 " GROUP BY submission_id")
        ).all()  # fmt: skip
    return {row.submission_id: row.n for row in rows}


@pytest.mark.both_databases
def test_head_is_what_the_models_say(database: Database) -> None:
    assert current_revision(database) is None
    migrate(database)
    assert current_revision(database) == newest_revision()
    assert tables_of(database) == set(SQLModel.metadata.tables)
    assert differences(database) == []


@pytest.mark.both_databases
def test_a_missing_column_would_be_found(database: Database) -> None:
    migrate(database)
    with database.altering() as connection:
        operations = Operations(MigrationContext.configure(connection))
        operations.add_column("unit", Column("planted", Integer()))
    assert [found[0] for found in differences(database)] == ["remove_column"]  # type: ignore[index]


@pytest.mark.both_databases
def test_a_second_time_changes_nothing(filled: Database) -> None:
    before = counts(filled)
    assert before["revision"] > 100
    migrate(filled)
    assert counts(filled) == before


@pytest.mark.both_databases
def test_down_and_up_with_rows(filled: Database, tmp_path: Path) -> None:
    """Step by step down to nothing with rows in place, up again, and it works as before."""
    database, before = filled, counts(filled)
    assert sum(count > 0 for count in before.values()) >= 15
    steps = [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()]
    for revision in [*steps[1:], "base"]:
        migrate_down(database, revision)
    assert current_revision(database) is None
    assert tables_of(database) == set()
    for revision in reversed(steps):
        migrate_up(database, revision)
    assert differences(database) == []
    assert set(counts(database).values()) == {0}
    fill(str(database.url), tmp_path)
    assert counts(database) == before


@pytest.mark.both_databases
def test_an_installation_of_the_first_tables_goes_on(filled: Database) -> None:
    """Its rows stay as they were, its changes were counted, and new submissions can be made."""
    database, before = filled, counts(filled)
    migrate_down(database, "0001")
    told = changes_told(database)
    assert told == {**dict.fromkeys(told, 0), **changes_counted(database)}
    migrate(database)
    assert differences(database) == []
    younger = ("given_copy", "case_document", "secrecy_mark", "removal", "outbox", "task",
               "comment", "mention", "contribution", "installation",
               "security_entry")  # fmt: skip
    assert counts(database) == {**before, **dict.fromkeys(younger, 0)}
    with database.writing() as session:
        session.add(Submission(round_id=1, unit_id=1, created=datetime.now(UTC)))


@pytest.mark.both_databases
def test_a_folder_of_the_first_tables_with_data_goes_on(tmp_path: Path) -> None:
    """What was kept of that time, step by step through every migration: then it is sound, those
    who had accounts sign in and write on, and every text is there."""
    folder = lay_first(tmp_path / "first")
    url = empty_database(folder)
    if not url.startswith("sqlite"):
        (folder / ADDRESS).write_text(url)
    database = Database(url)
    if not database.sqlite:
        move_first(folder, database)
    assert current_revision(database) == FIRST
    before = _texts(database)
    assert {json.dumps(words, ensure_ascii=False) for words in (WRITTEN, KEPT_ASIDE)} <= before
    steps = [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()]
    for revision in reversed(steps[:-1]):
        migrate_up(database, revision)
    assert differences(database) == []
    assert _texts(database) == before
    database.close()

    opened = open_installation(folder)
    key = open_key(folder)
    with opened.database.reading() as session:
        assert list(find_flaws(session, key, key.kept())) == []
    person = opened.person("strateg")
    answer = person.submission(GNV)["answers"]["10"]
    assert answer["value"] == WRITTEN
    assert person.save(GNV, "10", f"{WRITTEN} Nu också.", answer["version"]).status_code == 200
    copy = opened.person("arkivarie").get(f"/submissions/{GNV_DONE}/export.pdf")
    assert copy.data.startswith(b"%PDF-")
    opened.database.close()


def _texts(database: Database) -> set[str]:
    with database.reading() as session:
        return set(session.execute(text("SELECT value FROM revision WHERE value IS NOT NULL"))
                   .scalars())  # fmt: skip


@pytest.mark.both_databases
def test_a_database_that_never_counted_changes_goes_on(database: Database) -> None:
    """For a while the first migration left the column out."""
    migrate_up(database, "0003")
    with database.altering() as connection:
        operations = Operations(MigrationContext.configure(connection))
        operations.drop_column("submission", "revision")
    migrate(database)
    assert current_revision(database) == newest_revision()
    assert differences(database) == []


@pytest.mark.parametrize("path", sorted(MIGRATIONS.rglob("*.py")), ids=lambda path: path.name)
def test_migrations_never_import_the_program(path: Path) -> None:
    """Tables go on changing; what a migration once did must not."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        assert not [name for name in names if name.split(".")[0] in ("survey_app", "sqlmodel")]


def test_there_are_migrations() -> None:
    assert list((MIGRATIONS / "versions").glob("*.py"))
