"""Change the key that signs."""

from __future__ import annotations

from pathlib import Path

import click

from survey_app.cli.here import Here, now
from survey_app.config import UnsafeSettings
from survey_app.config.secret import refuse_open_file
from survey_app.services.keys.change import change_key
from survey_app.services.refusal import Refused
from survey_app.web.wording import describe_refusal, number


@click.command("change-key")
@click.option("--exposed", is_flag=True, help="Somebody else may know the key of today: what it "
              "signed is no proof any more.")  # fmt: skip
@click.option("--to", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
              help="The new key (Ed25519, PEM, mode 600), where SURVEY_APP_SIGNING_KEY_FILE names "
              "the file of today's.")  # fmt: skip
@click.pass_obj
def change_signing_key(here: Here, exposed: bool, to: Path | None) -> None:
    """Let another key sign from now on. Stop all servers first, on every host.

    All chains are held against the key of today, and their heads signed with the new one."""
    settings = here.settings()
    try:
        if to is not None:
            refuse_open_file(to, "--to")
        database = here.database(settings)
        try:
            changed = change_key(settings, database, now(), exposed=exposed, to=to)
        finally:
            database.close()
    except Refused as refused:
        raise click.ClickException(describe_refusal(refused.code, refused.facts)) from refused
    except UnsafeSettings as error:
        raise click.ClickException(str(error)) from error
    except ValueError as error:
        raise click.ClickException(f"{to} är ingen Ed25519-nyckel i PEM.") from error
    if changed.heads is None:
        click.echo("Bytet som var avbrutet är avslutat.")
    else:
        click.echo(f"{number(changed.heads)} underskrifter är prövade och gjorda om.")
    click.echo(f"Ny öppen nyckel, att lämna till arkivet: {changed.after}")
    if changed.before is None:
        click.echo(f"Sätt SURVEY_APP_SIGNING_KEY_FILE till {to} på varje värd.", err=True)
    else:
        click.echo(
            f"Den förra nyckeln ligger i {changed.before}. Flytta den dit ni håller nycklar: "
            "säkerhetskopior som är gjorda utan nycklar behöver den.", err=True,
        )  # fmt: skip
        click.echo("Har ni flera värdar: kopiera audit_key.pem och audit-heads.jsonl till varje.",
                   err=True)  # fmt: skip
    click.echo("Starta servrarna, och ta en säkerhetskopia: survey-app backup MAPP", err=True)
