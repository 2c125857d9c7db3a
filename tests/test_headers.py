"""Headers: what every answer carries, and what no answer tells."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from survey_app.config import UnsafeSettings, read_settings
from survey_app.core.workflow import State

from .permission_requests import ask
from .permission_table import OK, cells, expected, routes_of
from .stage import PASSWORD, PDF_BYTES, Stage, build_stage
from .world import World, opened_world

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stage, Flask]]:
    """A stage with a draft (1), one that awaits approval (2), an approved (3), an archived (4)."""
    stage = build_stage(tmp_path_factory.mktemp("headers"))
    states = (State.DRAFT, State.AWAITING_APPROVAL, State.APPROVED, State.ARCHIVED)
    for number, state in enumerate(states, start=1):
        [submission] = stage.open(f"RS250{number}")
        assert submission == number
        stage.register(f"RS250{number}")
        stage.circulate(submission)
        stage.bring(submission, state)
    stage.give_out(4)
    app = stage.app()
    yield stage, app
    for database in (stage.database, app.extensions["redogor"].database):
        database.close()


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = build_stage(tmp_path)
    yield made
    made.database.close()


def check_headers(reply: TestResponse, *, static: bool = False, secret: bool = False) -> None:
    """secret: the address is one that no other site may learn."""
    policy = reply.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy
    assert "http:" not in policy
    if "sandbox" not in policy:
        for rule in ("script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'",
                     "form-action 'self'"):  # fmt: skip
            assert rule in policy
    strict = {"Referrer-Policy": "no-referrer"} if secret else {}
    for name, value in {**EVERYWHERE, **strict}.items():
        assert reply.headers[name] == value
    if not static:
        assert reply.headers["Cache-Control"] == "no-store"
    assert "Server" not in reply.headers
    assert "X-Powered-By" not in reply.headers


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with opened_world(tmp_path_factory.mktemp("everything")) as made:
        yield made


def test_every_get_route_answers_with_the_headers(everything: World) -> None:
    """Each route by somebody who gets in, by a stranger, and where it is refused."""
    got_in = set()
    routes = [route for route in routes_of(everything.app) if route.startswith("GET ")]
    for route in routes:
        told: dict[str | int, tuple[str, str, str]] = {}
        for cell in cells(route):
            told.setdefault(expected(route, *cell), cell)
        for wanted, cell in told.items():
            with ask(everything, cell[0], route, *cell[1:]) as reply:
                secret = route.startswith(("GET /ballots", "GET /invitations/", "GET /resets/"))
                check_headers(reply, static=route.startswith("GET /static"), secret=secret)
                if wanted == OK and reply.status_code == 200:
                    got_in.add(route)
    of_a_memo = {route for route in routes if "/memo" in route}
    settled = {route for route in routes if route.endswith((">/weeding", "/result.xlsx"))}
    elsewhere = {route for route in routes if route.startswith("GET /sign-in/oidc")}
    not_here = {*of_a_memo, *(settled - got_in), *elsewhere, "GET /metrics"}
    assert set(routes) - got_in == not_here, (
        "somebody got into each; here is no memo, nothing settled, no provider and no token"
    )


@pytest.mark.parametrize("url", ["/nowhere", "/submissions/99999", "/static/nowhere.css",
                                 "/submissions/x", "/api/v1/nowhere"])  # fmt: skip
def test_errors_carry_the_headers(world: tuple[Stage, Flask], url: str) -> None:
    stage, app = world
    client = stage.sign_in(app, "strategist").client
    with client.get(url) as reply:
        assert reply.status_code == 404
        check_headers(reply, static=url.startswith("/static"))
    for method in ("POST", "DELETE", "PATCH", "TRACE"):
        with client.open(url, method=method) as reply:
            assert reply.status_code in (400, 404, 405)
            check_headers(reply, static=url.startswith("/static"))


def test_static_files_are_kept_only_under_a_name_that_changes(world: tuple[Stage, Flask]) -> None:
    _stage, app = world
    page = app.test_client().get("/sign-in").text
    [url] = re.findall(r'href="(/static/redogor\.css\?v=[0-9a-f]{12})"', page)
    with app.test_client().get(url) as reply:
        assert reply.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    with app.test_client().get("/static/redogor.css") as reply:
        assert reply.headers["Cache-Control"] == "no-cache"


def test_pages_have_no_inline_script_or_style(world: tuple[Stage, Flask]) -> None:
    """What the policy would block, and what would tempt somebody to loosen it."""
    stage, app = world
    strategist = stage.sign_in(app, "strategist")
    approver = stage.sign_in(app, "approver_with_delegation")
    pages = [
        *(strategist.get(url).text for url in (
            "/", "/cases/RS2501", "/cases/new", "/submissions/1", "/submissions/1/questions",
            "/submissions/1/sections/a", "/submissions/1/sending", "/submissions/1/history/1",
            "/submissions/1/tasks", "/submissions/1/comments/1", "/mine",
            "/submissions/1/contributions", "/submissions/1/contributions/new",
            "/submissions/3/handing-in", "/submissions/3/extension", "/submissions/4/completion",
            "/nowhere")),
        approver.get("/submissions/2/approval").text,
        app.test_client().get("/sign-in").text,
    ]  # fmt: skip
    for page in pages:
        assert "<main" in page
        assert not re.search(r"<[^>]+\son[a-z]+\s*=", page)
        assert not re.search(r"<[^>]+\sstyle\s*=", page)
        assert "<style" not in page
        for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", page, re.DOTALL):
            assert "src=" in attributes or "application/json" in attributes, body[:80]
        assert not re.search(r'(?:src|href)="https?://(?!www\.)[^"]*\.(?:js|css|woff2?)"', page)


def test_downloads_are_saved_and_never_run(world: tuple[Stage, Flask]) -> None:
    stage, app = world
    enclosed = hashlib.sha256(PDF_BYTES).hexdigest()
    reply = stage.sign_in(app, "strategist").get(f"/submissions/1/attachments/{enclosed}")
    assert reply.headers["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in reply.headers["Content-Security-Policy"]


def test_https_is_only_off_in_the_demo(tmp_path: Path) -> None:
    with pytest.raises(UnsafeSettings, match="passwords would travel unencrypted"):
        read_settings({}, instance=tmp_path, https=False, demo=False)
    with pytest.raises(UnsafeSettings, match="shorter than 32 characters"):
        read_settings({"SECRET_KEY": "short"}, instance=tmp_path)


def test_settings_keep_their_secrets_to_themselves(tmp_path: Path) -> None:
    said = {"SECRET_KEY": "hemlig" * 6, "DATABASE_URL": "postgresql://app:losenord@db.example/r"}
    told = repr(read_settings(said, instance=tmp_path, testing=True))
    assert "hemlig" not in told
    assert "losenord" not in told


# --- what is never told ------------------------------------------------------------------


@pytest.mark.parametrize("program", [False, True], ids=["page", "API"])
def test_error_pages_carry_no_stack_trace(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, program: bool
) -> None:
    [submission] = stage.open("RS2501")
    app = stage.app()
    person = stage.sign_in(app, "strategist")

    def fail(*_args: Any, **_more: Any) -> None:
        raise RuntimeError("hemligheten i databasen")

    module = "api" if program else "sections"
    monkeypatch.setattr(f"survey_app.web.pages.{module}.open_submission", fail)
    url = f"/api/v1/submissions/{submission}" if program else f"/submissions/{submission}/questions"
    reply = person.get(url)
    assert reply.status_code == 500
    for secret in ("Traceback", "hemligheten", "RuntimeError", "survey_app/", ".py", "line "):
        assert secret not in reply.text
    assert re.search(r"beteckningen [0-9a-f]{8}", reply.text), "a reference to the log"
    check_headers(reply)
    app.extensions["redogor"].database.close()


def test_no_page_tells_a_password_hash_or_a_token(world: tuple[Stage, Flask]) -> None:
    stage, app = world
    administrator = stage.sign_in(app, "administrator")
    for url in ("/accounts", "/delegations", "/api/v1/submissions"):
        reply = administrator.get(url)
        assert reply.status_code == 200
        text = reply.text
        assert "argon2" not in text
        assert PASSWORD not in text
