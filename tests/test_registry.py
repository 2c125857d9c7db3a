"""The registrar's list: its rows, its numbers, what is left out, and its three shapes."""

from __future__ import annotations

import contextlib
import csv
import datetime
import html
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update
from sqlmodel import Session, col

from survey_app.core.workflow import State
from survey_app.export.pdf.words import read_words, squeezed
from survey_app.export.registry import CSV_HEADER, Entry, EntryFile, registry_csv, table_row
from survey_app.export.verification.look import verify_package
from survey_app.services.archive import case_package
from survey_app.services.audit import verify_chain
from survey_app.services.case import correct_submission
from survey_app.services.giving_out import refuse
from survey_app.services.refusal import Forbidden, Invalid, NotFound
from survey_app.services.registration import Secrecy, mark_secrecy, strike_document
from survey_app.services.registry import find_file, list_entries, registry_files, registry_pdf
from survey_app.services.upload import blob_bytes
from survey_app.store.tables import CaseDocument, SecrecyMark
from tests.conftest import Installation

from .stage import PDF_BYTES, Stage, build_stage

CASE = "RS2501"
WHEN = "2026-11-22T10:00:00+00:00"
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")
NAUGHTY = [
    "=1+1", "+46 70", "-2+3", "@SUM(A1)", "=cmd|' /C calc'!A0", '=HYPERLINK("http://x";"y")',
    "\t=1+1", ";=1+1", '";=1+1', '"";"=1+1', "'=1+1", "a;b", 'a"b', "１＝２", "＝1+1", "%0A=1",
    "<script>alert(1)</script>", "{{7*7}}", "Å Ä Ö – ”citat”", "😀", "rad\\n", "NULL", "1e5", "",
]  # fmt: skip


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = build_stage(tmp_path)
    yield made
    made.database.close()


def entries(stage: Stage, by: str = "archivist", number: str = CASE) -> list[Entry]:
    with stage.database.reading() as session:
        return list_entries(session, stage.actor(by), number)


def whole(stage: Stage) -> int:
    """A case with the authority's request, gone all the way."""
    [submission] = stage.open(CASE)
    stage.register(CASE)
    stage.bring(submission, State.ARCHIVED)
    return submission


def told(stage: Stage) -> list[tuple[str, ...]]:
    return [table_row(entry) for entry in entries(stage)]


# --- rows and numbers ------------------------------------------------------------------------


def test_every_document_stands_in_the_list(stage: Stage) -> None:
    whole(stage)
    day = stage.today
    found = entries(stage)
    assert [(entry.number, entry.kind) for entry in found] == [
        (1, "request"), (2, "answer"), (3, "enclosure"), (4, "approval"), (5, "receipt"),
    ]  # fmt: skip
    request, answer, enclosure, approval, receipt = found
    assert (request.received, request.drawn_up, request.sent) == (day, None, None)
    assert (request.counterpart, request.subject) == ("Myndigheten", "Enkät")
    assert (answer.drawn_up, answer.sent, answer.counterpart) == (day, day, "Myndigheten")
    assert answer.subject == "Prov"
    assert answer.file is not None, "archived, so the kept PDF"
    assert answer.file.name.endswith(".pdf")
    assert enclosure.subject == "underlag.pdf (bilaga 1 till handling 2)"
    assert (enclosure.sent, enclosure.counterpart) == (day, "Myndigheten")
    assert approval.subject == (
        "handling 2 godkänd av approver_with_delegation, approver (Beslut 1)")  # fmt: skip
    assert (receipt.received, receipt.subject) == (day, "K-1 (avser handling 2)")
    assert not any(entry.secrecy or entry.struck for entry in found)


def test_before_handing_in_the_answer_is_drawn_up_and_not_sent(stage: Stage) -> None:
    [submission] = stage.open(CASE)
    assert entries(stage) == []
    stage.bring(submission, State.APPROVED)
    answer = entries(stage)[0]
    assert (answer.drawn_up, answer.sent, answer.counterpart, answer.file) == (
        stage.today, None, "", None)  # fmt: skip
    assert table_row(answer)[1].startswith("Upprättad ")


def test_a_number_once_given_stays(stage: Stage) -> None:
    """Whatever is registered later, with whatever day, comes last."""
    submission = whole(stage)
    before = entries(stage)
    stage.register(CASE, kind="completion", day=datetime.date(2020, 1, 1), subject="Kompletteras")
    with stage.database.writing() as session:
        correction = correct_submission(session, stage.actor("strategist"), submission, stage.now)
        assert correction.id is not None
    stage.send(correction.id)
    stage.approve(correction.id)
    after = entries(stage)
    assert after[: len(before)] == before
    assert [(entry.number, entry.kind) for entry in after[5:]] == [
        (6, "completion"), (7, "correction"), (8, "enclosure"), (9, "approval")]  # fmt: skip
    assert after[6].subject == "Prov (rättar handling 2)"


