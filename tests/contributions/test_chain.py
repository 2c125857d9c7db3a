"""The audit chain vouches for what a unit was asked, and for where its contribution is."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from sqlalchemy import Executable, delete, update

from survey_app.core.workflow import ContributionState
from survey_app.store.tables import Contribution, Submission
from tests.contributions.asking import DAY, Desk
from tests.contributions.test_lists import finish
from tests.weeding.material import remove

LATER = datetime.date(2030, 1, 1)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        (update(Contribution).values(note="Något annat"), "changed_contribution"),
        (update(Contribution).values(note="", salt=""), "changed_contribution"),
        (update(Contribution).values(questions='["1", "3"]'), "changed_contribution"),
        (update(Contribution).values(questions="3"), "changed_contribution"),
        (update(Contribution).values(questions="ingen lista"), "changed_contribution"),
        (update(Contribution).values(until=LATER), "changed_contribution"),
        (update(Contribution).values(author_id=2), "changed_contribution"),
        (update(Contribution).values(state="recalled"), "changed_contribution"),
        (update(Submission).where(Submission.parent_id.is_not(None)).values(parent_id=2),
         "changed_contribution"),
        (delete(Contribution), "changed_contribution"),
    ],
    ids=["note", "emptied", "questions", "no list", "no JSON", "day", "asker", "state",
         "for another", "gone"],
)  # fmt: skip
def test_the_chain_finds_what_was_done_to_a_request(
    desk: Desk, statement: Executable, found: str
) -> None:
    desk.ask("3", until=desk.stage.today + DAY)
    assert desk.breaks() == []
    with desk.stage.database.writing() as session:
        session.execute(statement)
    assert found in desk.breaks()


def test_a_request_that_nobody_made_is_found(desk: Desk) -> None:
    made = desk.ask("3")
    with desk.stage.database.writing() as session:
        row = session.get(Submission, made)
        assert row is not None
        extra = Submission(
            round_id=row.round_id, unit_id=row.unit_id, parent_id=row.parent_id,
            created=desk.stage.now,
        )  # fmt: skip
        session.add(extra)
        session.flush()
        assert extra.id is not None
        session.add(
            Contribution(
                submission_id=extra.id, questions='["1"]', note="", author_id=1,
                at=desk.stage.now, salt="",
            )
        )  # fmt: skip
    assert desk.breaks() == ["unlinked_contribution"]


STEPS: dict[str, Callable[[Desk, int], object]] = {
    "asked": lambda desk, made: None,
    "handed over": lambda desk, made: desk.hand_over(made),
    "sent back": lambda desk, made: (desk.hand_over(made), desk.send_back(made, {"3": "Mer"})),
    "recalled": lambda desk, made: desk.recall(made),
    "weeded": lambda desk, made: (desk.hand_over(made), finish(desk),
                                  remove(desk.stage, desk.main)),
}  # fmt: skip


@pytest.mark.parametrize("step", STEPS)
def test_it_holds_through_its_whole_life(desk: Desk, step: str) -> None:
    made = desk.ask("3")
    desk.write(made)
    STEPS[step](desk, made)
    assert desk.breaks() == []
    wrong = set(ContributionState)
    with desk.stage.database.writing() as session:
        row = session.get(Contribution, made)
        assert row is not None
        wrong -= {row.state}
    for state in wrong:
        with desk.stage.database.writing() as session:
            session.execute(update(Contribution).values(state=state))
        assert desk.breaks() == ["changed_contribution"]
