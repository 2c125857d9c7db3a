"""Approval in two steps, raced: a double click, both steps at once, what changes or ends between.

By HTTP through the real application, as in ``test_approve_races``. Whatever happens, no step is
taken twice, nobody takes two, and a record is made only upon a step that held for its content.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlmodel import col
from werkzeug.test import TestResponse

from survey_app.core.workflow import Role, State
from survey_app.services.accounts.account import add_membership
from survey_app.services.approvals import approval, turn
from survey_app.services.audit import verify_chain
from survey_app.store.tables import Delegation, Event, FrozenRecord, Membership, Submission

from .conftest import Person
from .stage import OWN, Stage, build_stage
from .test_approve_races import DIRECTOR, ROUNDS, attest, attest_step, counted, race

HEAD = "approver_without_delegation"
TURNS = ROUNDS if "REDOGOR_RACES" in os.environ else 5
__all__ = ["counted"]


class World:
    """A stage that approves in two steps, its application, and who takes part."""

    def __init__(self, stage: Stage, app: Flask) -> None:
        self.stage, self.app, self.number = stage, app, 0
        stage.in_steps(2)
        self.head_delegation = stage.delegate(HEAD, step=1)
        self.head, self.head_elsewhere = (self.person(HEAD) for _ in range(2))
        self.director, self.director_elsewhere = (self.person(DIRECTOR) for _ in range(2))
        self.strategist = self.person("strategist")
        self.administrator = self.person("administrator")

    def person(self, name: str) -> Person:
        return self.stage.sign_in(self.app, name)

    def sent(self) -> tuple[int, str]:
        """A fresh submission that awaits approval, and the hash that its page shows."""
        self.number += 1
        [submission] = self.stage.open(f"RS{self.number:06d}")
        self.stage.save(submission, "1", f"Text {self.number}", 0)
        self.stage.send(submission)
        return submission, self.stage.shown(submission)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    stage = build_stage(tmp_path)
    app = stage.app()
    yield World(stage, app)
    for database in (stage.database, app.extensions["redogor"].database):
        database.close()


def judge(world: World, submission: int) -> tuple[int, bool]:
    """Hold the events against each other; how many steps stand before the end, and whether it is
    approved."""
    with world.stage.database.reading() as session:
        events = list(session.execute(
            select(Event).where(col(Event.submission_id) == submission).order_by(col(Event.id))
        ).scalars())  # fmt: skip
        frozen = session.get(FrozenRecord, submission)
        row = session.get(Submission, submission)
        assert verify_chain(session, world.number, world.stage.key) == []
    assert row is not None
    standing: list[Event] = []
    for event in events:
        if event.kind in ("sent", "withdrawn", "returned"):
            standing = []
        elif event.kind == "endorsed":
            assert not standing, "a step was taken twice"
            standing = [event]
        elif event.kind == "approved":
            assert len(standing) == 1, "decided without the step before"
            assert standing[0].content_sha256 == event.content_sha256, "upon another content"
            assert standing[0].actor_id != event.actor_id, "one person took both"
    approved = [event for event in events if event.kind == "approved"]
    assert len(approved) == (frozen is not None) == (row.state == State.APPROVED)
    if frozen is not None:
        approval = json.loads(frozen.body)["approval"]
        [step] = approval["earlier_steps"]
        assert step["content_sha256"] == approval["content_sha256"] == frozen.content_sha256
        assert step == json.loads(standing[0].facts)["attestation"]
    return len(standing), bool(approved)


def _done(*answers: TestResponse | None) -> int:
    for answer in answers:
        assert answer is None or answer.status_code in (302, 303, 403, 409, 422), answer.text
    return sum(answer is not None and answer.status_code == 302 for answer in answers)


def _late(deed: Callable[[], Any], seconds: float) -> Callable[[], Any]:
    def run() -> Any:
        time.sleep(seconds)
        return deed()

    return run


def test_a_double_click_takes_a_step_once(world: World) -> None:
    """Of the head first, then of the director."""
    for _ in range(TURNS):
        submission, shown = world.sent()
        for step, people in ((1, (world.head, world.head_elsewhere)),
                             (2, (world.director, world.director_elsewhere))):  # fmt: skip
            answers = race(*(attest_step(person, submission, shown, step) for person in people))
            assert _done(*answers) == 1
            assert judge(world, submission) == (1, step == 2)


def test_both_steps_at_once(world: World) -> None:
    """The director clicks as the head does: it counts only if the head was first."""
    outcomes = []
    for place in range(TURNS):
        submission, shown = world.sent()
        director = _late(attest_step(world.director, submission, shown, 2), (place % 6) * 0.006)
        answers = race(attest_step(world.head, submission, shown, 1), director)
        assert answers[0] is not None
        assert answers[0].status_code == 302
        steps, approved = judge(world, submission)
        assert steps == 1
        assert _done(*answers) == 1 + approved
        outcomes.append(approved)
    print(f"{sum(outcomes)} of {TURNS} decided in the same moment")


def test_one_person_with_both_delegations_clicks_both(world: World) -> None:
    world.stage.delegate(HEAD)
    for _ in range(TURNS):
        submission, shown = world.sent()
        answers = race(attest_step(world.head, submission, shown, 1),
                       attest_step(world.head_elsewhere, submission, shown, 2))  # fmt: skip
        assert _done(*answers) == 1
        assert judge(world, submission) == (1, False)


def test_the_content_changes_between_the_steps(world: World) -> None:
    """The director decides what the head attested, or nothing."""
    outcomes = []
    for place in range(TURNS):
        submission, shown = world.sent()
        assert _done(attest_step(world.head, submission, shown, 1)()) == 1

        def change(submission: int = submission, text: str = f"Ändrat {place}") -> None:
            world.strategist.post(f"/submissions/{submission}/withdrawal")
            world.strategist.save(submission, "1", text, 1)
            world.strategist.post(f"/submissions/{submission}/sending")

        director = attest_step(world.director, submission, shown, 2)
        answers = race(director, _late(change, (place % 6) * 0.012))
        steps, approved = judge(world, submission)
        assert _done(answers[0]) == approved == (steps == 1)
        outcomes.append(approved)
    print(f"{sum(outcomes)} of {TURNS} decided before the change")


def test_taken_back_and_sent_again_unchanged_the_step_is_void(world: World) -> None:
    """The same text has the same hash: still nobody decides upon the old step."""
    for place in range(TURNS):
        submission, shown = world.sent()
        assert _done(attest_step(world.head, submission, shown, 1)()) == 1

        def again(submission: int = submission) -> None:
            world.strategist.post(f"/submissions/{submission}/withdrawal")
            world.strategist.post(f"/submissions/{submission}/sending")

        director = attest_step(world.director, submission, shown, 2)
        answers = race(director, _late(again, (place % 6) * 0.012))
        steps, approved = judge(world, submission)
        assert _done(answers[0]) == approved == (steps == 1)
        late = attest_step(world.director, submission, shown, 2)()
        # 303: that it is done already.
        assert late.status_code in ((303,) if approved else (403, 409))


@pytest.mark.parametrize("whose", ["delegation", "stand-in"])
def test_the_right_of_the_second_is_revoked_between_the_steps(world: World, whose: str) -> None:
    stage = world.stage
    for permanent in _delegations(world):
        world.administrator.post(f"/delegations/{permanent}")
    for _ in range(TURNS):
        submission, shown = world.sent()
        if whose == "delegation":
            url, decider = f"/delegations/{stage.delegate(DIRECTOR)}", world.director
        else:
            other = stage.delegate(DIRECTOR, questionnaire="prov-2025")
            url = f"/stand-ins/{stage.stand_in(_deputy(world), other)}"
            decider = world.person(_deputy(world))
        assert _done(attest_step(world.head, submission, shown, 1)()) == 1
        answers = race(
            attest_step(decider, submission, shown, 2),
            lambda url=url: world.administrator.post(url),
        )
        steps, approved = judge(world, submission)
        assert steps == 1, "the head's step was taken by what held then"
        assert _done(answers[0]) == approved
        late = attest_step(decider, submission, shown, 2)()
        told = (303,) if approved else (403, 409)
        assert late.status_code in told, "revoked is revoked"


def _delegations(world: World) -> list[int]:
    """The delegations of the director, who was given one as the stage was built."""
    with world.stage.database.reading() as session:
        query = select(col(Delegation.id)).where(
            col(Delegation.account_id) == world.stage.accounts[DIRECTOR]
        )
        return list(session.execute(query).scalars())


def _deputy(world: World) -> str:
    """Somebody who is an approver of the unit and nothing else, made once."""
    name, unit = "other_approver", world.stage.units[OWN]
    with world.stage.database.writing() as session:
        if session.get(Membership, (world.stage.accounts[name], unit, Role.APPROVER)) is None:
            add_membership(session, world.stage.accounts[name], unit, Role.APPROVER)
    return name


def test_the_order_changes_as_the_director_decides(world: World) -> None:
    """From one step to two: what the page said decides nothing any more, unless it came first."""
    stage = world.stage
    for place in range(TURNS):
        stage.in_steps(1)
        submission, shown = world.sent()
        form = {"unit": str(stage.units[OWN]),
                "steps": "2", "order_decision": "Nu två"}  # fmt: skip
        one = attest(world.director, submission, shown)
        answers = race(
            _late(one, (place % 4) * 0.004),
            lambda form=form: world.administrator.post("/delegations/orders", form),
        )
        assert answers[1] is not None
        assert answers[1].status_code == 302
        with stage.database.reading() as session:
            frozen = session.get(FrozenRecord, submission)
        assert (frozen is not None) == bool(_done(answers[0]))
        assert one().status_code in (403, 409)


@pytest.mark.parametrize("defect", ["no four eyes", "steps are never void"])
def test_the_harness_finds_a_planted_defect(
    world: World, monkeypatch: pytest.MonkeyPatch, defect: str
) -> None:
    submission, shown = world.sent()
    assert _done(attest_step(world.head, submission, shown, 1)()) == 1
    if defect == "no four eyes":
        world.stage.delegate(HEAD)
        monkeypatch.setattr(approval, "four_eyes", lambda *_: None)
        decider = world.head
    else:
        world.strategist.post(f"/submissions/{submission}/withdrawal")
        world.strategist.post(f"/submissions/{submission}/sending")
        monkeypatch.setattr(turn, "_VOIDING", ())
        decider = world.director
    assert _done(attest_step(decider, submission, shown, 2)()) == 1
    with pytest.raises(AssertionError, match=r"took both|without the step"):
        judge(world, submission)
