"""A question may be due when all should have been handed in: that is said, and not refused."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import pytest
from flask import Flask

from survey_app.store.tables import Round
from tests.stage import Stage

from .test_pages import API, SECTION, line, words
from .work import DONE, change, work

SAID = "efter svarets sista dag"


@pytest.fixture
def app(stage: Stage) -> Iterator[Flask]:
    made = stage.app()
    yield made
    made.extensions["redogor"].database.close()


@pytest.fixture
def last_day(stage: Stage) -> datetime.date:
    """The draft's last day, a month from now."""
    day = stage.today + datetime.timedelta(days=30)
    with stage.database.writing() as session:
        session.get(Round, 1).deadline = day  # type: ignore[union-attr]
    return day


def test_the_last_day_itself_is_early_enough(
    stage: Stage, app: Flask, last_day: datetime.date
) -> None:
    person = stage.sign_in(app, "strategist")
    assert not change(stage, due=last_day).is_after(last_day)
    for url in (SECTION, "/submissions/1/tasks?list=all", "/mine?view=open"):
        assert SAID not in person.get(url).text, url


def test_a_day_after_it_is_said_wherever_the_day_stands(
    stage: Stage, app: Flask, last_day: datetime.date
) -> None:
    person = stage.sign_in(app, "strategist")
    change(stage, due=last_day + datetime.timedelta(days=1))
    assert SAID in line(person)
    for url in ("/submissions/1/tasks?list=all", "/mine?view=open", "/submissions/1/comments/1"):
        assert SAID in words(person.get(url)), url
    said = person.get(f"{API}/1").get_json()["said"]
    assert SAID in [part["text"] for part in said]
    stage.extend(1, last_day + datetime.timedelta(days=7))
    assert SAID not in line(person), "the authority gave more time"


def test_what_is_done_is_not_warned_of(stage: Stage, last_day: datetime.date) -> None:
    stage.save(1, "1", "Text", 0)
    change(stage, due=last_day + datetime.timedelta(days=1), mark=DONE, by="strategist_2")
    assert not work(stage).is_after(last_day)
    assert not work(stage).is_after(None)


def test_sharing_out_with_such_a_day_warns_at_once(
    stage: Stage, app: Flask, last_day: datetime.date
) -> None:
    person = stage.sign_in(app, "strategist")
    told = {"section": "a", "owner": "keep", "due": last_day.isoformat()}
    url = "/submissions/1/tasks"
    early = person.post(url, told, follow_redirects=True).text
    assert "Fördelade frågor" in early
    assert "Datumet är efter" not in early
    late = {**told, "due": (last_day + datetime.timedelta(days=1)).isoformat()}
    assert (
        "Datumet är efter svarets sista dag" in person.post(url, late, follow_redirects=True).text
    )
    assert work(stage).due == last_day + datetime.timedelta(days=1), "it is their choice"
