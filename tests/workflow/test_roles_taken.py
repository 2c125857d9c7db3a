"""A role that is taken away stops at once: also what was under way as it was taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete
from sqlmodel import col

from survey_app.core.workflow import Role, State
from survey_app.services.accounts.account import set_roles
from survey_app.services.refusal import Forbidden
from survey_app.store.tables import Membership, Submission
from tests.stage import OWN, Stage

Deed = Callable[[Stage, int], Any]

STEPS: dict[str, tuple[str, State, Deed]] = {
    "send": ("strategist", State.DRAFT, lambda stage, it: stage.send(it)),
    "withdraw": ("strategist", State.AWAITING_APPROVAL, lambda stage, it: stage.withdraw(it)),
    "return": ("approver_with_delegation", State.AWAITING_APPROVAL,
               lambda stage, it: stage.send_back(it, {"1": "Skriv mer"}, shown_sha256="")),
    "approve": ("approver_with_delegation", State.AWAITING_APPROVAL,
                lambda stage, it: stage.approve(it)),
    "hand in": ("strategist", State.APPROVED, lambda stage, it: stage.hand_in(it)),
    "correct": ("strategist", State.APPROVED, lambda stage, it: stage.correct(it)),
    "archive": ("archivist", State.HANDED_IN, lambda stage, it: stage.archive(it)),
    "give out": ("archivist", State.APPROVED, lambda stage, it: stage.give_out(it)),
    "register": ("archivist", State.DRAFT, lambda stage, it: stage.register("RS2501")),
}  # fmt: skip


@pytest.mark.parametrize("name", STEPS)
def test_a_step_by_a_role_that_was_taken_as_it_began_is_refused(stage: Stage, name: str) -> None:
    who, state, deed = STEPS[name]
    [submission] = stage.open("RS2501")
    stage.bring(submission, state)
    then = {person: stage.actor(person) for person in stage.accounts}
    stage.actor = lambda person: then[person]  # type: ignore[method-assign]
    with stage.database.writing() as session:
        session.execute(delete(Membership).where(col(Membership.account_id) == stage.accounts[who]))
    with pytest.raises(Forbidden, match="roles_taken"):
        deed(stage, submission)
    with stage.database.reading() as session:
        row = session.get(Submission, submission)
    assert row is not None
    assert row.state == state


def test_an_administrator_who_is_none_any_more_gives_no_roles(stage: Stage) -> None:
    administrator, unit = stage.actor("administrator"), stage.units[OWN]
    with stage.database.writing() as session:
        session.execute(delete(Membership).where(col(Membership.role) == Role.ADMINISTRATOR))
    with stage.database.writing() as session, pytest.raises(Forbidden, match="roles_taken"):
        set_roles(session, administrator, stage.accounts["archivist"], unit, {Role.STRATEGIST})


def test_a_role_that_stays_is_not_laid_anew(stage: Stage) -> None:
    """Its row is held by those who work by it."""
    unit, who = stage.units[OWN], stage.accounts["archivist"]
    with stage.database.writing() as session:
        kept = session.get(Membership, (who, unit, Role.ARCHIVIST))
        set_roles(session, stage.actor("administrator"), who, unit,
                  {Role.ARCHIVIST, Role.STRATEGIST})  # fmt: skip
        assert kept in session
        assert stage.accounts["archivist"] == who
    assert stage.actor("archivist").roles_in(unit) == {Role.ARCHIVIST, Role.STRATEGIST}