def test_a_decision_not_to_give_out_stands_in_the_list(stage: Stage) -> None:
    whole(stage)
    said = {"what": "Bilaga 1", "reasons": "Uppgiften rör enskild.", "ground": "OSL 21 kap. 1 §",
            "decided_by": "Arkivarie"}  # fmt: skip
    with stage.database.writing() as session:
        refuse(session, stage.actor("archivist"), CASE, said, stage.now, stage.key)
    last = entries(stage)[-1]
    assert (last.number, last.kind, last.subject) == (6, "refusal", "Bilaga 1")
    app, address = stage.app(), f"/cases/{CASE}/giving-out/1/pdf"
    archivist, strategist = stage.sign_in(app, "archivist"), stage.sign_in(app, "strategist")
    assert address in archivist.get(f"/cases/{CASE}/registry").text
    assert archivist.get(address).data.startswith(b"%PDF")
    assert address not in strategist.get(f"/cases/{CASE}/registry").text


def test_a_document_registered_by_mistake_is_struck_and_stays(stage: Stage) -> None:
    whole(stage)
    with stage.database.writing() as session:
        strike_document(session, stage.actor("archivist"), CASE, 1, " Fel\närende ", stage.now)
    struck = entries(stage)[0]
    assert (struck.number, struck.struck, struck.subject) == (1, "Fel ärende", "Enkät")
    for number, code in ((1, "already_struck"), (2, "not_registered_by_hand")):
        with pytest.raises(Invalid, match=code), stage.database.writing() as session:
            strike_document(session, stage.actor("archivist"), CASE, number, "Fel", stage.now)
    with stage.database.reading() as session:
        assert verify_chain(session, 1, stage.key) == []


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"kind": "approval"}, "form_cut_off"),
        ({"direction": "sideways"}, "form_cut_off"),
        ({"day": datetime.date(2999, 1, 1)}, "document_day_in_future"),
        ({"counterpart": " "}, "counterpart_missing"),
        ({"subject": "\n"}, "subject_missing"),
        ({"subject": "x" * 501}, "line_too_long"),
        ({"secrecy": Secrecy("", conceals_subject=True)}, "secrecy_ground_missing"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_registered(stage: Stage, wrong: dict[str, Any], code: str) -> None:
    stage.open(CASE)
    with pytest.raises(Invalid, match=code):
        stage.register(CASE, **wrong)
    assert entries(stage) == []


def test_an_own_document_needs_no_counterpart(stage: Stage) -> None:
    stage.open(CASE)
    stage.register(CASE, kind="decision", direction="own", counterpart="", subject="Beslut")
    assert table_row(entries(stage)[0])[2:] == ("", "Beslut: Beslut")


def test_who_may_register(stage: Stage) -> None:
    stage.open(CASE)
    for who, refused in (("approver_with_delegation", Forbidden), ("administrator", NotFound),
                         ("other_archivist", NotFound)):  # fmt: skip
        with pytest.raises(refused):
            stage.register(CASE, by=who)
    stage.register(CASE, by="strategist")
    assert len(entries(stage, "approver_with_delegation")) == 1


TAMPERINGS: dict[str, Callable[[Session], object]] = {
    "another subject": lambda session: session.execute(update(CaseDocument).values(subject="X")),
    "another day": lambda session: session.execute(
        update(CaseDocument).values(day=datetime.date(2020, 1, 1))),
    "another file": lambda session: session.execute(update(CaseDocument).values(name="x.pdf")),
    "struck behind one's back": lambda session: session.execute(
        update(CaseDocument).where(col(CaseDocument.id) == 2).values(struck_reason="X")),
    "no longer struck": lambda session: session.execute(
        update(CaseDocument).values(struck=None, struck_by=None, struck_reason="")),
    "deleted": lambda session: session.execute(delete(CaseDocument)),
    "secrecy lifted": lambda session: session.execute(update(SecrecyMark).values(ground="")),
    "a mark deleted": lambda session: session.execute(delete(SecrecyMark)),
    "a mark of one's own": lambda session: session.add(SecrecyMark(
        case_id=1, entry="record:1", ground="X", author_id=1, salt="",
        at=datetime.datetime.now(datetime.UTC))),
}  # fmt: skip


def test_tampering_with_the_register_is_found(stage: Stage) -> None:
    """Each in a transaction of its own that is rolled back."""
    stage.open(CASE)
    stage.register(CASE, secrecy=Secrecy("OSL 25:1"))
    stage.register(CASE)
    with stage.database.writing() as session:
        strike_document(session, stage.actor("archivist"), CASE, 1, "Fel", stage.now)
    for tampering, tamper in TAMPERINGS.items():
        found: set[str] = set()
        with contextlib.suppress(InterruptedError), stage.database.writing() as session:
            assert verify_chain(session, 1, stage.key) == [], tampering
            tamper(session)
            session.flush()
            session.expire_all()
            found = {item.code for item in verify_chain(session, 1, stage.key)}
            raise InterruptedError
        assert found & {"changed_register", "unlinked_register"}, tampering


# --- secrecy -----------------------------------------------------------------------------------


def mark(stage: Stage, number: int, secrecy: Secrecy) -> None:
    with stage.database.writing() as session:
        mark_secrecy(session, stage.actor("archivist"), CASE, number, secrecy, stage.now)


def shapes(stage: Stage, *, public: bool) -> tuple[str, str]:
    with stage.database.reading() as session:
        pdf = registry_pdf(session, stage.actor("archivist"), CASE, WHEN, public=public)
    return read_words(pdf), registry_csv(CASE, entries(stage), public=public).decode()


def test_what_is_concealed_is_left_out_for_the_public(stage: Stage) -> None:
    stage.open(CASE)
    stage.register(CASE, counterpart="Hemlig Avsändare", subject="Hemligt ärende",
                   secrecy=Secrecy("OSL 25 kap. 1 §", True, True))  # fmt: skip
    for text in shapes(stage, public=True):
        assert "Hemlig" not in text
        assert "begäran.pdf" not in text
        assert "utelämnat" in text
        assert "Sekretess: OSL 25 kap. 1 §" in text
    for text in shapes(stage, public=False):
        assert "Från: Hemlig Avsändare" in text
        assert "Begäran: Hemligt ärende" in text
    mark(stage, 1, Secrecy())
    for text in shapes(stage, public=True):
        assert "Hemlig Avsändare" in text, "the newest mark holds"
        assert "Sekretess:" not in text


def test_what_was_born_here_can_be_marked_too(stage: Stage) -> None:
    whole(stage)
    mark(stage, 3, Secrecy("OSL 21 kap. 1 §", conceals_subject=True))
    pdf, table = shapes(stage, public=True)
    assert "underlag.pdf" not in pdf + table
    assert pdf.count("Bilaga: utelämnat") == table.count("Bilaga: utelämnat") == 1


# --- PDF, CSV, the package, the page -------------------------------------------------------------


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


def rows_of(data: bytes) -> list[list[str]]:
    assert data.startswith(b"\xef\xbb\xbf"), "Excel takes it for ANSI without its mark"
    text = data.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True))


