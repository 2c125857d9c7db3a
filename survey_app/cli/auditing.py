"""The audit chains."""

from __future__ import annotations

import datetime
import sys

import click
from sqlmodel import select

from survey_app.cli.here import Here, now
from survey_app.services.audit import read_heads, verify_chain
from survey_app.services.keys.key import signing_key
from survey_app.services.security.alarm import tell_of_chains
from survey_app.services.security.listing import chain_lines
from survey_app.services.security.log import CHAIN, note, verify_security
from survey_app.store.tables import Case


@click.group()
def audit() -> None:
    """The audit chains."""


@audit.command("verify")
@click.pass_obj
def verify_audit(here: Here) -> None:
    """Hold every chain against itself and the signed heads: each case's, and the security log's.

    Administrators are told by mail of one that does not hold, once a day."""
    settings = here.settings()
    key = signing_key(settings)
    kept = read_heads(key.kept(), key)
    found = 0
    with here.database(settings).reading() as session:
        for case in session.exec(select(Case)).all():
            assert case.id is not None
            breaks = verify_chain(session, case.id, key, kept.get(case.id))
            found += len(breaks)
            for item in breaks:
                click.echo(f"{case.diary_number}: länk {item.number}: {item.code}", err=True)
            if not breaks:
                click.echo(f"{case.diary_number}: {case.audit_length} länkar, hel.")
        breaks = verify_security(session, key, kept.get(CHAIN))
    for item in breaks:
        click.echo(f"Säkerhetsloggen: länk {item.number}: {item.code}", err=True)
    if not breaks:
        click.echo("Säkerhetsloggen: hel.")
    if found or breaks:
        with here.writing() as session:
            tell_of_chains(session, now(), found + len(breaks))
        sys.exit(1)


@audit.command("export")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="From this day on (UTC).")
@click.pass_obj
def export_security(here: Here, since: datetime.datetime | None) -> None:
    """Print the whole security log as JSON lines, oldest first, with its chain; noted itself.

    Also what no administrator's page shows: failures at addresses without account."""
    with here.writing() as session:
        rows = chain_lines(session, since.replace(tzinfo=datetime.UTC) if since else None)
        for line in rows:
            click.echo(line)
        note(session, "exported", what="security_jsonl", entries=len(rows))
