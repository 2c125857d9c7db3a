"""Bringing a database to the tables of this version, by the migrations in ``migrations/``."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from survey_app.config import found_beside
from survey_app.store.engine import Database


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(found_beside("migrations")))
    return config


def newest_revision() -> str | None:
    """The revision that this version of the program needs."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def current_revision(database: Database) -> str | None:
    """The revision that the database is at; None if it is empty."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def migrate(database: Database, revision: str = "head") -> None:
    """Bring the database up to a revision, all or nothing."""
    config = _config()
    with database.engine.execution_options(write=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def migrate_down(database: Database, revision: str) -> None:
    """Bring the database down to a revision; ``base`` is nothing at all."""
    config = _config()
    with database.engine.execution_options(write=True).begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