def after_label(cell: str) -> str:
    """What somebody wrote: all that follows the first colon."""
    return cell.partition(": ")[2]


def naughty(text: str) -> Entry:
    return Entry(
        number=1, key="document:1", kind="request", subject=text, counterpart=text,
        received=datetime.date(2026, 3, 10), file=EntryFile(text, "0" * 64), secrecy=text,
        struck=text,
    )  # fmt: skip


def check_csv(text: str) -> None:
    header, row = rows_of(registry_csv(CASE, [naughty(text)], public=False))
    assert tuple(header) == CSV_HEADER
    assert len(row) == len(CSV_HEADER)
    for cell in row:
        assert not cell.startswith(DANGEROUS)
    written = [after_label(cell) for cell in (*row[5:9], row[9])]
    always = [after_label(row[6]), after_label(row[9])]
    assert all(cell == text for cell in always)
    assert all(cell in (text, "") for cell in written)


@pytest.mark.parametrize("text", NAUGHTY)
def test_no_cell_is_a_formula_and_no_sign_is_changed(text: str) -> None:
    check_csv(text)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40))
def test_whatever_is_written_comes_back(text: str) -> None:
    if "\r" not in text and "\x00" not in text:
        check_csv(text)  # a lone CR, and U+0000, are tidied away before they get here


def test_what_is_registered_comes_back_from_the_csv(stage: Stage) -> None:
    stage.open(CASE)
    kept = [" ".join(text.split()) for text in NAUGHTY if text]
    for text in kept:
        stage.register(CASE, counterpart=text, subject=text)
    rows = rows_of(registry_csv(CASE, entries(stage), public=True))[1:]
    assert [after_label(row[5]) for row in rows] == kept
    assert [after_label(row[6]) for row in rows] == kept


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
