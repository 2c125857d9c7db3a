"""People who sign in by an identity provider, on a stage."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlmodel import SQLModel
from werkzeug.test import TestResponse

from tests.conftest import Person, csrf_of
from tests.oidc.provider import Provider, Say, signed
from tests.stage import Stage, address

DIRECTOR = "approver_with_delegation"
QUIET = {"sign_in_flow", "security_entry", "security_head", "installation", "login", "confirmation"}


@dataclass
class Region:
    """A stage whose people sign in at a provider."""

    stage: Stage
    app: Flask
    provider: Provider

    def leave(self, client: FlaskClient, goal: str = "/") -> str:
        """Where the browser is sent to sign in."""
        reply = client.get("/sign-in/oidc", query_string={"next": goal})
        assert reply.status_code == 302, reply.text
        return str(reply.headers["Location"])

    def arrive(
        self, name: str, client: FlaskClient | None = None, say: Say = signed, goal: str = "/",
        **claims: Any,
    ) -> tuple[FlaskClient, TestResponse]:  # fmt: skip
        """Sign in at the provider, and come back."""
        client = client or self.app.test_client()
        told = {"email": address(name), "email_verified": True, "name": name, **claims}
        back = self.provider.agree(self.leave(client, goal), f"sub-{name}", say, **told)
        return client, client.get(back)

    def person(self, name: str) -> Person:
        """Somebody who is signed in that way."""
        client, reply = self.arrive(name)
        assert reply.status_code == 302, reply.text
        return Person(client, csrf_of(client.get("/", follow_redirects=True).text))

    def sent(self, number: str = "RS2501") -> tuple[int, str]:
        """A submission that awaits approval, and the hash that its page shows."""
        [submission] = self.stage.open(number)
        self.stage.save(submission, "1", "Text", 0)
        self.stage.send(submission)
        return submission, self.stage.shown(submission)

    def begin(self, person: Person, submission: int, shown: str, **typed: str) -> str:
        """Where the approver's page sends the browser."""
        form = {"content_sha256": shown, "q.intyg": "1", "q.intyg.version": "0", **typed}
        page = person.post(f"/submissions/{submission}/approval/identity", form)
        assert page.status_code == 200, page.text
        found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page.text)
        assert found, page.text
        return unescape(found[1])

    def show(
        self, person: Person, submission: int, shown: str, say: Say = signed,
        name: str = DIRECTOR, **claims: Any,
    ) -> TestResponse:  # fmt: skip
        """Go to the provider, show who one is, and come back."""
        where = self.begin(person, submission, shown)
        told = {"auth_time": int(self.stage.now.timestamp()), **claims}
        return person.get(self.provider.agree(where, f"sub-{name}", say, **told))

    def attest(self, person: Person, submission: int, shown: str) -> TestResponse:
        """Press the button."""
        form = {"content_sha256": shown, "q.intyg": "1", "q.intyg.version": "0"}
        return person.post(f"/submissions/{submission}/approval", form)

    def rows(self, but: set[str] = QUIET) -> dict[str, list[tuple[Any, ...]]]:
        """All that is stored, but for what notes that somebody tried."""
        with self.stage.database.reading() as session:
            return {
                name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
                for name, table in SQLModel.metadata.tables.items()
                if name not in but
            }
