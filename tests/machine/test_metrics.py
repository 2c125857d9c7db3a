"""The figures for Prometheus: of all processes together, and of nobody in particular."""

from __future__ import annotations

import http.client
import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from survey_app.services.accounts.sign_in import issue_token
from survey_app.store.engine import Database
from survey_app.web.metrics import sizes
from tests.conftest import GNV, Installation, Server, serving
from tests.databases import url_of
from tests.stage import Stage

TOKEN = "a-token-of-twenty-characters"


def _ask(server: Server, method: str, path: str, token: str, body: str = "") -> tuple[int, str]:
    """One request on a connection of its own, which either process may take."""
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=60)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connection.request(method, path, body or None, headers)
    reply = connection.getresponse()
    told = reply.status, reply.read().decode()
    connection.close()
    return told


def _figures(server: Server) -> dict[str, float]:
    status, told = _ask(server, "GET", "/metrics", TOKEN)
    assert status == 200, told
    pairs = re.findall(r"^(redogor_\S+) (\S+)$", told, re.MULTILINE)
    return {name: float(value) for name, value in pairs}


def test_two_processes_add_up_and_the_dead_are_forgotten_at_the_next_start(instance: Path) -> None:
    database = Database(url_of(instance))
    with database.writing() as session:
        bearer = issue_token(session, "strateg@demo.example", datetime.now(UTC))
    database.close()
    environment = {"SURVEY_APP_METRICS_TOKEN": TOKEN}
    with serving(instance, environment=environment, options=("--processes", "2")) as server:
        for _ in range(40):
            assert _ask(server, "GET", f"/api/v1/submissions/{GNV}", bearer)[0] == 200
        body = json.dumps({"value": "x", "version": 999})
        path = f"/api/v1/submissions/{GNV}/answers/1"
        assert _ask(server, "PUT", path, bearer, body)[0] == 409
        _ask(server, "GET", "/ballots/no-such-link-as-this", bearer)
        assert _ask(server, "GET", "/metrics", "wrong")[0] == 401
        figures = _figures(server)
        text = _ask(server, "GET", "/metrics", TOKEN)[1]
    counting = {path.stem.rpartition("_")[2] for path in (instance / "metrics").glob("*.db")}
    assert len(counting) == 2, "both processes counted"
    of = 'redogor_requests_total{endpoint="api.show",status="2xx"}'
    assert figures[of] == 40, sorted(figures)
    assert figures['redogor_saves_total{outcome="stale"}'] == 1
    assert figures['redogor_request_seconds_count{sort="read"}'] >= 40
    assert figures["redogor_database_bytes"] > 100_000
    assert figures["redogor_security_chain_length"] > 0
    for taboo in ("ballot", "strateg@", "demo.example", "/readyz", "machine."):
        assert taboo not in text
    with serving(instance, environment=environment) as server:
        assert of not in _figures(server)


@pytest.mark.both_databases
def test_the_size_of_the_database_is_told(stage: Stage) -> None:
    with stage.database.looking() as connection:
        told = sizes(stage.settings, connection)
    of_sqlite = {"wal_bytes"} if stage.settings.database_url.startswith("sqlite") else set()
    assert {"database_bytes"} <= set(told) <= {"database_bytes"} | of_sqlite
    assert told["database_bytes"] > 100_000


def test_there_is_no_such_page_without_a_token(installation: Installation) -> None:
    assert installation.stranger().get("/metrics").status_code == 404


def test_the_library_is_not_even_read_without_a_token(instance: Path) -> None:
    code = ("import sys; from survey_app import create_app; from survey_app.config import"
            " read_settings; create_app(read_settings(testing=True));"
            " print('prometheus_client' in sys.modules)")  # fmt: skip
    environment = {**os.environ, "SURVEY_APP_INSTANCE": str(instance)}
    told = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert told.stdout == "False\n"
