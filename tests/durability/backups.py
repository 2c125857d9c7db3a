"""Backups of an instance's folder, and places that they are restored into."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from survey_app.config import Settings, read_settings
from survey_app.services.backups.backup import make_backup
from survey_app.services.backups.file import Manifest
from survey_app.services.backups.restoring import ENDED, Restored, restore
from survey_app.services.keys.key import open_key
from survey_app.store.engine import Database
from tests.durability.ledger import rows

TABLES = ("SELECT name FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_' "
          "ORDER BY name")  # fmt: skip


def settings_of(folder: Path, url: str = "") -> Settings:
    """The settings of an instance's folder, with its database in it or elsewhere."""
    return read_settings({"DATABASE_URL": url}, instance=folder, testing=True)


def back_up(folder: Path, target: Path, *, keys: bool = True, url: str = "") -> Manifest:
    """Make a backup, as the command does."""
    settings = settings_of(folder, url)
    database = Database(settings.database_url)
    try:
        return make_backup(settings, database, open_key(folder), target, moment(), keys=keys)
    finally:
        database.close()


def restore_into(
    folder: Path, source: Path, keys: Path | None = None, to: Database | None = None
) -> Restored:
    """Restore a backup, as the command does."""
    return restore(source, folder, moment(), keys=keys, to=to)


def moment() -> datetime.datetime:
    """The present moment."""
    return datetime.datetime.now(datetime.UTC)


def contents(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, but of those whose rows end when a backup is restored."""
    return {
        table: sorted(rows(folder, f'SELECT * FROM "{table}"'), key=repr)
        for (table,) in rows(folder, TABLES)
        if table not in ENDED
    }
