"""That nobody can tell who answered a survey, or when: on disk, in the log, in headers."""

from __future__ import annotations

import contextlib
import datetime
import http.client
import logging
import re
import urllib.parse
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlmodel import SQLModel

from survey_app.store.tables import Ballot, Login
from tests.conftest import DEMO_ACCOUNTS, serving
from tests.days import swedish_today
from tests.stage import Stage
from tests.surveys.asking import GOOD, Poll

AGENT, ADDRESS, REFERRER = "Sökmig/1.0 (Telefon)", "203.0.113.77", "https://intranet.example/epost"


def form_of(client: FlaskClient, link: str, **more: Any) -> dict[str, str]:
    """What the page sends when one question is answered."""
    page = client.get(f"/ballots/{link}").text
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    return {**fields, "q.bra": GOOD, **more}


def send(app: Flask, link: str, **more: Any) -> Any:
    client = app.test_client(use_cookies=True)
    client.environ_base.update(REMOTE_ADDR=ADDRESS, HTTP_USER_AGENT=AGENT, HTTP_REFERER=REFERRER)
    return client, client.post(f"/ballots/{link}", data=form_of(client, link, **more))


def stored(stage: Stage) -> Iterator[tuple[str, bytes]]:
    """Every file of the installation, the database with its journal among them."""
    for path in sorted(stage.settings.instance.rglob("*")):
        if path.is_file():
            yield path.name, path.read_bytes()


