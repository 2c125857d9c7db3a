"""Administrators read no answers and hand themselves no power."""

from __future__ import annotations

from typing import Any

import pytest

from survey_app.core.workflow import Role
from survey_app.services.accounts import account as accounts
from survey_app.services.approvals.delegation import grant_delegation
from survey_app.services.refusal import Forbidden, Invalid
from survey_app.services.submission import list_submissions
from tests.stage import OTHER, OWN, Stage
from tests.workflow.decisions import give_role


def test_administrators_read_no_answers(stage: Stage, sent: int, app: Any) -> None:
    administrator = stage.sign_in(app, "administrator")
    for url in (f"/submissions/{sent}", f"/api/v1/submissions/{sent}",
                f"/submissions/{sent}/export.json", f"/submissions/{sent}/history/1"):  # fmt: skip
        assert administrator.get(url).status_code == 404
    assert administrator.get("/cases/RS2501").status_code == 403
    with stage.database.reading() as session:
        assert list_submissions(session, stage.actor("administrator")) == []


def test_administrators_do_not_delegate_to_themselves(stage: Stage, app: Any) -> None:
    me, unit = stage.accounts["administrator"], stage.units[OWN]
    with stage.database.writing() as session, pytest.raises(Forbidden, match="to_oneself"):
        grant_delegation(
            session, stage.actor("administrator"), account_id=me, unit_id=unit,
            decision="Mitt eget", valid_from=stage.today, valid_to=stage.today,
        )  # fmt: skip
    form = {"account": str(me), "unit": str(unit), "decision": "Mitt eget",
            "valid_from": "2026-01-01", "valid_to": "2026-12-31"}  # fmt: skip
    reply = stage.sign_in(app, "administrator").post("/delegations", form)
    assert reply.status_code == 403
    assert "Du kan inte delegera till dig själv." in reply.text


def test_administrators_do_not_change_their_own_roles(stage: Stage, app: Any) -> None:
    me, unit = stage.accounts["administrator"], stage.units[OWN]
    administrator = stage.sign_in(app, "administrator")
    for form in ({"unit": str(unit), "role": ["strategist", "administrator"]}, {"change": "close"}):
        reply = administrator.post(f"/accounts/{me}", form)
        assert reply.status_code == 403
        assert "Du kan inte ändra dina egna roller." in reply.text
    assert stage.actor("administrator").roles == {unit: {Role.ADMINISTRATOR}}


def test_nobody_is_administrator_and_reader_in_one_unit(stage: Stage) -> None:
    with pytest.raises(Invalid, match="administrator_alone"):
        give_role(stage, "strategist", {Role.ADMINISTRATOR, Role.STRATEGIST})
    assert stage.actor("strategist").roles == {stage.units[OWN]: {Role.STRATEGIST}}


def test_administrators_hand_out_nothing_in_another_unit(stage: Stage) -> None:
    with stage.database.writing() as session, pytest.raises(Forbidden, match="not_your_role"):
        accounts.set_roles(session, stage.actor("administrator"), stage.accounts["strategist"],
                           stage.units[OTHER], {Role.APPROVER})  # fmt: skip
