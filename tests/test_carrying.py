"""Last year beside: what is found, what is carried over, and what is never done unseen."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from survey_app.core.workflow import Action, State
from survey_app.services.answer import Saved, Stale
from survey_app.services.audit import verify_chain
from survey_app.services.carrying import carry_over, find_earlier, review_carried
from survey_app.services.history import read_history
from survey_app.services.refusal import ChangedMeanwhile, Forbidden, Invalid, WrongState
from survey_app.services.specification import add_specification
from survey_app.services.submission import Dossier, open_submission
from survey_app.store.tables import AuditEntry

from .conftest import GNV, Installation
from .short_form import QUESTIONNAIRE
from .stage import Stage

FORM_2026 = {
    **QUESTIONNAIRE,
    "id": "prov-2026",
    "period": "2026",
    "continues": "prov-2025",
    "sections": [
        {
            "id": "a",
            "title": "Avsnitt A",
            "questions": [
                {"id": "1", "number": "1", "kind": "text", "text": "Beskriv", "boxes": 2},
                {"id": "3", "number": "3", "kind": "single", "text": "Finns underlag?",
                 "options": [{"id": "j", "text": "Ja"}, {"id": "nej", "text": "Nej"}],
                 "continues": [{"questionnaire": "prov-2025", "question": "2",
                                "options": {"ja": "j"}}]},
                {"id": "2a", "number": "3a", "kind": "attachment", "text": "Underlag"},
                {"id": "9", "number": "9", "kind": "text", "text": "Nytt i år"},
            ],
        }
    ],
}  # fmt: skip


@pytest.fixture
def draft(stage: Stage) -> int:
    """This year's draft; last year's submission is approved."""
    [old] = stage.open("RS25001")
    stage.bring(old, State.APPROVED)
    with stage.database.writing() as session:
        stage.specification = add_specification(session, json.dumps(FORM_2026), stage.now)
    [new] = stage.open("RS26001")
    return new


def dossier(stage: Stage, submission: int, by: str = "strategist") -> Dossier:
    with stage.database.reading() as session:
        return open_submission(session, stage.actor(by), submission, Action.READ)


def carried(
    stage: Stage, submission: int, question: str, version: int = 0, *,
    by: str = "strategist", over: bool = False,
) -> Saved | Stale:  # fmt: skip
    with stage.database.writing() as session:
        return carry_over(
            session, stage.actor(by), submission, question, version, stage.now, over=over
        )


def reviewed(stage: Stage, submission: int, question: str, version: int) -> None:
    with stage.database.writing() as session:
        review_carried(session, stage.actor("strategist"), submission, question, version, stage.now)


def test_an_answer_is_carried_as_a_save_with_a_version(stage: Stage, draft: int) -> None:
    outcome = carried(stage, draft, "1")
    assert isinstance(outcome, Saved)
    assert (outcome.version, outcome.given.value) == (1, ["Vi har gjort mycket.", ""])
    found = dossier(stage, draft)
    assert found.marks["1"].carried
    assert found.unreviewed == ["1"]
    with stage.database.reading() as session:
        _, past = read_history(session, stage.actor("strategist"), draft, "1")
        assert [item.carried for item in past] == [True]
        assert verify_chain(session, found.case_id, stage.key) == []


def test_options_go_where_the_form_says(stage: Stage, draft: int) -> None:
    carried(stage, draft, "3")
    assert dossier(stage, draft).answers["3"].value == {"chosen": "j", "details": {}}


def test_files_come_along(stage: Stage, draft: int) -> None:
    outcome = carried(stage, draft, "2a")
    assert isinstance(outcome, Saved)
    [file] = outcome.given.value["files"]
    person = stage.sign_in(stage.app(), "strategist")
    reply = person.get(f"/submissions/{draft}/attachments/{file['sha256']}")
    assert reply.status_code == 200
    # It is this submission's own now: a later save may name it.
    assert isinstance(stage.save(draft, "2a", {"files": [file], "text": "Se bilagan"}, 1), Saved)


def test_an_answer_that_stands_is_replaced_only_by_who_has_seen_both(
    stage: Stage, draft: int
) -> None:
    stage.save(draft, "1", ["Årets", ""], 0)
    with pytest.raises(Invalid, match="answer_stands"):
        carried(stage, draft, "1", 1)
    assert dossier(stage, draft).answers["1"].value == ["Årets", ""]
    outcome = carried(stage, draft, "1", 1, over=True)
    assert isinstance(outcome, Saved)
    assert outcome.version == 2


def test_upon_an_old_version_it_loses_and_is_kept(stage: Stage, draft: int) -> None:
    stage.save(draft, "1", ["Årets", ""], 0, "strategist_2")
    for over in (False, True):
        outcome = carried(stage, draft, "1", 0, over=over)
        assert isinstance(outcome, Stale)
        assert outcome.theirs.value == ["Årets", ""]
    found = dossier(stage, draft)
    assert (found.answers["1"].value, found.marks["1"].carried) == (["Årets", ""], False)
    with stage.database.reading() as session:
        _, past = read_history(session, stage.actor("strategist"), draft, "1")
    assert [(item.accepted, item.carried) for item in past] == [
        (False, True), (False, True), (True, False)
    ]  # fmt: skip


def test_a_change_takes_the_mark_away(stage: Stage, draft: int) -> None:
    carried(stage, draft, "1")
    stage.save(draft, "1", ["Vi har gjort mer.", ""], 1)
    assert dossier(stage, draft).unreviewed == []


def test_a_review_takes_the_mark_away_and_nothing_else(stage: Stage, draft: int) -> None:
    carried(stage, draft, "1")
    with pytest.raises(ChangedMeanwhile, match="answer_changed"):
        reviewed(stage, draft, "1", 0)
    assert dossier(stage, draft).unreviewed == ["1"]
    reviewed(stage, draft, "1", 1)
    found = dossier(stage, draft)
    assert found.unreviewed == []
    assert found.version_of("1") == 1
    with stage.database.reading() as session:
        kinds = session.execute(
            select(col(AuditEntry.kind)).where(col(AuditEntry.case_id) == found.case_id)
        ).scalars().all()  # fmt: skip
        assert kinds[-1] == "answer_reviewed"
        assert verify_chain(session, found.case_id, stage.key) == []
    reviewed(stage, draft, "1", 1)  # again: nothing to do


def test_what_continues_nothing_cannot_be_carried(stage: Stage, draft: int) -> None:
    with pytest.raises(Invalid, match="nothing_to_carry"):
        carried(stage, draft, "9")


def test_only_writers_carry_and_only_into_drafts(stage: Stage, draft: int) -> None:
    with pytest.raises(Forbidden):
        carried(stage, draft, "1", by="approver_with_delegation")
    stage.save(draft, "1", ["Årets", ""], 0)
    stage.send(draft)
    with pytest.raises(WrongState):
        carried(stage, draft, "1", 1, over=True)


def earlier_ids(stage: Stage, submission: int) -> list[int]:
    with stage.database.reading() as session:
        actor = stage.actor("strategist")
        opened = open_submission(session, actor, submission, Action.READ)
        return [found.id for found in find_earlier(session, actor, opened).values()]


def test_only_what_was_approved_stands_beside(stage: Stage) -> None:
    [old] = stage.open("RS25001")
    stage.bring(old, State.AWAITING_APPROVAL)
    others = stage.open("ANN25001", "other_strategist")
    stage.bring(others[0], State.APPROVED, "other_")
    with stage.database.writing() as session:
        stage.specification = add_specification(session, json.dumps(FORM_2026), stage.now)
    [new] = stage.open("RS26001")
    assert earlier_ids(stage, new) == []  # neither a draft nor another unit's
    stage.approve(old, "approver_with_delegation")
    assert earlier_ids(stage, new) == [old]


def question_html(page: str, question: str) -> str:
    found = re.search(rf'id="question-{question}".*?(?=<div class="question"|</form>)', page, re.S)
    assert found
    return found[0]


def test_the_page_shows_last_year_and_how_numbers_moved(installation: Installation) -> None:
    strategist = installation.person("strateg")
    page = strategist.get(f"/submissions/{GNV}/sections/vardplatser").text
    shown = question_html(page, "15").replace("\u00a0", " ")
    assert "Förra året" in shown
    assert "RS240001, 13" in shown
    assert "+2 (+33,3 procent)" in shown
    page = strategist.get(f"/submissions/{GNV}/sections/kontinuitet").text
    assert "+3 procentenheter" in question_html(page, "30")
    assert "+11\u00a0787 (+5,9 procent)" in question_html(page, "32")
    assert "Förra året" not in question_html(page, "25")  # continues nothing
    page = strategist.get(f"/submissions/{GNV}/sections/tillganglighet").text
    shown = question_html(page, "18")
    assert "”Nyanlända”: svarsalternativet finns inte längre" in shown
    assert "<mark>Exempel:" in question_html(page, "18a")


def form_of(page: str) -> dict[str, Any]:
    """The hidden fields of the carrying page, and what it proposes."""
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page))
    radios = re.findall(r'type="radio" [^>]*name="([^"]+)" value="([^"]+)" checked', page)
    return fields | dict(radios)


def test_a_section_is_carried_and_listed_before_sending(installation: Installation) -> None:
    strategist = installation.person("strateg")
    url = f"/submissions/{GNV}/carrying/psykisk-ohalsa"
    page = strategist.get(url).text
    assert "”Samtal på telefon”: raden finns inte längre" in page
    form = form_of(page)
    assert form["do.39"] == "carry"  # it is empty this year
    assert strategist.post(url, form).status_code == 302
    answer = strategist.submission(GNV)["answers"]["39"]
    assert answer["value"] == {"barn-och-unga": "ja", "teamarbete": "ja"}
    assert answer["carried"] is True
    listed = strategist.get(f"/submissions/{GNV}/sending").text
    unreviewed = listed.partition('id="unreviewed"')[2].partition("</ul>")[0]
    assert "#question-39" in unreviewed
    page = strategist.get(f"/submissions/{GNV}/sections/psykisk-ohalsa").text
    assert "överfört, ej granskat" in question_html(page, "39")
    assert "överfört från en tidigare period" in strategist.get(
        f"/submissions/{GNV}/history/39").text  # fmt: skip


def test_what_stands_is_kept_unless_chosen_away(installation: Installation) -> None:
    strategist = installation.person("strateg")
    url = f"/submissions/{GNV}/carrying/tillganglighet"
    page = strategist.get(url).text
    form = form_of(page)
    assert (form["do.18"], form["do.18a"]) == ("keep", "keep")
    assert "<del>" in page
    assert "<ins>" in page
    before = strategist.submission(GNV)["answers"]
    strategist.post(url, form)
    assert strategist.submission(GNV)["answers"] == before
    # A colleague saves meanwhile: both are shown, and nothing is replaced.
    installation.person("strateg2").save(GNV, "18a", "Kollegans", before["18a"]["version"])
    reply = strategist.post(url, {**form, "do.18a": "carry"})
    assert reply.status_code == 409
    assert "Kollegans" in reply.text
    assert "Fallförebyggande" in reply.text
    assert strategist.submission(GNV)["answers"]["18a"]["value"] == "Kollegans"
    version = strategist.version(GNV, "18a")
    strategist.post(url, {**form, "do.18a": "carry", "version.18a": str(version)})
    assert "Fallförebyggande" in strategist.submission(GNV)["answers"]["18a"]["value"]


def test_a_form_that_was_cut_off_carries_nothing(installation: Installation) -> None:
    strategist = installation.person("strateg")
    url = f"/submissions/{GNV}/carrying/psykisk-ohalsa"
    assert strategist.post(url, {"do.39": "carry", "version.39": "0"}).status_code == 422
    assert strategist.version(GNV, "39") == 0
