"""The processes behind one socket: where one dies the rest go on; none outlives the first."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from survey_app.store.engine import Database, sqlite_module
from survey_app.web.rehearsal import read_ahead
from tests.conftest import GNV, GRANT, Installation, Server, answers, serving

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="workers are found in /proc, which Linux has"
)


def workers_of(process: int) -> set[int]:
    """The living children of a process."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
        except OSError:  # gone meanwhile
            continue
        if int(parent) == process and state != "Z":
            found.add(int(folder.name))
    return found


def soon(holds: Callable[[], bool]) -> bool:
    """Whether something holds within ten seconds."""
    end = time.monotonic() + 10
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def is_free(port: int) -> bool:
    """Whether nobody listens on a port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def answers_ten_times(server: Server) -> bool:
    """Whether the server answers ten times in a row."""
    return all(answers(f"{server.url}/sign-in", 60) for _ in range(10))


def test_where_one_dies_the_others_go_on(instance: Path) -> None:
    with serving(instance, options=("--processes", "3")) as server:
        beside = workers_of(server.process.pid)
        assert len(beside) == 2
        os.kill(min(beside), signal.SIGKILL)
        assert soon(lambda: "the others go on" in server.log.read_text(encoding="utf-8"))
        assert answers_ten_times(server)


def test_there_are_as_many_as_cores_up_to_two(server: Server) -> None:
    assert len(workers_of(server.process.pid)) == min(2, os.cpu_count() or 1) - 1


def test_none_outlives_the_first(instance: Path) -> None:
    with serving(instance) as server:
        port = int(server.url.rpartition(":")[2])
        server.process.kill()
        server.process.wait(10)
        assert soon(lambda: is_free(port))


def test_the_signal_to_stop_ends_all_in_order(instance: Path) -> None:
    with serving(instance) as server:
        port = int(server.url.rpartition(":")[2])
        server.process.terminate()
        assert server.process.wait(10) == 0
        assert is_free(port)


def test_one_process_is_enough(instance: Path) -> None:
    with serving(instance, options=("--processes", "1")) as server:
        assert answers_ten_times(server)
        assert workers_of(server.process.pid) == set()


def opened_here(path: Path) -> int:
    """How often this process has a file open."""
    return sum(os.path.realpath(held) == str(path) for held in Path("/proc/self/fd").iterdir())


def test_what_is_read_before_the_fork_leaves_no_connection_to_be_shared(
    installation: Installation,
) -> None:
    path = (installation.settings.instance / "redogor.db").resolve()
    with installation.database.reading() as session, installation.database.writing() as writer:
        for each in (session, writer):
            each.execute(text("SELECT 1"))
        assert opened_here(path) >= 2
    assert opened_here(path) >= 2, "connections at rest stay open"
    read_ahead(installation.app)
    assert opened_here(path) == 0


def test_what_is_rehearsed_before_the_fork_writes_nothing(installation: Installation) -> None:
    path = installation.settings.instance / "redogor.db"
    with contextlib.closing(sqlite_module().connect(path)) as other:
        # A number that changes as any other connection commits.
        seen = other.execute("PRAGMA data_version").fetchone()
        read_ahead(installation.app)
        assert other.execute("PRAGMA data_version").fetchone() == seen
        with installation.database.writing() as session:
            session.execute(text("UPDATE cases SET title = 'Ny'"))
        assert other.execute("PRAGMA data_version").fetchone() != seen


def test_a_form_that_cannot_be_shown_does_not_keep_the_server_from_starting(
    installation: Installation, caplog: pytest.LogCaptureFixture
) -> None:
    with installation.database.writing() as session:
        session.execute(
            text("UPDATE answer SET value = '{' WHERE submission_id = :one"), {"one": GNV}
        )
    read_ahead(installation.app)
    assert f"/submissions/{GNV}/questions could not be rehearsed" in caplog.text
    assert f"/submissions/{GRANT}/questions" not in caplog.text


def test_writers_of_all_processes_queue_at_one_lock(instance: Path) -> None:
    path = instance / "redogor.db"
    database = Database(f"sqlite:///{path}")
    with Path(f"{path}-writer").open("ab") as queue:
        with database.writing(), pytest.raises(BlockingIOError):
            fcntl.flock(queue, fcntl.LOCK_SH | fcntl.LOCK_NB)
        fcntl.flock(queue, fcntl.LOCK_EX | fcntl.LOCK_NB)
    database.close()
