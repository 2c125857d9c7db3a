"""Who is turned away is told of in the security log, and cannot fill it; so are new settings."""

from __future__ import annotations

import dataclasses
import datetime
import json
from typing import Any

from flask import Flask

from survey_app.services.accounts import throttle
from survey_app.services.accounts.sign_in import tries_of
from survey_app.services.security.log import verify_security
from survey_app.services.security.settings_mark import mark_of
from survey_app.web.place import note_start
from survey_app.web.turned_away import EVERY
from tests.accounts.at_screen import try_in, vault_of
from tests.conftest import Server, open_installation
from tests.security.test_chain import entries
from tests.stage import PASSWORD, Stage, address


def told(stage: Stage, kind: str) -> list[dict[str, Any]]:
    return [item for item in entries(stage) if item["kind"] == kind]


def test_who_may_not_is_told_of_once_a_minute(stage: Stage, app: Flask) -> None:
    one, again = stage.sign_in(app, "strategist"), stage.sign_in(app, "strategist")
    for _ in range(3):
        assert one.get("/security").status_code == 403
    assert one.get("/nowhere").status_code == 404
    [entry] = told(stage, "access_refused")
    assert entry["facts"] == {"endpoint": "security.index", "code": "not_your_role"}
    assert entry["account_id"] == stage.accounts["strategist"]
    assert entry["login"]
    assert entry["request"]
    assert one.get("/delegations").status_code == 403
    assert again.get("/security").status_code == 403
    assert len(told(stage, "access_refused")) == 3, "another page, another login"
    stage.now += datetime.timedelta(seconds=EVERY)
    assert one.get("/security").status_code == 403
    assert len(told(stage, "access_refused")) == 4
    page = stage.sign_in(app, "administrator").get("/security?kind=access_refused").text
    assert page.count('<th scope="row">') == 4
    with stage.database.reading() as session:
        assert verify_security(session, stage.key) == []


def test_a_place_that_tries_too_much_is_told_of_without_its_address(
    stage: Stage, app: Flask
) -> None:
    here = tries_of(vault_of(stage), "x@y.example", "127.0.0.1")
    with stage.database.writing() as session:
        throttle.note_failures(
            session, [here.address] * stage.settings.sign_in.address_failures, stage.now
        )
    for _ in range(3):
        assert try_in(app, address("strategist"), PASSWORD).status_code == 429
    [entry] = told(stage, "too_many_tries")
    assert entry["facts"].keys() == {"endpoint", "place"}
    assert "127.0.0.1" not in json.dumps(entry, default=str)
    assert entry["account_id"] is None


def test_other_settings_are_told_of_at_the_start_and_not_what_they_are(
    stage: Stage, app: Flask
) -> None:
    here = app.extensions["redogor"]
    for _ in range(2):
        note_start(here)
    assert len(told(stage, "settings_changed")) == 1, "the first start"
    here.settings = dataclasses.replace(here.settings, contact="ny@demo.example")
    for _ in range(2):
        note_start(here)
    first, second = told(stage, "settings_changed")
    assert first["facts"].keys() == second["facts"].keys() == {"sha256"}
    assert first["facts"] != second["facts"]
    page = stage.sign_in(app, "administrator").get("/security?kind=settings_changed").text
    assert page.count('<th scope="row">') == 2


def test_a_server_tells_of_it(server: Server) -> None:
    here = open_installation(server.instance)
    kinds = [item["kind"] for item in entries(here)]
    here.database.close()
    assert kinds.count("settings_changed") == 1, "of all its processes one told"


def test_the_mark_is_of_every_setting_but_where_folders_are(stage: Stage) -> None:
    mark = mark_of(stage.settings)
    elsewhere = dataclasses.replace(stage.settings, instance=stage.settings.instance / "x")
    assert mark_of(elsewhere) == mark
    changes: list[dict[str, Any]] = [
        {"url": "https://x.example"}, {"secret_key": "x" * 32},
        {"sign_in": dataclasses.replace(stage.settings.sign_in, most_hours=9)},
        {"running": dataclasses.replace(stage.settings.running, drain_seconds=9)},
    ]  # fmt: skip
    assert len({mark, *(mark_of(dataclasses.replace(stage.settings, **item)) for item in changes)}
               ) == len(changes) + 1  # fmt: skip
