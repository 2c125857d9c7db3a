"""Files that are not taken, and names that are made harmless."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from survey_app.store.tables import Blob
from tests.bad_input.forms import BOUNDARY, multipart, rows, save, upload, value_of, words
from tests.conftest import GNV, GNV_DONE, Installation, Person
from tests.stage import PDF_BYTES

MEGABYTE = 1024 * 1024


def _post_file(person: Person, name: str, data: bytes, text: str) -> TestResponse:
    """Upload by the section's page, without JavaScript."""
    fields = {"q.6a.version": str(person.version(GNV, "6a")), "q.6a.text": text, "whole": "1",
              "csrf_token": person.token}  # fmt: skip
    return person.client.post(
        f"/submissions/{GNV}/sections/samverkan-i-styrningen",
        data=multipart(fields, name, data, "q.6a.file"),
        content_type=f"multipart/form-data; boundary={BOUNDARY}",
    )


BAD_FILES = [
    pytest.param("rapport.pdf", b"MZ\x90\x00 no PDF at all",
                 "Filen ”rapport.pdf” är inte det som namnet säger (pdf).", id="not its name"),
    pytest.param("rapport.docx", b"PK\x03\x04" + b"\0" * 60,
                 "Filen ”rapport.docx” är inte det som namnet säger (docx).", id="no docx"),
    pytest.param("bild.png", b"<svg onload=alert(1)>",
                 "Filen ”bild.png” är inte det som namnet säger (png).", id="no image"),
    pytest.param("text.txt", b"a\x00b", "Filen ”text.txt” är inte det som namnet säger (txt).",
                 id="no text"),
    pytest.param("tom.pdf", b"", "Filen ”tom.pdf” är tom. Välj en annan fil.", id="empty"),
    pytest.param("sida.html", b"<script>alert(1)</script>",
                 "Filen ”sida.html” är inte av rätt slag. Tillåtna slag: ", id="a page"),
    pytest.param("rapport.pdf.exe", PDF_BYTES, "Filen ”rapport.pdf.exe” är inte av rätt slag.",
                 id="a program"),
    pytest.param("utan", PDF_BYTES, "Filen ”utan” är inte av rätt slag.", id="no ending"),
    pytest.param("stor.pdf", PDF_BYTES + b"\0" * (25 * MEGABYTE - len(PDF_BYTES) + 1),
                 "Filen ”stor.pdf” är större än 25 MB. Ladda upp en mindre fil.", id="25 MB + 1"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data", "message"), BAD_FILES)
def test_a_file_that_is_not_taken(
    shared: Installation, strateg: Person, name: str, data: bytes, message: str
) -> None:
    before = value_of(strateg, "6a")
    with shared.database.reading() as session:
        held = rows(session)
    reply = upload(strateg, name, data)
    assert reply.status_code == 422
    assert reply.get_json()["message"].startswith(message)
    page = _post_file(strateg, name, data, (before or {}).get("text", ""))
    assert page.status_code == 422
    assert message in words(page)
    assert value_of(strateg, "6a") == before
    with shared.database.reading() as session:
        assert rows(session) == held


def test_text_beside_a_file_that_is_not_taken_is_saved(strateg: Person) -> None:
    page = _post_file(strateg, "a.pdf", b"MZ", "Det här skrev jag")
    assert page.status_code == 422
    assert value_of(strateg, "6a")["text"] == "Det här skrev jag"


def test_a_file_of_exactly_25_megabytes_is_taken_once(
    shared: Installation, strateg: Person
) -> None:
    data = PDF_BYTES + b"\0" * (25 * MEGABYTE - len(PDF_BYTES))
    first = upload(strateg, "precis.pdf", data, "7a")
    assert first.status_code == 200, first.text
    with shared.database.reading() as session:
        held = session.execute(select(func.count()).select_from(Blob)).scalar_one()
    assert upload(strateg, "kopia.pdf", data, "7a").status_code == 200
    with shared.database.reading() as session:
        assert session.execute(select(func.count()).select_from(Blob)).scalar_one() == held
    names = [file["name"] for file in value_of(strateg, "7a")["files"]]
    assert names[-2:] == ["precis.pdf", "kopia.pdf"]
    sha256 = value_of(strateg, "7a")["files"][-1]["sha256"]
    assert strateg.get(f"/submissions/{GNV}/attachments/{sha256}").data == data


def test_a_request_beyond_all_limits_is_refused(shared: Installation, strateg: Person) -> None:
    with shared.database.reading() as session:
        held = rows(session)
    reply = upload(strateg, "jätte.pdf", PDF_BYTES + b"\0" * (28 * MEGABYTE))
    assert reply.status_code == 413
    assert "En fil får vara högst 25 MB. Ingenting är ändrat." in reply.get_json()["message"]
    with shared.database.reading() as session:
        assert rows(session) == held


@pytest.mark.parametrize("letters", ["utf-8", "windows-1252"])
def test_a_text_is_given_out_in_the_letters_that_it_came_in(strateg: Person, letters: str) -> None:
    data = ("a" * 300_000 + "Välkommen till Åmål").encode(letters)
    assert upload(strateg, "brev.txt", data).status_code == 200
    sha256 = value_of(strateg, "6a")["files"][-1]["sha256"]
    reply = strateg.get(f"/submissions/{GNV}/attachments/{sha256}")
    assert reply.content_type == f"text/plain; charset={letters}"
    assert reply.data == data


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\x\\rapport.pdf", "C_Usersxrapport.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "a%0D%0ASet-Cookie_ x=1.pdf"),
        ("a\x00\x1b\x7fb.pdf", "ab.pdf"),
        ("'><img src=x onerror=alert(1)>.pdf", "'__img src=x onerror=alert(1)_.pdf"),
        ('"x".pdf', "_x_.pdf"),
        ("rapport\u202efdp.pdf", "rapportfdp.pdf"),
        ("å" * 300 + ".pdf", "å" * 116 + ".pdf"),
        ("räksmörgås \U0001f600.pdf", "räksmörgås \U0001f600.pdf"),
    ],
)
def test_hostile_names(strateg: Person, name: str, kept: str) -> None:
    """They are made harmless, and the file comes back whole under its new name."""
    data = PDF_BYTES + name.encode()
    reply = upload(strateg, name, data, "7a")
    assert reply.status_code == 200, reply.text
    file = reply.get_json()["value"]["files"][-1]
    found = file["name"]
    assert found == kept
    assert len(found) <= 120
    assert not set(found) & set('<>:"|?*/\\\r\n\u202e')
    down = strateg.get(f"/submissions/{GNV}/attachments/{file['sha256']}")
    assert down.data == data
    assert down.headers["Content-Disposition"].startswith("attachment; filename=")
    assert "Set-Cookie" not in down.headers
    assert down.headers["Content-Type"] == "application/pdf"
    assert "<img src=x" not in strateg.get(f"/submissions/{GNV}/questions").text
    whole = value_of(strateg, "7a")
    save(strateg, "7a", {**whole, "files": whole["files"][:-1]})


def test_a_file_where_none_belongs(strateg: Person) -> None:
    for question, more in (("24", {}), ("37", {"option": "nej"}), ("37", {})):
        reply = upload(strateg, "a.pdf", PDF_BYTES, question, **more)
        assert reply.status_code == 422
        assert reply.get_json()["message"] == "Frågan tar inte emot filer."


def test_a_file_of_another_submission_cannot_be_named(strateg: Person) -> None:
    file = value_of(strateg, "6a", GNV_DONE) or value_of(strateg, "7a", GNV_DONE)
    files = (file or {}).get("files") or [
        item
        for answer in strateg.submission(GNV_DONE)["answers"].values()
        if isinstance(answer["value"], dict)
        for item in answer["value"].get("files", [])
    ]
    assert files
    reply = save(strateg, "6a", {"files": files[:1], "text": ""})
    assert reply.status_code == 422
    assert "har inte laddats upp" in reply.get_json()["message"]
    sha256 = files[0]["sha256"]
    assert strateg.get(f"/submissions/{GNV}/attachments/{sha256}").status_code == 404
