"""Calls of the system that fail while an answer is saved, one by one: never a false "sparat".

strace lets a call of the running server fail (EIO, ENOSPC) as a disk would, at each place where a
save writes, syncs, reads or opens a file of the database. After every few points the server is
killed with -9, and what is in the file is held against what was acknowledged.
A release walks two hundred points (``REDOGOR_FAULTS=200``).
"""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import GNV, Server, serving
from tests.durability.ledger import Ledger, assert_whole, lost
from tests.durability.people import Colleague, strategists

FAULTS = int(os.environ.get("REDOGOR_FAULTS", "12"))
EACH = 25
"""Points that a server lives through, before it is killed."""
ALONE = ("--processes", "1")
CALLS = ("pwrite64", "fsync", "pread64", "openat", "ftruncate")
CALL = re.compile(r"^\d+ +(\w+)\(", re.MULTILINE)
HASTY = Path(__file__).parent / "hasty"


class Point(NamedTuple):
    """The so manieth call of a sort, and with what it fails."""

    call: str
    number: int
    error: str


@pytest.fixture(autouse=True)
def strace() -> None:
    """There is strace, and it may look into processes here."""
    found = shutil.which("strace")
    if found is None:
        pytest.fail("There is no strace. Type: sudo apt-get install strace", pytrace=False)
    with subprocess.Popen(["sleep", "30"]) as other:
        probe = subprocess.Popen([found, "-p", str(other.pid)], stderr=subprocess.PIPE, text=True)
        assert probe.stderr is not None
        told = probe.stderr.readline()
        probe.terminate()
        probe.communicate()
        other.kill()
    if "attached" not in told:
        pytest.skip(f"fault points were NOT RUN: no process may look into another here ({told})")


@contextlib.contextmanager
def looked_into(server: Server, log: Path, *options: str) -> Iterator[None]:
    """The server with strace in it, at the files of its database."""
    files = [f"{server.instance / 'redogor.db'}{ending}" for ending in ("", "-wal", "-writer")]
    command = ["strace", "-f", "-y", "-o", str(log), "-e", f"trace={','.join(CALLS)}",
               *(part for file in files for part in ("-P", file)),
               *options, "-p", str(server.process.pid)]  # fmt: skip
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tracer:
        assert tracer.stderr is not None
        assert "attached" in tracer.stderr.readline()
        try:
            yield
        finally:
            tracer.terminate()
            tracer.communicate()


def points(server: Server, person: Colleague, log: Path) -> list[Point]:
    """Every call of one save, each with the errors that a disk has for it."""
    with looked_into(server, log):
        assert person.save(GNV, "10", "räknas")[0] == 200
    calls = CALL.findall(log.read_text(encoding="utf-8", errors="replace"))
    assert {"pwrite64", "fsync"} <= set(calls), "a save writes, and waits for the disk"
    found = [
        Point(call, number, error)
        for call in CALLS
        for number in range(1, calls.count(call) + 1)
        for error in (("EIO",) if call == "pread64" else ("EIO", "ENOSPC"))
    ]
    # Those that stand for the others come first, for the small number.
    return sorted(found, key=lambda point: (point.number > 2, point.call != "fsync"))


@contextlib.contextmanager
def at(
    folder: Path, person: Colleague, environment: dict[str, str] | None = None
) -> Iterator[Server]:
    """A server with one process, which is killed with -9 in the end."""
    with serving(folder, options=ALONE, environment=environment) as server:
        person.move_to(int(server.url.rpartition(":")[2]))
        person.look(GNV)
        yield server
        person.close()
        server.process.kill()
        server.process.wait(10)


def hit(server: Server, person: Colleague, point: Point, log: Path, text: str) -> tuple[int, bool]:
    """Save with a fault: what it was answered, and whether the fault came to pass."""
    fault = f"inject={point.call}:error={point.error}:when={point.number}"
    with looked_into(server, log, "-e", fault):
        status, _told = person.save(GNV, "10", text)
    return status, "(INJECTED)" in log.read_text(encoding="utf-8", errors="replace")


def test_no_call_that_fails_makes_a_false_saved(instance: Path, tmp_path: Path) -> None:
    (token,) = strategists(instance, 1)
    person, log = Colleague(token, 0, Ledger()), tmp_path / "strace.log"
    hits = refused = done = 0
    todo: Iterator[Point] = iter(())
    while hits < FAULTS and done < 3 * FAULTS:  # what a save reads differs from time to time
        with at(instance, person) as server:
            if not done:
                todo = itertools.cycle(points(server, person, log))
            for point in itertools.islice(todo, min(EACH, FAULTS - hits)):
                done += 1
                status, came = hit(server, person, point, log, f"fel {done} {point}")
                hits += came
                if came and point.call in ("fsync", "pwrite64"):
                    assert status >= 500, f"{point} was answered by {status}"
                refused += status >= 500
                person.look(GNV)
                status, told = person.save(GNV, "10", f"efter {done}")
                assert status == 200, f"after {point} nothing can be saved: {told}"
        assert_whole(instance, person.ledger)
    print(f"{done} fault points, {hits} came to pass, {refused} saves refused, 0 false")
    assert hits >= FAULTS, "the faults did not come to pass: the harness proves nothing"
    assert refused >= FAULTS * 0.5


def test_the_harness_finds_a_server_that_answers_before_it_has_saved(
    instance: Path, tmp_path: Path
) -> None:
    (token,) = strategists(instance, 1)
    person, log = Colleague(token, 0, Ledger()), tmp_path / "strace.log"
    path = os.pathsep.join([str(HASTY), os.environ.get("PYTHONPATH", "")])
    with at(instance, person, environment={"PYTHONPATH": path}) as server:
        point = Point("pwrite64", 1, "ENOSPC")
        status, came = hit(server, person, point, log, "sades vara sparat")
    assert (status, came) == (200, True)
    (claim,) = lost(instance, person.ledger.claims)
    assert claim.text == "sades vara sparat"
