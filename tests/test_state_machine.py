"""The life of a submission as a state machine: random people do random things, a model watches.

Each run opens a case of its own in one real SQLite database. ``STEPS`` steps in all; a release
may walk further (``REDOGOR_STEPS``).
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select, update
from sqlmodel import Session, col

from survey_app.core.content import sha256_of
from survey_app.core.workflow import Role, State
from survey_app.services.accounts.account import add_membership
from survey_app.services.answer import Saved, Stale
from survey_app.services.approvals.approval import prepare_approval
from survey_app.services.archives.archive import export_json
from survey_app.services.audit import verify_chain
from survey_app.services.history import read_history
from survey_app.services.refusal import Refused
from survey_app.store.tables import Answer, FrozenRecord, StandIn, StoredCopy

from .life import (
    CHOICES,
    DEPUTIES,
    DIRECTOR,
    HANDS,
    HEAD,
    LOOKS,
    TEXTS,
    WHO,
    WRITERS,
    Model,
    kept,
)
from .stage import OWN, Stage, build_stage

STEPS = int(os.environ.get("REDOGOR_STEPS", "5000"))
STEPS_A_RUN = 50


class Life(RuleBasedStateMachine):
    """Rules are what people try; whether it works is the model's to say."""

    stage: Stage
    delegation = 0
    number = 0
    steps = 0

    @initialize()
    def open(self) -> None:
        Life.number += 1
        self.diary_number = f"RS{Life.number:06d}"
        [self.submission] = self.stage.open(self.diary_number)
        self.model = Model()
        self.decide_steps(1)
        self.stand_in(None)

    def attempt(self, who: str, allowed: set[str], states: set[State], deed: Any) -> bool:
        """Try something; it must work exactly when the model says so."""
        Life.steps += 1
        expected = who in allowed and self.model.state in states
        refused: Refused | None = None
        try:
            deed()
        except Refused as error:
            refused = error
        if refused is None:
            assert expected, f"{who} did what they may not"
            return True
        assert not expected or refused.code in self.may_fail, (who, refused.code)
        assert refused.status in (403, 404, 409, 422)
        return False

    may_fail: frozenset[str] = frozenset()

    @rule(steps=st.sampled_from([1, 2, 2]))
    def decide_steps(self, steps: int) -> None:
        """The unit decides how many steps there are; what was taken stays taken."""
        if steps != self.model.steps or not self.model.acknowledged:
            self.stage.in_steps(steps)
            self.model.steps = steps

    @rule(who=DEPUTIES)
    def stand_in(self, who: str | None) -> None:
        """Somebody stands in for the director from now on; whoever did does no longer."""
        with self.stage.database.writing() as session:
            session.execute(update(StandIn).values(revoked=self.stage.now))
        if who is not None:
            self.stage.stand_in(who, self.delegation)
        self.model.deputy = who

    @rule(who=HANDS, question=st.sampled_from(["1", "3"]), text=TEXTS)
    def save(self, who: str, question: str, text: str) -> None:
        self._save(who, question, text, kept(text), self.model.versions.get(question, 0))

    @rule(who=HANDS, choice=CHOICES)
    def choose(self, who: str, choice: str | None) -> None:
        value = None if choice is None else {"chosen": choice, "details": {}}
        self._save(who, "2", value, value, self.model.versions.get("2", 0))

    @rule(who=HANDS, text=TEXTS)
    def answer_what_may_be_hidden(self, who: str, text: str) -> None:
        value = {"files": [], "text": text.replace("\ud800", "\ufffd")} if text.strip() else None
        raw = {"files": [], "text": text}
        self._save(who, "2a", raw, value, self.model.versions.get("2a", 0))

    @rule(who=HANDS, question=st.sampled_from(["1", "3"]), text=TEXTS, behind=st.integers(1, 3))
    def save_stale(self, who: str, question: str, text: str, behind: int) -> None:
        version = self.model.versions.get(question, 0) - behind
        if version >= 0:
            self._save(who, question, text, kept(text), version)

    def _save(self, who: str, question: str, raw: Any, value: Any, version: int) -> None:
        model, outcome = self.model, None
        self.may_fail = frozenset()

        def deed() -> None:
            nonlocal outcome
            outcome = self.stage.save(self.submission, question, raw, version, who)

        allowed = WRITERS if model.may_write(question) else set()
        if not self.attempt(who, allowed, {State.DRAFT}, deed):
            return
        current = model.values.get(question)
        if value == current:
            assert isinstance(outcome, Saved), "the same again is no conflict"
            return
        model.acknowledged.append((question, value))
        if version != model.versions.get(question, 0):
            assert isinstance(outcome, Stale)
            assert (outcome.yours.value, outcome.theirs.value) == (value, current)
            return
        assert isinstance(outcome, Saved)
        assert outcome.version == version + 1
        model.values[question], model.versions[question] = value, outcome.version
        model.authors[question] = who

    @rule(who=WHO)
    def send(self, who: str) -> None:
        self.may_fail = frozenset() if self.model.ready() else frozenset({"not_ready"})
        if self.attempt(who, WRITERS, {State.DRAFT}, lambda: self.stage.send(self.submission, who)):
            assert self.model.ready()
            self.model.state, self.model.open_only = State.AWAITING_APPROVAL, None
            self.model.endorsed = []

    @rule(who=WHO)
    def withdraw(self, who: str) -> None:
        self.may_fail = frozenset()
        if self.attempt(who, WRITERS, {State.AWAITING_APPROVAL},
                        lambda: self.stage.withdraw(self.submission, who)):  # fmt: skip
            self.model.state, self.model.open_only = State.DRAFT, self.model.last_returned
            self.model.endorsed = []

    @rule(who=WHO, questions=st.sets(st.sampled_from(["1", "2", "3"]), min_size=1), look=LOOKS)
    def send_back(self, who: str, questions: set[str], look: str) -> None:
        """By what the page showed, as with approving."""
        shown = {"now": self._page(who), "before": "0" * 64, "never": ""}[look]
        allowed = self.model.entitled() if look == "now" else set()
        self.may_fail, reasons = frozenset(), dict.fromkeys(questions, "Skriv mer")
        if self.attempt(who, allowed, {State.AWAITING_APPROVAL},
                        lambda: self.stage.send_back(self.submission, reasons, who,
                                                     shown_sha256=shown)):  # fmt: skip
            self.model.state = State.DRAFT
            self.model.open_only = questions | ({"2a"} if "2" in questions else set())
            self.model.last_returned, self.model.endorsed = self.model.open_only, []

    @rule(who=WHO, look=LOOKS)
    def approve(self, who: str, look: str) -> None:
        """By what the page showed: now, at another time, or nothing. The last step decides."""
        shown = {"now": self._page(who), "before": "0" * 64, "never": ""}[look]
        allowed = self.model.approvers() if look == "now" else set()
        turn, self.may_fail = self.model.turn, frozenset()

        def deed() -> None:
            if turn[0] < turn[1]:
                self.stage.endorse(self.submission, who, shown_sha256=shown, turn=turn)
                return
            frozen = self.stage.approve(self.submission, who, shown_sha256=shown, turn=turn)
            self.model.record, self.model.shown = frozen.body, shown

        if not self.attempt(who, allowed, {State.AWAITING_APPROVAL}, deed):
            return
        if turn[0] < turn[1]:
            self.model.endorsed.append(who)
            return
        self.model.state = State.APPROVED
        assert self.model.record is not None
        told = json.loads(self.model.record)["approval"]
        steps = [step["approver"]["name"] for step in told.get("earlier_steps", [])]
        assert steps == self.model.endorsed
        assert ("stands_in_for" in told) == (who == self.model.deputy)

    @rule()
    def go_on(self) -> None:
        """What comes next, by the one whose turn it is."""
        if self.model.state == State.DRAFT and not self.model.ready():
            version = self.model.versions.get("1", 0)
            self._save("strategist", "1", "Vi är klara.", "Vi är klara.", version)
        elif self.model.state == State.DRAFT:
            self.send("strategist")
        elif self.model.state == State.AWAITING_APPROVAL:
            self.approve(HEAD if self.model.turn[0] < self.model.turn[1] else DIRECTOR, "now")
        elif self.model.state == State.APPROVED:
            self.hand_in("strategist")
        elif self.model.state == State.HANDED_IN:
            self.archive("archivist")

    def _page(self, who: str) -> str:
        """The hash on the approver's page, for those who can open it."""
        with self.stage.database.reading() as session:
            try:
                proposal = prepare_approval(
                    session, self.stage.actor(who), self.submission, self.stage.today
                )
            except Refused:
                return ""
            return proposal.content_sha256

    @rule(who=WHO)
    def hand_in(self, who: str) -> None:
        self.may_fail = frozenset()
        if self.attempt(who, WRITERS, {State.APPROVED},
                        lambda: self.stage.hand_in(self.submission, who)):  # fmt: skip
            self.model.state = State.HANDED_IN

    @rule(who=WHO)
    def archive(self, who: str) -> None:
        self.may_fail = frozenset()
        if self.attempt(who, {"archivist"}, {State.HANDED_IN},
                        lambda: self.stage.archive(self.submission, who)):  # fmt: skip
            self.model.state = State.ARCHIVED
            self.model.copy = self._export()

    def _export(self) -> bytes:
        with self.stage.database.reading() as session:
            return export_json(session, self.stage.actor("archivist"), self.submission).data

    @invariant()
    def answers_are_what_was_acknowledged(self) -> None:
        dossier = self.stage.read(self.submission)
        assert dossier.state == self.model.state
        assert {key: given.value for key, given in dossier.answers.items()} == self.model.values
        for question, version in self.model.versions.items():
            assert dossier.version_of(question) == version

    @invariant()
    def what_is_approved_never_changes(self) -> None:
        with self.stage.database.reading() as session:
            frozen = session.get(FrozenRecord, self.submission)
        assert (frozen.body if frozen else None) == self.model.record
        if frozen is None:
            assert self.model.state in (State.DRAFT, State.AWAITING_APPROVAL)
            return
        record = json.loads(frozen.body)
        assert sha256_of(record["content"]) == frozen.content_sha256 == self.model.shown
        assert sha256_of(record) == frozen.sha256

    def teardown(self) -> None:
        """At the end: all that was ever acknowledged is in the history, and the chain holds."""
        if not hasattr(self, "model"):
            return
        stage, model = self.stage, self.model
        with stage.database.reading() as session:
            actor = stage.actor("strategist")
            for question in {question for question, _value in model.acknowledged}:
                _dossier, past = read_history(session, actor, self.submission, question)
                held = [item.given.value for item in past]
                for asked, value in model.acknowledged:
                    assert asked != question or value in held, "an acknowledged answer is lost"
            assert verify_chain(session, Life.number, stage.key) == []
            copies = session.execute(
                select(StoredCopy).where(col(StoredCopy.case_id) == Life.number)
            ).all()
        assert len(copies) == (3 if model.state == State.ARCHIVED else 0)
        if model.copy is not None:
            assert self._export() == model.copy
            assert model.copy.decode() == model.record


