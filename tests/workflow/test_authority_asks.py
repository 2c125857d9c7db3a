"""After sending out the form the authority gives more time, or asks for more."""

from __future__ import annotations

import io
from typing import Any

import pytest
from sqlalchemy import update

from survey_app.core.workflow import State
from survey_app.services.answer import Saved
from survey_app.services.audit import verify_chain
from survey_app.services.refusal import Forbidden, Invalid, WrongState
from survey_app.services.register.registration import strike_document
from survey_app.services.register.registry import list_entries
from survey_app.services.transcription import prepare_transcription
from survey_app.store.tables import Completion, Extension, Round
from tests.stage import PDF_BYTES, Stage
from tests.workflow.decisions import DAY

NUMBER = "RS2501"


@pytest.fixture
def draft(stage: Stage) -> int:
    """A draft that is due in a week."""
    [submission] = stage.open(NUMBER)
    with stage.database.writing() as session:
        session.execute(update(Round).values(deadline=stage.today + 7 * DAY))
    return submission


@pytest.fixture
def done(stage: Stage) -> int:
    """A submission that was handed in."""
    [submission] = stage.open(NUMBER)
    stage.bring(submission, State.HANDED_IN)
    return submission


def breaks(stage: Stage) -> list[str]:
    with stage.database.reading() as session:
        return [item.code for item in verify_chain(session, 1, stage.key)]


def kinds(stage: Stage) -> list[tuple[str, str]]:
    with stage.database.reading() as session:
        found = list_entries(session, stage.actor("archivist"), NUMBER)
    return [(entry.kind, entry.subject) for entry in found]


# --- more time -------------------------------------------------------------------------------


def test_an_extension_moves_the_deadline_and_remembers_the_first(
    stage: Stage, draft: int, app: Any
) -> None:
    until = stage.today + 21 * DAY
    stage.extend(draft, until)
    dossier = stage.read(draft)
    assert (dossier.deadline, dossier.first_deadline) == (until, stage.today + 7 * DAY)
    assert dossier.content()["deadline"] == until.isoformat()
    with stage.database.reading() as session:
        assert session.get(Round, 1).deadline == stage.today + 7 * DAY  # type: ignore[union-attr]
    person = stage.sign_in(app, "strategist")
    told = person.get(f"/api/v1/submissions/{draft}").get_json()
    assert told["deadline"] == until.isoformat()
    for url in ("/", f"/submissions/{draft}", f"/submissions/{draft}/sections/a"):
        assert "efter anstånd" in person.get(url).text
    assert "Sjukdom" in person.get(f"/submissions/{draft}").text


def test_an_extension_stands_in_list_and_chain(stage: Stage, draft: int) -> None:
    until = stage.today + 21 * DAY
    stage.extend(draft, until, by="archivist")
    assert kinds(stage) == [("extension", f"till {until.isoformat()}: Sjukdom")]
    assert breaks(stage) == []
    with stage.database.writing() as session:
        session.execute(update(Extension).values(until=until + DAY))
    assert breaks(stage) == ["changed_register"]


def test_the_newest_extension_that_is_not_struck_holds(stage: Stage, draft: int) -> None:
    stage.extend(draft, stage.today + 14 * DAY)
    stage.extend(draft, stage.today + 21 * DAY)
    assert stage.read(draft).deadline == stage.today + 21 * DAY
    with stage.database.writing() as session:
        strike_document(
            session, stage.actor("archivist"), NUMBER, 2, "Fel ärende", stage.now, stage.key
        )
    assert stage.read(draft).deadline == stage.today + 14 * DAY


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"until": 7}, "until_not_later"),
        ({"day": 1}, "document_day_in_future"),
        ({"reason": " "}, "extension_reason_missing"),
        ({"granted_by": ""}, "counterpart_missing"),
        ({"reason": "x" * 401}, "line_too_long"),
    ],
)
def test_an_extension_that_cannot_be_is_refused(
    stage: Stage, draft: int, told: dict[str, Any], code: str
) -> None:
    days = {"until": 14} | {key: value for key, value in told.items() if isinstance(value, int)}
    said = told | {key: stage.today + value * DAY for key, value in days.items()}
    with pytest.raises(Invalid, match=code):
        stage.extend(draft, **said)
    assert stage.read(draft).deadline == stage.today + 7 * DAY
    assert kinds(stage) == []


def test_no_more_time_for_what_is_handed_in(stage: Stage, done: int) -> None:
    with pytest.raises(WrongState):
        stage.extend(done, stage.today + 30 * DAY)


def test_the_form_for_more_time_tells_what_is_wrong(stage: Stage, draft: int, app: Any) -> None:
    person, url = stage.sign_in(app, "strategist"), f"/submissions/{draft}/extension"
    form = {"counterpart": "Myndigheten", "day": stage.today.isoformat(), "reason": "Sjukdom"}
    reply = person.post(url, {**form, "until": "snart"})
    assert reply.status_code == 422
    assert 'href="#until"' in reply.text
    assert 'value="Sjukdom"' in reply.text, "what was typed is still there"
    until = (stage.today + 9 * DAY).isoformat()
    assert person.post(url, {**form, "until": until}).status_code == 302
    assert "Sjukdom" in person.get(url).text


# --- more answers ----------------------------------------------------------------------------


