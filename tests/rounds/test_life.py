"""The life of a round as a state machine: random people do random things, a model watches.

Each run opens a round of its own in one real SQLite database. ``STEPS`` steps in all; a release may
walk further (``REDOGOR_STEPS``).
"""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
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
from sqlmodel import col

from survey_app.core.content import sha256_of
from survey_app.core.workflow import ContributionState
from survey_app.services.answer import Saved
from survey_app.services.refusal import Refused
from survey_app.store.tables import FrozenRecord, RoundUnit, RoundValue
from tests.rounds.asking import TOWN, Table, set_table
from tests.stage import OTHER, Stage, build_stage

STEPS = int(os.environ.get("REDOGOR_STEPS", "1500"))
STEPS_A_RUN = 40
RUNS_A_TABLE = 100
COORDINATORS = {"strategist", "strategist_2"}
WRITERS = {OTHER: "other_strategist", TOWN: "town_strategist"}
WHO = st.sampled_from(
    [*COORDINATORS, *WRITERS.values(), "other_approver", "archivist", "administrator"]
)
UNITS = st.sampled_from(sorted(WRITERS))
REASON = {"code": "reason", "text": "Vet inte"}
ANSWERS = st.sampled_from(
    [
        ("exempel", "Vi har ett brukarråd.", None),
        ("exempel", "x" * 201, None),
        ("exempel", None, REASON),
        ("niva", {"chosen": "dialog", "details": {}}, None),
        ("niva", {"chosen": "inflytande", "details": {}}, None),
        ("varfor", "För att det ger mer.", None),
        ("antal", 11, None),
        ("antal", None, REASON),
        ("antal", None, None),
    ]
)


@dataclass
class Answer:
    """One unit in the round, in plain words. ``state`` is None before it is asked."""

    state: str | None = None
    values: dict[str, Any] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    open_only: set[str] | None = None
    handed_over: str | None = None

    def shown(self) -> set[str]:
        chosen = (self.values.get("niva") or (None,))[0]
        influence = bool(chosen) and chosen["chosen"] == "inflytande"
        return {"exempel", "niva", "antal"} | ({"varfor"} if influence else set())

    def ready(self) -> bool:
        """Everything asked is answered or explained, and no text is too long."""
        text = (self.values.get("exempel") or (None,))[0]
        held = [self.values.get(question, (None, None)) for question in self.shown()]
        return all(item != (None, None) for item in held) and len(text or "") <= 200

    def may_write(self, question: str) -> bool:
        return self.open_only is None or question in self.open_only


