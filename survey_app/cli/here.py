"""The installation that commands work on."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterator
from pathlib import Path

import click
from sqlmodel import Session

from survey_app.config import Settings, UnsafeSettings, read_settings
from survey_app.services.keys.key import signing_key
from survey_app.services.security.log import Context, attend
from survey_app.store.engine import Database
from survey_app.store.migration import Unusable, migrate, refuse_unusable
from survey_app.web.wording import describe_refusal


class Here:
    """The installation that a command works on, opened when it is needed."""

    def __init__(self, instance: Path | None) -> None:
        self.instance = instance

    def settings(self) -> Settings:
        """Its settings; unsafe ones end the command with what to do."""
        try:
            return read_settings(instance=self.instance)
        except UnsafeSettings as error:
            raise click.ClickException(str(error)) from error

    def database(self, settings: Settings) -> Database:
        """Its database, brought to the newest revision."""
        database = self.opened(settings)
        migrate(database)
        return database

    def opened(self, settings: Settings) -> Database:
        """Its database as it is; one on which nothing may start ends the command."""
        database = Database(settings.database_url)
        try:
            refuse_unusable(database)
        except Unusable as error:
            database.close()
            raise click.ClickException(describe_refusal(error.code, error.facts)) from error
        return database

    @contextlib.contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that commits once, at its end, and whose security entries are signed."""
        settings = self.settings()
        with self.database(settings).writing() as session:
            attend(session, Context(now, signing_key(settings)))
            yield session


def now() -> datetime.datetime:
    """The present moment, aware of its zone."""
    return datetime.datetime.now(datetime.UTC)
