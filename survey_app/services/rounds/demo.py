"""The rounds of the demo, made through the services themselves by the units that answered.

RS241041 has the follow-ups of 2024, closed, and of 2025, in which one unit has not answered yet;
the diary numbers of the other cases are made up. Titles and made-up addresses stand in for persons.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from survey_app.core.workflow import Role
from survey_app.services.accounts import account as accounts
from survey_app.services.accounts import password as passwords
from survey_app.services.actor import find_actor
from survey_app.services.answer import Saved, save_answer
from survey_app.services.audit import Signer
from survey_app.services.case import open_case
from survey_app.services.contributions.contribution import hand_over
from survey_app.services.demo import DATA, DOMAIN, DemoStage, make_person
from survey_app.services.register.demo import FILE, make_memos
from survey_app.services.rounds.round import close_round, open_round
from survey_app.services.specification import add_specification
from survey_app.services.surveys.demo import make_survey
from survey_app.store.tables import Case, RoundUnit, Unit

COORDINATOR = "strateg"
EARLIER = "uppfoljning-medverkan-2024"
"""A questionnaire that is not among those that can be chosen any more."""
ROUNDS = (
    EARLIER,
    "uppfoljning-medverkan-2025",
    "indikatorrapport-hemsjukvard",
    "lansgemensam-analys",
    "checklista-medverkan",
)
SURVEY = "enkat-medverkan"
TIME_TO_ANSWER = datetime.timedelta(days=21)
NOTE = "Svara för er organisation. Lämna svaret när det är klart; det går att ändra fram till dess."


def make_rounds(
    session: Session,
    signer: Signer,
    specifications: dict[str, str],
    now: datetime.datetime,
    hash_password: Callable[[str], str] = passwords.hash_password,
) -> list[dict[str, str]]:
    """Make the rounds in a demo that ``demo.make_demo`` has made.

    specifications  the text of each questionnaire by its id
    Returns the accounts of the units that answer: ``role``, ``email``, ``password``.
    """
    stage = DemoStage(session, signer, now, {}, DATA / "rounds")
    told: list[dict[str, str]] = []
    _meet_coordinator(stage)
    for name in ROUNDS:
        body = _earlier(stage) if name == EARLIER else specifications[name]
        for plan in stage.read(name)["rounds"]:
            days = 365 if plan["state"] == "closed" else 0
            stage.moment = now - datetime.timedelta(days=days, hours=2)
            _meet_units(stage, told, plan, hash_password)
            _make_round(stage, plan, add_specification(session, body, stage.tick()))
    _make_surveys(stage, specifications, now)
    make_memos(stage, specifications[FILE], COORDINATOR, lambda plan: _case(stage, plan))
    return told


def _make_surveys(stage: DemoStage, specifications: dict[str, str], now: datetime.datetime) -> None:
    stage.moment = now - datetime.timedelta(hours=1)
    specification = add_specification(stage.session, specifications[SURVEY], stage.tick())
    for plan in stage.read(SURVEY)["rounds"]:
        number = _case(stage, plan["case"])
        make_survey(stage, stage.people[COORDINATOR], number, plan, specification)


def _earlier(stage: DemoStage) -> str:
    told = json.loads((DATA / f"{EARLIER}.json").read_text("utf-8"))
    return json.dumps(told["specification"], ensure_ascii=False, indent=2)


def _meet_coordinator(stage: DemoStage) -> None:
    account = accounts.find_account(stage.session, f"{COORDINATOR}@{DOMAIN}")
    assert account is not None
    assert account.id is not None
    actor = find_actor(stage.session, account.id)
    assert actor is not None
    stage.people[COORDINATOR] = actor


def _meet_units(
    stage: DemoStage, told: list[dict[str, str]], plan: dict[str, Any],
    hash_password: Callable[[str], str],
) -> None:  # fmt: skip
    """Lay up the units of a round that are not there yet, with one person each."""
    for unit in plan["units"]:
        if unit["account"] in stage.people:
            continue
        row = Unit(name=unit["name"])
        stage.session.add(row)
        stage.session.flush()
        assert row.id is not None
        make_person(stage.session, told, stage.people, unit["account"],
                    f"Handläggare, {unit['name']}", row.id, Role.STRATEGIST,
                    hash_password)  # fmt: skip
        admin = accounts.find_account(stage.session, f"admin@{DOMAIN}")
        assert admin is not None
        assert admin.id is not None
        accounts.add_membership(stage.session, admin.id, row.id, Role.ADMINISTRATOR)


def _make_round(stage: DemoStage, plan: dict[str, Any], specification: str) -> None:
    session, coordinator = stage.session, stage.people[COORDINATOR]
    number = _case(stage, plan["case"])
    units = [_unit_of(stage, unit["account"]) for unit in plan["units"]]
    today = stage.moment.date()
    made = open_round(
        session, coordinator, number, specification=specification, title=plan["title"],
        opens=today, deadline=today + TIME_TO_ANSWER, units=units, note=NOTE,
        now=stage.tick(), today=today, signer=stage.signer,
    )  # fmt: skip
    assert made.id is not None
    answers = _answers_of(session, made.id)
    for unit, unit_id in zip(plan["units"], units, strict=True):
        _answer(stage, unit, answers[unit_id])
    if plan["state"] == "closed":
        stage.moment += TIME_TO_ANSWER
        close_round(session, coordinator, number, made.id, stage.moment, stage.moment.date(),
                    stage.signer)  # fmt: skip


def _case(stage: DemoStage, told: dict[str, Any]) -> str:
    number: str = told["diary_number"]
    query = select(col(Case.id)).where(col(Case.diary_number) == number)
    if stage.session.execute(query).first() is None:
        coordinator = stage.people[COORDINATOR]
        [unit_id] = coordinator.units_as(Role.STRATEGIST)
        open_case(
            stage.session, coordinator, unit_id=unit_id, diary_number=number,
            title=told["title"], specifications=[], now=stage.tick(),
            practice=told["practice"], for_rounds=True,
        )  # fmt: skip
    return number


def _unit_of(stage: DemoStage, name: str) -> int:
    [unit_id] = stage.people[name].units_as(Role.STRATEGIST)
    return unit_id


def _answers_of(session: Session, round_id: int) -> dict[int, int]:
    """The submission in which each unit answers."""
    query = select(col(RoundUnit.unit_id), col(RoundUnit.submission_id))
    return dict(session.execute(query.where(col(RoundUnit.round_id) == round_id)).all())


def _answer(stage: DemoStage, unit: dict[str, Any], submission_id: int) -> None:
    person = stage.people[unit["account"]]
    for question, given in unit.get("answers", {}).items():
        saved = save_answer(
            stage.session, person, submission_id, question, given.get("value"),
            given.get("blank"), 0, stage.tick(),
        )  # fmt: skip
        assert isinstance(saved, Saved), f"{unit['name']}: {question}"
    if unit["state"] == "handed_over":
        hand_over(stage.session, person, submission_id, stage.tick(), stage.signer)
