"""What people do at the pages of signing in, in tests."""

from __future__ import annotations

import re
from typing import Any

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey_app.services.accounts.vault import Vault
from survey_app.web.post import deliver
from tests.conftest import Person, csrf_of
from tests.mail.post_office import PostOffice
from tests.stage import PASSWORD, Stage, address

LINK = re.compile(r"https://redogor\.region\.example(/(?:invitations|resets)/(\w+))")


def vault_of(stage: Stage) -> Vault:
    """What seals the stage's secrets."""
    return Vault((stage.settings.secret_key,))


def try_in(app: Flask, email: str, password: str, **options: Any) -> TestResponse:
    """One try to sign in, by a browser of its own."""
    return enter(app.test_client(), email, password, **options)


def enter(client: FlaskClient, email: str, password: str, **options: Any) -> TestResponse:
    form = {"csrf_token": csrf_of(client.get("/sign-in").text), "email": email,
            "password": password}  # fmt: skip
    return client.post("/sign-in", data=form, **options)


def ask_reset(app: Flask, email: str, **options: Any) -> TestResponse:
    """Ask for a letter."""
    client = app.test_client()
    form = {"csrf_token": csrf_of(client.get("/resets").text), "email": email}
    return client.post("/resets", data=form, **options)


def letters(stage: Stage, office: PostOffice) -> list[str]:
    """Send what waits; the texts of all letters."""
    deliver(stage.settings, stage.database, lambda: stage.now, digests=False)
    return [letter.text for letter in office.letters]


def link_in(stage: Stage, office: PostOffice) -> str:
    """The path of the link in the newest letter that has one."""
    found = [match[1] for text in letters(stage, office) for match in LINK.finditer(text)]
    return found[-1]


def key_on(page: str) -> str:
    """The key that an enrolment page says in words."""
    found = re.search(r'<code class="key">([A-Z2-7 ]+)</code>', page)
    assert found, page[-3000:]
    return found[1].replace(" ", "")


def enrol(stage: Stage, person: Person, **more: str) -> tuple[str, list[str]]:
    """Add a second factor as the page has it; the secret, and the recovery codes."""
    page = person.get("/account/factor").text
    sealed = re.search(r'name="sealed" value="([^"]+)"', page)
    assert sealed
    secret = key_on(page)
    form = {"sealed": sealed[1], "code": pyotp.TOTP(secret).at(stage.now), **more}
    reply = person.post("/account/factor", form)
    assert reply.status_code == 200, reply.text
    return secret, re.findall(r"<li><code>([a-z2-7-]{34})</code>", reply.text)


def half_in(app: Flask, name: str, password: str = PASSWORD) -> FlaskClient:
    """Somebody who has shown the password, and must show a code."""
    client = app.test_client()
    reply = enter(client, address(name), password)
    assert reply.location.startswith("/sign-in/factor"), reply.text
    return client


def show_code(client: FlaskClient, code: str) -> TestResponse:
    """The code of the second factor, at its page."""
    page = client.get("/sign-in/factor").text
    return client.post("/sign-in/factor", data={"csrf_token": csrf_of(page), "code": code})
