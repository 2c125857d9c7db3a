"""The product as a process of its own, under every server that we name."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from survey_app.config import DEMO_ACCOUNTS
from tests.databases import database_environment
from tests.forked import Forked

PATIENCE = 180
"""Seconds until a server that does not answer fails the test: long, for a busy machine."""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """A real server process of the product."""

    url: str
    process: subprocess.Popen[bytes] | Forked
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
    port: int | None = None, options: tuple[str, ...] = (), anew: bool = False,
) -> Iterator[Server]:  # fmt: skip
    """Run ``survey-app run`` on a folder until the block ends.

    prefix  what the command is run by
    anew    Python is started for it, too; else the process is forked from one that has imported all
    """
    port, environment = port or free_port(), environment or {}
    arguments = ["--instance", str(folder), "run", "--port", str(port), *options]
    if anew or prefix or "PYTHONPATH" in environment:
        command = [*prefix, sys.executable, "-m", "survey_app.cli", *arguments]
        with running(command, folder, port, environment) as server:
            yield server
        return

    def start(output: BinaryIO) -> Forked:
        return Forked(arguments, output, _environment(folder, environment))

    with _served(start, folder, port) as server:
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

    def start(output: BinaryIO) -> subprocess.Popen[bytes]:
        told = _environment(folder, environment)
        return subprocess.Popen(command, stdout=output, stderr=output, env=told)

    with _served(start, folder, port) as server:
        yield server


def _environment(folder: Path, environment: dict[str, str]) -> dict[str, str]:
    return {**os.environ, **database_environment(folder), **environment}


@contextlib.contextmanager
def _served(
    start: Callable[[BinaryIO], subprocess.Popen[bytes] | Forked], folder: Path, port: int
) -> Iterator[Server]:
    log = folder / "server.log"
    with log.open("ab") as output:
        process = start(output)
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


def wait_for(url: str, process: subprocess.Popen[bytes] | Forked, log: Path) -> None:
    """Wait until a server answers; fail with its log if it does not."""
    patience = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < patience:
        if answers(f"{url}/sign-in", PATIENCE):
            return
        time.sleep(0.1)
    raise AssertionError(f"the server did not start:\n{log.read_text(errors='replace')}")
