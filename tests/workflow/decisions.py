"""Who decides in these tests, how, and what the database then holds."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from survey_app.core.workflow import Role, State
from survey_app.services.accounts import account as accounts
from survey_app.services.refusal import Refused
from survey_app.store.tables import Event, FrozenRecord
from tests.stage import OWN, PASSWORD, Stage

DAY = datetime.timedelta(days=1)
DIRECTOR = "approver_with_delegation"
SECOND = "approver_without_delegation"


def state_of(stage: Stage, submission: int) -> State:
    """Where a submission stands in its life."""
    return stage.read(submission).state


def approvals(stage: Stage) -> int:
    """How many approvals the database holds, by records and by events."""
    with stage.database.reading() as session:
        records = session.execute(select(func.count()).select_from(FrozenRecord)).scalar_one()
        events = session.execute(
            select(func.count()).select_from(Event).where(col(Event.kind) == "approved")
        ).scalar_one()
    assert records == events
    return int(records)


def refused_approval(stage: Stage, submission: int, code: str, **how: Any) -> Refused:
    """Approve, be refused with a code, and find nothing approved."""
    with pytest.raises(Refused) as caught:
        stage.approve(submission, **how)
    assert caught.value.code == code
    assert approvals(stage) == 0
    assert state_of(stage, submission) == State.AWAITING_APPROVAL
    return caught.value


def give_role(stage: Stage, name: str, roles: set[Role]) -> None:
    """Give somebody these roles in the own unit, and no others."""
    with stage.database.writing() as session:
        accounts.set_roles(
            session, stage.actor("administrator"), stage.accounts[name], stage.units[OWN], roles
        )


def approval_form(stage: Stage, shown: str, **more: str) -> dict[str, str]:
    """What the approver's page posts."""
    return {"password": PASSWORD, "q.intyg": "1", "q.intyg.version": "0",
            "content_sha256": shown, **more}  # fmt: skip
