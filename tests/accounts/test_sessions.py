"""Where one is signed in: listed, ended, for a week at most; keys for programs; a new password."""

from __future__ import annotations

import datetime
import re
from typing import Any

from sqlalchemy import func, select

from survey_app.services.accounts.login import MOST_AT_ONCE, agent_family
from survey_app.store.tables import Login, SecurityEntry
from tests.accounts.at_screen import try_in
from tests.stage import PASSWORD, Stage, address

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def test_ends_one_of_ones_own_and_no_others(stage: Stage, app: Any) -> None:
    here, there = stage.sign_in(app, "strategist"), stage.sign_in(app, "strategist")
    other = stage.sign_in(app, "strategist_2")
    page = here.get("/account").text
    [name] = re.findall(r'name="login" value="(\w+)"', page)
    url = "/account/sessions/end"
    assert here.post(url, {"login": name, "sessions_password": "fel"}).status_code == 422
    told = {"login": name, "sessions_password": PASSWORD}
    assert other.post(url, told).status_code == 404
    assert there.get("/").status_code == 200
    assert here.post(url, told).status_code == 302
    assert there.get("/").status_code == 302
    assert here.get("/").status_code == 200
    third = stage.sign_in(app, "strategist")
    assert here.post(url, {"sessions_password": PASSWORD}).status_code == 302
    assert third.get("/").status_code == 302
    assert other.get("/").status_code == 200


def test_an_administrator_signs_somebody_out(stage: Stage, app: Any) -> None:
    person, administrator = stage.sign_in(app, "strategist"), stage.sign_in(app, "administrator")
    url = f"/accounts/{stage.accounts['strategist']}/sessions"
    assert administrator.post(url).status_code == 302
    assert person.get("/").status_code == 302


def test_a_login_lasts_a_week_whatever_one_does(stage: Stage, app: Any) -> None:
    person, begun = stage.sign_in(app, "strategist"), stage.now
    for hours in range(10, 168, 10):
        stage.now = begun + datetime.timedelta(hours=hours)
        assert person.get("/").status_code == 200
    stage.now = begun + datetime.timedelta(hours=168, seconds=1)
    assert person.get("/").status_code == 302


def test_twenty_browsers_at_most(stage: Stage, app: Any) -> None:
    first = stage.sign_in(app, "strategist")
    stage.now += datetime.timedelta(minutes=1)
    for _ in range(MOST_AT_ONCE):
        try_in(app, address("strategist"), PASSWORD)
    with stage.database.reading() as session:
        count = session.execute(select(func.count()).select_from(Login)).scalar_one()
    assert count == MOST_AT_ONCE
    assert first.get("/").status_code == 302


def test_a_browser_is_known_by_its_family_only() -> None:
    assert agent_family(FIREFOX) == "Firefox, Windows"
    assert agent_family("curl/8.0") == ""
    assert len(agent_family("Firefox " * 500)) < 60


def test_a_new_password_ends_all_others(stage: Stage, app: Any) -> None:
    here, there = stage.sign_in(app, "strategist"), stage.sign_in(app, "strategist")
    wrong = here.post("/account/password", {"password": "fel", "new_password": "x" * 15})
    assert wrong.status_code == 422
    same = here.post("/account/password", {"password": PASSWORD, "new_password": PASSWORD})
    assert "Det är lösenordet som gäller nu" in same.text
    new = "åska över slätten"
    told = here.post("/account/password", {"password": PASSWORD, "new_password": new})
    assert told.status_code == 302
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 302
    assert try_in(app, address("strategist"), new).status_code == 302


def test_a_key_is_shown_once_and_ends(stage: Stage, app: Any) -> None:
    person = stage.sign_in(app, "strategist")
    form = {"label": "Statistik", "days": "30", "tokens_password": PASSWORD}
    assert person.post("/account/tokens", {**form, "days": "91"}).status_code == 422
    assert person.post("/account/tokens", {**form, "tokens_password": "fel"}).status_code == 422
    [secret] = re.findall(r"(redogor_[\w-]+)", person.post("/account/tokens", form).text)
    ask = {"headers": {"Authorization": f"Bearer {secret}"}}
    assert "inte använd" in person.get("/account").text
    assert app.test_client().get("/api/v1/submissions", **ask).status_code == 200
    page = person.get("/account").text
    assert "Statistik" in page
    assert "senast använd" in page
    assert secret not in page
    [url] = re.findall(r"(/account/tokens/\w+/end)", page)
    assert stage.sign_in(app, "strategist_2").post(url).status_code == 302
    assert app.test_client().get("/api/v1/submissions", **ask).status_code == 200
    assert person.post(url).status_code == 302
    assert app.test_client().get("/api/v1/submissions", **ask).status_code == 401


def test_closing_an_account_ends_its_keys_for_good(stage: Stage, app: Any) -> None:
    person, administrator = stage.sign_in(app, "strategist"), stage.sign_in(app, "administrator")
    form = {"days": "30", "tokens_password": PASSWORD}
    [secret] = re.findall(r"(redogor_[\w-]+)", person.post("/account/tokens", form).text)
    url = f"/accounts/{stage.accounts['strategist']}"
    for change in ("close", "open"):
        assert administrator.post(url, {"change": change}).status_code == 302
    ask = {"headers": {"Authorization": f"Bearer {secret}"}}
    assert app.test_client().get("/api/v1/submissions", **ask).status_code == 401


def test_it_stands_in_the_security_log(stage: Stage, app: Any) -> None:
    person = stage.sign_in(app, "strategist")
    stage.sign_in(app, "strategist")
    person.post("/account/sessions/end", {"sessions_password": PASSWORD})
    try_in(app, "nobody@demo.example", "fel")
    with stage.database.reading() as session:
        kinds = list(session.execute(select(SecurityEntry.kind)).scalars())
    assert kinds[-4:] == ["sign_in", "confirmed", "session_ended", "sign_in_failed"]
