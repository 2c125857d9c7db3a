"""Invitations: nobody knows another's password; a link opens once, and for so long."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from sqlalchemy import select

from survey_app.services.accounts.account import set_active, set_roles
from survey_app.services.accounts.one_time_link import INVITED_FOR
from survey_app.store.tables import OneTimeLink, OutboxMessage
from tests.accounts.at_screen import enter, link_in
from tests.mail.post_office import PostOffice
from tests.stage import OWN, Stage, build_stage

NEW, CHOSEN = "ny.person@demo.example", {"password": "åska över slätten"}


@pytest.fixture
def path(stage: Stage, app: Any, office: PostOffice) -> str:
    """Somebody is invited; the path of the link in the letter."""
    form = {"email": NEW, "name": "Ny Person", "unit": str(stage.units[OWN]), "role": "strategist"}
    told = stage.sign_in(app, "administrator").post("/accounts", form, follow_redirects=True)
    assert "En länk är skickad till Ny Person." in told.text
    found = link_in(stage, office)
    assert found not in told.text
    return found


def test_from_invitation_to_work(stage: Stage, app: Any, path: str) -> None:
    client = app.test_client()
    assert enter(client, NEW, "").status_code == 401
    for _ in range(3):
        assert client.get(path).status_code == 200
        assert client.head(path).status_code == 200, "looking uses up nothing"
    page = client.get(path)
    assert NEW in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in page.headers
    short = client.post(path, data={"password": "kort"})
    assert (short.status_code, "minst 12 tecken" in short.text) == (422, True)
    own = client.post(path, data={"password": "ny person ny!"})
    assert "mer än hälften av ditt namn" in own.text
    assert client.post(path, data=CHOSEN).status_code == 303
    assert client.post(path, data=CHOSEN).status_code == 409
    assert enter(client, NEW, CHOSEN["password"]).status_code == 302
    assert client.get("/cases/new").status_code == 200


def test_the_secret_is_nowhere(stage: Stage, app: Any, path: str) -> None:
    secret = path.rpartition("/")[2]
    with stage.database.reading() as session:
        for model in (OneTimeLink, OutboxMessage):
            for row in session.execute(select(model)).scalars():
                assert secret not in repr(row.model_dump())


def test_it_opens_for_three_days(stage: Stage, app: Any, path: str) -> None:
    stage.now += INVITED_FOR - datetime.timedelta(seconds=1)
    assert app.test_client().get(path).status_code == 200
    stage.now += datetime.timedelta(seconds=1)
    told = app.test_client().get(path)
    assert told.status_code == 409
    assert "Länken gäller inte längre." in told.text


def test_a_newer_invitation_ends_the_older(
    stage: Stage, app: Any, path: str, office: PostOffice
) -> None:
    administrator = stage.sign_in(app, "administrator")
    page = administrator.get("/accounts").text
    [account] = re.findall(r"account-(\d+)\">Ny Person", page)
    assert administrator.post(f"/accounts/{account}/link").status_code == 302
    newer = link_in(stage, office)
    assert newer != path
    assert app.test_client().get(path).status_code == 409
    assert app.test_client().post(newer, data=CHOSEN).status_code == 303


def test_a_role_taken_and_an_account_closed_meanwhile(stage: Stage, app: Any, path: str) -> None:
    [account] = re.findall(
        r"account-(\d+)\">Ny Person", stage.sign_in(app, "administrator").get("/accounts").text
    )
    with stage.database.writing() as session:
        actor = stage.actor("administrator")
        set_roles(session, actor, int(account), stage.units[OWN], set())
    assert app.test_client().get(path).status_code == 200, "the account is there, without a role"
    with stage.database.writing() as session:
        set_active(session, stage.actor("administrator"), int(account), active=False)
    told = app.test_client().post(path, data=CHOSEN)
    assert told.status_code == 404
    with stage.database.writing() as session:
        set_active(session, stage.actor("administrator"), int(account), active=True)
    assert app.test_client().get(path).status_code == 404, "opened again without its links"


def test_without_mail_the_administrator_hands_the_link_over(tmp_path: Any) -> None:
    stage = build_stage(tmp_path / "silent")
    app = stage.app()
    form = {"email": NEW, "name": "Ny Person", "unit": str(stage.units[OWN]), "role": "strategist"}
    page = stage.sign_in(app, "administrator").post("/accounts", form).text
    [path] = re.findall(r"http://localhost(/invitations/\w+)", page)
    assert app.test_client().post(path, data=CHOSEN).status_code == 303
    assert "skickar inga mejl" in app.test_client().get("/resets").text
    stage.database.close()
    app.extensions["redogor"].database.close()


def test_a_link_that_leads_nowhere(stage: Stage, app: Any) -> None:
    for path in ("/invitations/x", f"/resets/{'0' * 64}"):
        told = app.test_client().get(path)
        assert told.status_code == 404
        assert "Länken leder inte någonstans" in told.text
