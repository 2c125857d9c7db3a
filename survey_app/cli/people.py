"""Units and those who work in them."""

from __future__ import annotations

import click

from survey_app.cli.here import Here, now
from survey_app.config import Settings
from survey_app.core.workflow import Role
from survey_app.services.accounts.account import add_membership, find_account, open_account
from survey_app.services.accounts.invitation import send_link
from survey_app.services.accounts.login import end_logins
from survey_app.services.accounts.sign_in import issue_token
from survey_app.services.accounts.vault import Vault
from survey_app.services.refusal import NotFound, Refused
from survey_app.services.unit import begin_unit, find_unit
from survey_app.web.wording import describe_refusal


def _vault(settings: Settings) -> Vault:
    return Vault((settings.secret_key, settings.secret_key_before))


def _said(refused: Refused) -> click.ClickException:
    return click.ClickException(describe_refusal(refused.code, refused.facts))


def _tell_link(settings: Settings, path: str) -> None:
    click.echo(f"{settings.url}{path}")
    if not settings.url:
        click.echo("Skriv installationens adress framför, eller sätt SURVEY_APP_URL.", err=True)


@click.command()
@click.argument("name")
@click.option("--administrator", "email", required=True, metavar="EMAIL", help="Its first account.")
@click.option("--number", default="", help="Its organisation number.")
@click.pass_obj
def unit(here: Here, name: str, email: str, number: str) -> None:
    """Lay up a unit with its first administrator, who gets a link to choose a password by."""
    settings = here.settings()
    with here.writing() as session:
        try:
            made = begin_unit(session, name, email, number)
            path = made and send_link(session, _vault(settings), made, now(), mails=False)
        except Refused as refused:
            raise _said(refused) from refused
    click.echo(f"{name}: {email}{'' if path else ' (som förut)'}")
    if path:
        _tell_link(settings, path)


@click.command()
@click.argument("email")
@click.option("--unit", "unit_name", required=True, metavar="NAME")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--name", default="", help="The person's name; the address, if it is left out.")
@click.pass_obj
def invite(here: Here, email: str, unit_name: str, role: str, name: str) -> None:
    """Invite somebody into a unit; the link to choose a password is shown once."""
    settings = here.settings()
    with here.writing() as session:
        try:
            account = open_account(
                session, email=email, name=name or email, title="", password_hash=""
            )
            assert account.id is not None
            add_membership(session, account.id, find_unit(session, unit_name), Role(role))
            path = send_link(session, _vault(settings), account, now(), mails=False)
        except Refused as refused:
            raise _said(refused) from refused
    _tell_link(settings, path or "")


@click.command()
@click.argument("email")
@click.pass_obj
def reset(here: Here, email: str) -> None:
    """Print a link by which somebody chooses a new password, once, within 72 hours."""
    settings = here.settings()
    with here.writing() as session:
        account = find_account(session, email)
        if account is None or not account.active:
            raise _said(NotFound("no_account"))
        try:
            path = send_link(session, _vault(settings), account, now(), mails=False)
        except Refused as refused:
            raise _said(refused) from refused
    _tell_link(settings, path or "")


@click.group()
def sessions() -> None:
    """Who is signed in."""


@sessions.command("end")
@click.argument("email", required=False)
@click.option("--all", "everybody", is_flag=True, help="Everybody, everywhere.")
@click.pass_obj
def end_sessions(here: Here, email: str | None, everybody: bool) -> None:
    """Sign somebody out everywhere, or everybody."""
    if bool(email) == everybody:
        raise click.UsageError("Ange en e-postadress, eller --all.")
    with here.writing() as session:
        account = find_account(session, email) if email else None
        if email and account is None:
            raise _said(NotFound("no_account"))
        count = end_logins(session, account.id if account else None)
    click.echo(f"{count} inloggningar avslutade.")


@click.command()
@click.argument("email")
@click.pass_obj
def token(here: Here, email: str) -> None:
    """Issue a bearer token of the API for an account; it is shown once."""
    with here.writing() as session:
        try:
            click.echo(issue_token(session, email, now()))
        except Refused as refused:
            raise _said(refused) from refused
