"""Units and those who work in them."""

from __future__ import annotations

import click

from survey_app.cli.here import Here, now
from survey_app.services.account import hash_password, make_password
from survey_app.services.refusal import Refused
from survey_app.services.sign_in import issue_token
from survey_app.services.unit import begin_unit
from survey_app.web.wording import describe_refusal


@click.command()
@click.argument("name")
@click.option("--administrator", "email", required=True, metavar="EMAIL", help="Its first account.")
@click.option("--number", default="", help="Its organisation number.")
@click.pass_obj
def unit(here: Here, name: str, email: str, number: str) -> None:
    """Lay up a unit with its first administrator, whose password is shown once."""
    password = make_password()
    with here.writing() as session:
        try:
            new = begin_unit(session, name, email, hash_password(password), number)
        except Refused as refused:
            raise click.ClickException(describe_refusal(refused.code, refused.facts)) from refused
    click.echo(f"{name}: {email}{f'  {password}' if new else ' (som förut)'}")


@click.command()
@click.argument("email")
@click.pass_obj
def token(here: Here, email: str) -> None:
    """Issue a bearer token of the API for an account; it is shown once."""
    with here.writing() as session:
        try:
            click.echo(issue_token(session, email, now()))
        except Refused as refused:
            raise click.ClickException(describe_refusal(refused.code, refused.facts)) from refused
