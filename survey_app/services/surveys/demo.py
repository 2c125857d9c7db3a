"""The survey of the demo: open, with a link on a poster, and made-up answers."""

from __future__ import annotations

import hashlib
from typing import Any

from survey_app.core.evaluation import Given
from survey_app.core.kinds import KINDS
from survey_app.services.actor import Actor
from survey_app.services.demo import DemoStage
from survey_app.services.specification import find_questionnaire
from survey_app.services.surveys.answer_link import make_shared_link
from survey_app.services.surveys.ballot import cast_ballot
from survey_app.services.surveys.survey import open_survey

NOTE = "Påhittad enkät om ett påhittat projekt. Frågor om den besvaras av ingen."


def make_survey(
    stage: DemoStage, coordinator: Actor, number: str, plan: dict[str, Any], specification: str
) -> None:
    """Open a survey in a case, make a link, and answer as the plan says.

    plan  ``title``, ``show`` and ``ballots``, each answers by question id
    """
    session, today = stage.session, stage.moment.date()
    made = open_survey(
        session, coordinator, number, specification=specification, title=plan["title"],
        opens=today, closes=None, shown=plan["show"], note=NOTE, now=stage.tick(), today=today,
        signer=stage.signer,
    )  # fmt: skip
    assert made.id is not None
    link = make_shared_link(
        session, coordinator, number, made.id, "Affisch i väntrummet", stage.tick(), stage.signer
    )
    assert link.token is not None
    form = find_questionnaire(session, specification)
    for place, ballot in enumerate(plan["ballots"]):
        answers = {
            key: Given(KINDS[form.by_id[key].kind].parse(form.by_id[key], value))
            for key, value in ballot.items()
        }
        once = hashlib.sha256(f"{number}.{place}".encode()).hexdigest()
        cast_ballot(session, link.token, answers, once, today)
