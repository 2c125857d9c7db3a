"""The demo's rounds on either database: made there, answered, closed and archived; and what
differs there, two at the same moment."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col
from werkzeug.test import TestResponse

from survey_app.core.workflow import ContributionState
from survey_app.export.verification.look import verify_package
from survey_app.services.audit import verify_chain
from survey_app.services.keys.key import open_key
from survey_app.store.tables import Case, FrozenRecord, RoundUnit, Unit
from tests.conftest import Installation
from tests.rounds.test_races import head_start, late, posting
from tests.test_approve_races import race

pytestmark = pytest.mark.both_databases

CASE, PRACTICE = "RS241041", "RS259998"
FORM = "uppfoljning-medverkan-2025.json"


@pytest.fixture
def installation(rounds_installation: Installation) -> Installation:
    """The demo with its rounds."""
    return rounds_installation


def answer_of(installation: Installation, unit: str, title: str) -> int:
    """The submission that a unit's front page leads to."""
    page = installation.person(unit).get("/").text
    found = re.search(rf'/submissions/(\d+)">{re.escape(title)}<', page)
    assert found, page
    return int(found[1])


def breaks(installation: Installation, number: str) -> list[Any]:
    with installation.database.reading() as session:
        case = session.execute(select(col(Case.id)).where(col(Case.diary_number) == number))
        key = open_key(installation.settings.instance)
        return list(verify_chain(session, case.scalar_one(), key))


def test_from_the_last_answer_to_the_package(installation: Installation) -> None:
    council, coordinator, archivist = (
        installation.person(name) for name in ("hallandsradet", "strateg", "arkivarie")
    )
    answer = answer_of(installation, "hallandsradet", "Uppföljning 2025")
    assert council.save(answer, "kontakt-epost", "radet@demo.example", 0).status_code == 200
    assert council.post(f"/submissions/{answer}/hand-over").status_code == 302
    rounds = re.findall(rf"/cases/{CASE}/rounds/(\d+)", coordinator.get(f"/cases/{CASE}").text)
    earlier, later = sorted(set(map(int, rounds)))
    assert "10 av 10 enheter" in coordinator.get(f"/cases/{CASE}/rounds/{later}").text
    close = posting(coordinator, f"/cases/{CASE}/rounds/{later}/close", confirmed="1")
    assert close().status_code == 302
    for round_id in (earlier, later):
        assert archivist.post(f"/cases/{CASE}/rounds/{round_id}/archive").status_code == 302
    data = archivist.get(f"/cases/{CASE}/package.zip").data
    verdict = verify_package(data, open_key(installation.settings.instance).public_key)
    assert verdict.intact, verdict.findings
    assert breaks(installation, CASE) == []


def opened(installation: Installation) -> tuple[int, int]:
    """A new round of one unit, with an answer; the round and the submission."""
    with installation.database.reading() as session:
        unit = session.execute(select(col(Unit.id)).where(col(Unit.name) == "ADH")).scalar_one()
    made = installation.person("strateg").post(
        f"/cases/{PRACTICE}/rounds/new", {"questionnaire": FORM, "unit": str(unit)}
    )
    assert made.status_code == 302, made.text
    round_id = int(made.location.rpartition("/")[2])
    with installation.database.reading() as session:
        submission = session.execute(
            select(col(RoundUnit.submission_id)).where(col(RoundUnit.round_id) == round_id)
        ).scalar_one()
    saved = installation.person("adh").save(submission, "kontakt-epost", "a@demo.example", 0)
    assert saved.status_code == 200, saved.text
    return round_id, submission


def _close(installation: Installation, round_id: int, name: str) -> Callable[[], TestResponse]:
    person = installation.person(name)
    return posting(person, f"/cases/{PRACTICE}/rounds/{round_id}/close", confirmed="1")


def test_two_at_the_same_moment(installation: Installation) -> None:
    """Ten times over: a record for what came in time, a refusal for what did not; then two close,
    five times, and one of them does."""
    outcomes = []
    for place in range(10):
        round_id, submission = opened(installation)
        over = posting(installation.person("adh"), f"/submissions/{submission}/hand-over")
        answers = race(late(over, -head_start(place)),
                       late(_close(installation, round_id, "strateg"),
                            head_start(place)))  # fmt: skip
        told = [answer.status_code for answer in answers if answer is not None]
        with installation.database.reading() as session:
            row = session.get_one(RoundUnit, (round_id, _unit_of(session, round_id)))
            came = row.state == ContributionState.HANDED_OVER
            assert (session.get(FrozenRecord, submission) is not None) == came
        assert told == [302 if came else 409, 302]
        outcomes.append(came)
    print(f"{sum(outcomes)} of 10 came in time")
    for _ in range(5):
        round_id, submission = opened(installation)
        over = posting(installation.person("adh"), f"/submissions/{submission}/hand-over")
        assert over().status_code == 302
        answers = race(*(_close(installation, round_id, name) for name in ("strateg", "strateg2")))
        assert sorted(reply.status_code for reply in answers if reply is not None) == [302, 409]
    assert breaks(installation, PRACTICE) == []


def _unit_of(session: Any, round_id: int) -> int:
    query = select(col(RoundUnit.unit_id)).where(col(RoundUnit.round_id) == round_id)
    found: int = session.execute(query).scalar_one()
    return found
