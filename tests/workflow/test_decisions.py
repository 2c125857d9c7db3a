"""The list of decisions taken by delegation: what it has, for whom, and what secrecy leaves out."""

from __future__ import annotations

import datetime
import io
import zipfile
from typing import Any

import docx
import pikepdf
import pytest
from docx.oxml.ns import qn
from sqlalchemy import update

from survey_app.core.workflow import State
from survey_app.export.blocks import ForeignPages, Outline
from survey_app.export.decisions import WITHHELD, DecisionList, decisions_outline
from survey_app.export.pdf.drawing import render
from survey_app.export.pdf.words import read_words
from survey_app.export.word.drawing import render as render_docx
from survey_app.services.approvals.decisions import list_decisions
from survey_app.services.refusal import Forbidden, Invalid
from survey_app.services.register.registration import Secrecy, mark_secrecy
from survey_app.services.register.registry import list_entries
from survey_app.store.tables import Case
from tests.stage import OTHER, OWN, Stage
from tests.workflow.decisions import DAY, DIRECTOR, SECOND

CREATED = "2026-11-22T10:00:00+00:00"


def decide(stage: Stage, number: str = "RS2501") -> int:
    """Have something approved, by the director."""
    [submission] = stage.open(number)
    stage.bring(submission, State.APPROVED)
    return submission


def listed(
    stage: Stage, by: str = "archivist", unit: str = OWN, first: int = 0, last: int = 0,
    **more: Any,
) -> DecisionList:  # fmt: skip
    """The list from one day to another, counted from today."""
    with stage.database.reading() as session:
        return list_decisions(
            session, stage.actor(by), stage.units[unit], stage.today + first * DAY,
            stage.today + last * DAY, **more,
        )  # fmt: skip


def test_who_decided_what_when_and_by_what_right(stage: Stage) -> None:
    decide(stage)
    [found] = listed(stage).decisions
    assert found.diary_number == "RS2501"
    assert found.what == "Svaret på Prov till Myndigheten godkänt (handling 1)"
    assert found.day == stage.today.isoformat()
    assert found.who == f"{DIRECTOR}, approver"
    assert found.right.startswith("Delegation: Beslut 1 (")


def test_stand_in_and_steps_are_told(stage: Stage) -> None:
    [submission] = stage.open("RS2501")
    stage.bring(submission, State.AWAITING_APPROVAL)
    stage.in_steps(2)
    stage.delegate(SECOND, step=1, decision="Beslut om enhetschef")
    stage.endorse(submission, SECOND)
    stage.approve(submission, turn=(2, 2))
    [found] = listed(stage).decisions
    assert "Steg 2 av 2" in found.right
    [step] = found.steps
    assert step.startswith(f"Tillstyrkt i steg 1: {SECOND}, approver, ")
    assert "(Beslut om enhetschef)" in step


def _deciding(stage: Stage) -> int:
    return stage.delegate(DIRECTOR, decision="Beslut 2", questionnaire="prov-2025")


def test_who_stood_in_is_told(stage: Stage) -> None:
    [submission] = stage.open("RS2501")
    stage.bring(submission, State.AWAITING_APPROVAL)
    stage.stand_in(SECOND, _deciding(stage))
    stage.approve(submission, SECOND)
    [found] = listed(stage).decisions
    assert found.who == f"{SECOND}, approver, ersättare för {DIRECTOR}, approver"
    assert "Delegation: Beslut 2 (" in found.right
    assert "Ersättare enligt Beslut om ersättare (" in found.right


def test_the_period_is_of_swedish_days_both_with_them(stage: Stage) -> None:
    """Half past eleven at night in Sweden is the day before in London, or the same."""
    stage.now = datetime.datetime(2026, 6, 30, 22, 30, tzinfo=datetime.UTC)  # 1 July, 00.30
    stage.delegate(DIRECTOR)
    decide(stage)
    with stage.database.reading() as session:
        archivist, unit = stage.actor("archivist"), stage.units[OWN]
        june, july = [
            list_decisions(session, archivist, unit, datetime.date(2026, month, 1), last)
            for month, last in ((6, datetime.date(2026, 6, 30)), (7, datetime.date(2026, 7, 1)))
        ]
    assert [item.day for item in july.decisions] == ["2026-07-01"]
    assert june.decisions == ()


def test_who_may(stage: Stage) -> None:
    decide(stage)
    for who in ("archivist", DIRECTOR, SECOND, "administrator"):
        assert len(listed(stage, who).decisions) == 1
    for who in ("strategist", "other_archivist", "other_administrator"):
        with pytest.raises(Forbidden):
            listed(stage, who)
    assert listed(stage, "other_archivist", OTHER).decisions == ()
    with pytest.raises(Invalid, match="period_reversed"):
        listed(stage, first=1)


def test_practice_is_left_out_unless_asked_for(stage: Stage) -> None:
    decide(stage)
    with stage.database.writing() as session:
        case = session.get(Case, 1)
        assert case is not None
        case.practice = True
    assert listed(stage).decisions == ()
    found = listed(stage, practice=True)
    assert [item.practice for item in found.decisions] == [True]
    assert "Övningsärende, inget beslut" in _pdf_words(found)
    assert decisions_outline(found, CREATED).warning


