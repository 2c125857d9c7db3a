"""What is cut off on its way changes nothing."""

from __future__ import annotations

import datetime
import json
import os
import random
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from survey_app.services.accounts.sign_in import issue_token
from survey_app.store.engine import Database
from survey_app.store.tables import Revision
from tests.bad_input.forms import BOUNDARY, multipart, rows, value_of, words
from tests.conftest import GNV, Installation, Person, Server, serving, serving_by_gunicorn
from tests.databases import copy_installation, url_of
from tests.stage import PDF_BYTES

CUTS = int(os.environ.get("REDOGOR_CUTS", "0"))
"""At how many places an upload is cut off at least; the usual ones are fourteen."""


def test_a_form_that_was_cut_before_its_end_changes_nothing(strateg: Person) -> None:
    """A page's last field is ``whole``: without it the rest may be missing too."""
    before = value_of(strateg, "24")
    form = {"q.24": "", "q.24.version": str(strateg.version(GNV, "24"))}
    reply = strateg.post(f"/submissions/{GNV}/sections/kontinuitet", form)
    assert reply.status_code == 422
    assert "Formuläret kom inte fram helt, så ingenting är ändrat." in reply.text
    assert value_of(strateg, "24") == before


@pytest.mark.parametrize("part", [b"", b'; filename="a.pdf"'])
def test_a_part_without_a_name_is_refused(strateg: Person, part: bytes) -> None:
    body = b"--x\r\nContent-Disposition: form-data" + part + b"\r\n\r\n%PDF\r\n--x--\r\n"
    reply = strateg.client.post(
        f"/api/v1/submissions/{GNV}/answers/6a/files", data=body,
        content_type="multipart/form-data; boundary=x", headers={"X-CSRF-Token": strateg.token},
    )  # fmt: skip
    assert reply.status_code == 400
    assert reply.get_json()["error"] == "form_cut_off"


@pytest.mark.parametrize("cut", [0, 1, 40])
def test_a_form_without_its_closing_boundary(
    shared: Installation, strateg: Person, cut: int
) -> None:
    """Content-Length is honest, the form ends too early all the same."""
    body = multipart({"version": str(strateg.version(GNV, "6a"))}, "a.pdf", PDF_BYTES,
                      closed=False)  # fmt: skip
    body = body[: len(body) - cut]
    with shared.database.reading() as session:
        held = rows(session)
    for url in (f"/api/v1/submissions/{GNV}/answers/6a/files",
                f"/submissions/{GNV}/sections/samverkan-i-styrningen"):  # fmt: skip
        reply = strateg.client.post(
            url, data=body, content_type=f"multipart/form-data; boundary={BOUNDARY}",
            headers={"X-CSRFToken": strateg.token},
        )  # fmt: skip
        assert reply.status_code == 400, reply.text
        assert "Formuläret kom inte fram helt, så ingenting är ändrat." in words(reply)
    with shared.database.reading() as session:
        assert rows(session) == held


@pytest.fixture(scope="module", params=["waitress", "sync", "gthread"])
def real_server(
    request: pytest.FixtureRequest, demo_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Server, Database, str]]:
    """Every server that we name, its database, and a bearer token."""
    folder = tmp_path_factory.mktemp("cut") / "instance"
    copy_installation(demo_template, folder)
    served = (
        serving(folder) if request.param == "waitress"
        else serving_by_gunicorn(folder, request.param)
    )  # fmt: skip
    with served as running:
        database = Database(url_of(folder))
        with database.writing() as session:
            now = datetime.datetime.now(datetime.UTC)
            token = issue_token(session, "strateg@demo.example", now)
        yield running, database, token
        database.close()


def send_raw(server: Server, token: str, body: bytes, sent: int, *, chunked: bool) -> bytes:
    """Send the head and the first bytes of a body over a socket, then stop; what is answered."""
    length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(body)}"
    head = (
        f"POST /api/v1/submissions/{GNV}/answers/6a/files HTTP/1.1\r\nHost: x\r\n"
        f"Authorization: Bearer {token}\r\nConnection: close\r\n"
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n{length}\r\n\r\n"
    ).encode()
    part = body[:sent]
    if chunked:
        pieces = [part[at : at + 1000] for at in range(0, len(part), 1000)]
        part = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
        part = part + b"0\r\n\r\n" if sent >= len(body) else part
    target = urlsplit(server.url)
    with socket.create_connection((target.hostname, target.port), 20) as connection:
        connection.sendall(head + part)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    return answer


