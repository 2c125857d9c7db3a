"""That the last day is past is said wherever something can still be done about it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from flask import Flask

from survey_app.core.workflow import State
from survey_app.store.tables import Round
from tests.conftest import GRANT, GRANT_DONE, Installation
from tests.stage import Stage
from tests.workflow.decisions import DIRECTOR

SAID = "Datumet har passerat"


def told(stage: Stage, app: Flask, paths: Iterable[str], by: str = "strategist") -> list[bool]:
    person = stage.sign_in(app, by)
    return [SAID in person.get(path).text for path in paths]


def test_it_is_said_until_it_is_handed_in_or_extended(stage: Stage, app: Flask) -> None:
    [submission] = stage.open("RS2501")
    page = f"/submissions/{submission}"
    with stage.database.writing() as session:
        session.get(Round, 1).deadline = stage.today  # type: ignore[union-attr]
    assert told(stage, app, [page, "/"]) == [False, False], "the last day itself is early enough"
    with stage.database.writing() as session:
        day = stage.today - datetime.timedelta(days=1)
        session.get(Round, 1).deadline = day  # type: ignore[union-attr]
    assert told(stage, app, [page, "/"]) == [True, True]
    stage.extend(submission, stage.today + datetime.timedelta(days=1))
    assert told(stage, app, [page, "/"]) == [False, False]
    stage.now += datetime.timedelta(days=2)
    stage.bring(submission, State.AWAITING_APPROVAL)
    assert told(stage, app, [page, f"{page}/approval"], DIRECTOR) == [True, True]
    stage.approve(submission)
    assert told(stage, app, [page, f"{page}/handing-in", "/"]) == [True, True, True]
    stage.hand_in(submission)
    assert told(stage, app, [page, "/"]) == [False, False]
    correction = stage.correct(submission)
    assert told(stage, app, [f"/submissions/{correction}", "/"]) == [False, False]


def test_with_what_comes_of_it(installation: Installation) -> None:
    person = installation.person("strateg")
    page = person.get(f"/submissions/{GRANT}").text
    assert page.index(SAID) < page.index("återbetalningsskyldig")
    assert "Sista dagen var 12 mars 2026." in page
    assert SAID not in person.get(f"/submissions/{GRANT_DONE}").text
