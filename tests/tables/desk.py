"""A draft with tables, and what is done with them by the page as a browser without scripts does."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, select
from sqlmodel import col
from werkzeug.test import TestResponse

from survey_app.services.case import open_case, submissions_of
from survey_app.services.specification import add_specification
from survey_app.store.tables import AuditEntry, Revision, TableFile
from tests.bad_input.forms import BOUNDARY, multipart
from tests.conftest import Person
from tests.stage import OWN, Stage

FORM = Path(__file__).parents[2] / "questionnaires" / "indikatorrapport-hemsjukvard.json"
NUMBER = "RS2599"


@dataclass
class Desk:
    """The stage with a submission in which there are eight tables."""

    stage: Stage
    app: Flask
    person: Person
    submission: int

    def url(self, table: str, rest: str = "/import") -> str:
        return f"/submissions/{self.submission}/tables/{table}{rest}"

    def paste(self, table: str, text: str, **more: str) -> TestResponse:
        return self.person.post(self.url(table), {"paste": text, **more})

    def hand_in(self, table: str, data: bytes, name: str = "tabell.xlsx") -> TestResponse:
        # As bytes: the client leaves the temporary file of a large form open.
        return self.person.client.post(
            self.url(table),
            data=multipart({"csrf_token": self.person.token}, name, data, "file"),
            content_type=f"multipart/form-data; boundary={BOUNDARY}",
        )

    def look(self, reply: TestResponse) -> Preview:
        """The preview to which a paste or a file leads."""
        assert reply.status_code == 302, reply.text
        url = reply.headers["Location"]
        return Preview(self, url, self.person.get(url))

    def value(self, table: str, by: str = "strategist") -> Any:
        """What stands in a table; None where nothing does."""
        with self.stage.database.reading() as session:
            query = select(col(Revision.value)).where(
                col(Revision.submission_id) == self.submission,
                col(Revision.question) == table,
                col(Revision.accepted).is_(True),
            )
            found = session.execute(query.order_by(col(Revision.id).desc())).scalars().first()
        return json.loads(found) if found else None

    def cells(self, table: str) -> Any:
        value = self.value(table)
        return value["cells"] if value else {}

    def files(self) -> list[TableFile]:
        with self.stage.database.reading() as session:
            found = list(session.execute(select(TableFile)).scalars())
            session.expunge_all()
        return found

    def counts(self) -> tuple[int, ...]:
        """Rows of what a half import would have left."""
        with self.stage.database.reading() as session:
            return tuple(
                session.execute(select(func.count()).select_from(table)).scalar_one()
                for table in (Revision, AuditEntry, TableFile)
            )

    def save(self, table: str, value: Any, version: int = 0, by: str = "strategist") -> Any:
        return self.stage.save(self.submission, table, value, version, by)


@dataclass
class Preview:
    """A preview in the browser: its form is sent as it stands, with what is changed."""

    desk: Desk
    url: str
    reply: TestResponse

    @property
    def text(self) -> str:
        return html.unescape(self.reply.text)

    @property
    def words(self) -> str:
        """The text without tags, spaces squeezed."""
        return " ".join(re.sub("<[^>]*>", " ", self.text).split())

    @property
    def fields(self) -> list[str]:
        """The names of the selects for rows and columns."""
        return re.findall(r'<select class="input" id="[^"]+" name="([^"]+)"', self.text)

    @property
    def can_take(self) -> bool:
        return 'value="take"' in self.text

    def send(self, do: str, **chosen: str) -> TestResponse:
        found = re.search(r'name="version" value="(\d+)"', self.text)
        assert found
        told = {name.replace("_at_", "."): value for name, value in chosen.items()}
        return self.desk.person.post(self.url, {"do": do, "version": found[1], **told})

    def show(self, **chosen: str) -> Preview:
        return Preview(self.desk, self.url, self.send("look", **chosen))

    def take(self, **chosen: str) -> TestResponse:
        return self.send("take", **chosen)


def lay_desk(stage: Stage) -> Desk:
    """A case with the indicator report as its draft."""
    body = FORM.read_text(encoding="utf-8")
    actor = stage.actor("strategist")
    with stage.database.writing() as session:
        specification = add_specification(session, body, stage.now)
        case = open_case(
            session, actor, unit_id=stage.units[OWN], diary_number=NUMBER, title="Indikatorer",
            specifications=[specification], now=stage.now,
        )  # fmt: skip
        assert case.id is not None
        [submission] = submissions_of(session, case.id)
    app = stage.app()
    return Desk(stage, app, stage.sign_in(app, "strategist"), submission)
