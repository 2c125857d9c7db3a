"""A draft takes the next version of its questionnaire: seen first, done once, nothing lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from survey_app.core.workflow import Action
from survey_app.services import version
from survey_app.services.audit import verify_chain
from survey_app.services.case import correct_submission
from survey_app.services.comment import add_comment
from survey_app.services.history import read_history
from survey_app.services.proposal import list_proposals
from survey_app.services.refusal import ChangedMeanwhile, Invalid
from survey_app.services.removals.weeding import remove_material, survey_material
from survey_app.services.specification import Form, form_of
from survey_app.services.submission import open_submission
from survey_app.services.task import assign_sections
from survey_app.services.word import find_file
from survey_app.services.work import read_work
from tests.conftest import Person
from tests.contributions.asking import Desk
from tests.short_form import QUESTIONNAIRE
from tests.stage import Stage, build_stage
from tests.word.conftest import exported, taken_in
from tests.word.filling import filled

NUMBERS = count(2501)
TEXT = "Vi har gjort mycket."


def next_form() -> str:
    """Version 1.2.0: question 1 is 4 now, 2 has another kind, 3 is gone, 1 is new."""
    form = json.loads(json.dumps(QUESTIONNAIRE))
    one, _two, file, _three = form["sections"][0]["questions"]
    del file["shown_when"]
    file["help"] = [{"text": "Bifoga det som PDF."}]
    form["version"] = "1.2.0"
    form["deadline"] = "2027-01-31"
    form["sections"][0]["questions"] = [
        {"id": "1", "number": "1", "kind": "text", "text": "Något helt nytt"},
        {"id": "2", "number": "2", "kind": "integer", "text": "Hur många underlag?"},
        file,
        {**one, "id": "4", "number": "4",
         "continues": [{"questionnaire": "prov-2025", "question": "1"}]},
    ]  # fmt: skip
    return json.dumps(form, ensure_ascii=False)


@pytest.fixture(scope="module")
def stage(database_kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    made = build_stage(tmp_path_factory.mktemp("version"))
    (made.settings.questionnaires / "prov-2025-ny.json").write_text(next_form(), "utf-8")
    yield made
    made.database.close()


@pytest.fixture(scope="module")
def app(stage: Stage) -> Iterator[Any]:
    made = stage.app()
    yield made
    made.extensions["redogor"].database.close()


@pytest.fixture
def draft(stage: Stage) -> int:
    [submission] = stage.open(f"RS{next(NUMBERS)}")
    stage.save(submission, "1", TEXT, 0)
    stage.save(submission, "2", "ja", 0)
    stage.attach(submission, "2a", 0)
    stage.save(submission, "3", "Övrigt.", 0)
    return submission


def target(stage: Stage, submission: int) -> Form:
    found = version.find_next(stage.read(submission), [form_of(next_form())])
    assert found is not None
    return found


def take(stage: Stage, submission: int, shown: str = "") -> version.VersionChange:
    following = target(stage, submission)
    shown = shown or version.hash_plan(stage.read(submission), following)
    with stage.database.writing() as session:
        return version.take_version(
            session, stage.actor("strategist"), submission, following, shown, stage.now, stage.key
        )


def test_a_page_from_before_writes_under_no_other_question(
    stage: Stage, draft: int, app: Any
) -> None:
    """What is 1 there asks something else now: nothing is saved, and the text can be copied."""
    person = stage.sign_in(app, "strategist")
    url = f"/submissions/{draft}/sections/a"
    seen = stage.read(draft).specification
    take(stage, draft)
    before, at = stage.read(draft).answers, stage.read(draft).version_of("1")
    told = person.save(draft, "1", "Om det gamla", at, questionnaire_sha256=seen)
    assert (told.status_code, told.get_json()["error"]) == (409, "questionnaire_changed")
    form = {"whole": "1", "q.1": "Om det gamla", "q.1.version": str(at)}
    page = person.post(url, {**form, "questionnaire_sha256": seen})
    assert page.status_code == 409
    assert "Om det gamla" in page.text
    assert stage.read(draft).answers == before
    now = stage.read(draft).specification
    assert f'name="questionnaire_sha256" value="{now}"' in person.get(url).text
    assert person.post(url, {**form, "questionnaire_sha256": now}).status_code == 200
    assert stage.read(draft).answers["1"].value == "Om det gamla"


def test_answers_go_where_the_form_says(stage: Stage, draft: int) -> None:
    file = stage.read(draft).answers["2a"]
    take(stage, draft)
    dossier = stage.read(draft)
    assert dossier.questionnaire.version == "1.2.0"
    assert dossier.deadline is not None
    assert dossier.deadline.isoformat() == "2027-01-31"
    values = {key: given.value for key, given in dossier.answers.items()}
    assert values == {"1": None, "2": None, "2a": file.value, "3": "Övrigt.", "4": TEXT}
    assert dossier.version_of("2a") == 1, "what stays as it is is not written again"
    assert dossier.unreviewed == ["4"]
    content = json.dumps(dossier.content(), ensure_ascii=False)
    assert TEXT in content
    assert "Övrigt." not in content
    with stage.database.reading() as session:
        assert verify_chain(session, dossier.case_id, stage.key) == []


def test_what_became_of_every_answer_is_told(stage: Stage, draft: int) -> None:
    take(stage, draft)
    with stage.database.reading() as session:
        [change] = version.list_changes(session, draft)
    assert (change.before.version, change.after.version, change.by) == (
        "1.0.0", "1.2.0", "strategist",
    )  # fmt: skip
    told = {item.question.id: item for item in change.told}
    assert told["1"].places == (("4", ()),)
    assert told["2"].places == (("2", (("other_kind", ""),)),)
    assert told["2a"].stays
    assert told["3"].places == ()
    assert (told["1"].given.value, told["3"].given.value) == (TEXT, "Övrigt.")
    assert told["2"].given.value["chosen"] == "ja"


def test_an_answer_saved_meanwhile_stops_it(stage: Stage, draft: int) -> None:
    shown = version.hash_plan(stage.read(draft), target(stage, draft))
    stage.save(draft, "3", "Ändrat under tiden.", 1)
    with pytest.raises(ChangedMeanwhile, match="version_changed"):
        take(stage, draft, shown)
    assert stage.read(draft).questionnaire.version == "1.0.0"
    take(stage, draft)
    with pytest.raises(AssertionError):
        target(stage, draft)


def test_what_hinders_it(stage: Stage, draft: int) -> None:
    stage.circulate(draft)  # question 3, which is gone in the next version
    with pytest.raises(Invalid, match="version_open_proposals"):
        take(stage, draft)
    [returned] = stage.open(f"RS{next(NUMBERS)}")
    stage.save(returned, "1", TEXT, 0)
    stage.send(returned)
    stage.send_back(returned, {"1": "Mer"})
    with pytest.raises(Invalid, match="version_returned"):
        take(stage, returned)
    [approved] = stage.open(f"RS{next(NUMBERS)}")
    stage.save(approved, "1", TEXT, 0)
    stage.send(approved)
    stage.approve(approved)
    with stage.database.writing() as session:
        correction = correct_submission(session, stage.actor("strategist"), approved, stage.now).id
    assert correction is not None
    with pytest.raises(Invalid, match="version_correction"):
        take(stage, correction)


def test_contributions_go_on_where_their_questions_do(stage: Stage, draft: int) -> None:
    made = Desk(stage, draft).ask("2a")
    take(stage, draft)
    asked = stage.read(made, "other_strategist").questionnaire
    assert (asked.version, list(asked.by_id)) == ("1.2.0", ["2a"])
    [other] = stage.open(f"RS{next(NUMBERS)}")
    Desk(stage, other).ask("2a", "3")
    with pytest.raises(Invalid, match="version_contributions"):
        take(stage, other)


def test_its_whole_life_goes_on(stage: Stage, draft: int) -> None:
    """Sent, approved, corrected and weeded with a history in two shapes."""
    take(stage, draft)
    stage.send(draft)
    stage.approve(draft)
    with stage.database.writing() as session:
        correction = correct_submission(session, stage.actor("strategist"), draft, stage.now).id
    assert correction is not None
    with stage.database.reading() as session:
        actor = stage.actor("strategist")
        dossier, past = read_history(session, actor, correction, "2")
        asked = [version.question_then(session, dossier, "2", item.revision) for item in past]
        assert [item.kind for item in asked if item] == ["integer", "single"]
        open_submission(session, actor, draft, Action.READ)
    stage.hand_in(draft)
    archivist = stage.actor("archivist")
    with stage.database.writing() as session:
        material = survey_material(session, archivist, draft)
        sorts = {(item.question, item.sort) for item in material.values}
        assert {("3", "hidden"), ("1", "older"), ("2", "older")} <= sorts
        remove_material(session, archivist, draft, decision="Plan 1", now=stage.now,
                        shown_sha256=material.sha256, signer=stage.key)  # fmt: skip
    with stage.database.reading() as session:
        assert verify_chain(session, stage.read(draft).case_id, stage.key) == []
        [change] = version.list_changes(session, draft)
        assert {item.given.value for item in change.told if item.question.id == "3"} == {None}


@pytest.fixture
def person(stage: Stage, app: Any) -> Person:
    return stage.sign_in(app, "strategist")


def test_the_pages(stage: Stage, person: Person, draft: int) -> None:
    here = f"/submissions/{draft}"
    assert "Se vad som händer med svaren om utkastet tar version 1.2.0" in person.get(here).text
    page = person.get(f"{here}/version").text
    assert "Så här blir det med version 1.2.0. Inget är gjort än." in page
    assert "Ingen fråga i den nya versionen fortsätter den här." in page
    assert "Svaret är av ett annat slag än det som frågas efter nu" in page
    assert "Något helt nytt" in page
    reworded = page[page.index('id="reworded"') : page.index('id="added"')]
    assert "Underlag<ins>\nBifoga det som PDF.</ins>" in reworded
    assert reworded.count("<section") == 1
    assert 'id="same"' not in page or ">2a<" not in page[page.index('id="same"') :]
    assert "Sista dag blir 31 januari 2027." in page
    shown = page.partition('name="shown_sha256" value="')[2].partition('"')[0]
    stage.save(draft, "3", "Skrivet under tiden.", 1)
    late = person.post(f"{here}/version", {"shown_sha256": shown})
    assert late.status_code == 409
    assert "Inget är gjort: läs igen" in late.text
    shown = late.text.partition('name="shown_sha256" value="')[2].partition('"')[0]
    told = person.post(f"{here}/version", {"shown_sha256": shown}, follow_redirects=True).text
    assert "Utkastet följer nu version 1.2.0" in told
    assert "Skrivet under tiden." in told
    assert "Version 1.0.0 till 1.2.0" in told
    for question in ("1", "2", "2a", "4"):
        history = person.get(f"{here}/history/{question}")
        assert history.status_code == 200
    assert "☒ Ja" in person.get(f"{here}/history/2").text
    for page_ in ("", "/sections/a", "/questions", "/sending", "/export.pdf", "/export.docx"):
        assert person.get(f"{here}{page_}").status_code == 200
    assert person.get(f"/api/v1{here}").status_code == 200
    assert "Det finns ingen nyare här" in person.get(f"{here}/version").text


def test_a_word_file_of_the_version_before_is_carried_along(stage: Stage, draft: int) -> None:
    """Where the answer went, its change goes; what has no place is told, with what was written."""
    data = filled(exported(stage, draft), {
        "1.t": "Skrivet i Word.", "3.t": "Kvar i filen.", "2.o.ja": False, "2.o.nej": True,
        "2a.t": "Se bilagan.",
    })  # fmt: skip
    take(stage, draft)
    file = taken_in(stage, draft, data)
    with stage.database.reading() as session:
        dossier = stage.read(draft)
        found = {item.question.id: item for item in list_proposals(session, dossier)}
        report = json.loads(find_file(session, draft, file).report)
    assert set(found) == {"2a", "4"}
    assert found["4"].theirs.value == "Skrivet i Word."
    assert found["4"].weighed
    assert found["4"].weighed.result == found["4"].theirs
    assert not found["4"].weighed.moved
    assert found["2a"].theirs.value["text"] == "Se bilagan."
    assert len(found["2a"].theirs.value["files"]) == 1
    told = {(item["why"], item["question"]): item["text"] for item in report["unread"]}
    assert told == {("outdated_gone", "3"): "Kvar i filen.", ("outdated", "2"): "Fråga 2: Nej"}
    assert report["strays"] == []


def test_the_work_on_a_question_follows_and_what_was_said_is_told(
    stage: Stage, person: Person, draft: int
) -> None:
    actor = stage.actor("strategist")
    with stage.database.writing() as session:
        assign_sections(session, actor, draft, ["a"], owner=actor.account_id, due=None,
                        only_free=False, now=stage.now)  # fmt: skip
    with stage.database.writing() as session:
        add_comment(session, actor, draft, "3", "Stryk den här. @strategist", stage.now)
    take(stage, draft)
    with stage.database.reading() as session:
        works = read_work(session, stage.read(draft))
        assert works["4"].owner_id == actor.account_id
        assert works["1"].owner_id is None
        assert verify_chain(session, stage.read(draft).case_id, stage.key) == []
    here = f"/submissions/{draft}"
    assert "Stryk den här." in person.get(f"{here}/versions").text
    for page in ("/mine", "/mine?view=open", f"{here}/tasks", f"{here}/sections/a"):
        assert person.get(page).status_code == 200


def test_a_damaged_next_version_is_named(tmp_path: Path) -> None:
    made = build_stage(tmp_path)
    (made.settings.questionnaires / "prov-2025-ny.json").write_text('{"id": "prov-2025",', "utf-8")
    opened = made.app()
    [submission] = made.open("RS25001")
    page = made.sign_in(opened, "strategist").get(f"/submissions/{submission}/version")
    assert page.status_code == 200
    assert "Det finns ingen nyare här" in page.text
    assert "prov-2025-ny.json. Säg till" in page.text
    opened.extensions["redogor"].database.close()
    made.database.close()
