"""The same on either database: from asking to the removal."""

from __future__ import annotations

import pytest

from survey_app.services.answer import Saved
from survey_app.services.contributions.contribution import own_contributions
from survey_app.services.history import read_history
from survey_app.services.mail.notice import remind_of_deadlines
from tests.contributions.asking import DAY, NUMBER, THEIRS, Desk
from tests.contributions.test_lists import finish
from tests.stage import OTHER, Stage
from tests.weeding.material import remove, survey


@pytest.mark.both_databases
def test_the_whole_way(stage: Stage) -> None:
    [main] = stage.open(NUMBER)
    desk = Desk(stage, main)
    made = desk.ask("3", until=stage.today + DAY)
    with stage.database.writing() as session:
        assert remind_of_deadlines(session, stage.now) == 1
        [own] = own_contributions(session, stage.actor("other_strategist"))
    assert own.id == made
    desk.write(made)
    desk.hand_over(made)
    assert isinstance(desk.insert(made), Saved)
    with stage.database.reading() as session:
        _dossier, [past] = read_history(session, stage.actor("strategist"), main, "3")
    assert (past.given.value, past.inserted) == (THEIRS, OTHER)
    finish(desk)
    assert survey(stage, main).counts["contributions"] == 1
    remove(stage, main)
    assert survey(stage, main).contributed == []
    assert desk.breaks() == []
