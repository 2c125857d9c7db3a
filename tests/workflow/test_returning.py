"""Sending back opens what was named; withdrawing opens all."""

from __future__ import annotations

import contextlib
import itertools
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update
from sqlmodel import col

from survey_app.core.difference import changes_between
from survey_app.core.workflow import State
from survey_app.services.answer import Saved
from survey_app.services.approvals.approval import prepare_approval
from survey_app.services.approvals.returning import SinceReturn
from survey_app.services.refusal import Forbidden, Invalid, Refused, WrongState
from survey_app.store.tables import Answer
from tests.stage import Stage, build_stage
from tests.workflow.decisions import DAY, DIRECTOR, approval_form, state_of

NUMBERS = itertools.count(1)


def test_a_return_opens_only_what_was_named_and_its_follow_ups(stage: Stage, sent: int) -> None:
    stage.send_back(sent, {"2": "Har ni verkligen underlag?"})
    assert stage.read(sent).returned == {"2": "Har ni verkligen underlag?"}
    for question in ("1", "3"):
        with pytest.raises(Forbidden, match="not_returned"):
            stage.save(sent, question, "Mer", stage.read(sent).version_of(question))
    saved = stage.save(sent, "2", {"chosen": "nej", "details": {}}, 1)
    assert isinstance(saved, Saved)
    assert saved.closed == ["2a"]
    followed = stage.save(sent, "2a", {"files": [], "text": "Länk"}, 1)
    assert isinstance(followed, Saved), "a follow-up of what was returned is open too"
    stage.send(sent)
    assert stage.read(sent).returned == {}


def test_a_question_that_was_not_returned_cannot_be_changed_on_the_page_either(
    stage: Stage, sent: int, app: Any
) -> None:
    stage.send_back(sent, {"2": "Har ni verkligen underlag?"})
    strategist = stage.sign_in(app, "strategist")
    page = strategist.get(f"/submissions/{sent}/sections/a").text
    assert "Har ni verkligen underlag?" in page
    form = {"whole": "1", "q.1": "Smyg", "q.1.version": "1"}
    reply = strategist.post(f"/submissions/{sent}/sections/a", form)
    assert reply.status_code == 422
    assert "Bara de frågor som skickades tillbaka kan ändras." in reply.text
    assert "Smyg" in reply.text, "what was typed can be copied"
    assert stage.read(sent).answers["1"].value == "Vi har gjort mycket."


def test_the_history_offers_to_restore_only_what_is_open(stage: Stage, sent: int, app: Any) -> None:
    stage.withdraw(sent)
    stage.save(sent, "1", "Vi har gjort mer.", 1)
    stage.save(sent, "2", {"chosen": "nej", "details": {}}, 1)
    stage.send(sent)
    stage.send_back(sent, {"1": "Skriv om"})
    strategist = stage.sign_in(app, "strategist")
    offered = [
        "Låt den här gälla igen" in strategist.get(f"/submissions/{sent}/history/{question}").text
        for question in ("1", "2")
    ]
    assert offered == [True, False]


@pytest.mark.parametrize(
    ("reasons", "code"),
    [
        ({}, "nothing_returned"),
        ({"1": "  "}, "return_reason_missing"),
        ({"9": "Finns inte"}, "no_question"),
        ({"intyg": "Approver's own"}, "no_question"),
    ],
)
def test_a_return_needs_questions_and_reasons(
    stage: Stage, sent: int, reasons: dict[str, str], code: str
) -> None:
    with pytest.raises(Invalid, match=code):
        stage.send_back(sent, reasons)
    assert state_of(stage, sent) == State.AWAITING_APPROVAL


def since(stage: Stage, submission: int) -> SinceReturn:
    """What the approver is told of what was sent back."""
    with stage.database.reading() as session:
        found = prepare_approval(session, stage.actor(DIRECTOR), submission, stage.today).since
    assert found is not None
    return found


