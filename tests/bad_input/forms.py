"""How these tests save, post and upload, and what is then read or stored."""

from __future__ import annotations

import html
import re
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session
from werkzeug.test import TestResponse

from survey_app.store.tables import Attachment, Blob, BlobChunk, Revision
from tests.conftest import GNV, Person

SECTION_OF = {
    "1": "overgripande-arbete",
    "9": "multiprofessionellt",
    "24": "kontinuitet",
    "30": "kontinuitet",
    "41": "psykisk-ohalsa",
}
BOUNDARY = "----gr7d1"


def value_of(person: Person, question: str, submission: int = GNV) -> Any:
    """What is stored."""
    answer = person.submission(submission)["answers"].get(question)
    return answer and answer["value"]


def save(person: Person, question: str, value: Any, submission: int = GNV) -> TestResponse:
    """Save upon the current version."""
    return person.save(submission, question, value, person.version(submission, question))


def post_page(
    person: Person, question: str, fields: dict[str, Any], version: int | None = None
) -> TestResponse:
    """Post a section's page without JavaScript; fields after ``q.<question>``."""
    section = SECTION_OF[question]
    at = person.version(GNV, question) if version is None else version
    form = {f"q.{question}{name}": value for name, value in fields.items()}
    form |= {f"q.{question}.version": str(at), "whole": "1"}
    return person.post(f"/submissions/{GNV}/sections/{section}", form)


def words(reply: TestResponse) -> str:
    """The text of a page as a person reads it."""
    return re.sub(r"\s+", " ", html.unescape(reply.text)).replace("\u00a0", " ")


def rows(session: Session) -> tuple[int, ...]:
    """How much there is that an upload could leave behind."""
    return tuple(
        session.execute(select(func.count()).select_from(table)).scalar_one()
        for table in (Blob, BlobChunk, Attachment, Revision)
    )


def hidden_fields(page: str) -> dict[str, str]:
    """The hidden fields of the page's own form, not of its head."""
    body = page.partition("<main")[2]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', body)
    return {html.unescape(name): html.unescape(value) for name, value in found}


def multipart(
    fields: dict[str, str], name: str, data: bytes, key: str = "file", *, closed: bool = True
) -> bytes:
    """A form as a browser sends it (the test client's own keeps large ones in open files)."""
    parts = "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
        for field, value in fields.items()
    )
    # HTML: a quote and line breaks in a file's name are percent-encoded, nothing else is.
    name = name.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")
    parts += (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{key}"; filename="{name}"\r\n'
        "Content-Type: application/pdf\r\n\r\n"
    )
    return parts.encode() + data + (f"\r\n--{BOUNDARY}--\r\n".encode() if closed else b"")


def upload(
    person: Person, name: str, data: bytes, question: str = "6a", **more: str
) -> TestResponse:
    """Upload by the API."""
    fields = {"version": str(person.version(GNV, question)), **more}
    url = f"/api/v1/submissions/{GNV}/answers/{question}/files"
    return person.client.post(
        url, data=multipart(fields, name, data), headers={"X-CSRFToken": person.token},
        content_type=f"multipart/form-data; boundary={BOUNDARY}",
    )  # fmt: skip