@pytest.fixture(scope="module")
def stage(database_kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    made = build_stage(tmp_path_factory.mktemp("life"))
    set_the_scene(made)
    yield made
    made.database.close()


def set_the_scene(stage: Stage) -> None:
    """A director who writes, too; a head for the first step; two who can stand in."""
    roles = [(DIRECTOR, Role.STRATEGIST), ("strategist_2", Role.APPROVER),
             ("archivist", Role.APPROVER)]  # fmt: skip
    with stage.database.writing() as session:
        for name, role in roles:
            add_membership(session, stage.accounts[name], stage.units[OWN], role)
    stage.delegate(HEAD, step=1)
    Life.delegation = stage.delegate(DIRECTOR)


def walk(machine: type[Life], steps: int, *, shrink: bool = True) -> None:
    """Run the machine for about so many attempts; one step in four or so has nothing to attempt.

    A failure is made as short as it can be, unless it is there on purpose.
    """
    phases = [phase for phase in Phase if shrink or phase not in (Phase.shrink, Phase.explain)]
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=steps * 17 // 10 // STEPS_A_RUN, stateful_step_count=STEPS_A_RUN,
            deadline=None, derandomize=steps <= 5000, database=None, phases=phases,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


def test_life(stage: Stage, record_property: Callable[[str, object], None]) -> None:
    Life.stage = stage
    Life.number = 0
    Life.steps = 0
    walk(Life, STEPS)
    with stage.database.reading() as session:
        reached = set(session.execute(select(col(StoredCopy.kind))).scalars())
    assert reached == {"pdf", "json", "zip"}, "some lives went the whole way"
    print(f"{Life.steps} attempts in {Life.number} lives")
    record_property("steps", Life.steps)
    assert Life.steps >= STEPS


@pytest.mark.parametrize("defect", ["lost save", "unlocked record"])
def test_the_machine_finds_a_planted_defect(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, defect: str
) -> None:
    stage = build_stage(tmp_path)
    set_the_scene(stage)
    planted = type("Planted", (Life,), {"stage": stage})
    real_save, real_approve = stage.save, stage.approve

    def lose(submission: int, question: str, *more: Any, **how: Any) -> Saved | Stale:
        outcome = real_save(submission, question, *more, **how)
        with stage.database.writing() as session:
            _forget(session, submission, question)
        return outcome

    def approve_and_change(submission: int, *more: Any, **how: Any) -> FrozenRecord:
        frozen = real_approve(submission, *more, **how)
        with stage.database.writing() as session:
            session.execute(update(FrozenRecord).values(body=frozen.body.replace("Vi ", "Ni ")))
        return frozen

    if defect == "lost save":
        monkeypatch.setattr(stage, "save", lose)
    else:
        monkeypatch.setattr(stage, "approve", approve_and_change)
    Life.number = 0
    with pytest.raises((AssertionError, ExceptionGroup)):
        walk(planted, 1500, shrink=False)
    stage.database.close()


def _forget(session: Session, submission: int, question: str) -> None:
    session.execute(
        update(Answer)
        .where(col(Answer.submission_id) == submission, col(Answer.question) == question)
        .values(value=None)
    )