def test_a_completion_opens_only_what_was_asked_for(stage: Stage, done: int) -> None:
    """And what follows from it: 2a shows if 2 says so."""
    new = stage.complete(done, ["2"])
    dossier = stage.read(new)
    assert (dossier.corrects, dossier.asked, dossier.state) == (done, ("2",), State.DRAFT)
    with pytest.raises(Forbidden, match="not_asked_for"):
        stage.save(new, "1", "Nytt", dossier.version_of("1"))
    with pytest.raises(Forbidden, match="not_asked_for"):
        stage.save(new, "3", "Nytt", 0)
    version = dossier.version_of("2")
    assert isinstance(stage.save(new, "2", {"chosen": "nej", "details": {}}, version), Saved)
    version = dossier.version_of("2a")
    assert isinstance(stage.save(new, "2a", {"files": [], "text": "Se ovan"}, version), Saved)
    assert stage.read(new).answers["1"].value == "Vi har gjort mycket.", "as handed in"


def test_a_completion_goes_the_whole_way_and_stands_in_the_list(stage: Stage, done: int) -> None:
    new = stage.complete(done, ["3"])
    stage.save(new, "3", "Mer om resultaten.", 0)
    stage.send(new)
    with pytest.raises(Invalid, match="not_asked_for"):
        stage.send_back(new, {"1": "Skriv om"})
    stage.approve(new)
    with stage.database.reading() as session:
        fields = prepare_transcription(session, stage.actor("strategist"), new).fields
    assert [*fields] == ["3", "intyg"], "only what was asked for is typed over"
    stage.hand_in(new)
    assert kinds(stage)[4:] == [
        ("completion", "Mer om resultaten"), ("completed", "Prov (kompletterar handling 1)"),
        ("enclosure", "underlag.pdf (bilaga 1 till handling 6)"),
        ("approval", kinds(stage)[7][1]), ("receipt", "K-1 (avser handling 6)"),
    ]  # fmt: skip
    assert breaks(stage) == []
    with stage.database.writing() as session:
        session.execute(update(Completion).values(questions='["1"]'))
    assert "changed_register" in breaks(stage)


def test_a_correction_of_a_completion_is_about_no_more(stage: Stage, done: int, app: Any) -> None:
    """It answers the same request, and goes into the same form of the authority's."""
    first = stage.complete(done, ["3"], until=stage.today + 3 * DAY)
    stage.save(first, "3", "Mer om resultaten.", 0)
    stage.send(first)
    stage.approve(first)
    stage.tick(first, f3=True)
    new = stage.correct(first)
    dossier = stage.read(new)
    assert (dossier.asked, dossier.deadline) == (("3",), stage.today + 3 * DAY)
    with pytest.raises(Forbidden, match="not_asked_for"):
        stage.save(new, "1", "Nytt", dossier.version_of("1"))
    stage.save(new, "3", "Ännu mer om resultaten.", dossier.version_of("3"))
    stage.send(new)
    stage.approve(new)
    with stage.database.reading() as session:
        typed = prepare_transcription(session, stage.actor("strategist"), new)
    assert [*typed.fields] == ["3", "intyg"]
    assert typed.ticks["3"].before == "Mer om resultaten.", "what stands there is known"
    assert "Rättelse av" in stage.sign_in(app, "strategist").get(f"/submissions/{new}").text
    subjects = [kind for kind, _subject in kinds(stage)]
    assert (subjects.count("completed"), subjects.count("correction")) == (1, 1)
    assert breaks(stage) == []
    stage.hand_in(new)
    assert stage.read(stage.correct(new)).deadline is None, "what was handed in is not late"


def test_a_completion_has_a_deadline_of_its_own(stage: Stage, draft: int) -> None:
    stage.extend(draft, stage.today + 21 * DAY)
    stage.bring(draft, State.HANDED_IN)
    new = stage.complete(draft, ["3"], until=stage.today + 3 * DAY)
    assert stage.read(new).deadline == stage.today + 3 * DAY
    stage.extend(new, stage.today + 5 * DAY)
    assert stage.read(new).deadline == stage.today + 5 * DAY
    assert stage.read(draft).deadline == stage.today + 21 * DAY


@pytest.mark.parametrize(
    ("questions", "told", "code"),
    [
        ([], {}, "nothing_asked"),
        (["intyg"], {}, "no_question"),
        (["99"], {}, "no_question"),
        (["1"], {"what": ""}, "subject_missing"),
        (["1"], {"until": -1}, "until_before_decision"),
    ],
)
def test_a_completion_that_cannot_be_is_refused(
    stage: Stage, done: int, questions: list[str], told: dict[str, Any], code: str
) -> None:
    said = {key: stage.today + value * DAY if isinstance(value, int) else value
            for key, value in told.items()}  # fmt: skip
    with pytest.raises(Invalid, match=code):
        stage.complete(done, questions, **said)
    assert len(kinds(stage)) == 4


def test_one_draft_at_a_time_succeeds_a_submission(stage: Stage, done: int) -> None:
    stage.correct(done)
    with pytest.raises(Invalid, match="correction_exists"):
        stage.complete(done, ["1"])
    assert len(kinds(stage)) == 4, "nor is the request registered twice"


def test_the_pages_of_a_completion(stage: Stage, done: int, app: Any) -> None:
    person, url = stage.sign_in(app, "strategist"), f"/submissions/{done}/completion"
    form = {"counterpart": "Myndigheten", "day": stage.today.isoformat(), "reason": "Mer om 3",
            "until": (stage.today + DAY).isoformat()}  # fmt: skip
    reply = person.post(url, form)
    assert reply.status_code == 422
    assert 'href="#questions"' in reply.text
    with io.BytesIO(PDF_BYTES) as letter:
        made = person.post(url, {**form, "question": "3", "file": (letter, "begäran.pdf")})
    page = person.get(made.location).text
    assert "Myndigheten har bett om komplettering" in page
    assert "Komplettering av" in page
    section = person.get(f"{made.location}/sections/a").text
    assert 'name="q.3"' in section
    assert 'name="q.1"' not in section, "shown as text"
    assert "Vi har gjort mycket." in section
    assert "begäran.pdf" in person.get(f"/cases/{NUMBER}/registry/5").text
