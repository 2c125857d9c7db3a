"""Typing over: ticks saved at once, who and when, and what a correction changed after them."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from survey_app.core.workflow import State
from survey_app.services.refusal import NotFound, WrongState
from survey_app.services.transcription import Transcription, prepare_transcription
from survey_app.store.tables import Event
from tests.stage import Stage

KEYS = ["1", "2/option/ja", "2a/file/", "intyg"]
JSON = {"Accept": "application/json"}


@pytest.fixture
def approved(stage: Stage) -> int:
    [submission] = stage.open("RS2501")
    stage.bring(submission, State.APPROVED)
    return submission


def typed(stage: Stage, submission: int, by: str = "strategist") -> Transcription:
    with stage.database.reading() as session:
        return prepare_transcription(session, stage.actor(by), submission)


def corrected(stage: Stage, submission: int, question: str, value: object) -> int:
    """An approved correction in which one answer is another."""
    new = stage.correct(submission)
    stage.save(new, question, value, stage.read(new).version_of(question))
    stage.send(new)
    stage.approve(new)
    return new


def test_a_tick_is_saved_with_who_and_when(stage: Stage, approved: int) -> None:
    assert [key[:8] for key in typed(stage, approved).fields] == [key[:8] for key in KEYS]
    assert typed(stage, approved).done == 0
    stage.tick(approved, f1=True)
    first = stage.now
    stage.now += datetime.timedelta(minutes=5)
    stage.tick(approved, by="strategist_2", f1=True, fintyg=True)
    found = typed(stage, approved)
    assert found.done == 2
    assert (found.ticks["1"].author, found.ticks["1"].at) == ("strategist", first)
    assert found.ticks["intyg"].author == "strategist_2"
    stage.tick(approved, f1=False)
    assert [*typed(stage, approved).ticks] == ["intyg"]


def test_an_unknown_field_changes_nothing(stage: Stage, approved: int) -> None:
    with pytest.raises(NotFound, match="no_field"):
        stage.tick(approved, f1=True, f99=True)
    assert typed(stage, approved).done == 0


def test_nothing_is_ticked_before_approval_or_after_handing_in(stage: Stage) -> None:
    for number, state in enumerate((State.AWAITING_APPROVAL, State.HANDED_IN)):
        [submission] = stage.open(f"RS251{number}")
        stage.bring(submission, state)
        with pytest.raises(WrongState):
            stage.tick(submission, f1=True)


def test_a_correction_keeps_the_ticks_of_what_it_left_alone(stage: Stage, approved: int) -> None:
    stage.tick(approved, **{"f1": True, "f2__option__ja": True})
    new = corrected(stage, approved, "1", "Vi har gjort mer.")
    found = typed(stage, new)
    assert found.done == 1, "what was changed must be typed again"
    assert found.ticks["1"].before == "Vi har gjort mycket."
    assert found.ticks["2/option/ja"].earlier
    stage.tick(new, f1=True)
    tick = typed(stage, new).ticks["1"]
    assert (tick.before, tick.earlier) == (None, False)
    stage.tick(new, f2__option__ja=False)
    assert "2/option/ja" not in typed(stage, new).ticks, "taken back here, not there"
    assert typed(stage, approved).done == 2
    assert typed(stage, approved).successor == new


def test_what_a_correction_took_away_is_told_until_it_is_gone_there_too(
    stage: Stage, approved: int
) -> None:
    stage.tick(approved, **{"f2__option__ja": True})
    new = corrected(stage, approved, "2", {"chosen": "nej", "details": {}})
    [(field, tick)] = typed(stage, new).gone
    assert (field.text, tick.author) == ("Ja", "strategist")
    with pytest.raises(NotFound, match="no_field"):
        stage.tick(new, f2__option__ja=True)
    stage.tick(new, f2__option__ja=False)
    assert typed(stage, new).gone == []


def test_ticks_through_a_correction_of_a_correction(stage: Stage, approved: int) -> None:
    stage.tick(approved, f1=True)
    second = corrected(stage, approved, "1", "Andra")
    third = corrected(stage, second, "1", "Vi har gjort mycket.")
    tick = typed(stage, third).ticks["1"]
    assert (tick.before, tick.earlier) == (None, True), "what stands there is right again"


def test_the_form_without_scripts(stage: Stage, approved: int, app: Any) -> None:
    """What a colleague ticked after the page was shown is in neither list, and stays."""
    person = stage.sign_in(app, "strategist")
    url = f"/submissions/{approved}/handing-in"
    stage.tick(approved, f1=True)
    page = person.get(url).text
    assert "1 av 4 införda" in page
    assert "Infört av strategist" in page
    stage.tick(approved, by="strategist_2", fintyg=True)
    sent = {"was": "1", "done": "2/option/ja", "whole": "1"}
    assert person.post(f"{url}/fields", sent).status_code == 302
    assert {*typed(stage, approved).ticks} == {"2/option/ja", "intyg"}
    restart = {"was": ["2/option/ja", "intyg"], "done": ["2/option/ja", "intyg"],
               "restart": "1", "whole": "1"}  # fmt: skip
    assert person.post(f"{url}/fields", restart).status_code == 302
    assert typed(stage, approved).done == 0


def test_beginning_anew_takes_back_all_that_stood_there(
    stage: Stage, approved: int, app: Any
) -> None:
    """What was ticked since the page was shown too, and what a correction changed or left out."""
    stage.tick(approved, **{"f1": True, "f2__option__ja": True, "fintyg": True})
    new = stage.correct(approved)
    stage.save(new, "1", "Vi har gjort mer.", stage.read(new).version_of("1"))
    stage.save(new, "2", {"chosen": "nej", "details": {}}, stage.read(new).version_of("2"))
    stage.send(new)
    stage.approve(new)
    before = typed(stage, new)
    assert (before.done, len(before.ticks), len(before.gone)) == (1, 2, 1)
    person, url = stage.sign_in(app, "strategist"), f"/submissions/{new}/handing-in"
    page = person.get(url).text
    assert 'name="restart"' in page
    assert person.post(f"{url}/fields", {"restart": "1", "whole": "1"}).status_code == 302
    found = typed(stage, new)
    assert (found.done, [*found.ticks], found.gone) == (0, [], [])
    assert typed(stage, approved).done == 3, "what was ticked there stays there"


def test_a_form_that_was_cut_off_takes_nothing_back(stage: Stage, approved: int, app: Any) -> None:
    stage.tick(approved, f1=True)
    person = stage.sign_in(app, "strategist")
    reply = person.post(f"/submissions/{approved}/handing-in/fields", {"was": "1"})
    assert reply.status_code == 422
    assert typed(stage, approved).done == 1


def test_the_script_is_told_how_far_it_is(stage: Stage, approved: int, app: Any) -> None:
    person = stage.sign_in(app, "strategist")
    url = f"/submissions/{approved}/handing-in/fields"
    reply = person.post(url, {"done": "1", "whole": "1"}, headers=JSON).get_json()
    assert (reply["done"], reply["total"], reply["progress"]) == (1, 4, "1 av 4 införda")
    assert reply["told"]["1"].startswith("Infört av strategist, ")


def test_the_page_warns_of_what_changed(stage: Stage, approved: int, app: Any) -> None:
    stage.tick(approved, f1=True)
    new = corrected(stage, approved, "1", "Vi har gjort mer.")
    person = stage.sign_in(app, "strategist")
    page = person.get(f"/submissions/{new}/handing-in").text
    assert "Ändrat sedan det fördes in" in page
    assert "<del>mycket.</del>" in page
    assert "<ins>mer.</ins>" in page
    assert "En rättelse är öppnad" in person.get(f"/submissions/{approved}/handing-in").text


def test_a_text_that_begins_with_a_line_break_is_copied_whole(stage: Stage, app: Any) -> None:
    """HTML drops the first line break of a textarea: the page gives one more."""
    [submission] = stage.open("RS2502")
    stage.save(submission, "1", "\nEtt\n\nTvå", 0)
    stage.send(submission)
    stage.approve(submission)
    page = stage.sign_in(app, "strategist").get(f"/submissions/{submission}/handing-in").text
    assert ">\n\nEtt\n\nTvå</textarea>" in page
    assert "9 av 40 tecken" in page.replace("\u00a0", " ")


def test_handing_in_tells_how_much_was_typed(stage: Stage, approved: int) -> None:
    stage.tick(approved, f1=True)
    stage.hand_in(approved)
    with stage.database.reading() as session:
        event = session.execute(select(Event).where(col(Event.kind) == "handed_in")).scalar_one()
        told = json.loads(event.facts)
    assert (told["typed"], told["fields"]) == (1, 4)
