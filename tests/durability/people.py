"""People who save over HTTP, each on a connection of their own, by a bearer token."""

from __future__ import annotations

import datetime
import http.client
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from survey_app.core.workflow import Role
from survey_app.services.accounts.account import add_membership, open_account
from survey_app.services.accounts.sign_in import issue_token
from survey_app.store.engine import Database
from tests.conftest import CHEAP
from tests.durability.ledger import Claim, Ledger, rows

UNREACHABLE = (http.client.HTTPException, OSError)
"""What a client sees of a server that was killed."""


def strategists(folder: Path, count: int, url: str = "") -> list[str]:
    """Tokens of as many new strategists of the demo's unit."""
    ((unit,),) = rows(folder, "SELECT id FROM unit WHERE name = 'Region Halland'", url)
    database = Database(url or f"sqlite:///{folder / 'redogor.db'}")
    password = CHEAP.hash("ett-lösenord-för-prov")
    tokens = []
    with database.writing() as session:
        for number in range(count):
            account = open_account(
                session,
                email=f"kollega{number}@demo.example",
                name=f"Kollega {number}",
                title="",
                password_hash=password,
            )
            assert account.id is not None
            add_membership(session, account.id, unit, Role.STRATEGIST)
            tokens.append(issue_token(session, account.email, datetime.datetime.now(datetime.UTC)))
    database.close()
    return tokens


@dataclass
class Colleague:
    """Somebody who saves, upon the versions that they know of, and notes what they were told."""

    token: str
    port: int
    ledger: Ledger
    versions: dict[str, int] = field(default_factory=dict)
    _connection: http.client.HTTPConnection | None = None

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """One request: status and JSON. Raises one of UNREACHABLE."""
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        text = None if body is None else json.dumps(body)
        try:
            self._connection.request(method, path, text, headers)
            with self._connection.getresponse() as reply:
                told = reply.read()
            return reply.status, json.loads(told) if told else None
        except UNREACHABLE:
            self.move_to(self.port)
            raise

    def move_to(self, port: int) -> None:
        """Go on at another server."""
        self.close()
        self.port = port

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def look(self, submission: int) -> None:
        """Learn the versions as they are now."""
        status, told = self.ask("GET", f"/api/v1/submissions/{submission}")
        assert status == 200, told
        self.versions = {key: answer["version"] for key, answer in told["answers"].items()}

    def save(self, submission: int, question: str, text: str) -> tuple[int, Any]:
        """Save upon the version one knows of; note a 200 and a 409 in the ledger."""
        version = self.versions.get(question, 0)
        path = f"/api/v1/submissions/{submission}/answers/{question}"
        status, told = self.ask("PUT", path, {"value": text, "version": version})
        if status == 200:
            self.versions[question] = told["version"]
            self.ledger.note(Claim(submission, question, text, told["version"]))
        elif status == 409:
            self.versions[question] = told["theirs"]["version"]
            self.ledger.note(Claim(submission, question, text, None))
        return status, told
