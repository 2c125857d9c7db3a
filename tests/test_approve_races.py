"""Approval raced by a second approval, a save, a withdrawal, a revoked delegation.

By HTTP through the real application, each deed in a thread of its own, off together at a barrier.
Whatever happens, a submission is approved at most once, by somebody who might, and its record is
what was shown.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlmodel import col
from werkzeug.test import TestResponse

from survey_app.core.content import sha256_of
from survey_app.core.workflow import State
from survey_app.services.approvals import approval
from survey_app.services.approvals.authority import find_authority
from survey_app.services.audit import verify_chain
from survey_app.services.submission import open_submission
from survey_app.store.tables import Delegation, Event, FrozenRecord, Submission

from .conftest import Person
from .stage import PASSWORD, Stage, build_stage

ROUNDS = int(os.environ.get("REDOGOR_RACES", "30"))
RUN: list[int] = []
"""Every race so far, by how many took part."""
DIRECTOR = "approver_with_delegation"


@dataclass
class World:
    """A stage with its application, and who takes part."""

    stage: Stage
    app: Flask
    director: Person
    director_elsewhere: Person
    strategist: Person
    administrator: Person
    number: int = 0

    def sent(self) -> int:
        """A fresh submission that awaits approval."""
        self.number += 1
        [submission] = self.stage.open(f"RS{self.number:06d}")
        self.stage.save(submission, "1", f"Text {self.number}", 0)
        self.stage.send(submission)
        return submission


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    stage = build_stage(tmp_path)
    app = stage.app()
    people = [stage.sign_in(app, name)
              for name in (DIRECTOR, DIRECTOR, "strategist", "administrator")]  # fmt: skip
    yield World(stage, app, *people)
    for database in (stage.database, app.extensions["redogor"].database):
        database.close()


@pytest.fixture(autouse=True)
def counted(record_property: Callable[[str, object], None]) -> Iterator[None]:
    """Tell how many races a test has run."""
    before = len(RUN)
    yield
    record_property("races", len(RUN) - before)


def race(*deeds: Callable[[], Any]) -> list[TestResponse | None]:
    """Do them all at once; what each was answered."""
    RUN.append(len(deeds))
    barrier = threading.Barrier(len(deeds))
    answers: list[TestResponse | None] = [None] * len(deeds)

    def run(place: int) -> None:
        barrier.wait(10)
        answers[place] = deeds[place]()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    return answers


def attest(person: Person, submission: int, shown: str) -> Callable[[], TestResponse]:
    form = {"password": PASSWORD, "q.intyg": "1", "q.intyg.version": "0", "content_sha256": shown}
    return lambda: person.post(f"/submissions/{submission}/approval", form)


def attest_step(
    person: Person, submission: int, shown: str, step: int
) -> Callable[[], TestResponse]:
    """The same where it takes two steps."""
    form = {"password": PASSWORD, "q.intyg": "1", "q.intyg.version": "0", "content_sha256": shown,
            "step": str(step), "steps": "2"}  # fmt: skip
    return lambda: person.post(f"/submissions/{submission}/approval", form)


def judge(world: World, submission: int, shown: str, answers: list[TestResponse | None]) -> bool:
    """Hold what the database says against what was answered; whether it was approved."""
    done = [answer for answer in answers if answer is not None and answer.status_code == 302]
    with world.stage.database.reading() as session:
        events = session.execute(
            select(Event).where(col(Event.submission_id) == submission,
                                col(Event.kind) == "approved")
        ).scalars().all()  # fmt: skip
        frozen = session.get(FrozenRecord, submission)
        row = session.get(Submission, submission)
        assert row is not None
        assert len(events) <= 1, "approved more than once"
        assert len(events) == len(done), "answered otherwise than done"
        assert (frozen is not None) == bool(events), "a record without approval, or none for one"
        assert (row.state == State.APPROVED) == bool(events), "the state tells otherwise"
        if frozen is not None:
            record = json.loads(frozen.body)
            assert sha256_of(record["content"]) == frozen.content_sha256 == shown
            assert events[0].content_sha256 == shown
        assert verify_chain(session, world.number, world.stage.key) == []
    for answer in answers:
        assert answer is None or answer.status_code in (302, 303, 403, 409), answer.text
    return bool(events)


def test_a_double_click_approves_once(world: World) -> None:
    for _ in range(ROUNDS):
        submission = world.sent()
        shown = world.stage.shown(submission)
        answers = race(attest(world.director, submission, shown),
                       attest(world.director_elsewhere, submission, shown))  # fmt: skip
        assert judge(world, submission, shown, answers), "one of them is approved"


def _change(world: World, submission: int, text: str) -> Callable[[], None]:
    """Take it back, write something else, send it again; each step may come too late."""

    def run() -> None:
        world.strategist.post(f"/submissions/{submission}/withdrawal")
        world.strategist.save(submission, "1", text, 1)
        world.strategist.post(f"/submissions/{submission}/sending")

    return run


def _late(deed: Callable[[], TestResponse], seconds: float) -> Callable[[], TestResponse]:
    def run() -> TestResponse:
        time.sleep(seconds)
        return deed()

    return run


def test_approval_against_a_changed_text(world: World) -> None:
    """The approver approves what they saw, or nothing, whenever the change comes in between."""
    outcomes = []
    for turn in range(ROUNDS):
        submission = world.sent()
        shown = world.stage.shown(submission)
        approver = _late(attest(world.director, submission, shown), (turn % 6) * 0.006)
        answers = race(approver, _change(world, submission, f"Ändrat {turn}"))
        approved = judge(world, submission, shown, answers[:1])
        text = world.stage.read(submission).answers["1"].value
        assert approved == (not text.startswith("Ändrat")), "a text that was not shown is approved"
        outcomes.append(approved)
    print(f"{sum(outcomes)} of {ROUNDS} approved before the change")


def test_approval_against_withdrawal(world: World) -> None:
    for _ in range(ROUNDS):
        submission = world.sent()
        shown = world.stage.shown(submission)
        answers = race(
            attest(world.director, submission, shown),
            lambda s=submission: world.strategist.post(f"/submissions/{s}/withdrawal"),
        )
        approved = judge(world, submission, shown, answers[:1])
        withdrawn = answers[1] is not None and answers[1].status_code == 302
        assert approved != withdrawn, "one of the two, never both"


def test_approval_against_a_revoked_delegation(world: World) -> None:
    """If it was revoked first, nothing is approved; the moments in the database tell."""
    stage = world.stage
    with stage.database.writing() as session:
        for delegation in session.execute(select(Delegation)).scalars():
            delegation.revoked = stage.now
            session.add(delegation)
    for _ in range(ROUNDS):
        submission = world.sent()
        delegation = stage.delegate(DIRECTOR)
        shown = stage.shown(submission)
        answers = race(
            attest(world.director, submission, shown),
            lambda d=delegation: world.administrator.post(f"/delegations/{d}"),
        )
        approved = judge(world, submission, shown, answers[:1])
        assert answers[1] is not None
        assert answers[1].status_code == 302
        late = attest(world.director, submission, shown)()
        told = (303,) if approved else (403, 409)  # 303: that it is done already
        assert late.status_code in told, "revoked is revoked"
        with stage.database.reading() as session:
            frozen = session.get(FrozenRecord, submission)
        assert frozen is None or frozen.delegation_id == delegation


def test_the_harness_finds_approval_without_a_lock(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: nothing is held; the state is looked at in one transaction and moved,
    unconditionally, in another."""
    submission = world.sent()
    shown = world.stage.shown(submission)
    both_looked = threading.Barrier(2)
    real_four_eyes = approval.four_eyes

    def slow(*arguments: Any) -> str | None:
        both_looked.wait(10)
        return real_four_eyes(*arguments)

    database = world.app.extensions["redogor"].database

    def move_blindly(_session: Any, actor: Any, dossier: Any, content: Any, *_more: Any) -> None:
        with database.writing() as session:
            state = update(Submission).where(col(Submission.id) == dossier.id)
            session.execute(state.values(state=State.APPROVED))
            session.add(Event(submission_id=dossier.id, kind="approved", at=world.stage.now,
                              actor_id=actor.account_id,
                              content_sha256=sha256_of(content)))  # fmt: skip

    def unheld(*arguments: Any, **_hold: bool) -> Any:
        return open_submission(*arguments)

    monkeypatch.setattr(approval, "open_submission", unheld)
    monkeypatch.setattr(approval, "require_authority", find_authority)
    monkeypatch.setattr(approval, "four_eyes", slow)
    monkeypatch.setattr(approval, "_freeze", move_blindly)
    monkeypatch.setattr("survey_app.web.pages.approval.writing", database.reading)
    answers = race(attest(world.director, submission, shown),
                   attest(world.director_elsewhere, submission, shown))  # fmt: skip
    with pytest.raises(AssertionError, match="approved more than once"):
        judge(world, submission, shown, answers)


def test_the_harness_finds_approval_of_what_was_not_shown(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: the hash of the page is not held against the content."""
    submission = world.sent()
    shown = world.stage.shown(submission)
    world.stage.withdraw(submission)
    world.stage.save(submission, "1", "Ändrat", 1)
    world.stage.send(submission)
    real = approval.sha256_of
    with monkeypatch.context() as blind:
        blind.setattr(
            approval,
            "sha256_of",
            lambda content: (
                shown if content.get("format", "").startswith("redogor/content") else real(content)
            ),
        )
        answers = race(attest(world.director, submission, shown))
    assert answers[0] is not None
    assert answers[0].status_code == 302
    with pytest.raises(AssertionError):
        judge(world, submission, shown, answers)
