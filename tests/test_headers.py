"""Headers, cookies, locks: what every answer carries, and what no answer tells."""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from survey_app import create_app
from survey_app.config import UnsafeSettings, read_settings
from survey_app.core.workflow import State
from survey_app.services.account import set_active
from survey_app.services.sign_in import LOCKED_FOR, MOST_FAILURES

from .conftest import Installation, csrf_of
from .permission_table import routes_of
from .stage import PASSWORD, PDF_BYTES, Stage, address, build_stage

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


def check_headers(reply: TestResponse, *, static: bool = False) -> None:
    policy = reply.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy
    assert "http:" not in policy
    if "sandbox" not in policy:
        for rule in ("script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'",
                     "form-action 'self'"):  # fmt: skip
            assert rule in policy
    for name, value in EVERYWHERE.items():
        assert reply.headers[name] == value
    if not static:
        assert reply.headers["Cache-Control"] == "no-store"
    assert "Server" not in reply.headers
    assert "X-Powered-By" not in reply.headers


def _address(rule: str, submission: int) -> str:
    for sign, value in {
        "<int:submission_id>": str(submission), "<section_id>": "a", "<question_id>": "1",
        "<diary_number>": f"RS250{submission}", "<int:copy_id>": "1",
        "<int:number>": "1", "<int:given_id>": "1", "<kind>": "pdf",
        "<path:filename>": "redogor.css", "<sha256>": hashlib.sha256(PDF_BYTES).hexdigest(),
    }.items():  # fmt: skip
        rule = rule.replace(sign, value)
    return rule


