"""What boards decided: recorded, in the register, the package and the PDF of the case, struck."""

from __future__ import annotations

import datetime
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdf
import pytest
from sqlalchemy import update

from survey_app.core.workflow import State
from survey_app.export.registry import matter_of
from survey_app.export.verification.look import verify_package
from survey_app.services.archives.archive import case_document, case_package
from survey_app.services.audit import verify_chain
from survey_app.services.case import find_case
from survey_app.services.refusal import Forbidden, Invalid, NotFound
from survey_app.services.register.board_decision import (
    Recorded,
    Told,
    decisions_of,
    record_decision,
)
from survey_app.services.register.registration import strike_document
from survey_app.services.register.registry import list_entries
from survey_app.services.upload import received_file
from survey_app.store.tables import BoardDecision
from tests.stage import PDF_BYTES, Stage, build_stage

NUMBER = "RS241041"
DATA = Path(__file__).parents[2] / "survey_app/demo/rounds/tjansteskrivelse.json"
PLANS = json.loads(DATA.read_text("utf-8"))["decisions"]


def told(plan: dict[str, Any], **other: Any) -> Told:
    """A decision of the seed as somebody types it."""
    said = Told(
        plan["body"], plan["paragraph"], datetime.date.fromisoformat(plan["day"]), plan["matter"],
        plan["decision"], plan["about"], plan["recipients"], not plan["recipients"],
        plan["background"],
    )  # fmt: skip
    return replace(said, **other)


COMMITTEE, BOARD = map(told, PLANS)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = build_stage(tmp_path)
    made.open(NUMBER)
    yield made
    made.database.close()


@pytest.fixture
def app(stage: Stage) -> Iterator[Any]:
    made = stage.app()
    yield made
    made.extensions["redogor"].database.close()


def record(stage: Stage, said: Told, by: str = "strategist", file: bytes = b"") -> None:
    with stage.database.writing() as session:
        terms: dict[str, Any] = {"now": stage.now, "today": stage.today, "signer": stage.key}
        if file:
            with received_file(io.BytesIO(file), "protokoll.pdf") as upload:
                record_decision(session, stage.actor(by), NUMBER, said, upload, **terms)
        else:
            record_decision(session, stage.actor(by), NUMBER, said, None, **terms)


def decided(stage: Stage) -> list[Recorded]:
    with stage.database.reading() as session:
        return decisions_of(session, find_case(session, stage.actor("strategist"), NUMBER))


def entries(stage: Stage) -> list[Any]:
    with stage.database.reading() as session:
        return list_entries(session, stage.actor("strategist"), NUMBER)


def squeezed(text: str) -> str:
    return " ".join(text.split())


def words(data: bytes) -> str:
    reader = pypdf.PdfReader(io.BytesIO(data))
    return squeezed(" ".join(page.extract_text() for page in reader.pages))


def test_they_stand_in_the_order_of_their_days_whichever_is_recorded_first(stage: Stage) -> None:
    record(stage, BOARD)
    record(stage, COMMITTEE)
    first, second = (item.minute for item in decided(stage))
    assert (first.paragraph, first.body) == ("§39", "Regionstyrelsens hälso- och sjukvårdsutskott")
    assert first.recipients == ()
    assert second.name == "§84 Regionstyrelsen, 25\N{NO-BREAK SPACE}mars 2026"
    assert second.recipients == tuple(PLANS[1]["recipients"])
    assert len(second.recipients) == 4
    assert second.background == tuple(PLANS[1]["background"])
    assert (
        second.decision == "Regionstyrelsen antecknar att informationen har lämnats till styrelsen."
    )


@pytest.mark.parametrize("typed", ["84", "§84", "§ 84", "  §  84 "])
def test_a_paragraph_is_the_same_however_it_is_typed(stage: Stage, typed: str) -> None:
    record(stage, replace(BOARD, paragraph=typed))
    assert [item.minute.paragraph for item in decided(stage)] == ["§84"]


def test_marks_of_a_pasted_list_are_not_kept(stage: Stage) -> None:
    record(stage, replace(BOARD, recipients=["• Driftnämnden A", "", " - Driftnämnden B"]))
    assert decided(stage)[0].minute.recipients == ("Driftnämnden A", "Driftnämnden B")


def test_without_minutes_a_sheet_is_made_that_says_it_all(stage: Stage) -> None:
    record(stage, BOARD)
    [entry] = entries(stage)
    assert entry.kind == "decision"
    assert matter_of(entry).startswith("Beslut: §84 Regionstyrelsen, 25")
    assert entry.drawn_up == stage.today
    assert entry.file.name == "RS241041-beslut-84-2026-03-25.pdf"
    client = stage.sign_in(stage.app(), "archivist")
    sheet = client.get(f"/cases/{NUMBER}/registry/1/file").data
    said = words(sheet)
    parts = ["§84 Regionstyrelsen", "Beslut", PLANS[1]["decision"], "Ärendet", PLANS[1]["about"],
             "Beslutsunderlag", *PLANS[1]["background"], "Expedieras till",
             *PLANS[1]["recipients"], "registrerade i Redogör"]  # fmt: skip
    at = 0
    for part in parts:
        found = said.find(squeezed(part), at)
        assert found >= 0, part
        at = found


