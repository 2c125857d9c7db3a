"""A person's data: what is stored, as a file, and removing it by decision."""

from __future__ import annotations

import json

import click
from sqlmodel import Session

from survey_app.cli.here import Here, now
from survey_app.services.accounts.account import find_account
from survey_app.services.actor import Actor, find_actor
from survey_app.services.keys.key import signing_key
from survey_app.services.persons.data import export_person
from survey_app.services.persons.holdings import reason_of
from survey_app.services.persons.removal import (
    TOUCHED,
    Survey,
    look_at,
    refuse_last_administrator,
    remove_person,
)
from survey_app.services.persons.waits import Waits
from survey_app.services.refusal import NotFound, Refused
from survey_app.services.security.log import Context, attend
from survey_app.store.tables import Account, PersonRemoval
from survey_app.web.wording import describe_refusal
from survey_app.web.wording.persons import ELSEWHERE, PARTS, PLACES, UNTILS, WHYS


@click.group()
def person() -> None:
    """What is stored about a person."""


def _said(refused: Refused) -> click.ClickException:
    return click.ClickException(describe_refusal(refused.code, refused.facts))


def _account(session: Session, email: str) -> Account:
    found = find_account(session, email)
    if found is None:
        raise _said(NotFound("no_account"))
    return found


@person.command("show")
@click.argument("email")
@click.pass_obj
def show_person(here: Here, email: str) -> None:
    """Tell what is stored about somebody, why and for how long, and where the name stands."""
    with here.database(here.settings()).reading() as session:
        account = _account(session, email)
        removal = session.get(PersonRemoval, account.id)
        survey = look_at(session, account, now())
    click.echo(f"{account.id}: {account.name}, {account.email}")
    if removal is not None:
        click.echo(f"Borttagen {removal.at:%Y-%m-%d} enligt {removal.decision}")
    _tell(survey)


def _tell(survey: Survey) -> None:
    for heading, parts in (("Tas bort", survey.goes), ("Står kvar", survey.stays)):
        click.echo(f"\n{heading}")
        for part in PARTS:
            if part in parts:
                held = reason_of(part)
                why, until = WHYS[held.why], UNTILS[held.until]
                click.echo(f"  {PARTS[part]}: {parts[part]} ({why}; {until})")
    click.echo("\nNamnet eller adressen står också i (filer söks inte igenom)")
    for item in survey.named:
        cases = f" ({', '.join(item.cases)})" if item.cases else ""
        click.echo(f"  {PLACES.get(item.table, ELSEWHERE)}: {item.count}{cases}")
    if not survey.named:
        click.echo("  ingen annan text i databasen")
    if survey.waits:
        click.echo("\nVäntar på personen och ingen annan")
        for waits in survey.waits:
            click.echo(f"  {_waits(waits)}")


def _waits(item: Waits) -> str:
    called = f"{item.title} ({item.diary_number}), {item.path}"
    if item.kind == "administrator":
        return f"Ensam administratör i {item.unit}"
    if item.kind == "tasks":
        return f"Frågor att svara på i {item.unit}: {called}, {item.count}"
    return f"Godkännande av svar från {item.unit}: {called}"


@person.command("export")
@click.argument("email")
@click.pass_obj
def export_data(here: Here, email: str) -> None:
    """Print all that is stored about somebody as JSON, to be handed over; noted in the log."""
    with here.writing() as session:
        told = export_person(session, _account(session, email).id or 0, now())
    click.echo(json.dumps(told, ensure_ascii=False, indent=1))


@person.command("remove")
@click.argument("email")
@click.option("--decision", required=True, metavar="TEXT", help="What it rests on; no names.")
@click.option("--by", required=True, metavar="EMAIL", help="The administrator who decided.")
@click.option("--comments", is_flag=True, help="Also what the person wrote in comments.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def remove_data(here: Here, email: str, decision: str, by: str, comments: bool, yes: bool) -> None:
    """Remove somebody's data by a decision, as far as the law allows."""
    settings = here.settings()
    database = here.database(settings)
    with database.reading() as session:
        account = _account(session, email)
        survey = look_at(session, account, now())
        administrator = _administrator(session, by)
        try:
            refuse_last_administrator(session, account.id or 0)
        except Refused as refused:
            raise _said(refused) from refused
    _tell(survey)
    if not yes:
        click.confirm("\nTa bort för gott?", abort=True)
    try:
        with database.writing() as session:
            key = signing_key(settings)
            attend(session, Context(now, key))
            remove_person(
                session, administrator, account.id or 0, decision=decision,
                shown_sha256=survey.sha256, with_comments=comments, now=now(), signer=key,
            )  # fmt: skip
    except Refused as refused:
        raise _said(refused) from refused
    if not database.forget(TOUCHED):
        click.echo("Någon läser i databasen: spår i dess loggfil skrivs över senare.", err=True)
    click.echo(f"Borttagen: person {account.id}.")


def _administrator(session: Session, email: str) -> Actor:
    found = find_actor(session, _account(session, email).id or 0)
    if found is None:
        raise _said(NotFound("no_account"))
    return found
