"""What happens at the same moment in a round: handing over and closing, closing twice, and more.

By HTTP through the real application. Whatever comes first, what is answered to each is what the
database says then: a record for every answer that is handed over, and for no other.
"""

from __future__ import annotations

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

from survey_app.core.workflow import ContributionState, State
from survey_app.services.audit import verify_chain
from survey_app.services.contributions import contribution
from survey_app.services.rounds.view import RoundView
from survey_app.store.tables import Event, FrozenRecord, Round, RoundUnit, RoundValue, Submission
from tests.conftest import Person
from tests.rounds.asking import NUMBER, TOWN, Table, set_table
from tests.stage import OTHER, build_stage
from tests.test_approve_races import race

RACES = int(os.environ.get("REDOGOR_RACES", "30"))
FEWER = max(7, RACES // 3)
STEPS = 7
"""How many different heads starts there are, so that either comes first now and then."""
PAUSE = 0.006


class World:
    """A table with its application, and who takes part."""

    def __init__(self, table: Table, app: Flask) -> None:
        self.table, self.stage, self.app = table, table.stage, app
        self.coordinator, self.coordinator_elsewhere = (self.person("strategist") for _ in range(2))
        self.unit, self.unit_elsewhere = (self.person("other_strategist") for _ in range(2))

    def person(self, name: str) -> Person:
        return self.stage.sign_in(self.app, name)

    def asked(self, *units: str) -> int:
        """A new round, filled in by the first of its units; the submission of that answer."""
        self.table.open(*(units or (OTHER,)))
        self.table.fill()
        return self.table.answers[OTHER]

    def handed_over(self) -> int:
        submission = self.asked()
        assert posting(self.unit, f"/submissions/{submission}/hand-over")().status_code == 302
        return submission

    def close(self, person: Person) -> Callable[[], TestResponse]:
        return posting(person, f"/cases/{NUMBER}/rounds/{self.table.id}/close", confirmed="1")

    def judge(self, submission: int) -> ContributionState:
        """Hold what stands against each other; where the unit is."""
        with self.stage.database.reading() as session:
            row = session.execute(
                select(RoundUnit).where(col(RoundUnit.submission_id) == submission)
            ).scalar_one()
            closed = session.get_one(Round, row.round_id).closed_at is not None
            frozen = session.get(FrozenRecord, submission)
            state = session.get_one(Submission, submission).state
            kinds = [
                event.kind for event in session.execute(
                    select(Event).where(col(Event.submission_id) == submission)
                    .order_by(col(Event.id))
                ).scalars()
            ]  # fmt: skip
            values = session.execute(
                select(RoundValue).where(col(RoundValue.submission_id) == submission)
            ).all()
            assert verify_chain(session, 1, self.stage.key) == []
        assert kinds.count("round_closed") <= 1, "closed twice"
        handed_over = row.state == ContributionState.HANDED_OVER
        assert (frozen is not None) == (handed_over and closed), "a record too many or too few"
        assert (state == State.HANDED_IN) == (frozen is not None)
        assert bool(values) == handed_over == (row.handed_over_at is not None)
        if closed:
            last = kinds.index("round_closed") if "round_closed" in kinds else len(kinds)
            assert not {"handed_over", "sent_back", "round_extended"}.intersection(kinds[last:])
        assert len(kinds) - kinds.count("round_extended") <= 5
        where: ContributionState = row.state
        return where


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    table = set_table(build_stage(tmp_path))
    app = table.stage.app()
    yield World(table, app)
    for database in (table.stage.database, app.extensions["redogor"].database):
        database.close()


def posting(person: Person, url: str, **form: str) -> Callable[[], TestResponse]:
    return lambda: person.post(url, form)


def late(deed: Callable[[], Any], seconds: float) -> Callable[[], Any]:
    def run() -> Any:
        time.sleep(max(seconds, 0))
        return deed()

    return run


def head_start(place: int) -> float:
    """By how much the second waits; where it is less than nothing, the first."""
    return (place % STEPS - STEPS // 2) * PAUSE


def statuses(answers: list[TestResponse | None]) -> list[int]:
    found = [answer.status_code for answer in answers if answer is not None]
    assert len(found) == len(answers)
    assert set(found) <= {302, 403, 409, 422}, found
    return found


def test_handing_over_while_it_is_closed(world: World) -> None:
    """It came in time and is a record, or the unit is told that it did not."""
    outcomes = []
    for place in range(RACES):
        submission = world.asked()
        over = posting(world.unit, f"/submissions/{submission}/hand-over")
        first, second = statuses(
            race(late(over, -head_start(place)),
                 late(world.close(world.coordinator), head_start(place)))
        )  # fmt: skip
        came = world.judge(submission) == ContributionState.HANDED_OVER
        assert second == 302, "closing works whatever comes"
        assert first == (302 if came else 409)
        outcomes.append(came)
    print(f"{sum(outcomes)} of {RACES} came in time")


def test_closing_twice_makes_each_record_once(world: World) -> None:
    for _ in range(FEWER):
        submission = world.handed_over()
        answers = race(world.close(world.coordinator), world.close(world.coordinator_elsewhere))
        assert sorted(statuses(answers)) == [302, 409]
        assert world.judge(submission) == ContributionState.HANDED_OVER


def test_handing_over_twice(world: World) -> None:
    for _ in range(FEWER):
        submission = world.asked()
        url = f"/submissions/{submission}/hand-over"
        answers = race(posting(world.unit, url), posting(world.unit_elsewhere, url))
        assert sorted(statuses(answers)) == [302, 409]
        assert world.judge(submission) == ContributionState.HANDED_OVER
        with world.stage.database.reading() as session:
            query = select(Event).where(col(Event.submission_id) == submission)
            assert len(session.execute(query.where(col(Event.kind) == "handed_over")).all()) == 1


def test_sending_back_while_it_is_closed(world: World) -> None:
    """What is sent back is no record; what is a record is not sent back."""
    for place in range(FEWER):
        submission = world.handed_over()
        back = posting(world.coordinator, f"/submissions/{submission}/send-back",
                       **{"reason.exempel": "Skriv mer"})  # fmt: skip
        first, second = statuses(
            race(late(back, -head_start(place)),
                 late(world.close(world.coordinator_elsewhere), head_start(place)))
        )  # fmt: skip
        assert second == 302
        assert (first == 302) == (world.judge(submission) == ContributionState.ASKED)


def test_recalling_while_it_is_handed_over(world: World) -> None:
    for place in range(FEWER):
        submission = world.asked(OTHER, TOWN)
        here = f"/cases/{NUMBER}/rounds/{world.table.id}/units/{world.stage.units[OTHER]}"
        recall = posting(world.coordinator, f"{here}/recall")
        over = posting(world.unit, f"/submissions/{submission}/hand-over")
        answers = race(late(recall, -head_start(place)), late(over, head_start(place)))
        assert sorted(statuses(answers)) == [302, 409]
        recalled = world.judge(submission) == ContributionState.RECALLED
        assert statuses(answers)[0 if recalled else 1] == 302


def test_saving_while_it_is_handed_over(world: World) -> None:
    """What was saved is in what was handed over, or was refused."""
    for place in range(FEWER):
        submission = world.asked()
        over = posting(world.unit_elsewhere, f"/submissions/{submission}/hand-over")

        def save(submission: int = submission) -> TestResponse:
            return world.unit.save(submission, "antal", 12, 1)

        saved, _over = race(late(save, -head_start(place)), late(over, head_start(place)))
        assert saved is not None
        assert saved.status_code in (200, 409)
        assert world.judge(submission) == ContributionState.HANDED_OVER
        stands = world.table.rows()[submission, "antal"][0]
        assert stands == ("12" if saved.status_code == 200 else "11")


def test_many_rounds_in_one_case_at_the_same_time(world: World) -> None:
    """Each on its own, and one chain that holds them all."""
    made = []
    for _ in range(6):
        submission = world.asked()
        made.append((world.table.id, submission))
    people = [(world.person("strategist"), world.person("other_strategist")) for _ in made]
    over = [
        posting(unit, f"/submissions/{submission}/hand-over")
        for (_ours, unit), (_round, submission) in zip(people, made, strict=True)
    ]
    assert set(statuses(race(*over))) == {302}
    close = [
        posting(ours, f"/cases/{NUMBER}/rounds/{round_id}/close", confirmed="1")
        for (ours, _unit), (round_id, _submission) in zip(people, made, strict=True)
    ]
    assert set(statuses(race(*close))) == {302}
    for _round_id, submission in made:
        assert world.judge(submission) == ContributionState.HANDED_OVER


@pytest.mark.parametrize("defect", ["handed over unread", "closing unheld"])
def test_the_harness_finds_a_planted_defect(
    world: World, monkeypatch: pytest.MonkeyPatch, defect: str
) -> None:
    submission = world.asked()
    if defect == "handed over unread":
        monkeypatch.setattr(contribution, "keep_handed_over", lambda *_: None)
        assert world.unit.post(f"/submissions/{submission}/hand-over").status_code == 302
    else:
        monkeypatch.setattr(RoundView, "is_open", True)
        assert world.unit.post(f"/submissions/{submission}/hand-over").status_code == 302
        assert world.close(world.coordinator)().status_code == 302
        monkeypatch.setattr(
            "survey_app.services.rounds.round.freeze", lambda *_: {submission: "0" * 64}
        )
        assert world.close(world.coordinator)().status_code == 302
    with pytest.raises(AssertionError):
        world.judge(submission)
