"""One proof of who somebody is, used by several at the same moment: it counts once, or not at all.

By HTTP, each deed in a thread of its own, off together at a barrier.
"""

from __future__ import annotations

from functools import partial

from sqlalchemy import select

from survey_app.core.workflow import State
from survey_app.services.refusal import Refused
from survey_app.store.tables import FrozenRecord, IdentityConfirmation
from tests.conftest import Person
from tests.oidc.trips import DIRECTOR, Region
from tests.test_approve_races import ROUNDS, race

TURNS = max(4, ROUNDS // 6)


def used(region: Region) -> int:
    """How many proofs have been used."""
    with region.stage.database.reading() as session:
        rows = session.execute(select(IdentityConfirmation)).scalars()
        return sum(row.used is not None for row in rows)


def test_used_twice_at_once(region: Region) -> None:
    """A double click, and two tabs: one record, one use."""
    director = region.person(DIRECTOR)
    for turn in range(TURNS):
        submission, shown = region.sent(f"RS26{turn:04d}")
        region.show(director, submission, shown)
        click = partial(region.attest, director, submission, shown)
        answers = race(click, click, click)
        assert sorted(answer.status_code for answer in answers if answer)[0] == 302
        assert used(region) == turn + 1
        assert region.stage.read(submission).state == State.APPROVED


def test_for_two_submissions_at_once(region: Region) -> None:
    """Each needs a proof of its own."""
    director = region.person(DIRECTOR)
    for turn in range(TURNS):
        one, shown = region.sent(f"RS27{turn:04d}")
        other, shown_other = region.sent(f"RS28{turn:04d}")
        region.show(director, one, shown)
        first, second = race(
            partial(region.attest, director, one, shown),
            partial(region.attest, director, other, shown_other),
        )
        assert first is not None
        assert second is not None
        assert (first.status_code, second.status_code) == (302, 403)
        assert region.stage.read(other).state == State.AWAITING_APPROVAL


def test_by_two_logins_at_once(region: Region) -> None:
    """The browser that showed who it is attests; the other of the same person does not."""
    here, elsewhere = region.person(DIRECTOR), region.person(DIRECTOR)
    for turn in range(TURNS):
        submission, shown = region.sent(f"RS29{turn:04d}")
        region.show(here, submission, shown)
        people: list[Person] = [here, elsewhere]
        mine, other = race(*(partial(region.attest, who, submission, shown) for who in people))
        assert mine is not None
        assert other is not None
        assert mine.status_code == 302
        # 303: the same person has approved it already.
        assert other.status_code in (303, 403, 409)
        with region.stage.database.reading() as session:
            assert session.get(FrozenRecord, submission) is not None


def test_against_a_changed_text(region: Region) -> None:
    """What is approved is what was shown as somebody showed who they are."""
    director = region.person(DIRECTOR)
    for turn in range(TURNS):
        submission, shown = region.sent(f"RS30{turn:04d}")
        region.show(director, submission, shown)

        def change(it: int = submission, turn: int = turn) -> None:
            try:
                region.stage.withdraw(it)
                region.stage.save(it, "1", f"Ändrat {turn}", 1)
                region.stage.send(it)
            except Refused:  # it was approved before
                return

        race(partial(region.attest, director, submission, shown), change)
        with region.stage.database.reading() as session:
            frozen = session.get(FrozenRecord, submission)
        assert frozen is None or frozen.content_sha256 == shown
        if frozen is None:
            changed = region.stage.shown(submission)
            assert region.attest(director, submission, changed).status_code == 403
