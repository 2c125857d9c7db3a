"""Commands on people: an invitation, a way back in, and everybody out."""

from __future__ import annotations

from typing import Any

from click.testing import CliRunner

from survey_app.cli import main
from tests.accounts.at_screen import try_in
from tests.conftest import Installation

CHOSEN = {"password": "åska över slätten"}
EMAIL = "ny.person@demo.example"


def run(installation: Installation, *arguments: str) -> Any:
    folder = str(installation.settings.instance)
    return CliRunner().invoke(main, ["--instance", folder, *arguments])


def _unit(installation: Installation) -> str:
    page = installation.person("admin").get("/units").text
    return "Region Halland" if "Region Halland" in page else page


def test_somebody_invited_chooses_a_password_and_has_the_role(installation: Installation) -> None:
    told = ["invite", EMAIL, "--unit", _unit(installation), "--role", "archivist"]
    done = run(installation, *told, "--name", "Ny Person")
    assert done.exit_code == 0, done.output
    path = next(line for line in done.output.splitlines() if line.startswith("/invitations/"))
    client = installation.stranger()
    assert EMAIL in client.get(path).text
    assert client.post(path, data=CHOSEN).status_code == 303
    assert try_in(installation.app, EMAIL, CHOSEN["password"]).status_code == 302
    again = run(installation, *told)
    assert again.exit_code == 1
    assert "redan" in again.output
    other = run(installation, "invite", "x@demo.example", "--unit", "Nej", "--role", "archivist")
    assert other.exit_code == 1
    assert "Det finns ingen enhet som heter Nej" in other.output
    assert run(installation, "invite", "x@demo.example", "--unit", "Nej").exit_code == 2


def test_a_way_back_in_is_printed_once_and_used_once(installation: Installation) -> None:
    email = installation.accounts["strateg"]["email"]
    done = run(installation, "reset", email.upper())
    assert done.exit_code == 0, done.output
    path = next(line for line in done.output.splitlines() if line.startswith("/resets/"))
    assert installation.stranger().post(path, data=CHOSEN).status_code == 303
    assert installation.stranger().post(path, data=CHOSEN).status_code == 409
    assert try_in(installation.app, email, CHOSEN["password"]).status_code == 302
    unknown = run(installation, "reset", "ingen@demo.example")
    assert unknown.exit_code == 1


def test_somebody_or_everybody_is_signed_out(installation: Installation) -> None:
    one, other = installation.person("strateg"), installation.person("arkivarie")
    email = installation.accounts["strateg"]["email"]
    for wrong, code in (([], 2), ([email, "--all"], 2), (["ingen@demo.example"], 1)):
        assert run(installation, "sessions", "end", *wrong).exit_code == code
    assert one.get("/").status_code == 200
    done = run(installation, "sessions", "end", email)
    assert done.output == "1 inloggningar avslutade.\n"
    assert (one.get("/").status_code, other.get("/").status_code) == (302, 200)
    assert run(installation, "sessions", "end", "--all").output == "1 inloggningar avslutade.\n"
    assert other.get("/").status_code == 302
