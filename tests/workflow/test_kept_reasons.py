"""What an approver types at questions is kept by the server until it is sent, and no longer."""

from __future__ import annotations

import html
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from survey_app.store.tables import KeptReason
from tests.conftest import Person
from tests.stage import Stage
from tests.workflow.decisions import DIRECTOR, SECOND, state_of


def keep(person: Person, submission: int, question: str, reason: str) -> int:
    """Post what is typed, as the page does; the status."""
    form = {"question": question, "reason": reason}
    reply = person.post(f"/submissions/{submission}/approval/reason", form)
    return int(reply.status_code)


def page_of(person: Person, submission: int) -> str:
    return html.unescape(person.get(f"/submissions/{submission}/approval").text)


def kept(stage: Stage) -> list[tuple[str, str]]:
    with stage.database.reading() as session:
        query = select(col(KeptReason.question), col(KeptReason.text)).order_by(
            col(KeptReason.question)
        )
        return [(question, text) for question, text in session.execute(query)]


def test_what_is_typed_comes_back_to_who_typed_it(stage: Stage, sent: int, app: Any) -> None:
    approver, other = stage.sign_in(app, DIRECTOR), stage.sign_in(app, SECOND)
    assert keep(approver, sent, "1", "Nämn vå") == 204
    assert keep(approver, sent, "1", "Nämn vården.") == 204
    assert kept(stage) == [("1", "Nämn vården.")]
    page = page_of(approver, sent)
    assert ">Nämn vården.</textarea>" in page
    assert page.count('<details class="send-back no-print" open>') == 1
    assert "Nämn vården." not in page_of(other, sent), "it is not sent"
    assert keep(approver, sent, "1", "  ") == 204
    assert kept(stage) == []


def test_what_a_refused_form_said_goes_before_what_was_kept(
    stage: Stage, sent: int, app: Any
) -> None:
    approver = stage.sign_in(app, DIRECTOR)
    keep(approver, sent, "1", "Förut")
    form = {"reason.1": "Nyss", "password": "fel", "content_sha256": stage.shown(sent)}
    reply = approver.post(f"/submissions/{sent}/approval", form)
    assert reply.status_code == 403
    assert "data-unkept>Nyss</textarea>" in reply.text
    assert "Förut" not in reply.text


@pytest.mark.parametrize(
    ("question", "code"), [("9", 422), ("intyg", 422), ("", 422), ("9" * 500, 422)]
)
def test_only_at_questions_that_can_be_sent_back(
    stage: Stage, sent: int, app: Any, question: str, code: int
) -> None:
    assert keep(stage.sign_in(app, DIRECTOR), sent, question, "Varför?") == code
    assert kept(stage) == []


def test_it_is_gone_once_it_is_sent(stage: Stage, sent: int, app: Any) -> None:
    keep(stage.sign_in(app, DIRECTOR), sent, "1", "Nämn vården.")
    stage.send_back(sent, {"1": "Nämn vården."})
    assert kept(stage) == []
    stage.send(sent)
    assert ">Nämn vården.</textarea>" not in page_of(stage.sign_in(app, DIRECTOR), sent)


def test_it_is_gone_once_it_is_approved(stage: Stage, sent: int, app: Any) -> None:
    keep(stage.sign_in(app, DIRECTOR), sent, "1", "Nämn vården.")
    stage.approve(sent)
    assert kept(stage) == []
    assert keep(stage.sign_in(app, DIRECTOR), sent, "1", "För sent") == 409


def test_only_whose_turn_it_is_and_each_step_takes_its_own(
    stage: Stage, sent: int, app: Any
) -> None:
    stage.in_steps(2)
    stage.delegate(SECOND, step=1)
    head, director = stage.sign_in(app, SECOND), stage.sign_in(app, DIRECTOR)
    assert keep(director, sent, "2", "Innan det är min tur") == 403
    assert keep(head, sent, "1", "Från den första") == 204
    stage.endorse(sent, by=SECOND)
    assert kept(stage) == []
    assert keep(head, sent, "1", "Efter min tur") == 403
    assert keep(director, sent, "2", "Från den andra") == 204
    assert kept(stage) == [("2", "Från den andra")]


def test_it_is_shown_beside_what_it_was_typed_about_only(stage: Stage, sent: int, app: Any) -> None:
    """Taken back and sent again as it was, it is there; changed, it is read anew."""
    approver = stage.sign_in(app, DIRECTOR)
    keep(approver, sent, "1", "Nämn vården.")
    stage.withdraw(sent)
    assert state_of(stage, sent) == "draft"
    stage.send(sent)
    assert ">Nämn vården.</textarea>" in page_of(approver, sent)
    stage.withdraw(sent)
    stage.save(sent, "1", "Nu nämns vården.", 1)
    stage.send(sent)
    assert "Nämn vården.</textarea>" not in page_of(approver, sent)
