"""The installation gets another secret key: with the one before it nobody is locked out."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any

import pyotp
import pytest
from flask import Flask

from survey_app import create_app
from survey_app.config import read_settings
from tests.accounts.at_screen import ask_reset, enrol, half_in, link_in, show_code
from tests.mail.post_office import PostOffice
from tests.stage import Stage, address

NEW = "en helt annan hemlighet, lång nog för vem som helst"


def served(stage: Stage, before: str) -> Flask:
    """The same installation with the new key."""
    settings = dataclasses.replace(stage.settings, secret_key=NEW, secret_key_before=before)
    app = create_app(settings)
    app.extensions["redogor"].clock = lambda: stage.now
    return app


@pytest.mark.parametrize("known", [True, False], ids=["before is set", "before is not set"])
def test_what_was_made_with_the_one_before_still_opens(
    stage: Stage, app: Any, office: PostOffice, known: bool
) -> None:
    person = stage.sign_in(app, "strategist")
    secret, _codes = enrol(stage, person)
    ask_reset(app, address("strategist_2"))
    path, cookie = link_in(stage, office), person.client.get_cookie("redogor")
    assert cookie is not None
    later = served(stage, stage.settings.secret_key if known else "")
    browser = later.test_client()
    browser.set_cookie("redogor", cookie.value)
    assert browser.get("/").status_code == (200 if known else 302), "the cookie"
    assert later.test_client().get(path).status_code == 200, "the link's hash is what it was"
    stage.now += datetime.timedelta(minutes=1)
    reply = show_code(half_in(later, "strategist"), pyotp.TOTP(secret).at(stage.now))
    assert reply.status_code == (302 if known else 401), "the telephone"
    later.extensions["redogor"].database.close()


def test_the_setting_is_read(tmp_path: Any) -> None:
    told = {"SECRET_KEY": NEW, "SECRET_KEY_BEFORE": "den förra"}
    assert read_settings(told, instance=tmp_path, testing=True).secret_key_before == "den förra"