def test_the_approver_sees_what_became_of_exactly_what_was_returned(
    stage: Stage, sent: int
) -> None:
    stage.send_back(sent, {"1": "Skriv mer", "3": "Svara"})
    stage.save(sent, "1", "Vi har gjort ännu mer.", 1)
    stage.send(sent)
    told = since(stage, sent)
    assert [(item.question, item.reason) for item in told.returned] == [
        ("1", "Skriv mer"), ("3", "Svara")]  # fmt: skip
    change, untouched = told.returned[0].change, told.returned[1].change
    assert change is not None
    assert change.before is not None
    assert (change.before["value"], change.after["value"]) == (
        "Vi har gjort mycket.", "Vi har gjort ännu mer.")  # fmt: skip
    assert untouched is None, "told as not changed"
    assert (told.open_too, told.followed, told.by_itself, told.elsewhere) == ([], [], [], [])


def test_follow_ups_are_told_by_themselves(stage: Stage, sent: int) -> None:
    stage.send_back(sent, {"2": "Har ni verkligen underlag?"})
    stage.save(sent, "2", {"chosen": "nej", "details": {}}, 1)
    stage.send(sent)
    told = since(stage, sent)
    assert [item.question for item in told.returned] == ["2"]
    assert told.open_too == ["2a"]
    assert [change.question for change in told.followed] == ["2a"]
    assert not told.followed[0].after["asked"]
    assert told.elsewhere == []


def test_the_rest_stays_locked_when_it_is_taken_back_again(stage: Stage, sent: int) -> None:
    """Otherwise something else could have changed, and be approved as what was returned."""
    stage.send_back(sent, {"1": "Skriv mer"})
    stage.send(sent)
    stage.withdraw(sent)
    assert stage.read(sent).returned == {"1": "Skriv mer"}
    with pytest.raises(Forbidden, match="not_returned"):
        stage.save(sent, "3", "Smyg", 0)
    assert isinstance(stage.save(sent, "1", "Mer nu", 1), Saved)
    stage.send(sent)
    stage.send_back(sent, {"3": "Svara"})
    stage.send(sent)
    stage.withdraw(sent)
    assert stage.read(sent).returned == {"3": "Svara"}, "what was sent back last"