def test_minutes_that_came_are_kept_as_they_came(stage: Stage) -> None:
    record(stage, COMMITTEE, file=PDF_BYTES)
    [entry] = entries(stage)
    assert entry.received == stage.today
    assert entry.counterpart == "Regionstyrelsens hälso- och sjukvårdsutskott"
    assert entry.file.name == "protokoll.pdf"
    assert not decided(stage)[0].by_us
    client = stage.sign_in(stage.app(), "archivist")
    assert client.get(f"/cases/{NUMBER}/registry/1/file").data == PDF_BYTES


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"body": " "}, "decision_body_missing"),
        ({"paragraph": ""}, "decision_paragraph_missing"),
        ({"matter": ""}, "decision_matter_missing"),
        ({"decision": "\n"}, "decision_decision_missing"),
        ({"day": datetime.date(2099, 1, 1)}, "decision_day_in_future"),
        ({"recipients": []}, "decision_recipients_missing"),
        ({"not_sent": True}, "decision_sent_and_not"),
        ({"body": "a" * 201}, "line_too_long"),
        ({"about": "a" * 20_001}, "note_too_long"),
        ({"background": ["a"] * 101}, "too_many_lines"),
    ],
)
def test_what_cannot_be_recorded_leaves_nothing(
    stage: Stage, other: dict[str, Any], code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        record(stage, replace(BOARD, **other))
    assert refused.value.code == code
    assert entries(stage) == []
    assert decided(stage) == []


def test_the_same_paragraph_is_recorded_once(stage: Stage) -> None:
    record(stage, BOARD)
    with pytest.raises(Invalid) as refused:
        record(stage, BOARD)
    assert refused.value.code == "decision_recorded_already"
    assert len(entries(stage)) == 1


def strike(stage: Stage, number: int, reason: str = "Fel paragraf") -> None:
    with stage.database.writing() as session:
        strike_document(
            session, stage.actor("archivist"), NUMBER, number, reason, stage.now, stage.key
        )


def test_one_that_is_struck_is_told_but_counts_nowhere_and_can_be_recorded_anew(
    stage: Stage,
) -> None:
    record(stage, BOARD)
    strike(stage, 1)
    assert [item.struck for item in decided(stage)] == ["Fel paragraf"]
    record(stage, BOARD)
    assert [item.struck for item in decided(stage)] == ["Fel paragraf", ""]


def test_documents_of_one_name_are_each_in_the_package(stage: Stage, app: Any) -> None:
    """A sheet that was struck and made anew, and minutes of several meetings in files of one name:
    nothing takes another's place."""
    stage.bring(1, State.APPROVED)
    record(stage, BOARD)
    strike(stage, len(entries(stage)))
    record(stage, replace(BOARD, decision="Regionstyrelsen beslutar något annat."))
    for place, said in enumerate((COMMITTEE, replace(COMMITTEE, paragraph="§40"))):
        record(stage, said, file=PDF_BYTES + bytes([65 + place]))
    with stage.database.reading() as session:
        package = case_package(session, stage.actor("archivist"), NUMBER, stage.now, draft=False)
    assert verify_package(package.data, stage.key.public_key).intact
    with zipfile.ZipFile(io.BytesIO(package.data)) as files:
        names = [name for name in files.namelist() if name.endswith(".pdf")]
        held = {name: files.read(name) for name in names}
    assert len(set(map(str.casefold, names))) == len(names)
    minutes = {data for name, data in held.items() if "protokoll" in name}
    assert minutes == {PDF_BYTES + b"A", PDF_BYTES + b"B"}
    [sheet] = [data for name, data in held.items() if "-beslut-84-" in name]
    assert "beslutar något annat" in words(sheet)
    archivist = stage.sign_in(app, "archivist")
    sheets = [item for item in entries(stage) if item.file and "-beslut-84-" in item.file.name]
    kept = [archivist.get(f"/cases/{NUMBER}/registry/{item.number}/file").data for item in sheets]
    assert ["beslutar något annat" in words(data) for data in kept] == [False, True]


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        ("approver_with_delegation", Forbidden),
        ("administrator", NotFound),
        ("other_strategist", NotFound),
        ("other_archivist", NotFound),
    ],
)
def test_only_who_keeps_the_register_records(
    stage: Stage, who: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        record(stage, BOARD, by=who)
    for allowed, said in (("strategist", BOARD), ("archivist", COMMITTEE)):
        record(stage, said, by=allowed)
    assert len(decided(stage)) == 2


def test_the_audit_chain_vouches_for_every_word(stage: Stage) -> None:
    record(stage, BOARD)
    with stage.database.reading() as session:
        assert list(verify_chain(session, 1, stage.key)) == []
    with stage.database.writing() as session:
        session.execute(update(BoardDecision).values(decision="Regionstyrelsen säger nej."))
    with stage.database.reading() as session:
        codes = [item.code for item in verify_chain(session, 1, stage.key)]
    assert codes == ["changed_register"]
    with stage.database.writing() as session:
        session.delete(session.get_one(BoardDecision, 1))
    with stage.database.reading() as session:
        assert "changed_register" in [item.code for item in verify_chain(session, 1, stage.key)]


def test_they_are_in_the_package_and_the_pdf_of_the_case(stage: Stage) -> None:
    stage.bring(1, State.APPROVED)
    for said in (BOARD, COMMITTEE):
        record(stage, said)
    record(stage, replace(BOARD, paragraph="§85"))
    strike(stage, len(entries(stage)))
    with stage.database.reading() as session:
        actor = stage.actor("archivist")
        package = case_package(session, actor, NUMBER, stage.now, draft=False)
        whole = case_document(session, actor, NUMBER)
    with zipfile.ZipFile(io.BytesIO(package.data)) as files:
        names = files.namelist()
        [in_package] = [files.read(name) for name in names if name.endswith("data/case.pdf")]
    sheets = sorted(name.rpartition("-beslut-")[2] for name in names if "-beslut-" in name)
    assert sheets == ["39-2026-03-04.pdf", "84-2026-03-25.pdf"]
    for data in (whole.data, in_package):
        said = words(data)
        part = said[said.rindex("Beslut i ärendet") :]
        assert part.index("§39") < part.index("Expedieras inte.") < part.index("§84")
        assert part.index("§84") < part.index("Driftnämnden Ambulans Diagnostik och Hälsa")
        assert "§85" not in said


def test_a_decision_after_archiving_is_in_the_package_that_is_fetched_then(stage: Stage) -> None:
    stage.bring(1, State.ARCHIVED)
    with stage.database.reading() as session:
        kept = case_package(session, stage.actor("archivist"), NUMBER, stage.now, draft=False)
    stage.now += datetime.timedelta(days=30)
    record(stage, BOARD)
    with stage.database.reading() as session:
        later = case_package(session, stage.actor("archivist"), NUMBER, stage.now, draft=False)
    assert "beslut-84" not in "".join(zipfile.ZipFile(io.BytesIO(kept.data)).namelist())
    assert "beslut-84" in "".join(zipfile.ZipFile(io.BytesIO(later.data)).namelist())


FORM = {
    "body": "Regionstyrelsen", "paragraph": "84", "day": "2026-03-25",
    "matter": PLANS[1]["matter"], "decision": PLANS[1]["decision"], "about": PLANS[1]["about"],
    "background": "\n".join(PLANS[1]["background"]),
    "recipients": "\r\n".join(PLANS[1]["recipients"]),
}  # fmt: skip


def test_it_is_recorded_on_its_page_and_told_on_the_cases(stage: Stage, app: Any) -> None:
    client = stage.sign_in(app, "strategist")
    page = f"/cases/{NUMBER}/board-decisions"
    answer = client.post(page, FORM)
    assert answer.status_code == 302
    for where in (page, f"/cases/{NUMBER}"):
        body = squeezed(client.get(where).text)
        assert "§84 Regionstyrelsen, 25 mars 2026" in body
        assert PLANS[1]["decision"] in body
        assert "Driftnämnden Närsjukvården Halland" in body
        assert "Expedieras till" in body


def test_what_was_typed_stays_where_it_is_refused(stage: Stage, app: Any) -> None:
    client = stage.sign_in(app, "strategist")
    answer = client.post(f"/cases/{NUMBER}/board-decisions", {**FORM, "paragraph": ""})
    assert answer.status_code == 422
    assert 'aria-describedby=" paragraph-error"' in answer.text
    assert PLANS[1]["about"] in answer.text
    assert "Driftnämnden Psykiatrin Halland" in answer.text
    assert entries(stage) == []


def test_one_that_is_not_sent_says_so(stage: Stage, app: Any) -> None:
    client = stage.sign_in(app, "archivist")
    form = {**FORM, "recipients": "", "not_sent": "1"}
    client.post(f"/cases/{NUMBER}/board-decisions", form)
    assert "Expedieras inte." in client.get(f"/cases/{NUMBER}").text


def test_who_only_reads_is_offered_no_form(stage: Stage, app: Any) -> None:
    client = stage.sign_in(app, "approver_with_delegation")
    page = client.get(f"/cases/{NUMBER}/board-decisions")
    assert page.status_code == 200
    assert "<form" not in page.text.split("<main")[1]
