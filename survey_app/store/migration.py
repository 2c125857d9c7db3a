"""Bringing a database to the tables of this version, by the migrations in ``migrations/``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from survey_app.config import found_beside
from survey_app.store.engine import Database

if TYPE_CHECKING:
    from alembic.config import Config


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(found_beside("migrations")))
    return config


def newest_revision() -> str:
    """The revision that this version of the program needs: that of the last file by name."""
    files = (found_beside("migrations") / "versions").glob("[0-9]*_*.py")
    return max(file.name.partition("_")[0] for file in files)


def current_revision(database: Database) -> str | None:
    """The revision that the database is at; None if it is empty."""
    with database.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return found


def migrate(database: Database) -> None:
    """Bring the database up to this version's tables, all or nothing.

    Where there is nothing to do Alembic is not even read: it would cost every server 12 MB.
    """
    if current_revision(database) != newest_revision():
        migrate_up(database, "head")


def migrate_up(database: Database, revision: str) -> None:
    """Bring the database up to a revision, all or nothing."""
    from alembic import command

    config = _config()
    with database.engine.execution_options(write=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def migrate_down(database: Database, revision: str) -> None:
    """Bring the database down to a revision; ``base`` is nothing at all."""
    from alembic import command

    config = _config()
    with database.engine.execution_options(write=True).begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
