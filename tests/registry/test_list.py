"""The list as page, as PDF and in the package."""

from __future__ import annotations

import csv
import html
import io
import re
import zipfile

import pytest

from survey_app.export.pdf.words import read_words, squeezed
from survey_app.export.registry import CSV_HEADER
from survey_app.export.verification.look import verify_package
from survey_app.services.archives.archive import case_package
from survey_app.services.refusal import NotFound
from survey_app.services.register.registry import find_file, registry_files
from survey_app.services.upload import blob_bytes
from tests.conftest import Installation
from tests.stage import PDF_BYTES, Stage

from .entries import CASE, WHEN, entries, rows_of, whole


def test_the_pdf_says_what_the_page_says(installation: Installation) -> None:
    """Row by row, on the demo's practice case."""
    archivist = installation.person("arkivarie")
    page = archivist.get("/cases/RS259999/registry").text
    rows = [
        [squeezed(html.unescape(re.sub(r"<[^>]+>", " ", cell))) for cell in
         re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.S)]
        for row in re.findall(r"<tr>(.*?)</tr>", page, re.S)[1:]
    ]  # fmt: skip
    pdf = read_words(archivist.get("/cases/RS259999/registry.pdf").data)
    assert len(rows) >= 8
    place = pdf.index("Avsändare eller mottagare")
    for number, (name, days, counterpart, matter) in enumerate(rows, 1):
        assert name == f"Handling {number}"
        with_file = [part for part in (str(number), days, counterpart) if part]
        at = pdf.index(squeezed(" ".join(with_file)), place)
        assert at >= place, "in the same order"
        place = at
        said = table_row_of(installation, number)
        assert matter.startswith(said), "the page adds the file's name as a link"
        assert said in pdf[place:]
    assert "Begäran: svar på två digitala enkäter" in page


def table_row_of(installation: Installation, number: int) -> str:
    """What the list says of a document, as the CSV has it."""
    data = installation.person("arkivarie").get("/cases/RS259999/registry.csv").data
    row = list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))[number]
    return squeezed(row[CSV_HEADER.index("Handling")])


def test_the_package_gets_the_list_and_the_files(stage: Stage) -> None:
    whole(stage)
    with stage.database.reading() as session:
        archivist = stage.actor("archivist")
        files = registry_files(session, archivist, CASE, WHEN)
        assert registry_files(session, archivist, CASE, WHEN) == files, "the same bytes"
        found, _ = find_file(session, archivist, CASE, 1)
        assert blob_bytes(session, found.sha256) == PDF_BYTES
        with pytest.raises(NotFound):
            find_file(session, archivist, CASE, 5)
        package = case_package(session, archivist, CASE, stage.now, draft=False)
    assert rows_of(files.csv)[1][0] == CASE
    assert "Begäran: Enkät" in read_words(files.pdf)
    assert verify_package(package.data).findings == ()
    with zipfile.ZipFile(io.BytesIO(package.data)) as archive:
        held = {name.rpartition("-")[2]: archive.read(name)
                for name in archive.namelist() if "/documents/" in name}  # fmt: skip
    assert set(held) == {"begaran.pdf", "handlingar.pdf", "handlingar.csv"}
    assert held["begaran.pdf"] == PDF_BYTES
    assert [row[3:] for row in rows_of(held["handlingar.csv"])] == [
        row[3:] for row in rows_of(files.csv)
    ]


def test_the_page_registers_strikes_and_marks(stage: Stage) -> None:
    stage.open(CASE)
    app = stage.app()
    archivist, approver = stage.sign_in(app, "archivist"), stage.sign_in(
        app, "approver_with_delegation")  # fmt: skip
    url = f"/cases/{CASE}/registry"
    assert "Myndighetens begäran är inte registrerad" in archivist.get(url).text
    form = {"kind": "request", "direction": "in", "day": stage.today.isoformat(),
            "counterpart": "Myndigheten", "subject": "<b>Enkät</b>", "ground": "OSL 25:1",
            "conceals_subject": "1", "file": (io.BytesIO(PDF_BYTES), "begäran.pdf")}  # fmt: skip
    assert archivist.post(url, form).status_code == 302
    page = approver.get(url).text
    assert "&lt;b&gt;Enkät&lt;/b&gt;" in page
    assert 'name="subject"' not in page, "who may not register gets no form"
    assert approver.get(f"{url}/1/file").data == PDF_BYTES
    assert "registry.pdf?full=1" in page
    assert "Enkät" in read_words(archivist.get(f"{url}.pdf?full=1").data)
    assert "Enkät" not in read_words(archivist.get(f"{url}.pdf").data)
    refused = archivist.post(url, {**form, "day": "i går", "file": (io.BytesIO(b""), "")})
    assert refused.status_code == 422
    assert 'href="#day"' in refused.text
    assert 'aria-invalid="true"' in refused.text
    assert archivist.post(f"{url}/1/secrecy", {"ground": ""}).status_code == 302
    assert "registry.pdf?full=1" not in archivist.get(url).text
    assert archivist.post(f"{url}/1/striking", {"reason": ""}).status_code == 422
    assert archivist.post(f"{url}/1/striking", {"reason": "Fel"}).status_code == 302
    assert "Överstruken: Fel" in archivist.get(url).text
    assert archivist.get(f"{url}/2").status_code == 404


def test_a_file_that_is_not_what_it_says_is_refused(stage: Stage) -> None:
    stage.open(CASE)
    archivist = stage.sign_in(stage.app(), "archivist")
    form = {"kind": "request", "direction": "in", "day": stage.today.isoformat(),
            "counterpart": "M", "subject": "E",
            "file": (io.BytesIO(b"MZ"), "begäran.pdf")}  # fmt: skip
    reply = archivist.post(f"/cases/{CASE}/registry", form)
    assert reply.status_code == 422
    assert 'href="#file"' in reply.text
    assert entries(stage) == []
