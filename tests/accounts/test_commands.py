"""Commands on people: an invitation, a way back in, and everybody out."""

from __future__ import annotations

from tests.accounts.at_screen import try_in
from tests.command import command
from tests.conftest import Installation

CHOSEN = {"password": "åska över slätten"}
EMAIL = "ny.person@demo.example"


def _unit(installation: Installation) -> str:
    page = installation.person("admin").get("/units").text
    return "Region Halland" if "Region Halland" in page else page


def test_somebody_invited_chooses_a_password_and_has_the_role(installation: Installation) -> None:
    told = ["invite", EMAIL, "--unit", _unit(installation), "--role", "archivist"]
    done = command(installation.settings, *told, "--name", "Ny Person")
    assert done.exit_code == 0, done.output
    path = next(line for line in done.output.splitlines() if line.startswith("/invitations/"))
    client = installation.stranger()
    assert EMAIL in client.get(path).text
    assert client.post(path, data=CHOSEN).status_code == 303
    assert try_in(installation.app, EMAIL, CHOSEN["password"]).status_code == 302
    again = command(installation.settings, *told)
    assert again.exit_code == 1
    assert "redan" in again.output
    other = command(
        installation.settings, "invite", "x@demo.example", "--unit", "Nej", "--role", "archivist"
    )
    assert other.exit_code == 1
    assert "Det finns ingen enhet som heter Nej" in other.output
    assert (
        command(installation.settings, "invite", "x@demo.example", "--unit", "Nej").exit_code == 2
    )


def test_a_way_back_in_is_printed_once_and_used_once(installation: Installation) -> None:
    email = installation.accounts["strateg"]["email"]
    done = command(installation.settings, "reset", email.upper())
    assert done.exit_code == 0, done.output
    path = next(line for line in done.output.splitlines() if line.startswith("/resets/"))
    assert installation.stranger().post(path, data=CHOSEN).status_code == 303
    assert installation.stranger().post(path, data=CHOSEN).status_code == 409
    assert try_in(installation.app, email, CHOSEN["password"]).status_code == 302
    unknown = command(installation.settings, "reset", "ingen@demo.example")
    assert unknown.exit_code == 1


def test_somebody_or_everybody_is_signed_out(installation: Installation) -> None:
    one, other = installation.person("strateg"), installation.person("arkivarie")
    email = installation.accounts["strateg"]["email"]
    for wrong, code in (([], 2), ([email, "--all"], 2), (["ingen@demo.example"], 1)):
        assert command(installation.settings, "sessions", "end", *wrong).exit_code == code
    assert one.get("/").status_code == 200
    done = command(installation.settings, "sessions", "end", email)
    assert done.output == "1 inloggningar avslutade.\n"
    assert (one.get("/").status_code, other.get("/").status_code) == (302, 200)
    assert (
        command(installation.settings, "sessions", "end", "--all").output
        == "1 inloggningar avslutade.\n"
    )
    assert other.get("/").status_code == 302
