"""Signing out here, and then at the provider: else the next one at the screen comes in again."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from survey_app.store.tables import Login
from tests.oidc.provider import CLIENT
from tests.oidc.trips import DIRECTOR, Region


def test_who_leaves_is_shown_the_way_out_of_the_provider(region: Region) -> None:
    person = region.person(DIRECTOR)
    reply = person.post("/sign-out")
    assert (reply.status_code, reply.location) == (302, "/sign-in?left=1")
    with region.stage.database.reading() as session:
        assert session.execute(select(Login)).first() is None
    page = unescape(person.get(reply.location).text)
    [way] = re.findall(r'href="([^"]+)">Logga ut också hos Regionens inloggning', page)
    parts = urlsplit(way)
    assert way.startswith(f"{region.provider.issuer}/leave?")
    assert parse_qs(parts.query) == {
        "client_id": [CLIENT], "post_logout_redirect_uri": ["http://localhost/sign-in"]
    }  # fmt: skip
    assert "Logga ut också" not in person.get("/sign-in").text


@pytest.mark.parametrize(
    "about",
    [{"end_session_endpoint": None}, {"end_session_endpoint": "ftp://id.demo.example/leave"},
     {"end_session_endpoint": "javascript:alert(1)"}],
    ids=["none", "ftp", "script"],
)  # fmt: skip
def test_a_provider_without_a_way_out(region: Region, about: dict[str, Any]) -> None:
    region.provider.about = about
    person = region.person(DIRECTOR)
    page = person.get(person.post("/sign-out").location).text
    assert "Logga ut också" not in page
    assert "Stäng webbläsaren om andra använder datorn." in page


def test_a_provider_that_does_not_answer_keeps_nobody_in(region: Region) -> None:
    person = region.person(DIRECTOR)
    place = region.app.extensions["redogor"]
    place.provider = type(place.provider)(place.provider.settings)  # as after a restart
    region.provider.down = True
    reply = person.post("/sign-out")
    page = person.get(reply.location)
    assert (page.status_code, "Stäng webbläsaren" in page.text) == (200, True)
    assert person.get("/").status_code == 302


def test_who_came_by_a_password_leaves_here_only(region: Region) -> None:
    person = region.stage.sign_in(region.app, "archivist")
    assert person.post("/sign-out").location == "/sign-in"
