"""The log: what a line tells, what it never tells, and that nobody writes a line of their own."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from survey_app.services.accounts.sign_in import issue_token
from survey_app.web import log
from tests.conftest import GNV, Installation, csrf_of, open_installation

NOISE = "Svaret-som-ingen-logg-får-ha"


class Lines:
    """What is logged while a test runs, as the server would write it."""

    def __init__(self) -> None:
        self.stream = io.StringIO()
        self.handler = logging.StreamHandler(self.stream)
        self.handler.setFormatter(log.JsonLines())

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    def read(self, message: str = "request") -> list[dict[str, Any]]:
        found = [json.loads(line) for line in self.text.splitlines()]
        return [line for line in found if line["message"] == message]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """Everything that is logged, at the level of the server."""
    root, here = logging.getLogger(), Lines()
    loggers = [root, log.log, log.security]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.INFO)
    root.addHandler(here.handler)
    yield here
    root.removeHandler(here.handler)
    for logger, level in zip(loggers, before, strict=True):
        logger.setLevel(level)


def test_a_line_says_who_asked_what_and_how_it_went(
    lines: Lines, installation: Installation
) -> None:
    strategist = installation.person("strateg")
    reply = strategist.get(f"/submissions/{GNV}?secret=query")
    [line] = [item for item in lines.read() if item["endpoint"] == "submissions.show"]
    assert (line["status"], line["account"], line["submission_id"]) == (200, 1, GNV)
    assert line["request"] == reply.headers["X-Request-ID"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["at"])
    assert len(line["login"]) == 16
    assert "address" not in line
    assert "query" not in lines.text


def test_a_failure_tells_from_where_and_is_in_the_security_log(
    lines: Lines, installation: Installation
) -> None:
    stranger = installation.stranger()
    form = {"csrf_token": csrf_of(stranger.get("/sign-in").text), "password": NOISE,
            "email": installation.accounts["strateg"]["email"]}  # fmt: skip
    reply = stranger.post("/sign-in", data=form)
    assert lines.read()[-1]["address"] == "127.0.0.1"
    [entry] = lines.read("security")
    assert (entry["event"], entry["account"]) == ("sign_in_failed", 1)
    assert entry["request"] == reply.headers["X-Request-ID"] == lines.read()[-1]["request"]


def test_an_unforeseen_error_is_told_by_its_place_and_not_by_its_words(
    lines: Lines, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def planted() -> str:
        raise ValueError(NOISE)

    monkeypatch.setitem(installation.app.view_functions, "mine.show", _as_before(
        planted, installation.app.view_functions["mine.show"]))  # fmt: skip
    page = installation.person("strateg").get("/mine")
    [line] = lines.read("unforeseen")
    assert line["error"]["sort"] == ["ValueError"]
    assert any("planted" in place for place in line["error"]["at"])
    assert line["request"] == page.headers["X-Request-ID"]
    assert line["request"] in page.text
    assert NOISE not in lines.text


def _as_before(view: Any, other: Any) -> Any:
    view.permission = other.permission
    return view


@pytest.mark.parametrize(
    "typed", ["/cases/RS%0d%0aINFO%20planted", "/cases/x%E2%80%A8planted", "/planted%00%1b[31m"]
)
def test_nobody_writes_a_line_of_their_own(
    lines: Lines, installation: Installation, typed: str
) -> None:
    installation.person("strateg").get(typed)
    assert "planted" not in lines.text
    record = logging.makeLogRecord({"msg": "one\r\ntwo\u2028three\x1b[31m", "levelname": "INFO"})
    assert len(log.TextLines().format(record).splitlines()) == 1
    assert len(log.JsonLines().format(record).splitlines()) == 1


@pytest.mark.parametrize(
    ("https", "forwarded", "given", "kept"),
    [
        (True, True, "0123abcd-proper", True),
        (True, False, "0123abcd-proper", False),  # not by the proxy
        (False, True, "0123abcd-proper", False),  # there is no proxy
        (True, True, "short", False),
        (True, True, "x" * 65, False),
        (True, True, "with space and <b>", False),
    ],
)
def test_the_name_of_a_request_comes_from_the_proxy_only(
    instance: Path, https: bool, forwarded: bool, given: str, kept: bool
) -> None:
    opened = open_installation(instance, {"SURVEY_APP_HTTPS": "1" if https else "0"})
    headers = {"X-Request-ID": given, **({"X-Forwarded-For": "192.0.2.1"} if forwarded else {})}
    told = opened.stranger().get("/sign-in", headers=headers).headers["X-Request-ID"]
    opened.database.close()
    assert (told == given) is kept
    assert re.fullmatch(r"[A-Za-z0-9-]{8,64}", told)


def test_no_secret_and_no_answer_is_in_the_log_of_a_whole_walk(
    lines: Lines, installation: Installation
) -> None:
    """Every page of the menu, a save, a refused save, a token, signing in right and wrong."""
    secrets = {account["password"] for account in installation.accounts.values()}
    for name in ("strateg", "direktor", "arkivarie", "admin"):
        person = installation.person(name)
        for path in ("/", "/mine", "/accounts", "/outbox", "/messages", "/units", "/delegations",
                     f"/submissions/{GNV}", "/cases/RS250393", "/api/v1/submissions"):  # fmt: skip
            person.get(path, query_string={"q": NOISE})
        cookie = person.client.get_cookie("redogor")
        assert cookie is not None
        secrets |= {cookie.value, person.token}
    strategist = installation.person("strateg")
    for version in (strategist.version(GNV, "2"), 99):
        strategist.save(GNV, "2", NOISE, version)
    with installation.database.writing() as session:
        token = issue_token(session, "strateg@demo.example", installation.app.extensions[
            "redogor"].clock())  # fmt: skip
    bearer = {"Authorization": f"Bearer {token}"}
    installation.stranger().get("/api/v1/submissions", headers=bearer)
    stranger = installation.stranger()
    stranger.get(f"/{NOISE}")
    stranger.post("/api/v1/session", json={"email": f"{NOISE}@x.example", "password": NOISE})
    shown = strategist.submission(GNV)["answers"].values()
    texts = {str(answer["value"]) for answer in shown if len(str(answer["value"])) > 12}
    assert len(lines.read()) > 40
    assert len(texts) > 5
    people = {account["email"] for account in installation.accounts.values()}
    found = [item for item in {*secrets, token, NOISE, *texts, *people} if item in lines.text]
    assert found == []


def test_the_sweep_would_find_a_form_value(lines: Lines, installation: Installation) -> None:
    logging.getLogger("survey_app.planted").warning("typed: %s", NOISE)
    assert NOISE in lines.text.encode().decode("unicode_escape")


def test_ballots_and_watchers_leave_no_line_and_no_name(
    lines: Lines, installation: Installation
) -> None:
    stranger = installation.stranger()
    for path in ("/ballots/thanks", "/ballots/no-such-link", "/ballots/a/b", "/healthz", "/readyz"):
        reply = stranger.get(path)
        assert ("X-Request-ID" in reply.headers) == path.endswith("z")
    assert lines.text == ""
