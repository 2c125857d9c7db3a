"""Bringing a database to the tables of this version, by the migrations in ``migrations/``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from survey_app.config import found_beside
from survey_app.store.engine import Database, take_all_the_time

if TYPE_CHECKING:
    from alembic.config import Config

UNFINISHED = "unfinished_copy"
"""A table that stands in a database while it is copied into, and is gone when all is right."""
_LOCK = 0x52656467  # the number of PostgreSQL's advisory lock: no other may mean the same


class Unusable(Exception):
    """A database on which this version of the program must not start.

    code  ``database_newer``: a newer version has migrated it;
          ``unfinished_copy``: a copy into it did not come to its end
    """

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(code, *facts.values())
        self.code = code
        self.facts = facts


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(found_beside("migrations")))
    return config


def known_revisions() -> frozenset[str]:
    """The revisions that this version of the program knows, by the names of the files."""
    files = (found_beside("migrations") / "versions").glob("[0-9]*_*.py")
    return frozenset(file.name.partition("_")[0] for file in files)


def newest_revision() -> str:
    """The revision that this version of the program needs: that of the last file by name."""
    return max(known_revisions())


def current_revision(database: Database | Engine | Connection) -> str | None:
    """The revision that the database is at; None if it is empty."""
    if isinstance(database, Connection):
        return _revision_at(database)
    engine = database.engine if isinstance(database, Database) else database
    with engine.connect() as connection:
        return _revision_at(connection)


def _revision_at(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def differences(database: Database) -> list[object]:
    """What would have to change to make the tables those of this version's models."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from sqlmodel import SQLModel

    import survey_app.store.tables as _  # noqa: F401 - they are known once they are read

    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, SQLModel.metadata))


def refuse_unusable(database: Database) -> None:
    """Raise Unusable where nothing may start on the database."""
    with database.engine.connect() as connection:
        if inspect(connection).has_table(UNFINISHED):
            raise Unusable("unfinished_copy")
        revision = _revision_at(connection)
    if revision is not None and revision not in known_revisions():
        raise Unusable("database_newer", revision=revision)


def migrate(database: Database, *, unfinished: bool = False) -> None:
    """Bring the database up to this version's tables, all or nothing. Raises Unusable.

    Where there is nothing to do Alembic is not even read: it would cost every server 12 MB.

    unfinished  it is being copied into, which is no hindrance
    """
    if not unfinished:
        refuse_unusable(database)
    if current_revision(database) != newest_revision():
        migrate_up(database, "head")


def migrate_up(database: Database, revision: str) -> None:
    """Bring the database up to a revision, all or nothing.

    Of several hosts that start at once one does it; the others wait, and find it done.
    """
    from alembic import command

    config = _config()
    with database.altering() as connection:
        if not database.sqlite:
            take_all_the_time(connection)
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def migrate_down(database: Database, revision: str) -> None:
    """Bring the database down to a revision; ``base`` is nothing at all."""
    from alembic import command

    config = _config()
    with database.altering() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
