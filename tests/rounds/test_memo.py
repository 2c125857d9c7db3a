"""The memos of the seeds rebuilt: written in the form, approved, kept, in PDF and Word in order."""

from __future__ import annotations

import datetime
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdf
import pytest
from lxml import etree

from survey_app.core.workflow import State
from survey_app.export.registry import matter_of
from survey_app.services.accounts.confirmation import Confirmation
from survey_app.services.answer import Saved
from survey_app.services.approvals.approval import approve
from survey_app.services.approvals.decisions import list_decisions
from survey_app.services.archives.archive import case_package, list_copies
from survey_app.services.audit import verify_chain
from survey_app.services.handing_in import hand_in
from survey_app.services.memo import memo_docx, memo_pdf, open_memo, read_memo
from survey_app.services.refusal import Forbidden, Invalid, NotFound
from survey_app.services.register.registration import strike_document
from survey_app.services.register.registry import list_entries
from survey_app.services.specification import add_specification
from tests.stage import Stage, build_stage
from tests.world import MEMO_FORM

NUMBER = "RS241041"
DATA = Path(__file__).parents[2] / "survey_app/demo/rounds/tjansteskrivelse.json"
MEMOS = json.loads(DATA.read_text("utf-8"))["memos"]
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

OF_2025 = [
    "Beslutsförslag", "Regionkontoret", "Hälso- och sjukvård", "Hälso o sjukvårdsstrateger",
    "Datum", "2026-02-20", "Diarienummer", "RS241041", "Regionstyrelsen",
    "Information - Uppföljning Regional Handlingsplan Patient, brukare och närstående medverkan "
    "2025",
    "Förslag till beslut",
    "1. Regionstyrelsen antecknar att informationen har lämnats till styrelsen.",
    "Sammanfattning", "Syftet med denna information är uppföljning av Regional handlingsplan",
    "Bakgrund", "Regionstyrelsen beslutade 2021-08-25 att anta framtagen Regional handlingsplan",
    "kopplat till handlingsplanen.",
    "Barnkonsekvens- och jämställdhetsanalys",
    "Inga konsekvenser för män, kvinnor eller barn med anledning av beslutet.",
    "Ekonomiska konsekvenser av beslutet",
    "Inga ekonomiska konsekvenser med anledning av beslutet.",
    "Regionkontoret", "Regiondirektör", "Hälso och sjukvårdsdirektör",
    "Bilaga:", "Regional Handlingsplan Patient, brukare och närståendemedverkan 2025 - 2028",
    "Styrelsens/nämndens beslut delges",
    "Driftnämnden Hallands sjukhus", "Driftnämnden Psykiatrin Halland",
    "Driftnämnden Närsjukvården Halland", "Driftnämnden Ambulans Diagnostik och Hälsa",
]  # fmt: skip
OF_2019 = [
    "Diarienummer", "Regionstyrelsen", "Information om patientinvolvering",
    "Förslag till beslut", "Regionstyrelsens arbetsutskott beslutar att",
    "- återkoppla informationen till regionstyrelsen",
    "Sammanfattning", "Beslutet får inga ekonomiska konsekvenser.",
    "Bakgrund", "innehar rollen som medskapare.", "möjliggöra patientinvolvering.",
    "Ekonomiska konsekvenser av beslutet",
    "Inga ekonomiska konsekvenser förväntas av beslutet.",
    "Regionkontoret", "Regiondirektör", "Hälso- och sjukvårdsdirektör",
    "Bilaga:", "Delaktighetstrappan patientinvolvering",
]  # fmt: skip


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = build_stage(tmp_path)
    (made.settings.questionnaires / MEMO_FORM.name).write_bytes(MEMO_FORM.read_bytes())
    made.open(NUMBER)
    yield made
    made.database.close()


@pytest.fixture
def app(stage: Stage) -> Iterator[Any]:
    made = stage.app()
    yield made
    made.extensions["redogor"].database.close()


def begin(stage: Stage, by: str = "strategist") -> int:
    with stage.database.writing() as session:
        specification = add_specification(session, MEMO_FORM.read_text("utf-8"), stage.now)
        return open_memo(session, stage.actor(by), NUMBER, specification, stage.now)


