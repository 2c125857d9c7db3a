"""Nobody approves what they wrote, unless a delegation says so."""

from __future__ import annotations

import json

from survey_app.core.workflow import Role
from tests.stage import Stage
from tests.workflow.decisions import DIRECTOR, give_role, refused_approval


def director_writes(stage: Stage, sent: int) -> None:
    """The approver, a strategist too, answers a question of what was sent."""
    stage.withdraw(sent)
    give_role(stage, DIRECTOR, {Role.STRATEGIST, Role.APPROVER})
    stage.save(sent, "3", "Av direktören själv", 0, DIRECTOR)


def test_who_wrote_a_current_answer_may_not_approve(stage: Stage, sent: int) -> None:
    director_writes(stage, sent)
    stage.send(sent)
    refused_approval(stage, sent, "own_work")
    refused_approval(stage, sent, "own_work", reason="Jag vill")


def test_own_work_may_be_approved_by_a_delegation_that_says_so_with_a_reason(
    stage: Stage, sent: int
) -> None:
    director_writes(stage, sent)
    stage.send(sent)
    stage.delegate(DIRECTOR, own_work=True, decision="Beslut om eget arbete")
    refused_approval(stage, sent, "own_work_reason_missing", reason="  \n ")
    frozen = stage.approve(sent, reason="Ingen annan i tjänst")
    approval = json.loads(frozen.body)["approval"]
    assert approval["own_work_reason"] == "Ingen annan i tjänst"
    assert approval["delegation"]["decision"] == "Beslut om eget arbete"


def test_an_answer_that_somebody_else_has_rewritten_is_no_longer_own_work(
    stage: Stage, sent: int
) -> None:
    director_writes(stage, sent)
    stage.save(sent, "3", "Av strategen", 1)
    stage.send(sent)
    assert json.loads(stage.approve(sent).body)["approval"]["own_work_reason"] is None


def test_an_answer_to_what_is_no_longer_asked_is_not_own_work(stage: Stage, sent: int) -> None:
    stage.withdraw(sent)
    give_role(stage, DIRECTOR, {Role.STRATEGIST, Role.APPROVER})
    stage.save(sent, "2a", {"text": "Egna ord", "files": []}, 1, DIRECTOR)
    stage.send(sent)
    refused_approval(stage, sent, "own_work")
    stage.withdraw(sent)
    stage.save(sent, "2", {"chosen": "nej", "details": {}}, 1)
    stage.send(sent)
    assert json.loads(stage.approve(sent).body)["approval"]["own_work_reason"] is None
