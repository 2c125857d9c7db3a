"""Who may approve: today, for this unit, for this questionnaire."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from survey_app.core.workflow import Role
from survey_app.services.accounts import account as accounts
from survey_app.services.approvals.delegation import revoke_delegation
from survey_app.services.refusal import Forbidden
from survey_app.web import authentication
from tests.stage import OWN, Stage
from tests.workflow.decisions import (
    DAY,
    DIRECTOR,
    SECOND,
    approval_form,
    approvals,
    give_role,
    refused_approval,
)


@pytest.mark.parametrize(
    "terms",
    [
        pytest.param({"valid_from": +1, "valid_to": +9}, id="not yet valid"),
        pytest.param({"valid_from": -9, "valid_to": -1}, id="expired"),
        pytest.param({"questionnaire": "annan-2025"}, id="another questionnaire"),
        pytest.param({"revoked": True}, id="revoked"),
    ],
)
def test_a_delegation_that_does_not_hold_today(
    stage: Stage, sent: int, terms: dict[str, Any]
) -> None:
    revoked = "revoked" in terms
    days = {key: stage.today + value * DAY for key, value in terms.items() if key[:5] == "valid"}
    asked = {} if revoked else terms | days
    delegation = stage.delegate(SECOND, **asked)
    if revoked:
        with stage.database.writing() as session:
            revoke_delegation(session, stage.actor("administrator"), delegation, stage.now)
    refused_approval(stage, sent, "no_delegation_today", by=SECOND)
    with pytest.raises(Forbidden, match="no_delegation_today"):
        stage.send_back(sent, {"1": "Skriv mer"}, SECOND)
    stage.delegate(SECOND, questionnaire="prov-2025")
    stage.approve(sent, SECOND)
    assert approvals(stage) == 1


@pytest.mark.parametrize("day", [-30, 30], ids=["first day", "last day"])
def test_a_delegation_holds_on_its_first_and_its_last_day(
    stage: Stage, sent: int, day: int
) -> None:
    refused_approval(stage, sent, "no_delegation_today",
                     today=stage.today + (day + (1 if day > 0 else -1)) * DAY)  # fmt: skip
    stage.approve(sent, today=stage.today + day * DAY)
    assert approvals(stage) == 1


def test_a_delegation_for_another_unit_does_not_count(stage: Stage, sent: int) -> None:
    """Approver in both units, delegated in the other one only."""
    with stage.database.writing() as session:
        accounts.add_membership(
            session, stage.accounts["other_approver"], stage.units[OWN], Role.APPROVER
        )
    refused_approval(stage, sent, "no_delegation_today", by="other_approver")


def test_a_role_that_is_taken_away_stops_at_once(stage: Stage, sent: int) -> None:
    app = stage.app()
    director = stage.sign_in(app, DIRECTOR)
    assert director.get(f"/submissions/{sent}/approval").status_code == 200
    give_role(stage, DIRECTOR, set())
    reply = director.post(
        f"/submissions/{sent}/approval", approval_form(stage, stage.shown(sent, SECOND))
    )
    assert reply.status_code == 404
    assert approvals(stage) == 0
    app.extensions["redogor"].database.close()


def _no_role(stage: Stage, who: str) -> None:
    give_role(stage, who, set())


def _closed(stage: Stage, who: str) -> None:
    with stage.database.writing() as session:
        accounts.set_active(
            session, stage.actor("administrator"), stage.accounts[who], active=False
        )


@pytest.mark.parametrize("standing_in", [False, True], ids=["holder", "stand-in"])
@pytest.mark.parametrize("end", [_no_role, _closed])
def test_it_stops_even_while_the_approval_is_on_its_way(
    stage: Stage, sent: int, app: Any, monkeypatch: pytest.MonkeyPatch, standing_in: bool,
    end: Callable[[Stage, str], None],
) -> None:  # fmt: skip
    """Planted between the password and the transaction: there a request may have to wait."""
    who = DIRECTOR
    if standing_in:
        who, delegation = SECOND, stage.delegate(DIRECTOR, decision="Beslut 2")
        stage.stand_in(SECOND, delegation)
    approver, form = stage.sign_in(app, who), approval_form(stage, stage.shown(sent))
    confirm = authentication.confirm

    def meanwhile(*shown: str) -> Any:
        confirmed = confirm(*shown)
        end(stage, who)
        return confirmed

    monkeypatch.setattr(authentication, "confirm", meanwhile)
    assert approver.post(f"/submissions/{sent}/approval", form).status_code == 403
    assert approvals(stage) == 0
