"""Signing in: its cookies and sessions, what failures lead to, and that they tell nothing."""

from __future__ import annotations

import datetime
import re

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from survey_app import create_app
from survey_app.config import read_settings
from survey_app.core.workflow import State
from survey_app.services.accounts.account import set_active
from survey_app.services.accounts.sign_in import LOCKED_FOR, MOST_FAILURES
from survey_app.store.tables import Login

from .conftest import Installation, Person, csrf_of
from .stage import PASSWORD, Stage, address
from .workflow.decisions import DIRECTOR, approval_form


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


def test_cookies_without_https_are_still_closed_to_scripts(stage: Stage) -> None:
    app = stage.app()
    cookies = _cookies(app.test_client().get("/sign-in"))
    assert set(cookies) == {"redogor"}
    assert {"httponly", "samesite=lax"} <= set(cookies["redogor"])
    app.extensions["redogor"].database.close()


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


def test_demo_passwords_are_shown_in_the_demo_only(
    installation: Installation, stage: Stage
) -> None:
    passwords = [account["password"] for account in installation.accounts.values()]
    assert len(passwords) == 8
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


def test_signing_in_anew_ends_the_login_before(stage: Stage) -> None:
    """By the dialog in place, too: a browser has one login (ASVS 5.0, 7.2.4)."""
    app = stage.app()
    person = stage.sign_in(app, "strategist")
    before = person.client.get_cookie("redogor")
    said = {"email": address("strategist"), "password": PASSWORD}
    assert person.client.post("/api/v1/session", json=said).status_code == 200
    after = person.client.get_cookie("redogor")
    assert before is not None
    assert after is not None
    assert _with_cookie(app, after.value).status_code == 200
    assert _with_cookie(app, before.value).status_code == 302
    app.extensions["redogor"].database.close()


def _director_at_a_sent_one(stage: Stage, app: Flask) -> tuple[Person, str, dict[str, str]]:
    [submission] = stage.open("RS2501")
    stage.save(submission, "1", "Text", 0)
    stage.send(submission)
    form = approval_form(stage, stage.shown(submission))
    return stage.sign_in(app, DIRECTOR), f"/submissions/{submission}/approval", form


def _cookie(person: Person) -> str:
    cookie = person.client.get_cookie("redogor")
    assert cookie is not None
    return cookie.value


def test_showing_anew_who_one_is_ends_the_secret_before(stage: Stage) -> None:
    """One and the same login goes on by a new secret (ASVS 5.0, 7.2.4); a failure changes none."""
    app = stage.app()
    director, url, form = _director_at_a_sent_one(stage, app)
    before = _cookie(director)
    assert director.post(url, {**form, "password": "fel-lösenord-här"}).status_code == 403
    assert _cookie(director) == before
    assert director.post(url, form).status_code == 302
    assert director.get("/").status_code == 200  # the browser shows what it was given
    after = _cookie(director)
    assert after != before
    assert _with_cookie(app, before).status_code == 302, "a copied cookie is dead"
    assert _with_cookie(app, after).status_code == 200
    with stage.database.reading() as session:
        [held] = session.execute(select(Login)).scalars()
    assert held.since == stage.now
    app.extensions["redogor"].database.close()


def _with_the_first_reply_thrown_away(
    director: Person, url: str, form: dict[str, str]
) -> tuple[str, str]:
    """Attest in a browser that keeps the cookie it had; that one, and the one it was given."""
    before = _cookie(director)
    assert director.post(url, form).status_code == 302
    after = _cookie(director)
    director.client.set_cookie("redogor", before)
    return before, after


def test_who_never_got_the_new_secret_is_still_signed_in(stage: Stage) -> None:
    """A button that is pressed twice: the browser throws the first reply away, cookie and all."""
    app = stage.app()
    director, url, form = _director_at_a_sent_one(stage, app)
    before, _ = _with_the_first_reply_thrown_away(director, url, form)
    assert director.post(url, form).status_code == 303, "it is said that it is approved already"
    assert director.get("/account").status_code == 200
    director.client.set_cookie("redogor", before)
    others = stage.sign_in(app, DIRECTOR)
    told = {"password": PASSWORD, "new_password": "ett-helt-annat-lösenord"}
    assert director.post("/account/password", told).status_code == 302
    assert others.get("/").status_code == 302, "another browser is out"
    assert director.get("/").status_code == 200
    assert _with_cookie(app, before).status_code == 302
    app.extensions["redogor"].database.close()


def test_signing_out_by_the_secret_before_ends_the_login(stage: Stage) -> None:
    app = stage.app()
    director, url, form = _director_at_a_sent_one(stage, app)
    before, after = _with_the_first_reply_thrown_away(director, url, form)
    director.post("/sign-out")
    assert _with_cookie(app, before).status_code == 302
    assert _with_cookie(app, after).status_code == 302
    app.extensions["redogor"].database.close()


def test_every_page_of_somebody_signed_in_leads_out(stage: Stage) -> None:
    app = stage.app()
    [submission] = stage.open("RS2501")
    person = stage.sign_in(app, "strategist")
    for url in ("/", "/cases/RS2501", f"/submissions/{submission}", "/mine", "/account",
                f"/submissions/{submission}/sections/a", "/messages", "/nowhere"):  # fmt: skip
        page = person.get(url).text
        assert re.search(r'<form[^>]*action="/sign-out"', page), url
    app.extensions["redogor"].database.close()
