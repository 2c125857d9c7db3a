"""The signal to stop while people save: what was begun is answered, and what was answered stays."""

from __future__ import annotations

import contextlib
import datetime
import http.client
import json
import signal
import threading
import time
from pathlib import Path

from sqlalchemy import text

from survey_app.services.accounts.sign_in import issue_token
from survey_app.store.engine import Database
from tests.conftest import GNV, Server, serving
from tests.databases import url_of

URL = f"/api/v1/submissions/{GNV}/answers/"


def _token(server: Server) -> str:
    database = Database(url_of(server.instance))
    with database.writing() as session:
        token = issue_token(session, "strateg@demo.example", datetime.datetime.now(datetime.UTC))
    database.close()
    return token


def _connection(server: Server) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=60)


def _ask(server: Server, path: str) -> int:
    with contextlib.closing(_connection(server)) as connection:
        connection.request("GET", path)
        return connection.getresponse().status


def _version(server: Server, token: str) -> int:
    """The version of the answer that is saved again and again."""
    connection = _connection(server)
    path = f"/api/v1/submissions/{GNV}"
    connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
    answers = json.loads(connection.getresponse().read())["answers"]
    connection.close()
    return int(answers["1"]["version"]) if "1" in answers else 0


def _save_on(server: Server, token: str, kept: list[str]) -> None:
    """Save again and again on one connection, until it is closed; note what was acknowledged."""
    connection, version, number = _connection(server), _version(server, token), 0
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    try:
        while True:
            number += 1
            value = f"Sparad {number}."
            body = json.dumps({"value": value, "version": version})
            connection.request("PUT", URL + "1", body, headers)
            reply = connection.getresponse()
            told = json.loads(reply.read())
            if reply.status == 200:
                kept.append(value)
                version = told["version"]
            else:
                raise AssertionError(told)
    except (OSError, http.client.HTTPException):
        connection.close()


def test_nothing_acknowledged_is_lost_and_what_is_under_way_is_answered(instance: Path) -> None:
    with serving(instance, environment={"SURVEY_APP_DRAIN": "2"}) as server:
        token, kept = _token(server), list[str]()
        saving = threading.Thread(target=_save_on, args=(server, token, kept))
        saving.start()
        half = _connection(server)
        body = json.dumps({"value": "Kom fram i två delar", "version": 0}).encode()
        half.putrequest("PUT", URL + "10")
        half.putheader("Authorization", f"Bearer {token}")
        half.putheader("Content-Type", "application/json")
        half.putheader("Content-Length", str(len(body)))
        half.endheaders(body[:10])
        while len(kept) < 5 and saving.is_alive():
            time.sleep(0.05)
        server.process.send_signal(signal.SIGTERM)
        while _ask(server, "/readyz") != 503:
            time.sleep(0.02)
        assert _ask(server, "/healthz") == 200, "it goes on answering while a balancer turns away"
        _wait_until_closed(server)
        half.send(body[10:])
        reply = half.getresponse()
        assert reply.status in (200, 409), reply.read()
        half.close()
        assert server.process.wait(40) == 0
        saving.join(10)
        _holds(server, kept)


def _wait_until_closed(server: Server) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            _ask(server, "/healthz")
        except OSError:
            return
        time.sleep(0.1)
    raise AssertionError("the socket was never closed")


def _holds(server: Server, kept: list[str]) -> None:
    database = Database(url_of(server.instance))
    with database.reading() as session:
        rows = session.execute(text("SELECT value FROM revision WHERE question = '1'")).scalars()
        there = "\n".join(value for value in rows if value)
    database.close()
    assert [value for value in kept if value not in there] == []
    assert len(kept) >= 5