@pytest.mark.only_sqlite("asks no database")
@pytest.mark.parametrize("length", [3, 10, 5000])
def test_where_a_request_ends_is_told_by_its_pieces_only(
    real_server: tuple[Server, Database, str], length: int
) -> None:
    """A length beside them is left alone or refused: no second request can hide in the first."""
    server = real_server[0]
    hidden = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    said = (
        "POST /api/v1/session HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        f"Content-Type: application/json\r\nContent-Length: {length}\r\n"
        f"Transfer-Encoding: chunked\r\n\r\n{len(hidden):x}\r\n{hidden}\r\n0\r\n\r\n"
    )
    target = urlsplit(server.url)
    with socket.create_connection((target.hostname, target.port), 20) as connection:
        connection.sendall(said.encode())
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    assert answer.count(b"HTTP/1.1 ") == 1, answer
    assert answer.startswith((b"HTTP/1.1 422 ", b"HTTP/1.1 400 ")), answer


@pytest.mark.parametrize("chunked", [False, True], ids=["Content-Length", "chunked"])
def test_an_upload_that_is_cut_off_leaves_nothing(
    real_server: tuple[Server, Database, str],
    chunked: bool,
    record_property: Callable[[str, object], None],
) -> None:
    server, database, token = real_server
    data = PDF_BYTES + bytes(range(256)) * 1200 + str(chunked).encode()
    with database.reading() as session:
        version = session.execute(
            select(func.max(Revision.version)).where(
                col(Revision.submission_id) == GNV, col(Revision.question) == "6a",
                col(Revision.accepted).is_(True),
            )
        ).scalar() or 0  # fmt: skip
        held = rows(session)
    body = multipart({"version": str(version)}, "a.pdf", data)
    ends = [len(body) - back for back in (1, 2, 3, 10, len(BOUNDARY) + 8, 100)]
    offsets = [0, 1, 50, 150, 300, 1000, 65536, 200_000, *ends]
    offsets += random.Random(len(body)).sample(range(len(body)), max(0, CUTS - len(offsets)))
    record_property("cut uploads", len(offsets))
    for offset in offsets:
        answer = send_raw(server, token, body, offset, chunked=chunked)
        assert not answer.startswith((b"HTTP/1.1 2", b"HTTP/1.0 2")), (offset, answer[:200])
        with database.reading() as session:
            assert rows(session) == held, offset
    whole = send_raw(server, token, body, len(body), chunked=chunked)
    assert whole.startswith(b"HTTP/1.1 200"), whole[:600]
    with database.reading() as session:
        assert rows(session) != held, "the whole upload is taken, so the cut ones were the same"


def test_a_save_that_is_cut_off_changes_nothing(
    real_server: tuple[Server, Database, str],
) -> None:
    """Also one whose JSON came whole, but shorter than it said: who knows what was left out?"""
    server, database, token = real_server
    with database.reading() as session:
        version = session.execute(
            select(func.max(Revision.version)).where(
                col(Revision.submission_id) == GNV, col(Revision.question) == "24"
            )
        ).scalar() or 0  # fmt: skip
        held = rows(session)
    body = json.dumps({"value": "Ett långt svar " * 50, "version": version}).encode()
    for sent, short in ((0, 0), (1, 0), (100, 0), (len(body) - 1, 0), (len(body), 1),
                        (len(body), 40)):  # fmt: skip
        answer = put_raw(server, token, body[:sent], length=len(body) + short)
        assert not answer.startswith(b"HTTP/1.1 2"), (sent, short, answer)
        with database.reading() as session:
            assert rows(session) == held, (sent, short)
    assert put_raw(server, token, body, length=len(body)).startswith(b"HTTP/1.1 200")


def put_raw(server: Server, token: str, sent: bytes, *, length: int) -> bytes:
    """Save an answer over a socket by a body that says how long it is; what is answered."""
    head = (
        f"PUT /api/v1/submissions/{GNV}/answers/24 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {length}\r\n\r\n"
    ).encode()
    target = urlsplit(server.url)
    with socket.create_connection((target.hostname, target.port), 20) as connection:
        connection.sendall(head + sent)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    return answer
