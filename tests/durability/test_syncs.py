"""Every acknowledged save waits for the disk: syncs are counted from outside by strace."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import GNV, serving
from tests.durability.ledger import Ledger, assert_whole
from tests.durability.people import Colleague, strategists

SAVES = 60
SYNC = re.compile(r"\b(?:fsync|fdatasync)\(\d+<([^>]+)>")

ROWS = """
import sys
from survey_app.store.engine import journal_mode, sqlite_module
module = sqlite_module()
connection = module.connect(sys.argv[1], isolation_level=None)
connection.execute(f"PRAGMA synchronous = {sys.argv[2]}")
connection.execute(f"PRAGMA journal_mode = {journal_mode(module.sqlite_version_info)}")
connection.execute("CREATE TABLE row (text TEXT)")
for number in range(int(sys.argv[3])):
    connection.execute("INSERT INTO row VALUES ('text')")
"""


@pytest.fixture
def strace() -> str:
    found = shutil.which("strace")
    if found is None:
        pytest.fail("There is no strace. Type: sudo apt-get install strace", pytrace=False)
    return found


def watched(strace: str, log: Path) -> tuple[str, ...]:
    """What stands before a command whose syncs shall be seen."""
    return (strace, "-f", "-y", "-e", "trace=fsync,fdatasync", "-o", str(log))


def syncs(log: Path, folder: Path) -> int:
    """The syncs so far of files in a folder."""
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    return sum(path.startswith(str(folder)) for path in SYNC.findall(text))


@contextlib.contextmanager
def ended(tracer: int) -> Iterator[None]:
    """End the traced server itself: its tracer does not listen to signals."""
    try:
        yield
    finally:
        children = Path(f"/proc/{tracer}/task/{tracer}/children").read_text(encoding="ascii")
        for child in children.split():
            os.kill(int(child), signal.SIGTERM)


@pytest.mark.parametrize(("mode", "least", "most"), [("OFF", 0, 0), ("FULL", SAVES, 10 * SAVES)])
def test_the_harness_tells_a_database_that_syncs_from_one_that_does_not(
    strace: str, tmp_path: Path, mode: str, least: int, most: int
) -> None:
    log = tmp_path / "log"
    script = [sys.executable, "-c", ROWS, str(tmp_path / "rows.db"), mode, str(SAVES)]
    subprocess.run([*watched(strace, log), *script], check=True, capture_output=True)
    assert least <= syncs(log, tmp_path) <= most


def test_a_sync_for_every_acknowledged_save(strace: str, instance: Path) -> None:
    log = instance.parent / "syncs"
    (token,) = strategists(instance, 1)
    person = Colleague(token, 0, Ledger())
    with (
        serving(instance, prefix=watched(strace, log)) as server,
        ended(server.process.pid),
        contextlib.closing(person),
    ):
        person.move_to(int(server.url.rpartition(":")[2]))
        person.look(GNV)
        for number in range(SAVES):
            before = syncs(log, instance)
            status, told = person.save(GNV, "10", f"text {number}")
            assert status == 200, told
            assert _within_a_moment(lambda seen=before: syncs(log, instance) > seen), (
                f"save {number} was acknowledged without a sync"
            )
    assert syncs(log, instance) >= SAVES
    assert_whole(instance, person.ledger)


def _within_a_moment(holds: object) -> bool:
    """strace writes its log a little after the call has returned."""
    assert callable(holds)
    for _ in range(100):
        if holds():
            return True
        time.sleep(0.01)
    return False
