"""Bring the database up to the version of the program."""

from __future__ import annotations

import sys

import click

from survey_app.cli.here import Here
from survey_app.store.migration import current_revision, newest_revision


@click.command("migrate")
@click.option("--check", is_flag=True, help="Change nothing: end with 1 if there is something to "
              "do.")  # fmt: skip
@click.pass_obj
def migrate_database(here: Here, check: bool) -> None:
    """Bring the database up to this version's tables, all or nothing; an empty one is laid up.

    Starting does it, too. Of several hosts that do it at once one does, and the others wait."""
    settings = here.settings()
    database = here.opened(settings)
    before, newest = current_revision(database), newest_revision()
    if not check:
        database.close()
        database = here.database(settings)
    now = current_revision(database)
    database.close()
    if now != newest:
        click.echo(f"Databasen är av version {now or 'ingen'}, programmet av {newest}. "
                   "Säkerhetskopiera, och skriv: survey-app migrate", err=True)  # fmt: skip
        sys.exit(1)
    if before == newest:
        click.echo(f"Databasen är av version {newest}, som programmet. Inget att göra.")
    else:
        click.echo(f"Databasen är uppgraderad från version {before or 'ingen'} till {newest}.")
