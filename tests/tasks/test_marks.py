"""Owners, days and marks of a question: who may set them, and when they fall."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from survey_app.core.task import Fallen, TaskState
from survey_app.services.accounts.account import set_active
from survey_app.services.refusal import (
    ChangedMeanwhile,
    Forbidden,
    Invalid,
    NotFound,
    Refused,
    WrongState,
)
from survey_app.services.task import change_task
from tests.stage import Stage, build_stage

from .work import DONE, NUMBER, READY, assign, breaks, change, comment, links, work


def test_nothing_is_said_of_a_question_and_it_tells_how_far_it_is(stage: Stage) -> None:
    assert (work(stage).state, work(stage).version) == (TaskState.NOT_STARTED, 0)
    stage.save(1, "1", "Text", 0)
    assert work(stage).state == TaskState.DRAFT
    stage.save(1, "1", None, 1)
    assert work(stage).state == TaskState.NOT_STARTED
    stage.save(1, "1", None, 2, blank={"code": "reason", "text": "Vet inte"})
    assert work(stage).state == TaskState.DRAFT, "a reason for a blank is an answer"


def test_owner_and_day(stage: Stage) -> None:
    due = stage.today - datetime.timedelta(days=1)
    told = change(stage, owner="strategist_2", due=due)
    assert (told.owner, told.due, told.version) == ("strategist_2", due, 1)
    assert told.is_late(stage.today)
    assert links(stage, "task_changed") == [
        {"submission": 1, "question": "1", "owner": stage.accounts["strategist_2"],
         "due": due.isoformat(), "mark": "", "upon": 0, "task": 1}]  # fmt: skip
    assert breaks(stage) == set()
    assert change(stage).version == 1, "the same again is no change"
    assert len(links(stage, "task_changed")) == 1


def test_the_writer_says_ready_and_a_colleague_done(stage: Stage) -> None:
    stage.save(1, "1", "Text", 0)
    assert change(stage, mark=READY).state == READY
    with pytest.raises(Forbidden, match="done_by_colleague"):
        change(stage, mark=DONE)
    told = change(stage, mark=DONE, by="strategist_2")
    assert (told.state, told.marked_by) == (DONE, "strategist_2")
    assert not told.is_late(stage.today)


def test_the_owner_says_done_of_their_own_answer(stage: Stage) -> None:
    stage.save(1, "1", "Text", 0)
    assert change(stage, owner="strategist", mark=DONE).state == DONE


def test_done_falls_when_the_answer_is_changed(stage: Stage) -> None:
    stage.save(1, "1", "Text", 0)
    change(stage, mark=DONE, by="strategist_2")
    stage.save(1, "1", "Annan text", 1)
    told = work(stage)
    assert (told.state, told.fallen, told.marked_by) == (
        TaskState.DRAFT, Fallen.CHANGED, "strategist_2")  # fmt: skip
    told = change(stage, owner="strategist")
    assert told.fallen == Fallen.CHANGED, "another owner does not hide that it fell"
    assert change(stage, mark=DONE, by="strategist_2").fallen is None


def test_a_stale_save_changes_nothing_and_lets_done_stand(stage: Stage) -> None:
    stage.save(1, "1", "Text", 0)
    change(stage, mark=DONE, by="strategist_2")
    stage.save(1, "1", "Förlorare", 0)
    assert work(stage).state == DONE


def test_what_is_sent_back_is_a_draft_again(stage: Stage) -> None:
    stage.save(1, "1", "Text", 0)
    stage.save(1, "3", "Text", 0)
    change(stage, mark=DONE, by="strategist_2")
    change(stage, "3", mark=DONE, by="strategist_2")
    stage.now += datetime.timedelta(minutes=1)
    stage.send(1)
    assert work(stage).state == DONE
    stage.send_back(1, {"1": "Skriv mer"})
    assert (work(stage).state, work(stage).fallen) == (TaskState.DRAFT, Fallen.RETURNED)
    assert work(stage, "3").state == DONE
    stage.now += datetime.timedelta(minutes=1)
    assert change(stage, mark=DONE, by="strategist_2").state == DONE


def test_two_who_change_the_same_do_not_overwrite_each_other(stage: Stage) -> None:
    change(stage, owner="strategist")
    with pytest.raises(ChangedMeanwhile, match="task_changed"):
        change(stage, owner="strategist_2", version=0)
    assert work(stage).owner == "strategist"


def test_what_cannot_be(stage: Stage) -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({"owner": stage.accounts["approver_with_delegation"]}, "owner_is_no_writer"),
        ({"owner": stage.accounts["other_strategist"]}, "owner_is_no_writer"),
        ({"mark": READY}, "nothing_to_mark"),
        ({"mark": TaskState.DRAFT}, "no_such_mark"),
        ({"question": "intyg", "mark": READY}, "no_work_on_question"),
    ]
    for told, refused in cases:
        said = {"question": "1", "owner": None, "due": None, "mark": None, "version": 0, **told}
        with stage.database.writing() as session, pytest.raises(Invalid, match=refused):
            change_task(
                session, stage.actor("strategist"), 1, said.pop("question"), now=stage.now, **said
            )


def test_an_optional_question_may_be_done_empty(stage: Stage) -> None:
    assert change(stage, "3", mark=DONE).state == DONE


def test_who_may_not(stage: Stage) -> None:
    cases: list[tuple[str, type[Refused]]] = [
        ("approver_with_delegation", Forbidden), ("archivist", Forbidden),
        ("other_strategist", NotFound), ("administrator", NotFound),
    ]  # fmt: skip
    for by, refused in cases:
        with pytest.raises(refused):
            change(stage, by=by, owner="strategist")
        with pytest.raises(refused):
            assign(stage, ["a"], by=by, owner="strategist")


def test_only_in_a_draft(stage: Stage) -> None:
    stage.save(1, "1", "Text", 0)
    stage.send(1)
    with pytest.raises(WrongState):
        change(stage, owner="strategist")
    with pytest.raises(WrongState):
        assign(stage, ["a"], owner="strategist")


def test_a_section_is_assigned_with_what_may_yet_be_asked(stage: Stage) -> None:
    change(stage, "3", owner="strategist_2")
    due = stage.today + datetime.timedelta(days=5)
    assert assign(stage, ["a", "b"], owner="strategist", due=due) == ["1", "2", "2a"]
    assert (work(stage, "2a").owner, work(stage, "2a").due) == ("strategist", due)
    assert work(stage, "3").owner == "strategist_2", "somebody's already"
    assert links(stage, "tasks_assigned") == [
        {"submission": 1, "questions": ["1", "2", "2a"], "due": due.isoformat(),
         "owner": stage.accounts["strategist"]}]  # fmt: skip
    assert assign(stage, ["a"], owner="strategist") == []
    assert assign(stage, ["a"], owner="strategist", only_free=False) == ["3"]
    assert assign(stage, ["a"], due=stage.today, only_free=False) == ["1", "2", "2a", "3"]
    assert work(stage, "1").owner == "strategist", "the day alone"
    assert breaks(stage) == set()


def test_a_section_is_assigned_to_somebody_who_writes(stage: Stage) -> None:
    cases: list[tuple[list[str], dict[str, str], str]] = [
        ([], {"owner": "strategist"}, "no_section_chosen"), (["a"], {}, "nothing_to_assign"),
        (["zz"], {"owner": "strategist"}, "no_section"),
        (["a"], {"owner": "archivist"}, "owner_is_no_writer"),
    ]  # fmt: skip
    for sections, told, refused in cases:
        with pytest.raises(Refused, match=refused):
            assign(stage, sections, **told)


def test_who_writes_no_longer_keeps_what_they_own_until_it_is_given_away(stage: Stage) -> None:
    change(stage, owner="strategist_2")
    with stage.database.writing() as session:
        set_active(
            session, stage.actor("administrator"), stage.accounts["strategist_2"], active=False
        )
    assert change(stage, due=stage.today).owner == "strategist_2"
    with pytest.raises(Invalid, match="owner_is_no_writer"):
        change(stage, "3", owner="strategist_2")


def test_on_postgresql(tmp_path: Path, postgresql_url: str) -> None:
    stage = build_stage(tmp_path, {"DATABASE_URL": postgresql_url})
    try:
        stage.open(NUMBER)
        stage.save(1, "1", "Text", 0)
        change(stage, owner="strategist_2", due=stage.today, mark=READY)
        comment(stage, "Hej @strategist_2")
        told = work(stage)
        assert (told.state, told.owner, told.due, told.marked_at, told.comments) == (
            READY, "strategist_2", stage.today, stage.now, 1)  # fmt: skip
        assert (work(stage, "3").state, work(stage, "3").version) == (TaskState.NOT_STARTED, 0)
        assert breaks(stage) == set()
    finally:
        stage.database.close()


def test_a_question_that_is_not_asked_is_not_called_done_in_advance(stage: Stage) -> None:
    for mark in (READY, DONE):
        with pytest.raises(Invalid, match="nothing_to_mark"):
            change(stage, "2a", mark=mark)
    stage.save(1, "2", {"chosen": "ja", "details": {}}, 0)
    assert work(stage, "2a").state == TaskState.NOT_STARTED
    assert change(stage, "2a", mark=DONE).state == DONE, "asked, it may be left empty"
