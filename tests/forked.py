"""Processes that ``tests/forker.py`` starts: what they import has been imported before."""

from __future__ import annotations

import atexit
import contextlib
import functools
import json
import os
import select
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO, NoReturn

ROOT = Path(__file__).parents[1]


class Forked:
    """A process of ``survey-app``, with what ``subprocess.Popen`` has of it."""

    def __init__(self, arguments: list[str], output: BinaryIO, environment: dict[str, str]) -> None:
        order = {"arguments": arguments, "environment": environment, "folder": os.getcwd()}
        told, report = os.pipe()
        try:
            socket.send_fds(_forker(), [json.dumps(order).encode()], [output.fileno(), report])
        finally:
            os.close(report)
        self._told = os.fdopen(told, "rb", buffering=0)
        self.pid = int(self._told.readline() or _gone())
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """With what it ended; None while it lasts."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """With what it ended, once it has; subprocess.TimeoutExpired where it lasts longer."""
        if self.returncode is None:
            if not select.select([self._told], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("survey-app", timeout or 0)
            self.returncode = os.waitstatus_to_exitcode(int(self._told.readline()))
            self._told.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal, if it is there."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


@functools.cache
def _forker() -> socket.socket:
    """To the one forker of this process, which ends when this process does."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        forker = subprocess.Popen(
            [sys.executable, "-m", "tests.forker", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            cwd=ROOT,
        )

    @atexit.register
    def _end() -> None:
        ours.close()
        forker.wait()

    return ours


def _gone() -> NoReturn:
    raise AssertionError("the forker is gone; it said why")
