"""Presence and changes as the API tells them, and what a note of presence costs."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlmodel import col

from survey_app.services.presence import STAYS
from survey_app.store.engine import Database, journal_mode, sqlite_module
from survey_app.store.tables import Login, Presence, Submission
from survey_app.web.place import Place
from tests.conftest import GNV, GRANT, Installation, Person

URL = f"/api/v1/submissions/{GNV}"


def _look(person: Person, since: int | None = None, browser: str = "b1") -> dict[str, Any]:
    query = f"browser={browser}" + (f"&since={since}" if since is not None else "")
    reply = person.get(f"{URL}/changes?{query}")
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.get_json()
    return found


def _be(person: Person, question: str | None, browser: str = "b1") -> int:
    body = {"question": question, "browser": browser}
    return person.put(f"{URL}/presence", body).status_code


def _places(told: dict[str, Any]) -> list[tuple[str, bool]]:
    return [(item["question"], item["yours"]) for item in told["present"]]


class Clock:
    """A clock that a test moves."""

    def __init__(self, installation: Installation) -> None:
        self.at = datetime.datetime.now(datetime.UTC)
        found: Place = installation.app.extensions["redogor"]
        found.clock = lambda: self.at

    def wait(self, seconds: float) -> None:
        self.at += datetime.timedelta(seconds=seconds)


def test_one_is_where_one_was_last_and_gone_after_a_while(installation: Installation) -> None:
    clock = Clock(installation)
    one, two = installation.person("strateg"), installation.person("strateg2")
    assert (_be(one, "24"), _be(two, "10", "b2")) == (204, 204)
    assert _places(_look(two, browser="b2")) == [("24", False)]
    assert _be(one, "18a") == 204
    (seen,) = _look(two, browser="b2")["present"]
    assert (seen["question"], seen["label"]) == ("18a", "18a")
    assert seen["url"].endswith("#question-18a")
    clock.wait(STAYS.total_seconds() - 1)
    assert _places(_look(two, browser="b2")) == [("18a", False)]
    clock.wait(1)
    assert _places(_look(two, browser="b2")) == []
    _be(two, "10", "b2")
    with installation.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Presence)) == 1, "the rest is gone"


def test_leaving_and_another_window_of_ones_own(installation: Installation) -> None:
    one, two = installation.person("strateg"), installation.person("strateg2")
    _be(one, "24", "a")
    _be(one, "10", "b")
    assert sorted(_places(_look(two))) == [("10", False), ("24", False)]
    assert _places(_look(one, browser="a")) == [("10", True)]
    _be(one, None, "b")
    assert _places(_look(two)) == [("24", False)]


def test_another_submission_hears_nothing(installation: Installation) -> None:
    one, two = installation.person("strateg"), installation.person("strateg2")
    _be(one, "24")
    told = two.get(f"/api/v1/submissions/{GRANT}/changes?since=0").get_json()
    assert told["present"] == []
    assert "24" not in [change["question"] for change in told["changes"]]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"question": "nej", "browser": "b"}, 404),
        ({"question": 24, "browser": "b"}, 422),
        ({"question": "24", "browser": "b" * 33}, 422),
        ({"question": "24", "browser": "<b>"}, 422),
        ({"question": "24"}, 422),
        ([], 422),
    ],
)
def test_what_no_browser_says(installation: Installation, body: object, status: int) -> None:
    reply = installation.person("strateg").put(f"{URL}/presence", body)
    assert reply.status_code == status, reply.text


def test_changes_are_told_from_a_cursor_on(installation: Installation) -> None:
    one, two = installation.person("strateg"), installation.person("strateg2")
    cursor = two.submission(GNV)["cursor"]
    assert _look(two, cursor)["changes"] == []
    at = one.version(GNV, "24")
    for number in (1, 2):
        assert one.save(GNV, "24", f"Text {number}", at + number - 1).status_code == 200
    assert two.save(GNV, "24", "För sent", at).status_code == 409
    told = _look(two, cursor)
    (change,) = told["changes"]
    assert (change["question"], change["value"], change["version"]) == ("24", "Text 2", at + 2)
    assert (change["yours"], change["text"]) == (False, "Text 2")
    assert change["atoms"] == {"24": ["Text 2"]}
    assert told["progress"]
    assert _look(one, cursor)["changes"][0]["yours"] is True
    assert told["cursor"] == cursor + 3, "the one that came too late counts, and is not told"
    assert _look(two, told["cursor"])["changes"] == []
    assert _look(two)["changes"] == [], "nothing is told without a cursor"
    assert _look(two, told["cursor"] + 1000)["cursor"] == told["cursor"]


def test_asking_in_the_background_does_not_prolong_a_login(installation: Installation) -> None:
    clock = Clock(installation)
    person = installation.person("strateg", fresh=True)

    def seen() -> datetime.datetime:
        with installation.database.reading() as session:
            return max(session.scalars(select(col(Login.seen))))

    person.get("/")
    before = seen()
    clock.wait(3600)
    _look(person)
    assert _be(person, "24") == 204
    assert seen() == before
    person.get("/")
    assert seen() == clock.at


@pytest.mark.only_sqlite("asks it in what mode it is")
def test_a_note_does_not_wait_for_the_disk_and_a_save_does(installation: Installation) -> None:
    """Asked of SQLite itself, in turns: no note may leave a save without its sync."""
    database: Database = installation.database
    light = 1 if journal_mode(sqlite_module().sqlite_version_info) == "wal" else 2
    for _ in range(2):
        with database.noting() as connection:
            assert connection.execute(text("PRAGMA synchronous")).scalar_one() == light
        with database.writing() as session:
            assert session.execute(text("PRAGMA synchronous")).scalar_one() == 2


def test_a_note_that_fails_writes_nothing(installation: Installation) -> None:
    def fail() -> None:
        with installation.database.noting() as connection:
            connection.execute(text("DELETE FROM answer"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with installation.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Submission))
        assert session.execute(text("SELECT count(*) FROM answer")).scalar_one() > 10