@given(st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_nothing_else_can_have_changed(locked: Stage, data: st.DataObject) -> None:
    """Whatever writers try after a return, at the approver's page all that differs is told."""
    stage, questions = locked, ["1", "2", "2a", "3"]
    [submission] = stage.open(f"RS{next(NUMBERS):06d}")
    stage.bring(submission, State.AWAITING_APPROVAL)
    returned = data.draw(st.sets(st.sampled_from(["1", "2", "3"]), min_size=1))
    before = stage.read(submission).content()
    stage.send_back(submission, dict.fromkeys(returned, "Se över"))
    for deed in data.draw(st.lists(st.sampled_from([*questions, "send", "withdraw"]), max_size=12)):
        with contextlib.suppress(Refused):
            _try(stage, submission, deed, data)
    if state_of(stage, submission) == State.DRAFT:
        version = stage.read(submission).version_of("1")
        with contextlib.suppress(Refused):
            stage.save(submission, "1", "Kort nog", version)
        stage.send(submission)
    told, after = since(stage, submission), stage.read(submission).content()
    known = {item.question for item in told.returned if item.change}
    known |= {change.question for change in (*told.followed, *told.by_itself)}
    assert {change.question for change in changes_between(before, after)} == known
    assert known <= returned | ({"2a"} if "2" in returned else set())
    assert told.elsewhere == []


def _try(stage: Stage, submission: int, deed: str, data: st.DataObject) -> None:
    if deed == "send":
        stage.send(submission)
    elif deed == "withdraw":
        stage.withdraw(submission)
    else:
        text = data.draw(st.sampled_from(["A", "B"]))
        value: object = text
        if deed == "2":
            value = {"chosen": "ja" if text == "A" else "nej", "details": {}}
        elif deed == "2a":
            value = {"files": [], "text": text}
        stage.save(submission, deed, value, stage.read(submission).version_of(deed))


@pytest.fixture(scope="module")
def locked(database_kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    made = build_stage(tmp_path_factory.mktemp("locked"))
    yield made
    made.database.close()


def test_a_question_that_somebody_wrote_in_all_the_same_is_told(stage: Stage, sent: int) -> None:
    """Planted: an answer that changes although it is locked."""
    stage.send_back(sent, {"1": "Skriv mer"})
    stage.send(sent)
    with stage.database.writing() as session:
        session.execute(update(Answer).where(col(Answer.question) == "2").values(
            version=2, value='{"chosen": "nej", "details": {}}'))  # fmt: skip
    assert since(stage, sent).elsewhere == ["2"]
    page = stage.sign_in(stage.app(), DIRECTOR).get(f"/submissions/{sent}/approval").text
    assert "Också andra frågor har ändrats" in page
    assert "Inget annat svar är ändrat." not in page


def test_a_moved_deadline_is_told(stage: Stage, sent: int) -> None:
    stage.send_back(sent, {"1": "Skriv mer"})
    stage.send(sent)
    stage.extend(sent, stage.today + 90 * DAY)
    assert since(stage, sent).deadline == ""


def test_the_page_tells_each_question_with_its_reason_by_word(
    stage: Stage, sent: int, app: Any
) -> None:
    stage.send_back(sent, {"1": "Skriv mer", "3": "Svara på det här"})
    strategist = stage.sign_in(app, "strategist")
    assert strategist.get(f"/submissions/{sent}").text.count("Inte ändrad än.") == 2
    stage.save(sent, "1", "Vi har gjort allt.", 1)
    assert strategist.get(f"/submissions/{sent}").text.count("Inte ändrad än.") == 1
    stage.send(sent)
    page = stage.sign_in(app, DIRECTOR).get(f"/submissions/{sent}/approval").text
    assert "Vi har gjort <del>mycket.</del>" in page
    assert "Vi har gjort <ins>allt.</ins>" in page
    assert "Svara på det här" in page
    assert page.count("Svaret är inte ändrat.") == 1
    assert "Inget annat svar är ändrat." in page


def test_typed_reasons_survive_every_refusal(stage: Stage, sent: int, app: Any) -> None:
    """Marked at their place, several at once; nothing that was typed is lost by a mistake."""
    director = stage.sign_in(app, DIRECTOR)
    url = f"/submissions/{sent}"
    assert director.get(f"{url}/approval").text.count('form="decision"') == 5, "four and a button"
    form = approval_form(stage, stage.shown(sent)) | {"reason.1": "Skriv mer", "reason.3": "Svara"}
    for path, more, code in (
        ("approval", {"password": "fel"}, 403),
        ("approval", {}, 422),  # approving and sending back at once is neither
        ("return", {"return": ["2"]}, 422),  # marked without a reason
    ):
        reply = director.post(f"{url}/{path}", form | more)
        assert reply.status_code == code
        for kept in (">Skriv mer</textarea>", ">Svara</textarea>"):
            assert kept in reply.text
        assert re.search(r'name="q.intyg"[^>]* checked', reply.text), "nor what was ticked"
    assert 'href="#reason.2"' in reply.text
    assert state_of(stage, sent) == State.AWAITING_APPROVAL
    assert director.post(f"{url}/return", form).status_code == 302
    assert stage.read(sent).returned == {"1": "Skriv mer", "3": "Svara"}


def test_what_changed_meanwhile_is_not_sent_back(stage: Stage, sent: int, app: Any) -> None:
    """Else the next page would compare with what the approver never read, and say of the change in
    between that nothing else was changed."""
    director = stage.sign_in(app, DIRECTOR)
    form = approval_form(stage, stage.shown(sent)) | {"reason.1": "Skriv mer"}
    stage.withdraw(sent)
    stage.save(sent, "3", "Tillagt i tysthet", 0)
    stage.send(sent)
    reply = director.post(f"/submissions/{sent}/return", form)
    assert reply.status_code == 409
    assert "Svaret har ändrats sedan du läste det. Inget är gjort." in reply.text
    assert ">Skriv mer</textarea>" in reply.text
    assert "Tillagt i tysthet</ins>" in reply.text
    assert state_of(stage, sent) == State.AWAITING_APPROVAL
    form["content_sha256"] = stage.shown(sent)
    assert director.post(f"/submissions/{sent}/return", form).status_code == 302


def test_withdrawing_opens_the_draft_again(stage: Stage, sent: int) -> None:
    with pytest.raises(WrongState):
        stage.save(sent, "1", "Under tiden", 1)
    stage.withdraw(sent)
    assert state_of(stage, sent) == State.DRAFT
    assert isinstance(stage.save(sent, "1", "Efteråt", 1), Saved)
