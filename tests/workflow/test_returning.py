"""Sending back opens what was named; withdrawing opens all."""

from __future__ import annotations

from typing import Any

import pytest

from survey_app.core.workflow import State
from survey_app.services.answer import Saved
from survey_app.services.approval import prepare_approval
from survey_app.services.refusal import Forbidden, Invalid, WrongState
from tests.stage import Stage
from tests.workflow.decisions import DIRECTOR, state_of


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
    assert stage.read(sent).answers["1"].value == "Vi har gjort mycket."


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


def test_the_approver_sees_what_changed_since_the_return(stage: Stage, sent: int) -> None:
    stage.send_back(sent, {"1": "Skriv mer"})
    stage.save(sent, "1", "Vi har gjort ännu mer.", 1)
    stage.send(sent)
    with stage.database.reading() as session:
        proposal = prepare_approval(session, stage.actor(DIRECTOR), sent, stage.today)
    [change] = proposal.changes
    assert change.question == "1"
    assert change.before is not None
    assert change.after is not None
    assert (change.before["value"], change.after["value"]) == (
        "Vi har gjort mycket.", "Vi har gjort ännu mer.")  # fmt: skip


def test_withdrawing_opens_the_draft_again(stage: Stage, sent: int) -> None:
    with pytest.raises(WrongState):
        stage.save(sent, "1", "Under tiden", 1)
    stage.withdraw(sent)
    assert state_of(stage, sent) == State.DRAFT
    assert isinstance(stage.save(sent, "1", "Efteråt", 1), Saved)