def write(stage: Stage, submission: int, plan: dict[str, Any] = MEMOS[0]) -> None:
    for question, told in plan["answers"].items():
        assert isinstance(stage.save(submission, question, told["value"], 0), Saved)


def approved(stage: Stage, plan: dict[str, Any] = MEMOS[0]) -> int:
    """A memo that the director has approved under a delegation."""
    submission = begin(stage)
    write(stage, submission, plan)
    stage.send(submission)
    approve_it(stage, submission)
    return submission


def approve_it(stage: Stage, submission: int) -> None:
    with stage.database.writing() as session:
        actor = stage.actor("approver_with_delegation")
        approve(
            session, actor, submission, shown_sha256=stage.shown(submission), fields={},
            own_work_reason="", confirmation=Confirmation(actor.account_id, stage.now),
            now=stage.now, today=stage.today, signer=stage.key,
        )  # fmt: skip


def words_of_pdf(data: bytes) -> str:
    reader = pypdf.PdfReader(io.BytesIO(data))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def words_of_docx(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = etree.fromstring(archive.read("word/document.xml"))
    said = [
        "".join((item.text or "") if item.tag == f"{W}t" else " "
                for item in paragraph.iter(f"{W}t", f"{W}br"))
        for paragraph in root.iter(f"{W}p")
    ]  # fmt: skip
    return " ".join(" ".join(said).split())


def in_order(said: str, parts: list[str]) -> None:
    at = 0
    for part in parts:
        found = said.find(part, at)
        assert found >= 0, f"{part!r} is not after {said[max(0, at - 80) : at]!r}"
        at = found + len(part)


def both(stage: Stage, submission: int, by: str = "strategist") -> tuple[bytes, bytes]:
    with stage.database.reading() as session:
        actor = stage.actor(by)
        return (memo_pdf(session, actor, submission, stage.now).data,
                memo_docx(session, actor, submission, stage.now).data)  # fmt: skip


@pytest.mark.parametrize(("plan", "parts"), [(MEMOS[0], OF_2025), (MEMOS[1], OF_2019)])
def test_headings_and_words_stand_as_in_the_seeds(
    stage: Stage, plan: dict[str, Any], parts: list[str]
) -> None:
    pdf, docx = both(stage, approved(stage, plan))
    in_order(words_of_pdf(pdf), parts)
    in_order(words_of_docx(docx), parts)


def test_the_memo_of_2019_has_no_heading_for_what_it_never_told(stage: Stage) -> None:
    pdf, docx = both(stage, approved(stage, MEMOS[1]))
    for said in (words_of_pdf(pdf), words_of_docx(docx)):
        assert "Barnkonsekvens" not in said
        assert "delges" not in said
        assert "Datum" not in said


def test_headings_are_headings(stage: Stage) -> None:
    submission = begin(stage)
    write(stage, submission)
    with stage.database.reading() as session:
        memo = read_memo(session, stage.actor("strategist"), submission, stage.now)
    headings = [block.text for block in memo.outline.blocks if type(block).__name__ == "Heading"]
    assert headings == [part for part in OF_2025 if part in headings]
    assert headings[1:] == [
        "Förslag till beslut", "Sammanfattning", "Bakgrund",
        "Barnkonsekvens- och jämställdhetsanalys", "Ekonomiska konsekvenser av beslutet",
        "Bilaga:", "Styrelsens/nämndens beslut delges",
    ]  # fmt: skip


def test_a_list_without_points_prints_no_heading(stage: Stage) -> None:
    submission = begin(stage)
    stage.save(submission, "arende", "Bara ett ärende", 0)
    stage.save(submission, "forslag", {"entries": [], "removed": []}, 0)
    pdf, _docx = both(stage, submission)
    said = words_of_pdf(pdf)
    assert "Bara ett ärende" in said
    assert "Förslag till beslut" not in said


def test_several_points_are_numbered_in_their_order(stage: Stage) -> None:
    submission = begin(stage)
    points = [
        {"id": f"aaaaaaa{number}", "values": {"punkt": f"Styrelsen beslutar {word}."}}
        for number, word in enumerate(("först", "sedan", "sist"))
    ]
    stage.save(submission, "forslag", {"entries": points, "removed": []}, 0)
    for said in map(lambda data, read: read(data), both(stage, submission),
                    (words_of_pdf, words_of_docx)):  # fmt: skip
        in_order(said, ["1. Styrelsen beslutar först.", "2. Styrelsen beslutar sedan.",
                        "3. Styrelsen beslutar sist."])  # fmt: skip


def test_a_draft_is_stamped_and_what_is_approved_is_not(stage: Stage) -> None:
    submission = begin(stage)
    write(stage, submission)
    pdf, docx = both(stage, submission)
    assert "UTKAST" in words_of_pdf(pdf)
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        assert "UTKAST" in archive.read("word/header1.xml").decode()
    pdf, docx = both(stage, approved(stage))
    assert "UTKAST" not in words_of_pdf(pdf)
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        assert "UTKAST" not in archive.read("word/header1.xml").decode()


def test_what_was_approved_is_kept_and_registered_once(stage: Stage) -> None:
    submission = approved(stage)
    with stage.database.reading() as session:
        entries = list_entries(session, stage.actor("archivist"), NUMBER)
        kept = memo_pdf(session, stage.actor("archivist"), submission, stage.now)
        assert list(verify_chain(session, 1, stage.key)) == []
    assert [entry.kind for entry in entries] == ["memo", "memo_approval"]
    memo, approval = entries
    assert matter_of(memo) == f"Tjänsteskrivelse: {MEMOS[0]['answers']['arende']['value']}"
    assert matter_of(approval).startswith("Godkännande: handling 1 godkänd av ")
    assert memo.file.name == kept.name == f"RS241041-tjansteskrivelse-{submission}.pdf"
    assert memo.file.sha256 == hashlib.sha256(kept.data).hexdigest()


def test_it_is_handed_to_the_board_without_a_receipt(stage: Stage) -> None:
    submission = approved(stage)
    with stage.database.writing() as session:
        hand_in(session, stage.actor("strategist"), submission, day=stage.today,
                receipt_number="", receipt=None, now=stage.now, today=stage.today,
                signer=stage.key)  # fmt: skip
    with stage.database.reading() as session:
        entries = list_entries(session, stage.actor("archivist"), NUMBER)
    assert [entry.kind for entry in entries] == ["memo", "memo_approval"]
    assert (entries[0].sent, entries[0].counterpart) == (stage.today, "Regionstyrelsen")


def test_an_answer_to_an_authority_still_needs_its_receipt(stage: Stage) -> None:
    stage.bring(1, State.APPROVED)
    with pytest.raises(Invalid), stage.database.writing() as session:
        hand_in(session, stage.actor("strategist"), 1, day=stage.today, receipt_number="",
                receipt=None, now=stage.now, today=stage.today, signer=stage.key)  # fmt: skip


def test_it_is_in_the_package_as_it_was_kept(stage: Stage) -> None:
    stage.bring(1, State.APPROVED)
    submission = approved(stage)
    with stage.database.reading() as session:
        actor = stage.actor("archivist")
        kept = memo_pdf(session, actor, submission, stage.now)
        package = case_package(session, actor, NUMBER, stage.now, draft=False)
    with zipfile.ZipFile(io.BytesIO(package.data)) as files:
        [name] = [item for item in files.namelist() if item.endswith(kept.name)]
        assert files.read(name) == kept.data
        [whole] = [files.read(item) for item in files.namelist() if item.endswith("data/case.pdf")]
        [guide] = [files.read(item) for item in files.namelist() if item.endswith("LASMIG.txt")]
    said = words_of_pdf(whole)
    assert "för en digital enkät till" in said, "the memo is no questionnaire"
    assert "medverkan 2025 (till Regionstyrelsen)" in said
    assert "Tjänsteskrivelse med beslutsförslag till Regionstyrelsen, från" in guide.decode()
    with zipfile.ZipFile(io.BytesIO(package.data)) as files:
        assert any(item.endswith("tjansteskrivelse/record.json") for item in files.namelist())


def test_a_memo_in_draft_keeps_no_case_from_its_package(stage: Stage) -> None:
    submission = begin(stage)
    write(stage, submission)
    stage.bring(1, State.ARCHIVED)
    with stage.database.reading() as session:
        actor = stage.actor("archivist")
        package = case_package(session, actor, NUMBER, stage.now, draft=False)
        [kept] = [item for item in list_copies(session, actor, NUMBER) if item.kind == "zip"]
    assert kept.sha256 == hashlib.sha256(package.data).hexdigest()
    stage.now += datetime.timedelta(hours=1)
    stage.send(submission)
    approve_it(stage, submission)
    with stage.database.reading() as session:
        later = case_package(session, actor, NUMBER, stage.now, draft=False)
    assert "tjansteskrivelse" not in " ".join(zipfile.ZipFile(io.BytesIO(package.data)).namelist())
    assert "tjansteskrivelse" in " ".join(zipfile.ZipFile(io.BytesIO(later.data)).namelist())


def test_no_decision_by_delegation_is_told_of_it(stage: Stage) -> None:
    approved(stage)
    with stage.database.reading() as session:
        found = list_decisions(
            session, stage.actor("archivist"), stage.units["Region Egen"], stage.today,
            stage.today,
        )  # fmt: skip
    assert found.decisions == ()


def test_it_cannot_be_struck(stage: Stage) -> None:
    approved(stage)
    with pytest.raises(Invalid) as refused, stage.database.writing() as session:
        strike_document(session, stage.actor("archivist"), NUMBER, 1, "Fel", stage.now, stage.key)
    assert refused.value.code == "not_registered_by_hand"


def test_a_second_click_opens_no_second_memo_but_a_case_may_have_several(stage: Stage) -> None:
    first = begin(stage)
    assert begin(stage) == first
    stage.save(first, "arende", "Den första", 0)
    assert begin(stage) != first


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        ("approver_with_delegation", Forbidden),
        ("archivist", Forbidden),
        ("other_strategist", NotFound),
        ("administrator", NotFound),
    ],
)
def test_only_strategists_of_the_case_begin_one(
    stage: Stage, who: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        begin(stage, who)


def test_who_may_not_read_the_case_reads_no_memo(stage: Stage) -> None:
    submission = begin(stage)
    for who in ("approver_with_delegation", "archivist"):
        assert both(stage, submission, who)
    for who in ("other_strategist", "administrator"):
        with pytest.raises(NotFound):
            both(stage, submission, who)


def test_an_answer_is_no_memo(stage: Stage) -> None:
    with pytest.raises(NotFound) as refused:
        both(stage, 1)
    assert refused.value.code == "no_memo"


def test_from_the_case_page_to_what_is_printed(stage: Stage, app: Any) -> None:
    client = stage.sign_in(app, "strategist")
    assert "Skriv en tjänsteskrivelse" in client.get(f"/cases/{NUMBER}").text
    there = client.post(f"/cases/{NUMBER}/memo", {})
    found = re.search(r"/submissions/(\d+)/questions", there.headers["Location"])
    assert found
    submission = int(found[1])
    write(stage, submission)
    page = client.get(f"/submissions/{submission}/memo").text
    in_order(" ".join(re.sub(r"<[^>]+>", " ", page.split("<article")[1]).split()),
             [part.removeprefix("1. ") for part in OF_2025])  # fmt: skip
    case = client.get(f"/cases/{NUMBER}").text
    assert MEMOS[0]["answers"]["arende"]["value"] in case
    assert f"/submissions/{submission}/memo.docx" in case
    answer = client.get(f"/submissions/{submission}/memo.pdf")
    assert answer.mimetype == "application/pdf"
    assert "UTKAST-RS241041-tjansteskrivelse" in answer.headers["Content-Disposition"]


def test_nobody_is_named_but_by_title() -> None:
    """Signatories and officers are asked for by title, and the seeds' memos answer so."""
    form = json.loads(MEMO_FORM.read_text("utf-8"))
    fields = [
        field["id"]
        for section in form["sections"]
        for question in section["questions"]
        if question["id"] in ("handlaggare", "undertecknare")
        for field in question["fields"]
    ]
    assert fields == ["titel", "enhet", "titel", "enhet"]
    titles = {
        entry["values"]["titel"]
        for plan in MEMOS
        for name in ("handlaggare", "undertecknare")
        for entry in plan["answers"].get(name, {"value": {"entries": []}})["value"]["entries"]
    }
    assert titles == {
        "Hälso o sjukvårdsstrateger", "Regiondirektör", "Hälso och sjukvårdsdirektör",
        "Hälso- och sjukvårdsdirektör",
    }  # fmt: skip