def test_every_get_route_answers_with_the_headers(world: tuple[Stage, Flask]) -> None:
    """Each route by somebody who gets in, by a stranger, and where it is refused."""
    stage, app = world
    wanted = {
        "approval": 2,
        "handing-in": 3,
        "receipt": 4,
        "package.zip": 4,
        "case.pdf": 4,
        "1": 4,
        "weeding": 4,
    }
    people = {name: stage.sign_in(app, name)
              for name in ("strategist", "approver_with_delegation", "archivist",
                           "administrator")}  # fmt: skip
    got_in = set()
    rules = [route[4:] for route in routes_of(app) if route.startswith("GET ")]
    for rule in rules:
        last = _address(rule, 1).rpartition("/")[2]
        archived = "copies" in rule or "giving-out" in rule
        url = _address(rule, 4 if archived else wanted.get(last, 1))
        static = rule.startswith("/static")
        for client in (*(person.client for person in people.values()), app.test_client()):
            with client.get(url) as reply:
                check_headers(reply, static=static)
                if reply.status_code == 200:
                    got_in.add(rule)
    assert got_in == set(rules), "somebody got into each"


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
            "/submissions/3/handing-in", "/nowhere")),
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
    reply = stage.sign_in(app, "strategist").get(_address(
        "/submissions/<int:submission_id>/attachments/<sha256>", 1))  # fmt: skip
    assert reply.headers["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in reply.headers["Content-Security-Policy"]


# --- cookies -----------------------------------------------------------------------------


def _cookies(reply: TestResponse) -> dict[str, list[str]]:
    found = {}
    for line in reply.headers.getlist("Set-Cookie"):
        first, *rest = [part.strip() for part in line.split(";")]
        found[first.partition("=")[0]] = [part.lower() for part in rest]
    return found


def _https(stage: Stage) -> Flask:
    settings = read_settings(
        {}, instance=stage.settings.instance, https=True, demo=False, testing=True
    )
    return create_app(settings)


def test_cookies_behind_https(stage: Stage) -> None:
    app = _https(stage)
    client = app.test_client()
    base = {"base_url": "https://redogor.example"}
    page = client.get("/sign-in", **base)
    form = {"csrf_token": csrf_of(page.text), "email": address("strategist"), "password": PASSWORD}
    referer = {"Referer": "https://redogor.example/sign-in"}
    reply = client.post("/sign-in", data=form, headers=referer, **base)
    assert reply.status_code == 302
    for answer in (page, reply):
        cookies = _cookies(answer)
        assert set(cookies) == {"__Host-redogor"}
        flags = cookies["__Host-redogor"]
        assert {"secure", "httponly", "samesite=lax", "path=/"} <= set(flags)
        assert not any(flag.startswith("domain") for flag in flags), "__Host- allows no domain"
        assert answer.headers["Strict-Transport-Security"] == (
            "max-age=31536000; includeSubDomains")  # fmt: skip
    elsewhere = client.post("/language", data={**form, "language": "en"},
                            headers={"Referer": "https://evil.example/"}, **base)  # fmt: skip
    assert elsewhere.status_code == 400
    app.extensions["redogor"].database.close()


def test_cookies_without_https_are_still_closed_to_scripts(world: tuple[Stage, Flask]) -> None:
    cookies = _cookies(world[1].test_client().get("/sign-in"))
    assert set(cookies) == {"redogor"}
    assert {"httponly", "samesite=lax"} <= set(cookies["redogor"])


def test_https_is_only_off_in_the_demo(tmp_path: Path) -> None:
    with pytest.raises(UnsafeSettings, match="passwords would travel unencrypted"):
        read_settings({}, instance=tmp_path, https=False, demo=False)
    with pytest.raises(UnsafeSettings, match="shorter than 32 characters"):
        read_settings({"SECRET_KEY": "short"}, instance=tmp_path)


def test_signing_in_begins_a_new_session_and_signing_out_ends_it(stage: Stage) -> None:
    """A cookie from before signing in opens nothing after it; nor one from before signing out."""
    app = stage.app()
    client = app.test_client()
    token = csrf_of(client.get("/sign-in").text)
    before = client.get_cookie("redogor")
    form = {"csrf_token": token, "email": address("strategist"), "password": PASSWORD}
    client.post("/sign-in", data=form)
    inside = client.get_cookie("redogor")
    assert before is not None
    assert inside is not None
    assert before.value != inside.value
    assert _with_cookie(app, before.value).status_code == 302
    assert _with_cookie(app, inside.value).status_code == 200
    client.post("/sign-out", data={"csrf_token": csrf_of(client.get("/").text)})
    assert _with_cookie(app, inside.value).status_code == 302, "a stolen cookie is dead too"
    app.extensions["redogor"].database.close()


def _with_cookie(app: Flask, value: str) -> TestResponse:
    client = app.test_client()
    client.set_cookie("redogor", value)
    return client.get("/")


def test_a_session_that_was_idle_too_long_is_over(stage: Stage) -> None:
    app = stage.app()
    person = stage.sign_in(app, "strategist")
    start = stage.now
    stage.now = start + datetime.timedelta(hours=19)
    assert person.get("/").status_code == 200
    stage.now = start + datetime.timedelta(hours=38)
    assert person.get("/").status_code == 200, "it was seen 19 hours ago"
    stage.now = start + datetime.timedelta(hours=59)
    assert person.get("/").status_code == 302
    app.extensions["redogor"].database.close()


# --- signing in --------------------------------------------------------------------------


def _try(app: Flask, email: str, password: str) -> TestResponse:
    client = app.test_client()
    token = csrf_of(client.get("/sign-in").text)
    form = {"csrf_token": token, "email": email, "password": password}
    return client.post("/sign-in", data=form)


def test_ten_failures_lock_for_a_while(stage: Stage) -> None:
    app = stage.app()
    email = address("strategist")
    for _ in range(MOST_FAILURES - 1):
        assert _try(app, email, "fel").status_code == 401
    assert _try(app, email, PASSWORD).status_code == 302, "nine failures do not lock, and are over"
    for _ in range(MOST_FAILURES):
        assert _try(app, email, "fel").status_code == 401
    locked = _try(app, email, PASSWORD)
    assert locked.status_code == 401
    assert "låst en stund efter många försök" in locked.text
    assert _try(app, address("archivist"), PASSWORD).status_code == 302, "others are not locked"
    stage.now += LOCKED_FOR - datetime.timedelta(seconds=1)
    assert _try(app, email, PASSWORD).status_code == 401
    stage.now += datetime.timedelta(seconds=2)
    assert _try(app, email, PASSWORD).status_code == 302
    assert MOST_FAILURES == 10
    app.extensions["redogor"].database.close()


def test_failures_at_approval_count_too(stage: Stage) -> None:
    """Whoever sits down at an open browser cannot guess the password there either."""
    [submission] = stage.open("RS2501")
    stage.bring(submission, State.AWAITING_APPROVAL)
    app = stage.app()
    director = stage.sign_in(app, "approver_with_delegation")
    form = {"q.intyg": "1", "q.intyg.version": "0", "content_sha256": stage.shown(submission)}
    url = f"/submissions/{submission}/approval"
    for _ in range(MOST_FAILURES):
        assert director.post(url, {**form, "password": "fel"}).status_code == 403
    assert director.post(url, {**form, "password": PASSWORD}).status_code == 403
    assert stage.read(submission).state == State.AWAITING_APPROVAL
    app.extensions["redogor"].database.close()


def test_an_unknown_account_is_answered_as_a_wrong_password_is(stage: Stage) -> None:
    """Word for word: also where the account is locked or closed."""
    app = stage.app()
    pages = [_try(app, address("strategist"), "fel-lösenord"),
             _try(app, "nobody@demo.example", "fel-lösenord")]  # fmt: skip
    for _ in range(MOST_FAILURES):
        _try(app, address("archivist"), "fel")
    pages.append(_try(app, address("archivist"), PASSWORD))
    with stage.database.writing() as session:
        set_active(session, stage.actor("administrator"),
                   stage.accounts["strategist_2"], active=False)  # fmt: skip
    pages.append(_try(app, address("strategist_2"), PASSWORD))
    plain = {_without_what_differs(page.text) for page in pages}
    assert [page.status_code for page in pages] == [401] * 4
    assert len(plain) == 1
    assert {tuple(sorted(page.headers.keys())) for page in pages} == {
        tuple(sorted(pages[0].headers.keys()))}  # fmt: skip
    app.extensions["redogor"].database.close()


def _without_what_differs(page: str) -> str:
    """A page without its tokens and the address that was typed."""
    page = re.sub(r'(content|value)="[\w.-]{40,}"', "token", page)
    return re.sub(r"[\w.+-]+@demo\.example", "address", page)


def test_a_closed_account_is_out_at_once(stage: Stage) -> None:
    app = stage.app()
    person = stage.sign_in(app, "strategist")
    assert person.get("/").status_code == 200
    with stage.database.writing() as session:
        set_active(session, stage.actor("administrator"), stage.accounts["strategist"],
                   active=False)  # fmt: skip
    assert person.get("/").status_code == 302
    app.extensions["redogor"].database.close()


# --- what is never told ------------------------------------------------------------------


def test_demo_passwords_are_shown_in_the_demo_only(
    installation: Installation, stage: Stage
) -> None:
    passwords = [account["password"] for account in installation.accounts.values()]
    assert len(passwords) == 5
    page = installation.stranger().get("/sign-in").text
    assert all(password in page for password in passwords)
    told = installation.settings.instance / "demo_accounts.json"
    (stage.settings.instance / told.name).write_bytes(told.read_bytes())
    app = _https(stage)
    real = app.test_client().get("/sign-in", base_url="https://redogor.example").text
    assert "Logga in" in real
    assert not any(password in real for password in passwords)
    assert "demo.example" not in real
    app.extensions["redogor"].database.close()
    elsewhere = [installation.person(name).get("/").text for name in installation.accounts]
    assert not any(password in page for page in elsewhere for password in passwords)


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
        text = administrator.get(url).text
        assert "argon2" not in text
        assert PASSWORD not in text