def test_nothing_of_who_is_stored_or_logged(
    poll: Poll, app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    poll.open()
    with caplog.at_level(logging.DEBUG):
        for _ in range(6):
            _client, reply = send(app, poll.link)
            assert reply.status_code == 303, reply.text
            send(app, "guessed-" + "x" * 14)
            send(app, poll.link, **{"q.bra": "x" * 1001})
    assert len(poll.ballots()) == 6
    words = [AGENT.encode(), ADDRESS.encode(), REFERRER.encode()]
    found = [(name, word) for name, data in stored(poll.stage) for word in words if word in data]
    assert found == []
    kept = b"".join(data for _name, data in stored(poll.stage))
    assert GOOD.encode() in kept, "the sweep looks where answers are"
    for said in (poll.link, ADDRESS, AGENT, "guessed-"):
        assert said not in caplog.text


def test_a_ballot_leaves_no_line_no_entry_and_no_name_of_a_request(
    poll: Poll, app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    poll.open()

    def entries() -> int:
        with poll.stage.database.reading() as session:
            return int(session.execute(text("SELECT count(*) FROM security_entry")).scalar_one())

    before = entries()
    with caplog.at_level(logging.INFO):
        _client, sent = send(app, poll.link)
        _client, refused = send(app, poll.link, **{"q.bra": "x" * 1001})
        guessed = app.test_client().get("/ballots/guessed")
        assert caplog.text == ""
        elsewhere = app.test_client().get("/sign-in")
    assert (sent.status_code, guessed.status_code) == (303, 404)
    for reply in (sent, refused, guessed):
        assert "X-Request-ID" not in reply.headers
    assert entries() == before
    assert elsewhere.headers["X-Request-ID"] in str(caplog.records[-1].__dict__), "it looks right"


def test_no_cookie_is_set_and_no_other_site_is_told(poll: Poll, app: Flask) -> None:
    poll.open()
    client, sent = send(app, poll.link)
    guessed = client.get("/ballots/guessed")
    long = client.post(f"/ballots/{poll.link}", data={"q.bra": "x" * 70_000})
    assert (guessed.status_code, long.status_code) == (404, 413)
    replies = [
        client.get(f"/ballots/{poll.link}"),
        client.get("/ballots/thanks"),
        sent,
        guessed,
        long,
    ]
    for reply in replies:
        assert "Set-Cookie" not in reply.headers
        assert reply.headers["Referrer-Policy"] == "no-referrer"
        assert reply.headers["Cache-Control"] == "no-store"
        assert reply.headers["X-Robots-Tag"] == "noindex"
        assert "csrf" not in reply.text


def test_a_person_who_is_signed_in_is_not_noted(poll: Poll, app: Flask) -> None:
    poll.open()
    person = poll.stage.sign_in(app, "strategist")

    def seen() -> list[Any]:
        with poll.stage.database.reading() as session:
            return [row.seen for row in session.execute(select(Login)).scalars()]

    before = seen()
    poll.stage.now += datetime.timedelta(minutes=30)
    reply = person.client.post(f"/ballots/{poll.link}", data=form_of(person.client, poll.link))
    assert reply.status_code == 303
    assert "Set-Cookie" not in reply.headers
    assert seen() == before
    person.get("/")
    assert seen() != before, "elsewhere a person is noted, so the test would see it"


def everything(stage: Stage) -> dict[str, list[Any]]:
    """All rows of all tables."""
    with stage.database.reading() as session:
        return {
            table.name: sorted(map(tuple, session.execute(select(table))), key=repr)
            for table in SQLModel.metadata.sorted_tables
        }


@pytest.mark.parametrize(
    ("shown", "single", "touched"),
    [("after_closing", False, {"ballot"}), ("after_closing", True, {"ballot", "answer_link"}),
     ("in_fives", False, {"ballot", "survey"})],
)  # fmt: skip
def test_an_answer_is_a_row_more_and_changes_nothing_else(
    poll: Poll, app: Flask, shown: str, single: bool, touched: set[str]
) -> None:
    """So nothing tells when it came: no time, no counter, no link of a chain."""
    poll.open(shown=shown)
    links = poll.singles(5) if single else [poll.link] * 5
    before = everything(poll.stage)
    days = swedish_today().isoformat()
    for link in links:
        assert send(app, link)[1].status_code == 303
    after = everything(poll.stage)
    assert {name for name, rows in after.items() if rows != before[name]} == touched
    assert len(after["ballot"]) == 5
    for name in touched:
        assert not any(isinstance(cell, datetime.date) for row in after[name] for cell in row)
        assert days not in repr(after[name])


def test_a_server_writes_no_line_of_who_answers(poll: Poll, app: Flask) -> None:
    """Neither where an answer comes in, nor where a link is guessed: a real one, with its log."""
    poll.open()
    body = urllib.parse.urlencode(form_of(app.test_client(), poll.link))
    folder = poll.stage.settings.instance
    (folder / DEMO_ACCOUNTS).write_text("[]", encoding="utf-8")
    said_to = {"User-Agent": AGENT.encode().decode("latin-1"), "Referer": REFERRER}
    with serving(folder, options=("--processes", "1")) as server:
        for token, status in ((poll.link, 303), ("guessed-" + "x" * 14, 404)):
            line = http.client.HTTPConnection("127.0.0.1", int(server.url.rpartition(":")[2]))
            headers = {**said_to, "Content-Type": "application/x-www-form-urlencoded"}
            with contextlib.closing(line):
                line.request("POST", f"/ballots/{token}", body, headers)
                with line.getresponse() as reply:
                    assert (reply.status, reply.read() != b"") == (status, True)
    assert len(poll.ballots()) == 1
    log = server.log.read_bytes()
    for said in ("/ballots", AGENT, REFERRER, poll.link, "guessed-", GOOD):
        assert said.encode() not in log


def test_rows_have_no_order_and_no_time(poll: Poll) -> None:
    poll.open()
    for number in range(40):
        poll.cast({"bra": f"{number:02}"})
    with poll.stage.database.reading() as session:
        rows = session.execute(select(Ballot.answers)).scalars().all()
        made = session.execute(
            text("SELECT sql FROM sqlite_master WHERE name IN ('ballot', 'answer_link')")
        ).scalars()
        assert all("WITHOUT ROWID" in sql and "TIME" not in sql.upper() for sql in made)
        with pytest.raises(Exception, match="no such column: rowid"):
            session.execute(text("SELECT rowid FROM ballot"))
    assert list(rows) != sorted(rows)


def test_a_failure_is_logged_without_what_was_answered(
    poll: Poll, app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    poll.open()
    with poll.stage.database.writing() as session:
        session.execute(text(
            "CREATE TRIGGER broken BEFORE INSERT ON ballot "
            "BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        ))  # fmt: skip
    _client, reply = send(app, poll.link)
    assert reply.status_code == 500
    assert "the disk is full" in caplog.text
    for said in (GOOD, poll.link, "lyssnade", GOOD[:10]):
        assert said not in caplog.text
