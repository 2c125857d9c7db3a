"""A draft: two people at once, and what cannot be sent."""

from __future__ import annotations

from typing import Any

import pytest

from survey_app.core.workflow import State
from survey_app.services.answer import Stale
from survey_app.services.refusal import ChangedMeanwhile, Invalid
from tests.stage import Stage
from tests.workflow.decisions import state_of


def test_what_cannot_be_sent(stage: Stage, app: Any) -> None:
    """An empty form, and one with an error; each is told."""
    [submission] = stage.open("RS2502")
    with pytest.raises(Invalid, match="not_ready") as caught:
        stage.send(submission)
    assert {problem.code for problem in caught.value.problems} == {"required", "nothing_answered"}
    stage.save(submission, "1", "x" * 41, 0)
    reply = stage.sign_in(app, "strategist").post(f"/submissions/{submission}/sending")
    assert reply.status_code == 422
    assert "Texten är 41 tecken; gränsen är 40." in reply.text
    assert state_of(stage, submission) == State.DRAFT


def test_a_stale_save_is_kept_and_told(stage: Stage) -> None:
    [submission] = stage.open("RS2503")
    stage.save(submission, "1", "Den första", 0)
    outcome = stage.save(submission, "1", "Den andra", 0, "strategist_2")
    assert isinstance(outcome, Stale)
    assert (outcome.yours.value, outcome.theirs.value) == ("Den andra", "Den första")
    assert ChangedMeanwhile.status == 409
