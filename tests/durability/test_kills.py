"""kill -9 of the server under concurrent saves: nothing that was acknowledged is lost."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from survey_app.store.engine import sqlite_module
from tests.conftest import GNV, PATIENCE, answers, free_port
from tests.durability.ledger import Claim, Ledger, assert_whole, lost, orphans, rows
from tests.durability.people import UNREACHABLE, Colleague, strategists

KILLS = int(os.environ.get("REDOGOR_KILLS", "50"))
QUESTIONS = ("10", "18a", "24", "41", "41", "24")
"""One each for six colleagues; two of them are shared by two."""


@dataclass
class Mortal:
    """A server that is killed and started anew, on a new port each time."""

    folder: Path
    forker: subprocess.Popen[str]
    port: int = 0
    process: int = 0
    processes: int = 1
    starts: int = 0
    alive: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        assert self.forker.stdin is not None
        assert self.forker.stdout is not None
        self.port = free_port()
        # Every third time two processes: the product is served by either.
        self.starts += 1
        self.processes = 1 if self.starts % 3 else 2
        self.forker.stdin.write(f"{self.port} {self.processes}\n")
        self.forker.stdin.flush()
        self.process = int(self.forker.stdout.readline())
        patience = time.monotonic() + PATIENCE
        while time.monotonic() < patience:
            if answers(f"http://127.0.0.1:{self.port}/sign-in", PATIENCE):
                self.alive.set()
                return
            time.sleep(0.02)
        log = (self.folder / "server.log").read_text(encoding="utf-8", errors="replace")
        raise AssertionError(f"the server did not start:\n{log[-3000:]}")

    def kill(self) -> None:
        self.alive.clear()
        os.killpg(self.process, signal.SIGKILL)


@pytest.fixture
def mortal(instance: Path) -> Iterator[Mortal]:
    command = [sys.executable, "-m", "tests.durability.forker", str(instance)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as forker:
        server = Mortal(instance, forker)
        yield server
        if server.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.process, signal.SIGKILL)


def keep_saving(person: Colleague, question: str, server: Mortal, stop: threading.Event) -> None:
    """Save, and whenever the server is gone wait for the next one, knowing what one knew."""
    number = 0
    with contextlib.closing(person):
        while not stop.is_set():
            if not server.alive.wait(0.1):
                continue
            if person.port != server.port:
                person.move_to(server.port)
            number += 1
            with contextlib.suppress(*UNREACHABLE):
                status, told = person.save(GNV, question, f"{person.token[-8:]} skrev {number}")
                assert status in (200, 409), told


def test_what_was_acknowledged_outlives_the_server(mortal: Mortal) -> None:
    ledger, stop, chance = Ledger(), threading.Event(), random.Random(50)
    people = [Colleague(token, 0, ledger) for token in strategists(mortal.folder, len(QUESTIONS))]
    threads = [
        threading.Thread(target=keep_saving, args=(person, question, mortal, stop))
        for person, question in zip(people, QUESTIONS, strict=True)
    ]
    for thread in threads:
        thread.start()
    busy = 0
    try:
        for _ in range(KILLS):
            mortal.start()
            before = len(ledger.claims)
            # On a busy machine people need longer to come back than a server lives.
            end = time.monotonic() + 5
            while len(ledger.claims) == before and time.monotonic() < end:
                time.sleep(0.01)
            time.sleep(chance.uniform(0, 0.3))
            mortal.kill()
            busy += len(ledger.claims) > before
    finally:
        stop.set()
        for thread in threads:
            thread.join()

    assert busy >= KILLS * 0.9, f"only {busy} of {KILLS} servers were killed at work"
    assert {claim.version is None for claim in ledger.claims} == {True, False}
    assert_whole(mortal.folder, ledger)
    _assert_defects_are_found(mortal.folder, ledger)


def _assert_defects_are_found(folder: Path, ledger: Ledger) -> None:
    """The same check with a defect planted: a save that never was, and one that is taken away."""
    never = Claim(GNV, "10", "sparades aldrig", 9_999)
    assert lost(folder, [*ledger.claims, never]) == [never]
    taken = next(claim for claim in reversed(ledger.claims) if claim.version is not None)
    connection = sqlite_module().connect(folder / "redogor.db")
    connection.execute(
        "DELETE FROM revision WHERE question = ? AND version = ? AND accepted "
        "AND submission_id = ?", (taken.question, taken.version, taken.submission)
    )  # fmt: skip
    connection.commit()
    connection.close()
    assert lost(folder, ledger.claims) == [taken]
    without_link, without_revision = orphans(folder)
    assert (len(without_link), without_revision.total()) == (0, 1)


def test_the_number_of_audit_links_is_the_number_of_revisions(instance: Path) -> None:
    """In the demo as it was made, before anybody was killed."""
    ((revisions,),) = rows(instance, "SELECT count(*) FROM revision")
    ((links,),) = rows(
        instance,
        "SELECT count(*) FROM audit_entry WHERE kind IN ('answer_saved', 'answer_kept_aside')",
    )
    assert revisions == links > 100
