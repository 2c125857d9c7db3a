"""Back up and restore."""

from __future__ import annotations

import datetime
import os
from pathlib import Path

import click

from survey_app.cli.here import Here, now
from survey_app.config import instance_folder, with_driver
from survey_app.services.backups.backup import make_backup
from survey_app.services.backups.file import DATABASE, Manifest
from survey_app.services.backups.restoring import restore
from survey_app.services.keys.key import InstallationKey, signing_key
from survey_app.services.refusal import Refused
from survey_app.services.security.log import Context, attend, note
from survey_app.store.engine import Database
from survey_app.store.migration import newest_revision
from survey_app.web.wording import describe_refusal, number


@click.command()
@click.argument("target", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--without-keys", is_flag=True, help="Leave out secret_key and audit_key.pem, where "
              "they are kept elsewhere.")  # fmt: skip
@click.pass_obj
def backup(here: Here, target: Path, without_keys: bool) -> None:
    """Back up database and keys into FILE, or into a folder, while the product runs.

    The file holds everything, passwords' hashes and keys too: encrypt it before it leaves."""
    settings = here.settings()
    if target.is_dir():
        target /= f"redogor-{now():%Y-%m-%dT%H%M%SZ}.zip"
    database = Database(settings.database_url)  # not migrated: first back up, then upgrade
    key = signing_key(settings)
    try:
        made = make_backup(settings, database, key, target, now(), keys=not without_keys)
    except Refused as refused:
        raise click.ClickException(describe_refusal(refused.code, refused.facts)) from refused
    else:
        _note(database, made, key)
    finally:
        database.close()
    rows, size = sum(made.rows.values()), target.stat().st_size
    click.echo(f"{target}: {number(rows)} rader, {number(size)} byte. Läst igen: hel.")
    if not without_keys:
        click.echo("Filen innehåller nycklarna. Kryptera den innan den lämnar maskinen.", err=True)


def _note(database: Database, made: Manifest, key: InstallationKey) -> None:
    """Let the security log know, where the database has one already."""
    if made.revision == newest_revision():
        with database.writing() as session:
            attend(session, Context(now, key))
            note(session, "backup_made", sha256=made.members[DATABASE].sha256)


@click.command("restore")
@click.argument("source", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--keys", type=click.Path(path_type=Path, file_okay=False, exists=True),
              help="Folder of the keys, for a backup made without them.")  # fmt: skip
@click.option("--to", "url", metavar="URL", help="An empty PostgreSQL database for the rows (or "
              "DATABASE_URL).")  # fmt: skip
@click.pass_obj
def restore_backup(here: Here, source: Path, keys: Path | None, url: str | None) -> None:
    """Restore FILE into an empty --instance; all of it is checked before anything is kept."""
    folder = instance_folder(here.instance)
    address = with_driver(url or os.environ.get("DATABASE_URL") or "")
    target = Database(address) if address else None
    try:
        restored = restore(source, folder, now(), keys=keys, to=target)
    except Refused as refused:
        raise click.ClickException(describe_refusal(refused.code, refused.facts)) from refused
    finally:
        if target is not None:
            target.close()
    told = restored.manifest
    made = datetime.datetime.fromisoformat(told.made)
    click.echo(f"{folder}: {number(sum(told.rows.values()))} rader från {made:%Y-%m-%d %H.%M} UTC "
               f"({told.database}, {told.version}). Allt stämmer.")  # fmt: skip
    click.echo("Alla är utloggade. Kör inte den gamla platsen vidare: två med samma nyckel vore "
               "två sanningar.", err=True)  # fmt: skip
    if restored.waiting:
        click.echo(f"{number(restored.waiting)} meddelanden väntade i utkorgen när kopian gjordes: "
                   "de skickas (igen) så snart en mejlserver är satt.", err=True)  # fmt: skip
