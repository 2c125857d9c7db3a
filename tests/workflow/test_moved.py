"""A page of answers that is open hears that its submission went on, or came back, meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from survey_app.core.workflow import State
from tests.conftest import Person
from tests.stage import Stage


def moved(person: Person, submission: int, since: int) -> str | None:
    reply = person.get(f"/api/v1/submissions/{submission}/changes?since={since}&browser=b1")
    assert reply.status_code == 200
    told: str | None = reply.get_json().get("moved")
    return told


@pytest.mark.parametrize(
    ("take", "said"),
    [
        (lambda stage, sent: stage.withdraw(sent), "Taget tillbaka till utkast"),
        (lambda stage, sent: stage.send_back(sent, {"1": "Mer"}),
         "Skickat tillbaka med frågor att ändra"),
        (lambda stage, sent: stage.approve(sent), "Godkänt"),
    ],
    ids=["withdrawn", "returned", "approved"],
)  # fmt: skip
def test_each_step_is_told_once(
    stage: Stage, sent: int, app: Any, take: Callable[[Stage, int], None], said: str
) -> None:
    person = stage.sign_in(app, "strategist")
    cursor = person.submission(sent)["cursor"]
    assert moved(person, sent, cursor) is None
    assert moved(person, sent, 0) == "Skickat för godkännande medan sidan var öppen"
    take(stage, sent)
    assert moved(person, sent, cursor) == f"{said} medan sidan var öppen"
    assert moved(person, sent, 0) == f"{said} medan sidan var öppen", "the last one"
    assert moved(person, sent, person.submission(sent)["cursor"]) is None


def test_a_save_or_another_submission_of_the_case_moves_nothing(stage: Stage, app: Any) -> None:
    one, two = stage.open("RS2502", count=2)
    person = stage.sign_in(app, "strategist")
    cursor = person.submission(one)["cursor"]
    stage.save(one, "3", "Något", 0)
    stage.bring(two, State.AWAITING_APPROVAL)
    assert moved(person, one, cursor) is None
    assert moved(person, two, cursor) == "Skickat för godkännande medan sidan var öppen"