class Life(RuleBasedStateMachine):
    """Rules are what people try; whether it works is the model's to say."""

    table: Table
    laid: Callable[[], Table] | None = None
    runs = 0
    steps = 0
    closed_with_records = 0

    @initialize()
    def open(self) -> None:
        Life.runs += 1
        # At the end of each run a case's whole chain is verified: it must not grow for ever.
        if self.laid is not None and Life.runs % RUNS_A_TABLE == 0:
            Life.table = self.laid()
        self.closed = False
        self.records: dict[int, str] = {}
        self.units = {name: Answer() for name in WRITERS}
        self.table.open(OTHER)
        self.units[OTHER].state = "asked"

    def attempt(self, expected: bool, deed: Any) -> bool:
        """Try something; it must work exactly when the model says so."""
        Life.steps += 1
        refused: Refused | None = None
        try:
            deed()
        except Refused as error:
            refused = error
        if refused is None:
            assert expected, "somebody did what they may not"
            return True
        assert not expected, refused.code
        assert refused.status in (403, 404, 409, 422)
        return False

    def asked(self, unit: str) -> bool:
        return not self.closed and self.units[unit].state == "asked"

    @rule(who=WHO, unit=UNITS, told=ANSWERS)
    def save(self, who: str, unit: str, told: tuple[str, Any, Any]) -> None:
        model, (question, value, blank) = self.units[unit], told
        if model.state is None:
            return
        version = model.versions.get(question, 0)
        expected = self.asked(unit) and who == WRITERS[unit] and model.may_write(question)
        made: list[Any] = []
        if self.attempt(expected, lambda: made.append(
            self.table.save(unit, question, value, version, who, blank)
        )):  # fmt: skip
            assert isinstance(made[0], Saved)
            model.values[question] = (value, blank)
            model.versions[question] = made[0].version

    @rule(unit=UNITS)
    def go_on(self, unit: str) -> None:
        """What is missing is written by the one who may, and handed over."""
        for told in (("exempel", "Kort.", None), ("niva", None, REASON), ("antal", 3, None)):
            if self.asked(unit) and self.units[unit].may_write(told[0]):
                self.save(WRITERS[unit], unit, told)
        self.hand_over(WRITERS[unit], unit)
        if all(item.state != "asked" for item in self.units.values()):
            self.close("strategist", True)

    @rule(who=WHO, unit=UNITS)
    def hand_over(self, who: str, unit: str) -> None:
        model = self.units[unit]
        if model.state is None:
            return
        expected = self.asked(unit) and who == WRITERS[unit] and model.ready()
        if self.attempt(expected, lambda: self.table.hand_over(unit, who)):
            model.state, model.open_only = "handed_over", None
            dossier = self.table.stage.read(self.table.answers[unit])
            model.handed_over = sha256_of(dossier.content())

    @rule(who=WHO, unit=UNITS,
          questions=st.sets(st.sampled_from(["exempel", "niva", "antal"]), min_size=1))  # fmt: skip
    def send_back(self, who: str, unit: str, questions: set[str]) -> None:
        model = self.units[unit]
        if model.state is None:
            return
        expected = not self.closed and model.state == "handed_over" and who in COORDINATORS
        reasons = dict.fromkeys(questions, "Skriv mer")
        if self.attempt(expected, lambda: self.table.send_back(unit, who, **reasons)):
            model.state, model.handed_over = "asked", None
            model.open_only = questions | ({"varfor"} if "niva" in questions else set())

    @rule(who=WHO, unit=UNITS)
    def recall(self, who: str, unit: str) -> None:
        expected = self.asked(unit) and who in COORDINATORS
        if self.attempt(expected, lambda: self.table.recall(unit, who)):
            self.units[unit].state = "recalled"

    @rule(who=WHO, unit=UNITS)
    def ask(self, who: str, unit: str) -> None:
        model = self.units[unit]
        outside = model.state in (None, "recalled")
        expected = not self.closed and outside and who in COORDINATORS
        if self.attempt(expected, lambda: self.table.add(unit, by=who)):
            model.state = "asked"

    @rule(who=WHO, unit=UNITS, days=st.integers(-1, 30))
    def extend(self, who: str, unit: str, days: int) -> None:
        until = self.table.stage.today + datetime.timedelta(days=days)
        expected = self.asked(unit) and who in COORDINATORS and days >= 0
        self.attempt(expected, lambda: self.table.extend(unit, who, until=until))

    @rule(who=WHO)
    def remind(self, who: str) -> None:
        waiting = [unit for unit in self.units if self.asked(unit)]
        expected = bool(waiting) and who in COORDINATORS
        told: list[int] = []
        if self.attempt(expected, lambda: told.append(self.table.remind("Hej", who))):
            assert told == [len(waiting)]

    @rule(who=WHO, sure=st.sampled_from([False, False, False, True]))
    def close(self, who: str, sure: bool) -> None:
        if not sure and who in COORDINATORS:
            return
        if self.attempt(who in COORDINATORS and not self.closed, lambda: self.table.close(who)):
            self.closed = True
            Life.closed_with_records += any(item.handed_over for item in self.units.values())

    @invariant()
    def everything_stands_as_the_model_says(self) -> None:
        stage = self.table.stage
        with stage.database.reading() as session:
            rows = {
                row.unit_id: row
                for row in session.execute(
                    select(RoundUnit).where(col(RoundUnit.round_id) == self.table.id)
                ).scalars()
            }
            for name, model in self.units.items():
                row = rows.get(stage.units[name])
                assert (row.state.value if row else None) == model.state
                if row is None:
                    continue
                values = session.execute(
                    select(RoundValue).where(col(RoundValue.submission_id) == row.submission_id)
                ).all()
                assert bool(values) == (model.state == "handed_over")
                frozen = session.get(FrozenRecord, row.submission_id)
                kept = model.handed_over if self.closed else None
                assert (frozen.content_sha256 if frozen else None) == kept
                if frozen is not None:
                    record = json.loads(frozen.body)
                    assert sha256_of(record["content"]) == kept
                    before = self.records.setdefault(row.submission_id, frozen.body)
                    assert frozen.body == before, "a record never changes"
        for name, model in self.units.items():
            if model.state is not None:
                dossier = stage.read(self.table.answers[name], WRITERS[name])
                held = {key: (given.value, given.blank) for key, given in dossier.answers.items()
                        if (given.value, given.blank) != (None, None)}  # fmt: skip
                said = {key: pair for key, pair in model.values.items() if pair != (None, None)}
                assert held == said

    def teardown(self) -> None:
        if hasattr(self, "units"):
            assert self.table.breaks() == []


@pytest.fixture
def laid(
    database_kind: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], Table]]:
    """Lays a table with a database of its own; the one before is cleared away."""
    stages: list[Stage] = []

    def lay() -> Table:
        while stages:
            stages.pop().database.close()
        stages.append(build_stage(tmp_path_factory.mktemp("life")))
        return set_table(stages[-1])

    yield lay
    stages[-1].database.close()


@pytest.fixture
def table(laid: Callable[[], Table]) -> Table:
    return laid()


def walk(machine: type[Life], steps: int, *, shrink: bool = True) -> None:
    """A failure is made as short as it can be, unless it is there on purpose."""
    phases = [phase for phase in Phase if shrink or phase not in (Phase.shrink, Phase.explain)]
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=max(2, steps // STEPS_A_RUN), stateful_step_count=STEPS_A_RUN,
            deadline=None, derandomize=steps <= 1500, database=None, phases=phases,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


def test_life(
    table: Table, laid: Callable[[], Table], record_property: Callable[[str, object], None]
) -> None:
    Life.table, Life.steps, Life.closed_with_records = table, 0, 0
    Life.laid, Life.runs = staticmethod(laid), 0
    walk(Life, STEPS)
    print(f"{Life.steps} attempts, {Life.closed_with_records} rounds closed with records")
    record_property("steps of rounds", Life.steps)
    assert Life.steps >= STEPS // 3
    assert Life.closed_with_records >= 2, "some rounds went the whole way"


def test_the_machine_finds_a_planted_defect(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    """Closing loses what was handed over."""
    real = table.close

    def forgetful(by: str = "strategist") -> list[str]:
        with table.stage.database.writing() as session:
            session.execute(
                update(RoundUnit)
                .where(col(RoundUnit.round_id) == table.id, col(RoundUnit.state) == "handed_over")
                .values(state=ContributionState.RECALLED)
            )
        return real(by)

    planted = type("Planted", (Life,), {"table": table, "laid": None})
    monkeypatch.setattr(table, "close", forgetful)
    with pytest.raises((AssertionError, ExceptionGroup)):
        walk(planted, 1500, shrink=False)
