"""Delegations and who stands in hold on Swedish days: until midnight in Stockholm."""

from __future__ import annotations

import datetime
import re
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from survey_app.web import authentication
from tests.stage import Stage
from tests.workflow.decisions import DAY, DIRECTOR, SECOND, approval_form, approvals

MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture(params=["summer", "winter"])
def midnight(request: pytest.FixtureRequest, stage: Stage) -> datetime.datetime:
    """The next midnight in Sweden of a season, in UTC."""
    year, month = stage.now.year + 1, 7 if request.param == "summer" else 1
    local = datetime.datetime(year, month, 15, tzinfo=ZoneInfo("Europe/Stockholm"))
    return local.astimezone(datetime.UTC)


def _until(stage: Stage, midnight: datetime.datetime, *, standing_in: bool) -> None:
    """Let somebody approve until midnight."""
    stage.now = midnight - MINUTE
    last = stage.today
    if not standing_in:
        stage.delegate(SECOND, valid_from=last, valid_to=last)
        return
    delegation = stage.delegate(DIRECTOR, decision="Beslut 2")
    stage.stand_in(SECOND, delegation, valid_from=last, valid_to=last)


@pytest.mark.parametrize("standing_in", [False, True], ids=["holder", "stand-in"])
@pytest.mark.parametrize("minutes", [-1, 0])
def test_the_last_day_ends_at_midnight_in_sweden(
    stage: Stage, sent: int, app: Any, midnight: datetime.datetime, standing_in: bool, minutes: int
) -> None:
    _until(stage, midnight, standing_in=standing_in)
    stage.now = midnight + minutes * MINUTE
    approver = stage.sign_in(app, SECOND)
    form = approval_form(stage, stage.shown(sent, SECOND))
    reply = approver.post(f"/submissions/{sent}/approval", form)
    assert (reply.status_code, approvals(stage)) == ((302, 1) if minutes else (403, 0))
    if not minutes:
        assert "Du kan läsa men inte godkänna" in reply.text
        [place] = re.findall(r'<li><a href="#([^"]+)">Du har ingen delegation', reply.text)
        assert f'id="{place}"' in reply.text, "the mistake leads somewhere"


def test_the_day_of_the_right_is_the_day_of_the_approval(
    stage: Stage, sent: int, app: Any, midnight: datetime.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: midnight strikes as the approval comes in, whose right begins with the new day."""
    stage.now = midnight - MINUTE
    stage.delegate(SECOND, valid_from=stage.today + DAY, valid_to=stage.today + DAY)
    approver, form = stage.sign_in(app, SECOND), approval_form(stage, stage.shown(sent, SECOND))
    confirm, clock = authentication.confirm, [midnight - MINUTE]

    def strike(*shown: str) -> Any:
        confirmed = confirm(*shown)
        app.extensions["redogor"].clock = lambda: clock.pop() if clock else midnight
        return confirmed

    monkeypatch.setattr(authentication, "confirm", strike)
    assert approver.post(f"/submissions/{sent}/approval", form).status_code == 403
    assert approvals(stage) == 0, "it would bear the day before the right began"
