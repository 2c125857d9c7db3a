"""The installed product: its commands, its server, and people at its pages."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import threading
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

from tests.conftest import csrf_of
from tests.machine.installing import clean_environment
from tests.serving import free_port, wait_for


@dataclass
class Product:
    """An installation in a folder.

    programs  where ``survey-app`` is
    url       of its database, where that is not in the folder
    """

    programs: Path
    folder: Path
    url: str = ""
    port: int = 0
    alive: threading.Event = field(default_factory=threading.Event)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def _environment(self) -> dict[str, str]:
        return clean_environment() | ({"DATABASE_URL": self.url} if self.url else {})

    def say(self, *words: str) -> str:
        """What a command prints. AssertionError unless it ends with 0."""
        command = [str(self.programs / "survey-app"), "--instance", str(self.folder), *words]
        done = subprocess.run(command, cwd=self.programs, env=self._environment,
                              capture_output=True, text=True)  # fmt: skip
        assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout}{done.stderr}"
        return done.stdout

    def start(self) -> None:
        """Serve, with two processes."""
        self.port = free_port()
        log = self.folder / "server.log"
        command = [str(self.programs / "survey-app"), "--instance", str(self.folder), "run",
                   "--port", str(self.port), "--processes", "2"]  # fmt: skip
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                command, cwd=self.programs, env=self._environment, stdout=output, stderr=output,
                start_new_session=True,  # so that all its processes can be killed at once
            )  # fmt: skip
        wait_for(self.address, self._process, log)
        self.alive.set()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def kill(self) -> None:
        """kill -9 of all its processes."""
        assert self._process is not None
        self.alive.clear()
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(10)
        self._process = None

    def stop(self) -> None:
        """Stop as a service is stopped: it must end well."""
        assert self._process is not None
        self.alive.clear()
        self._process.terminate()
        status = self._process.wait(60)
        self._process = None
        assert status == 0, (self.folder / "server.log").read_text(errors="replace")[-2000:]

    def leave(self) -> None:
        """Leave nothing running, however it went."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(10)

    def accounts(self) -> dict[str, str]:
        """Passwords of the demo's people by the name in their address."""
        told = json.loads((self.folder / "demo_accounts.json").read_text(encoding="utf-8"))
        return {item["email"].partition("@")[0]: item["password"] for item in told}

    def person(self, name: str, password: str = "") -> Person:
        """Somebody of the demo signed in."""
        return Person(self.address, f"{name}@demo.example", password or self.accounts()[name])


class Person:
    """Somebody at the pages, signed in."""

    def __init__(self, address: str, email: str, password: str) -> None:
        self.address, self.token = address, ""
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self.token = csrf_of(self.get("/sign-in").decode())
        page = self.post("/sign-in", {"email": email, "password": password}).decode()
        assert "/sign-out" in page, f"{email} did not come in"
        self.token = csrf_of(page)

    def get(self, path: str) -> bytes:
        return self._ask(urllib.request.Request(self.address + path))

    def post(self, path: str, form: dict[str, str]) -> bytes:
        """Post a form as the page would; the page that it leads to."""
        body = urllib.parse.urlencode({"csrf_token": self.token, **form}).encode()
        return self._ask(urllib.request.Request(self.address + path, body))

    def submission(self, number: int) -> dict[str, Any]:
        """A submission as the API tells it."""
        found: dict[str, Any] = json.loads(self.get(f"/api/v1/submissions/{number}"))
        return found

    def save(self, number: int, question: str, value: Any, version: int) -> None:
        """Save an answer by the API."""
        path = f"{self.address}/api/v1/submissions/{number}/answers/{question}"
        body = json.dumps({"value": value, "version": version}).encode()
        headers = {"Content-Type": "application/json", "X-CSRFToken": self.token}
        self._ask(urllib.request.Request(path, body, headers, method="PUT"))

    def _ask(self, request: urllib.request.Request) -> bytes:
        try:
            with self._opener.open(request, timeout=180) as reply:
                body: bytes = reply.read()
        except urllib.error.HTTPError as error:
            said = error.read().decode(errors="replace")
            error.close()
            raise AssertionError(f"{request.full_url}: {error.code}\n{said[-3000:]}") from error
        return body
