"""Limits that keep a server answering, and that no person at work ever meets."""

from __future__ import annotations

import dataclasses
import threading

import pytest

from survey_app.config import UnsafeSettings
from survey_app.config.running import read_running
from survey_app.web import limits
from survey_app.web.access import permission_of
from tests.conftest import GNV, GNV_DONE, Installation


def _hold(installation: Installation, writes: int) -> None:
    place = installation.app.extensions["redogor"]
    running = dataclasses.replace(place.settings.running, writes_a_minute=writes)
    place.settings = dataclasses.replace(place.settings, running=running)


def test_who_writes_without_end_is_asked_to_wait_and_nobody_else_is(
    installation: Installation,
) -> None:
    writer, colleague = installation.person("strateg"), installation.person("strateg2")
    _hold(installation, 5)
    version = writer.version(GNV, "1")
    for number in range(5):
        reply = writer.save(GNV, "1", f"Text {number}", version + number)
        assert reply.status_code == 200
    reply = writer.save(GNV, "1", "En för mycket", version + 5)
    assert reply.status_code == 429
    assert 1 <= int(reply.headers["Retry-After"]) <= 61
    assert reply.get_json()["error"] == "too_many_requests"
    assert writer.submission(GNV)["answers"]["1"]["version"] == version + 5, "reading goes on"
    assert colleague.save(GNV, "1", "Kollegan", version + 5).status_code == 200


def test_a_form_that_is_refused_so_gives_its_text_back(installation: Installation) -> None:
    writer = installation.person("strateg")
    _hold(installation, 1)
    writer.post("/language", {"language": "sv"})
    form = {"diary_number": "RS2699", "title": "Skriven i onödan?"}
    writer.post("/cases/new", form)
    reply = writer.post("/cases/new", form)
    assert reply.status_code == 429
    assert "Skriven i onödan?" in reply.text


def test_the_pace_is_of_the_last_minute() -> None:
    pace = limits.Pace()
    assert [pace.seconds_until_free(1, 2, moment) for moment in (0.0, 30.0)] == [0, 0]
    assert pace.seconds_until_free(1, 2, 59.0) == 2
    assert pace.seconds_until_free(1, 2, 60.5) == 0
    assert pace.seconds_until_free(1, 2, 61.0) == 30


def test_two_work_one_waits_and_the_next_comes_again() -> None:
    turns = limits.Turns(2, 1, patience=60)
    assert turns.take()
    assert turns.take()
    waited: list[bool] = []
    waiting = threading.Thread(target=lambda: waited.append(turns.take()))
    waiting.start()
    while turns._waiting.acquire(blocking=False):  # until the third one waits
        turns._waiting.release()
    assert not turns.take(), "the fourth one is told at once"
    turns.give_back()
    waiting.join(60)
    assert waited == [True]
    assert not limits.Turns(0, 1, patience=0).take(), "whoever waits, waits only so long"


def test_heavy_documents_are_refused_while_all_turns_are_taken(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    archivist = installation.person("arkivarie")
    url = f"/submissions/{GNV_DONE}/export.pdf"
    for _ in range(limits.AT_ONCE + limits.WAITING + 1):  # each gives its turn back
        assert archivist.get(url).status_code == 200
    assert archivist.get(f"/submissions/{GNV}/export.pdf?x").status_code in (200, 404)
    monkeypatch.setattr(limits.Turns, "take", lambda self: False)
    reply = archivist.get(url)
    assert reply.status_code == 503
    assert reply.headers["Retry-After"] == "5"
    assert archivist.get("/").status_code == 200


def test_what_is_heavy_is_there(installation: Installation) -> None:
    for endpoint in limits.HEAVY:
        assert permission_of(installation.app, endpoint) is not None


@pytest.mark.parametrize(
    "said", [{"SURVEY_APP_WRITES": "many"}, {"SURVEY_APP_DRAIN": "-1"}, {"SURVEY_APP_LOG": "xml"},
             {"SURVEY_APP_METRICS_TOKEN": "short"}],
)  # fmt: skip
def test_settings_that_cannot_be_are_refused(said: dict[str, str]) -> None:
    with pytest.raises(UnsafeSettings, match=next(iter(said))):
        read_running(said, quick=False)


def test_people_outside_a_demo_are_held_to_it() -> None:
    assert read_running({}, quick=False).writes_a_minute == 600
    assert read_running({}, quick=False).log == "json"
