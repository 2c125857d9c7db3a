"""Shared ground: a demo made once, copied for every test; clients that sign in; a real server."""

from __future__ import annotations

import fcntl
import gc
import json
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import argon2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey_app import create_app
from survey_app.config import DEMO_ACCOUNTS, Settings, read_settings
from survey_app.services import demo
from survey_app.services.keys.key import open_key
from survey_app.services.rounds import demo as round_demo
from survey_app.services.specification import questionnaire_files
from survey_app.store.engine import Database
from survey_app.store.migration import migrate
from tests import databases
from tests.compiled_once import keep_compiled_addresses, keep_compiled_statements
from tests.databases import (
    common_folder,
    copy_installation,
    database_environment,
    database_kind,
    lay_out,
    new_database,
    no_connections_left,
    no_databases_left,
    postgresql,
    postgresql_url,
)
from tests.memory import lay_in_memory
from tests.order import longest_first
from tests.read_only import refuse_to_hold_when_reading
from tests.serving import (
    PATIENCE,
    Server,
    answers,
    free_port,
    running,
    serving,
    serving_by_gunicorn,
    wait_for,
)

if TYPE_CHECKING:
    from tests.stage import Stage

# Fixtures of another module, and what other tests know from this one.
__all__ = [
    "PATIENCE",
    "Server",
    "answers",
    "database_kind",
    "free_port",
    "new_database",
    "no_connections_left",
    "no_databases_left",
    "postgresql",
    "postgresql_url",
    "running",
    "serving",
    "serving_by_gunicorn",
    "wait_for",
]

# Servers start by the dozen: what Python and Jinja compile is kept, whatever is said around us.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Real argon2, at its cheapest: a thousand sign-ins must not take an hour.
CHEAP = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

GNV, GRANT, GNV_DONE, GRANT_DONE = 1, 2, 3, 4
"""The demo's submissions: two in draft (RS250393), two archived (RS259999)."""


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "both_databases: about what SQLite and PostgreSQL do alike")
    config.addinivalue_line("markers", "only_sqlite(why): reads or harms the file itself")
    config.addinivalue_line("markers", "only_postgresql(why): asks the server itself")
    lay_in_memory()
    keep_compiled_statements()
    keep_compiled_addresses()
    refuse_to_hold_when_reading()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    databases.parametrize(metafunc)


def pytest_collection_finish() -> None:
    """What is there before the first test stays until the last: garbage is not looked for in it.

    Else each look at all objects is one at thousands of tests and every module. It is looked for
    more seldom, too: tests make and drop many objects.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 20)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    databases.deselect(config, items)
    longest_first(items)


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
    base = common_folder(factory)
    folder, making = base / name, base / f"{name}-making"
    with (base / f"{name}-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            shutil.rmtree(making, ignore_errors=True)
            make(making)
            making.rename(folder)
    return folder


@pytest.fixture(scope="session")
def demo_template(database_kind: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance folder with the demo, at rest."""
    return made_once(tmp_path_factory, f"demo-template-{database_kind}",
                     lambda folder: make_demo(_demo_in(lay_out(folder))))  # fmt: skip


@pytest.fixture(scope="session")
def rounds_template(
    database_kind: str, demo_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """An instance folder with the demo and its rounds, at rest."""

    def make(folder: Path) -> None:
        make_rounds(_demo_in(copy_installation(demo_template, folder, kept=True)))

    return made_once(tmp_path_factory, f"rounds-template-{database_kind}", make)


def _demo_in(folder: Path) -> Settings:
    return read_settings(
        database_environment(folder), instance=folder, demo=True, https=False, testing=True
    )


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
    settings = read_settings(
        database_environment(folder) | (environment or {}), instance=folder, testing=True
    )
    told = json.loads((folder / DEMO_ACCOUNTS).read_text(encoding="utf-8"))
    accounts = {account["email"].partition("@")[0]: account for account in told}
    return Installation(settings, accounts, create_app(settings))


@pytest.fixture
def instance(demo_template: Path, tmp_path: Path) -> Path:
    """A copy of the demo's folder for one test."""
    return copy_installation(demo_template, tmp_path / "instance")


@pytest.fixture
def installation(instance: Path) -> Iterator[Installation]:
    """The demo, of its own for one test."""
    opened = open_installation(instance)
    yield opened
    opened.database.close()


@pytest.fixture
def rounds_instance(rounds_template: Path, tmp_path: Path) -> Path:
    """A copy of the folder with rounds for one test."""
    return copy_installation(rounds_template, tmp_path / "instance")


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
