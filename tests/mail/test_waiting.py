"""Reminders to those who are waited for: after so many working days, and again, each once."""

from __future__ import annotations

import datetime

import pytest
from sqlalchemy import select
from sqlmodel import col

from survey_app.config import UnsafeSettings, read_settings
from survey_app.services.approvals.waiting import remind_of_waiting, working_days
from survey_app.store.tables import Case, OutboxMessage
from tests.stage import Stage, address
from tests.workflow.decisions import DAY, DIRECTOR, SECOND

MONDAY = datetime.datetime(2026, 3, 2, 7, tzinfo=datetime.UTC)


@pytest.fixture
def waiting(stage: Stage) -> int:
    """Sent on a Monday, to a director whose delegation holds that spring."""
    stage.now = MONDAY
    stage.delegate(DIRECTOR)
    return sent_on(stage, "RS2601")


def sent_on(stage: Stage, number: str) -> int:
    [submission] = stage.open(number)
    stage.save(submission, "1", "Klart", 0)
    stage.send(submission)
    return submission


def remind(stage: Stage, day: int, every: int = 3) -> list[str]:
    """Who is told, so many days after that Monday."""
    before = len(reminders(stage))
    with stage.database.writing() as session:
        count = remind_of_waiting(session, MONDAY + day * DAY, every)
    new = reminders(stage)[before:]
    assert len(new) == count
    return [message.address.partition("@")[0].replace("-", "_") for message in new]


def reminders(stage: Stage) -> list[OutboxMessage]:
    return messages(stage, "waiting")


def messages(stage: Stage, kind: str) -> list[OutboxMessage]:
    with stage.database.reading() as session:
        query = select(OutboxMessage).where(col(OutboxMessage.kind) == kind)
        return list(session.execute(query.order_by(col(OutboxMessage.id))).scalars())


@pytest.mark.parametrize(
    ("days", "count"), [(0, 0), (1, 1), (4, 4), (5, 4), (6, 4), (7, 5), (14, 10), (18, 14)]
)
def test_working_days(days: int, count: int) -> None:
    assert working_days(MONDAY.date(), MONDAY.date() + days * DAY) == count


def test_after_three_working_days_and_after_three_more(stage: Stage, waiting: int) -> None:
    told = {day: remind(stage, day) for day in range(15)}
    assert {day for day, who in told.items() if who} == {3, 8, 11}, "no weekend, each once"
    assert told[3] == [DIRECTOR]
    assert remind(stage, 11) == [], "a second run tells nobody anew"


def test_a_weekend_is_waited_out_and_a_missed_run_tells_once(stage: Stage, waiting: int) -> None:
    assert remind(stage, 5) == []
    assert remind(stage, 7) == [DIRECTOR]
    assert remind(stage, 8) == [DIRECTOR], "the sixth working day is another one"
    assert remind(stage, 1, every=0) == []


def test_whose_step_it_is_and_who_stands_in(stage: Stage, waiting: int) -> None:
    stage.in_steps(2)
    head = stage.delegate(SECOND, step=1)
    assert remind(stage, 3) == [SECOND]
    stage.now = MONDAY + 4 * DAY
    stage.endorse(waiting, SECOND)
    assert remind(stage, 4) == [], "the step began the waiting anew"
    assert remind(stage, 9) == [DIRECTOR]
    assert head


def test_more_time_that_makes_a_step_void_is_told_at_once(stage: Stage, waiting: int) -> None:
    """Else everybody waits: who took the step believes that it holds, who decides may not."""
    stage.in_steps(2)
    stage.delegate(SECOND, step=1)
    stage.extend(waiting, stage.today + 30 * DAY)
    before = [message.address for message in messages(stage, "sent")]
    stage.endorse(waiting, SECOND)
    stage.extend(waiting, stage.today + 60 * DAY)
    told = [message.address for message in messages(stage, "sent")][len(before) :]
    assert told == [address(DIRECTOR), address(SECOND)], "the step before, and then anew"
    stage.endorse(waiting, SECOND)
    stage.approve(waiting, turn=(2, 2))
    stage.extend(waiting, stage.today + 90 * DAY)
    assert len(messages(stage, "sent")) == len(before) + 3, "what is approved waits for nobody"


def test_a_stand_in_is_told_too(stage: Stage, waiting: int) -> None:
    delegation = stage.delegate(DIRECTOR, questionnaire="prov-2025")
    stage.stand_in(SECOND, delegation, valid_to=stage.today + 20 * DAY)
    assert remind(stage, 3) == [DIRECTOR, SECOND]


def test_practice_cases_and_what_no_longer_waits(stage: Stage, waiting: int) -> None:
    practice = sent_on(stage, "RS2602")
    with stage.database.writing() as session:
        case = session.get(Case, 2)
        assert case is not None
        case.practice = True
    stage.withdraw(waiting)
    assert remind(stage, 3) == []
    assert practice != waiting


def test_the_setting(stage: Stage) -> None:
    folder = stage.settings.instance
    assert read_settings({}, instance=folder).waiting_days == 3
    assert read_settings({"SURVEY_APP_WAITING_DAYS": "0"}, instance=folder).waiting_days == 0
    with pytest.raises(UnsafeSettings, match="WAITING_DAYS"):
        read_settings({"SURVEY_APP_WAITING_DAYS": "snart"}, instance=folder)
