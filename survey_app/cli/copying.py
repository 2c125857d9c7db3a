"""Move to another database."""

from __future__ import annotations

import click
from sqlalchemy import make_url

from survey_app.cli.here import Here, now
from survey_app.config import with_driver
from survey_app.services.backups.moving import move
from survey_app.services.refusal import Refused
from survey_app.store.engine import Database
from survey_app.web.wording import describe_refusal, number


@click.command("copy")
@click.option("--to", "url", metavar="URL", required=True,
              help="An empty database: postgresql://… or sqlite:///…")  # fmt: skip
@click.pass_obj
def copy_database(here: Here, url: str) -> None:
    """Copy the whole database into an empty one, of either sort, and check it row by row.

    Stop the product first: what is written meanwhile stays behind. Folder and keys stay as they
    are; start it again with DATABASE_URL set to the new one."""
    source = here.opened(here.settings())
    target = Database(with_driver(url))
    began = now()
    try:
        made = move(source, target, lambda table, rows: click.echo(f"{table}: {number(rows)}"))
    except Refused as refused:
        raise click.ClickException(describe_refusal(refused.code, refused.facts)) from refused
    finally:
        source.close()
        target.close()
    for item in made:
        click.echo(f"{item.sha256}  {item.name}")
    address = make_url(target.url).render_as_string(hide_password=True)
    click.echo(f"{number(sum(item.rows for item in made))} rader i {number(len(made))} tabeller "
               f"finns nu i {address}. Läst igen: lika, rad för rad.")  # fmt: skip
    click.echo(f"Det som skrevs efter kl. {began.astimezone():%H.%M.%S} är inte med. Alla loggar "
               "in på nytt. Sätt DATABASE_URL till den nya adressen och starta.",
               err=True)  # fmt: skip