def test_a_refusal_to_give_out_is_a_decision_too(stage: Stage) -> None:
    """And says itself who took it; a copy under masks is none."""
    submission = decide(stage)
    stage.give_out(submission)
    stage.now += DAY
    stage.refuse("RS2501")
    _answer, found = listed(stage, first=-1).decisions
    assert found.what == "Avslag på begäran om handling: Svaret på fråga 1 (handling 5)"
    assert found.who == "Chefsjurist, delegationsordningen 3.4"
    assert found.right == "Lagrum: OSL 25 kap. 1 §"
    assert found.day == stage.today.isoformat()
    assert "delegationsordningen 3.4" in _pdf_words(listed(stage))
    assert len(listed(stage, first=-1, last=-1).decisions) == 1, "the approval"
    assert listed(stage, "other_archivist", OTHER).decisions == ()


def test_a_refusal_in_a_practice_case_is_none(stage: Stage) -> None:
    decide(stage)
    stage.refuse("RS2501")
    with stage.database.writing() as session:
        session.execute(update(Case).values(practice=True))
    assert listed(stage).decisions == ()
    assert [item.practice for item in listed(stage, practice=True).decisions] == [True, True]


@pytest.mark.parametrize(
    ("kind", "concealed", "left_out"),
    [
        ("answer", "conceals_subject", {"Prov", "Ärende: Ärende"}),
        ("answer", "conceals_counterpart", {"Myndigheten"}),
        ("approval", "conceals_subject", {DIRECTOR, "Beslut 1", "Prov"}),
        ("approval", "conceals_counterpart", {DIRECTOR, "Beslut 1"}),
        ("refusal", "conceals_subject", {"Svaret på fråga 1", "Chefsjurist", "OSL 25 kap. 1"}),
    ],
)
def test_what_secrecy_conceals_is_in_no_form_of_it(
    stage: Stage, app: Any, kind: str, concealed: str, left_out: set[str]
) -> None:
    decide(stage)
    stage.refuse("RS2501")
    archivist = stage.actor("archivist")
    with stage.database.writing() as session:
        [number] = [item.number for item in list_entries(session, archivist, "RS2501")
                    if item.kind == kind]  # fmt: skip
        secrecy = Secrecy("OSL 25 kap. 1 §", **{concealed: True})
        mark_secrecy(session, archivist, "RS2501", number, secrecy, stage.now, stage.key)
    client = stage.sign_in(app, "archivist")
    page = client.get("/decisions").text
    body = page[page.index("<tbody>") : page.index("</tbody>")]
    document = docx.Document(io.BytesIO(client.get("/decisions.docx").data))
    rows = " ".join(cell.text for row in document.tables[0].rows[1:] for cell in row.cells)
    for said in (body, rows, read_words(client.get("/decisions.pdf").data, skip_others=True)):
        assert "RS2501" in said
        assert "utelämna" in said
    for secret in left_out:
        assert secret not in body
        assert secret not in rows
        assert secret.replace(" ", "") not in _pdf_words(listed(stage)).replace(" ", "")


def _pdf_words(found: DecisionList) -> str:
    return read_words(render(decisions_outline(found, CREATED)), skip_others=True)


def test_the_docx_can_be_read_by_everybody(stage: Stage) -> None:
    decide(stage)
    outline = decisions_outline(listed(stage), CREATED)
    data = render_docx(outline, landscape=True)
    assert render_docx(outline, landscape=True) == data, "the same list gives the same bytes"
    document = docx.Document(io.BytesIO(data))
    assert document.core_properties.title == outline.title
    assert document.core_properties.language == "sv-SE"
    assert [item.text for item in document.paragraphs if item.style.name == "Heading 1"] == [
        "Beslut fattade på delegation"]  # fmt: skip
    languages = {item.get(qn("w:val")) for item in document.styles.element.iter(qn("w:lang"))}
    assert languages == {"sv-SE"}
    [table] = document.tables
    head, row = table.rows
    assert head._tr.trPr.find(qn("w:tblHeader")) is not None
    assert [cell.text for cell in head.cells] == [
        "Diarienummer", "Beslut", "Datum", "Beslutat av", "Med stöd av"]  # fmt: skip
    assert row.cells[0].text == "RS2501"
    section = document.sections[0]
    assert section.page_width > section.page_height
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None


def test_no_block_is_left_out_of_a_docx_in_silence() -> None:
    outline = Outline("T", "R", "M", "A", (ForeignPages(2),), created=CREATED)
    with pytest.raises(TypeError, match="PDF"):
        render_docx(outline)


def test_the_pdf_is_tagged_and_says_the_ground(stage: Stage) -> None:
    decide(stage)
    data = render(decisions_outline(listed(stage), CREATED))
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang).startswith("sv")
    words = read_words(data, skip_others=True)
    assert "6 kap. 40 § och 7 kap. 8 § kommunallagen (2017:725)" in words.replace("\u00a0", " ")
    assert WITHHELD not in words


def test_the_page_and_its_files(stage: Stage, app: Any) -> None:
    decide(stage)
    director = stage.sign_in(app, DIRECTOR)
    page = director.get("/decisions").text
    assert 'Beslut under perioden <span class="quiet">1<' in page
    assert "Svaret på Prov till Myndigheten godkänt" in page
    early = director.get("/decisions?from=2020-01-01&to=2020-12-31").text
    assert "Inga beslut är fattade på delegation under perioden." in early
    for query in ("from=2026-02-01&to=2026-01-01", "from=i+dag", "from=0001-01-01",
                  "to=9999-12-31"):  # fmt: skip
        reply = director.get(f"/decisions?{query}")
        assert reply.status_code == 422
        assert "Rätta datumen." in reply.text or "som år, månad och dag" in reply.text
        assert director.get(f"/decisions.pdf?{query}").status_code == 422
    reply = director.get("/decisions.docx")
    assert reply.headers["Content-Type"].startswith("application/vnd.openxmlformats")
    assert stage.sign_in(app, "strategist").get("/decisions").status_code == 403
    assert DIRECTOR in page
