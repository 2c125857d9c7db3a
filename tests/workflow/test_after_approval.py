"""What is approved never changes; a correction names it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from survey_app.services.approvals.approval import prepare_approval
from survey_app.services.case import correct_submission
from survey_app.services.refusal import Invalid
from survey_app.store.tables import FrozenRecord
from tests.stage import Stage
from tests.workflow.decisions import DIRECTOR


def test_a_save_to_what_is_approved_is_refused(stage: Stage, sent: int, app: Any) -> None:
    stage.approve(sent)
    strategist = stage.sign_in(app, "strategist")
    reply = strategist.save(sent, "1", "För sent", 1)
    assert reply.status_code == 409
    assert reply.get_json()["error"] == "wrong_state"
    assert "Ladda om sidan" in reply.get_json()["message"]
    assert stage.read(sent).answers["1"].value == "Vi har gjort mycket."


def test_a_correction_names_the_old_and_leaves_it_alone(stage: Stage, sent: int) -> None:
    old = stage.approve(sent)
    with stage.database.writing() as session:
        new = correct_submission(session, stage.actor("strategist"), sent, stage.now)
        assert new.id is not None
        new_id = new.id
    stage.save(new_id, "1", "Rättat", 1)
    stage.send(new_id)
    with stage.database.reading() as session:
        proposal = prepare_approval(session, stage.actor(DIRECTOR), new_id, stage.today)
    assert [change.question for change in proposal.changes] == ["1"]
    record = json.loads(stage.approve(new_id).body)
    assert record["content"]["submission"] == {"id": new_id, "corrects": sent}
    with stage.database.reading() as session:
        kept = session.get(FrozenRecord, sent)
        assert kept is not None
        assert kept.body == old.body
    with (
        stage.database.writing() as session,
        pytest.raises(Invalid, match="correction_exists"),
    ):
        correct_submission(session, stage.actor("strategist"), sent, stage.now)
