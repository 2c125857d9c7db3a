"""Units: an administrator lays a new one up, people get accounts there, and it can be asked."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from survey_app import create_app
from survey_app.cli import main
from survey_app.config import read_settings
from survey_app.core.workflow import Role
from survey_app.services.refusal import Forbidden, Invalid
from survey_app.services.unit import LONGEST_NAME, list_units, open_unit
from survey_app.store.tables import Unit

from .conftest import sign_in
from .stage import OTHER, OWN, Stage

NAME = "Tandvården"


def opened(stage: Stage, name: str = NAME, number: str = "", by: str = "administrator") -> str:
    with stage.database.writing() as session:
        return open_unit(session, stage.actor(by), name, number).organisation_number


def test_from_nothing_to_a_contribution(stage: Stage, app: Any) -> None:
    """A unit, a person in it, a question to it: all in the browser, and all by who should."""
    [main] = stage.open("RS2501")
    administrator = stage.sign_in(app, "administrator")
    told = administrator.post("/units", {"name": NAME}, follow_redirects=True).text
    assert f"{NAME} är upplagd" in told
    assert "ingen där har rollen" in told
    [unit] = stage.actor("administrator").roles.keys() - stage.units.values()
    strategist = stage.sign_in(app, "strategist")
    asking = f"/submissions/{main}/contributions/new"
    assert NAME not in strategist.get(asking).text, "nobody there could answer"
    account = {"email": "tand@demo.example", "name": "Tandläkare",
               "unit": str(unit), "role": "strategist"}  # fmt: skip
    assert administrator.post("/accounts", account).status_code == 200
    assert "ingen där har rollen" not in administrator.get("/units").text
    assert NAME in strategist.get(asking).text
    form = {"unit": str(unit), "question": "3"}
    assert strategist.post(asking, form).status_code == 302


def test_it_is_the_administrators_and_nobody_elses(stage: Stage) -> None:
    opened(stage)
    with stage.database.reading() as session:
        mine = list_units(session, stage.actor("administrator"))
        theirs = list_units(session, stage.actor("other_administrator"))
    assert [(item.unit.name, item.people, item.answers) for item in mine] == [
        (OWN, 6, True), (NAME, 1, False),
    ]  # fmt: skip
    assert [item.unit.name for item in theirs] == [OTHER]
    roles = stage.actor("administrator").roles
    assert set(roles.values()) == {frozenset({Role.ADMINISTRATOR})}
    for who in ("strategist", "approver_with_delegation", "archivist"):
        with pytest.raises(Forbidden):
            opened(stage, "En till", by=who)


@pytest.mark.parametrize(
    ("name", "number", "code"),
    [
        (" \n", "", "name_missing"),
        ("x" * (LONGEST_NAME + 1), "", "line_too_long"),
        (OTHER.upper(), "", "unit_exists"),
        (f"  Region \u00a0 {OTHER.split()[1]}", "", "unit_exists"),
        (NAME, "232100-0116", "unit_number_wrong"),
        (NAME, "ett nummer", "unit_number_wrong"),
    ],
)
def test_what_is_no_unit(stage: Stage, app: Any, name: str, number: str, code: str) -> None:
    with pytest.raises(Invalid, match=code):
        opened(stage, name, number)
    reply = stage.sign_in(app, "administrator").post(
        "/units", {"name": name, "organisation_number": number}
    )
    assert reply.status_code == 422
    field = "organisation_number" if code == "unit_number_wrong" else "name"
    assert f'href="#{field}"' in reply.text
    assert f'id="{field}-error"' in reply.text
    with stage.database.reading() as session:
        assert session.execute(select(func.count()).select_from(Unit)).scalar_one() == 2


def test_its_number_is_kept_as_it_is_written_in_sweden(stage: Stage) -> None:
    assert opened(stage, number="2321000115") == "232100-0115"
    assert opened(stage, "Utan nummer", "  ") == ""


def choose(app: Any, path: str, password: str) -> None:
    """Take an invitation up."""
    assert app.test_client().post(path, data={"password": password}).status_code == 303


def test_a_real_installation_begins_at_the_command_line(tmp_path: Path) -> None:
    """From an empty folder to somebody who may answer: one command, and the browser."""
    runner, lay_up = CliRunner(), ["--instance", str(tmp_path), "unit"]
    told = runner.invoke(main, [*lay_up, "Region Norr", "--administrator", "it@norr.example"])
    assert told.exit_code == 0, told.output
    app = create_app(read_settings({}, instance=tmp_path, testing=True))
    [path] = [line for line in told.output.split() if line.startswith("/invitations/")]
    choose(app, path, "åska över slätten")
    person = sign_in(app, "it@norr.example", "åska över slätten")
    form = {"email": "anna@norr.example", "name": "Anna Exempel", "title": "Strateg",
            "unit": "1", "role": "strategist"}  # fmt: skip
    page = person.post("/accounts", form).text
    [path] = re.findall(r"http://localhost(/invitations/\w+)", page)
    choose(app, path, "två bleka krukväxter")
    strategist = sign_in(app, "anna@norr.example", "två bleka krukväxter")
    assert strategist.get("/cases/new").status_code == 200
    app.extensions["redogor"].database.close()

    again = runner.invoke(main, [*lay_up, "Region Syd", "--administrator", "it@norr.example"])
    assert again.output == "Region Syd: it@norr.example (som förut)\n"
    twice = runner.invoke(main, [*lay_up, "region norr", "--administrator", "it@norr.example"])
    assert twice.exit_code == 1
    assert "region norr" in twice.output
