"""The memos of the demo, in draft, and what boards decided: through the services, as people do.

The source has no days for the meetings; those of the demo are made up, and say so.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from survey_app.services.answer import Saved, save_answer
from survey_app.services.demo import DemoStage
from survey_app.services.memo import open_memo
from survey_app.services.register.board_decision import Told, record_decision
from survey_app.services.specification import add_specification

FILE = "tjansteskrivelse"


def make_memos(
    stage: DemoStage, body: str, by: str, open_case: Callable[[dict[str, Any]], str]
) -> None:
    """Write the memos and record the decisions of the demo.

    body       the text of the memos' questionnaire
    by         who does it, of the stage's people
    open_case  opens the case that a plan names, if it is not there yet; its diary number
    """
    told = stage.read(FILE)
    specification = add_specification(stage.session, body, stage.tick())
    for plan in told["memos"]:
        number = open_case(plan["case"])
        person = stage.people[by]
        memo = open_memo(stage.session, person, number, specification, stage.tick())
        for question, given in plan["answers"].items():
            saved = save_answer(stage.session, person, memo, question, given["value"], None, 0,
                                stage.tick())  # fmt: skip
            assert isinstance(saved, Saved), question
    for plan in told["decisions"]:
        moment = stage.tick()
        record_decision(
            stage.session, stage.people[by], plan["case"], _told(plan), None, now=moment,
            today=moment.date(), signer=stage.signer,
        )  # fmt: skip


def _told(plan: dict[str, Any]) -> Told:
    return Told(
        body=plan["body"],
        paragraph=plan["paragraph"],
        day=datetime.date.fromisoformat(plan["day"]),
        matter=plan["matter"],
        decision=plan["decision"],
        about=f"{plan['about']}\n\n({plan['day_note']})",
        recipients=plan["recipients"],
        not_sent=not plan["recipients"],
        background=plan["background"],
    )
