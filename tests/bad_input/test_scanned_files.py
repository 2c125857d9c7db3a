"""Files are offered to a virus scanner: what it refuses is not stored, and its silence is told."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select
from sqlmodel import col
from werkzeug.test import TestResponse

from survey_app.config import UnsafeSettings, read_settings
from survey_app.services.scanner import Scanner
from survey_app.store.tables import SecurityEntry
from tests.bad_input.forms import BOUNDARY, multipart, rows, upload, value_of, words
from tests.bad_input.test_files import _post_file
from tests.clamd import Clamd, listening
from tests.conftest import Installation, Person, free_port
from tests.stage import PDF_BYTES

VIRUS = PDF_BYTES + b"% what the scanner of this test knows"
FOUND = "Filen ”a.pdf” är inte sparad: virusskyddet har hittat skadlig kod i den."
DOWN = "Filen ”a.pdf” är inte sparad: virusskyddet svarar inte."


def _judge(data: bytes) -> bytes:
    return b"stream: Test-Virus FOUND" if VIRUS in data else b"stream: OK"


@pytest.fixture
def clamd(shared: Installation) -> Iterator[Clamd]:
    """A scanner that knows one virus, set for the installation."""
    here = shared.app.extensions["redogor"]
    before = here.settings
    with listening() as server:
        server.answer = _judge
        here.settings = dataclasses.replace(before, scanner=server.address)
        yield server
    here.settings = before


def test_a_clean_file_is_offered_whole_and_stored(
    shared: Installation, strateg: Person, clamd: Clamd
) -> None:
    data = PDF_BYTES + bytes(range(256)) * 3000
    assert upload(strateg, "stor.pdf", data).status_code == 200
    assert clamd.seen == [data]


def _section(person: Person) -> TestResponse:
    return _post_file(person, "a.pdf", VIRUS, "Det här skrev jag")


def _api(person: Person) -> TestResponse:
    return upload(person, "a.pdf", VIRUS)


def _registry(person: Person) -> TestResponse:
    fields = {"kind": "received", "direction": "in", "day": "2026-01-15", "counterpart": "Nämnden",
              "subject": "Ett brev som jag skrev", "csrf_token": person.token}  # fmt: skip
    return _multipart(person, "/cases/RS250393/registry", fields, "file")


def _multipart(
    person: Person, url: str, fields: dict[str, str], key: str, name: str = "a.pdf"
) -> TestResponse:
    return person.client.post(
        url, data=multipart(fields, name, VIRUS, key),
        content_type=f"multipart/form-data; boundary={BOUNDARY}",
    )  # fmt: skip


@pytest.mark.parametrize(("door", "who"), [(_api, "strateg"), (_section, "strateg"),
                                           (_registry, "arkivarie")])  # fmt: skip
def test_an_infected_file_is_stored_nowhere_and_noted(
    shared: Installation, clamd: Clamd, door: Callable[[Person], TestResponse], who: str
) -> None:
    person = shared.person(who)
    with shared.database.reading() as session:
        held = rows(session)[:3]
    reply = door(person)
    assert reply.status_code == 422
    assert FOUND in (reply.get_json()["message"] if reply.is_json else words(reply))
    with shared.database.reading() as session:
        assert rows(session)[:3] == held
        entry = session.execute(
            select(SecurityEntry).order_by(col(SecurityEntry.number).desc())
        ).scalars().first()  # fmt: skip
    assert entry is not None
    assert entry.kind == "file_refused"
    facts = json.loads(entry.facts)
    assert facts["signature"] == "Test-Virus"
    assert len(facts["sha256"]) == 64


@pytest.mark.parametrize("said", [b"", b"garbage", b"stream: what? ERROR", b"stream: "])
def test_a_scanner_that_does_not_judge_is_said_so(
    shared: Installation, strateg: Person, clamd: Clamd, said: bytes
) -> None:
    clamd.answer = lambda data: said
    with shared.database.reading() as session:
        held = rows(session)
    reply = upload(strateg, "a.pdf", PDF_BYTES + b"x")
    assert (reply.status_code, reply.get_json()["error"]) == (503, "scanner_down")
    assert reply.get_json()["message"].startswith(DOWN)
    with shared.database.reading() as session:
        assert rows(session) == held


def test_where_nobody_listens_the_text_beside_the_file_is_saved(
    shared: Installation, strateg: Person, clamd: Clamd
) -> None:
    here = shared.app.extensions["redogor"]
    here.settings = dataclasses.replace(here.settings, scanner=f"127.0.0.1:{free_port()}")
    page = _post_file(strateg, "a.pdf", PDF_BYTES, "Skrivet utan virusskydd")
    assert DOWN in words(page)
    assert value_of(strateg, "6a")["text"] == "Skrivet utan virusskydd"
    assert not Scanner(here.settings.scanner).answers()


def test_a_file_larger_than_the_scanner_takes(strateg: Person, clamd: Clamd) -> None:
    """It answers and hangs up before the end of the file."""
    clamd.most = 1000
    reply = upload(strateg, "a.pdf", PDF_BYTES + b"\0" * 5_000_000)
    assert (reply.status_code, reply.get_json()["error"]) == (422, "scanner_refused_size")


@pytest.mark.only_sqlite("asks no database")
def test_it_says_that_it_is_there(clamd: Clamd) -> None:
    assert Scanner(clamd.address).answers()


@pytest.mark.parametrize("address", ["clamd", "host:", "/", "a b:1", "host:port"])
def test_an_address_that_is_none_is_refused_at_the_start(address: str, tmp_path: object) -> None:
    environment = {"SURVEY_APP_CLAMD": address, "SURVEY_APP_INSTANCE": str(tmp_path)}
    with pytest.raises(UnsafeSettings, match="SURVEY_APP_CLAMD"):
        read_settings(environment)
