"""Whole cases: removal by decision."""

from __future__ import annotations

import datetime

import click

from survey_app.cli.here import Here, now
from survey_app.services.accounts.account import find_account
from survey_app.services.actor import Actor, find_actor
from survey_app.services.keys.key import open_key
from survey_app.services.refusal import NotFound, Refused
from survey_app.services.removals.case import CaseContents, Decision, remove_case, survey_case
from survey_app.services.security.log import Context, attend
from survey_app.store.engine import Database
from survey_app.web.wording import describe_refusal, number
from survey_app.web.wording.removals import CONTENTS, OBSTACLES


@click.group("case")
def cases() -> None:
    """Whole cases."""


@cases.command("remove")
@click.argument("diary_number")
@click.option("--decision", required=True, metavar="TEXT", help="What was decided, and by whom.")
@click.option("--ground", required=True, metavar="TEXT", help="What the decision rests on.")
@click.option("--day", required=True, type=click.DateTime(["%Y-%m-%d"]), help="Of the decision.")
@click.option("--by", "email", required=True, metavar="EMAIL", help="The archivist who does it.")
@click.option("--kept-nowhere", is_flag=True, help="The decision says that no package is kept.")
@click.option("--shown", default="", metavar="SHA256", help="What the command said without this: "
              "exactly that is removed.")  # fmt: skip
@click.pass_obj
def remove(
    here: Here, diary_number: str, decision: str, ground: str, day: datetime.datetime, email: str,
    kept_nowhere: bool, shown: str,
) -> None:  # fmt: skip
    """Remove (gallra) all that a case holds, by decision. Without --shown nothing is removed, and
    what would be is shown."""
    settings = here.settings()
    database, key = here.database(settings), open_key(settings.instance)
    decided = Decision(decision, ground, day.date(), "nothing" if kept_nowhere else "package")
    try:
        if not shown:
            _show(database, _archivist(database, email), diary_number)
        with database.writing() as session:
            attend(session, Context(now, key))
            remove_case(session, _archivist(database, email), diary_number, decided,
                        confirmed=True, shown_sha256=shown, now=now(), signer=key)  # fmt: skip
        _sweep(database)
    except Refused as refused:
        raise click.ClickException(describe_refusal(refused.code, refused.facts)) from refused
    finally:
        database.close()
    click.echo(f"{diary_number}: gallrat.")


def _archivist(database: Database, email: str) -> Actor:
    with database.reading() as session:
        account = find_account(session, email)
        actor = find_actor(session, account.id) if account and account.id else None
    if actor is None:
        raise NotFound("no_account")
    return actor


def _show(database: Database, actor: Actor, diary_number: str) -> None:
    with database.reading() as session:
        contents = survey_case(session, actor, diary_number)
    for line in _lines(contents):
        click.echo(line)
    raise click.ClickException(
        f"Ingenting är borttaget. Upprepa kommandot med --shown {contents.sha256}"
    )


def _lines(contents: CaseContents) -> list[str]:
    there = [f"{CONTENTS[sort]}: {number(n)}" for sort, n in contents.counts.items()]
    return there + [OBSTACLES[item.code] % {"n": item.n} for item in contents.obstacles]


@cases.command("sweep")
@click.pass_obj
def sweep(here: Here) -> None:
    """Write over what was deleted, in the database's own files too. Nobody can save meanwhile."""
    database = here.database(here.settings())
    try:
        _sweep(database)
    finally:
        database.close()


def _sweep(database: Database) -> None:
    if not database.sweep():
        raise click.ClickException(
            "Någon läste så länge att databasens logg inte kunde skrivas om. "
            "Kör survey-app case sweep igen."
        )
