"""What is open to whoever asks, and what is not (OWASP ASVS 5.0, chapters 3, 4, 13 and 15)."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from survey_app.config import UnsafeSettings, read_settings
from tests.conftest import csrf_of
from tests.stage import PASSWORD, Stage, address

ELSEWHERE = {"Origin": "https://evil.example"}


@pytest.mark.parametrize(
    "path",
    ["/.git/config", "/static/", "/static", "/static/fonts/", "/static/../config/settings.py",
     "/static/%2e%2e/config/settings.py", "/static/..%2f..%2fpyproject.toml",
     "/instance/secret_key", "/console", "/__debugger__", "/redogor.db", "/templates/base.html"],
)  # fmt: skip
def test_nothing_but_pages_is_given_out(app: Flask, path: str) -> None:
    assert app.test_client().get(path).status_code == 404


def test_nothing_is_open_for_finding_faults(app: Flask) -> None:
    assert not app.debug
    assert app.config["PROPAGATE_EXCEPTIONS"] is None
    for path in ("/", "/sign-in", "/api/v1/submissions"):
        assert app.test_client().open(path, method="TRACE").status_code == 405


def test_who_watches_sees_nothing_but_that_it_lives(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/metrics").status_code == 404, "unless a token is set"
    assert client.get("/healthz").text == "ok\n"
    assert set(client.get("/readyz").get_json()) == {"ready", "lacks"}


def test_no_other_site_may_read(stage: Stage, app: Flask) -> None:
    person = stage.sign_in(app, "strategist")
    for path in ("/", "/api/v1/submissions", "/api/v1/openapi.json", "/static/redogor.css"):
        for method in ("GET", "OPTIONS"):
            asked = {**ELSEWHERE, "Access-Control-Request-Method": "PUT"}
            with person.client.open(path, method=method, headers=asked) as reply:
                told = [name for name, _ in reply.headers if name.startswith("Access-Control")]
                assert told == [], f"{method} {path}"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_signing_in_by_json_is_no_form_of_another_site(app: Flask, kind: str) -> None:
    """What a page elsewhere can make a browser send without asking first is not taken."""
    said = f'{{"email": "{address("strategist")}", "password": "{PASSWORD}"}}'
    client = app.test_client()
    reply = client.post("/api/v1/session", data=said, content_type=kind, headers=ELSEWHERE)
    assert reply.status_code == 422
    assert client.get("/").status_code == 302
    as_json = client.post("/api/v1/session", data=said, content_type="application/json")
    assert as_json.status_code == 200


def test_what_stands_in_the_address_is_no_field_of_a_form(app: Flask) -> None:
    client = app.test_client()
    token = {"csrf_token": csrf_of(client.get("/sign-in").text)}
    said = {"email": address("strategist"), "password": PASSWORD}
    assert client.post("/sign-in", query_string=said, data=token).status_code == 401
    assert client.post("/sign-in", query_string=token, data=said).status_code == 400
    twice = {**token, "email": [said["email"], "other@demo.example"], "password": PASSWORD}
    assert client.post("/sign-in", data=twice).status_code == 302, "the first counts, everywhere"


def test_texts_say_in_which_letters_they_are(stage: Stage, app: Flask) -> None:
    person = stage.sign_in(app, "strategist")
    for path in ("/", "/nowhere", "/static/redogor.css", "/static/saving.js", "/healthz"):
        with person.get(path) as reply:
            assert reply.content_type.endswith("; charset=utf-8"), path
    assert person.get("/api/v1/submissions").content_type == "application/json"


def test_leaving_clears_what_a_tab_kept(stage: Stage, app: Flask) -> None:
    reply = stage.sign_in(app, "strategist").post("/sign-out")
    assert reply.headers["Clear-Site-Data"] == '"storage"'


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("postgresql://app@db.region.example/redogor", False),
        ("postgres://app@db.region.example/redogor?sslmode=require", False),
        ("postgresql:///redogor?host=db.region.example", False),
        ("postgresql://app@127.0.0.1,db.region.example/redogor", False),
        ("postgresql://app@db.region.example/redogor?sslmode=verify-full", True),
        ("postgresql://app@localhost/redogor", True),
        ("postgresql:///redogor?host=/run/postgresql", True),
        ("postgresql:///redogor", True),
    ],
)
def test_a_database_elsewhere_must_show_its_certificate(
    tmp_path: Any, address: str, safe: bool
) -> None:
    if safe:
        assert read_settings({"DATABASE_URL": address}, instance=tmp_path).database_url
        return
    with pytest.raises(UnsafeSettings, match="sslmode=verify-full"):
        read_settings({"DATABASE_URL": address}, instance=tmp_path)
