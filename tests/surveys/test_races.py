"""Answers raced by answers, and by closing: one ballot a link, and none that the result lacks."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from survey_app.services.refusal import Refused, WrongState
from tests.stage import build_stage
from tests.surveys.asking import ANSWERS, NUMBER, Poll

ROUNDS = int(os.environ.get("REDOGOR_RACES", "30"))


def race(*deeds: Callable[[], object]) -> list[str]:
    """Do all at the same moment; what refused each, ``""`` for what was done."""
    barrier = threading.Barrier(len(deeds))
    said = [""] * len(deeds)

    def run(number: int, deed: Callable[[], object]) -> None:
        barrier.wait()
        try:
            deed()
        except Refused as refused:
            said[number] = refused.code

    threads = [threading.Thread(target=run, args=item) for item in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


def test_a_link_that_answers_once_answers_once(poll: Poll) -> None:
    poll.open()
    for number, link in enumerate(poll.singles(ROUNDS), start=1):
        said = race(lambda: poll.cast(link=link), lambda: poll.cast(link=link))  # noqa: B023
        assert sorted(said) == ["", "link_used"]
        assert len(poll.ballots()) == number


def _closing(poll: Poll, rounds: int) -> None:
    for _ in range(rounds):
        poll.open()
        poll.cast_many(4)
        said = race(poll.cast, poll.close)
        assert said in (["", ""], ["link_closed", ""])
        assert len(poll.ballots()) == poll.view().at_least == (5 if said == ["", ""] else 4)
        with pytest.raises(WrongState):
            poll.cast()
    assert poll.breaks() == []


def test_an_answer_comes_before_closing_or_not_at_all(poll: Poll) -> None:
    _closing(poll, max(3, ROUNDS // 10))


def test_the_same_on_postgresql(postgresql_url: str, tmp_path: Path) -> None:
    stage = build_stage(tmp_path, {"DATABASE_URL": postgresql_url})
    stage.open(NUMBER)
    poll = Poll(stage)
    _closing(poll, max(3, ROUNDS // 10))
    poll.open(shown="in_fives")
    [link] = poll.singles(1)
    poll.cast(link=link)
    said = race(*(lambda: poll.cast({**ANSWERS, "bra": "Bra"}, link=link) for _ in range(2)))
    assert said == ["link_used"] * 2
    poll.cast_many(5)
    assert poll.told("roll")["tally"]["answered"] == 5
    poll.singles(2)
    assert poll.revoke() == 2
    stage.database.close()
