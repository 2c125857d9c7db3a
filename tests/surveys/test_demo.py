"""The survey of the demo: an exercise that is open, with seven made-up answers."""

from __future__ import annotations

import json
from pathlib import Path

from survey_app.services.surveys.survey import find_survey
from tests.surveys.asking import Poll

PLAN = Path(__file__).parents[2] / "survey_app" / "demo" / "rounds" / "enkat-medverkan.json"


def test_every_made_up_answer_can_be_cast(poll: Poll) -> None:
    [plan] = json.loads(PLAN.read_text(encoding="utf-8"))["rounds"]
    poll.open(shown=plan["show"])
    for ballot in plan["ballots"]:
        poll.cast(ballot)
    assert len(poll.ballots()) == len(plan["ballots"]) == 7
    with poll.stage.database.reading() as session:
        view = find_survey(session, poll.stage.actor("strategist"), "RS2501", poll.id)
    assert view.at_least == 5
