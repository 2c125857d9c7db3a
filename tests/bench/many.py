"""Many units, fifty questions, some years: written straight into the tables of a demo."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

from sqlalchemy import insert, update
from sqlmodel import Session, SQLModel, col

from survey_app.config import DEMO_ACCOUNTS, Settings, read_settings
from survey_app.core.content import canonical_json, sha256_of
from survey_app.core.evaluation import Given
from survey_app.core.workflow import ContributionState, Role, State
from survey_app.export.results import RoundAnswers, UnitAnswers, results_xlsx
from survey_app.services.accounts import account as accounts
from survey_app.services.actor import Actor, find_actor
from survey_app.services.case import open_case
from survey_app.services.keys.key import open_key
from survey_app.services.rounds.answer import values_of
from survey_app.services.rounds.round import open_round
from survey_app.services.rounds.view import find_round
from survey_app.services.specification import add_specification
from survey_app.services.submission import Dossier, read_heading
from survey_app.store.engine import Database
from survey_app.store.tables import (
    Answer,
    Event,
    FrozenRecord,
    Revision,
    Round,
    RoundUnit,
    RoundValue,
    Snapshot,
    Submission,
    Unit,
    table_of,
)
from tests.conftest import CHEAP, make_demo

UNITS, QUESTIONS, WAITING = 311, 50, 11
"""Municipalities and regions; of the last year's round so many have not answered yet."""
WRITER = "kommun-001"
CASE = "RS2016"
"""One case for all years: more for the last one to step over than a case each."""
NOW = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
TEXT = "Regionen och kommunen arbetar tillsammans med samverkan i varje verksamhet. " * 4
NAMES = [f"Kommun {number:03}" for number in range(1, UNITS + 1)]


def form() -> dict[str, Any]:
    """Fifty questions: twenty texts, ten choices of one, ten of many, ten numbers."""
    options = [{"id": f"o{n}", "text": f"Alternativ {n}"} for n in range(1, 6)]
    kinds: list[dict[str, Any]] = [
        *([{"kind": "text", "max_characters": 1000}] * 20),
        *([{"kind": "single", "options": options}] * 10),
        *([{"kind": "multiple", "options": options}] * 10),
        *([{"kind": "integer"}] * 10),
    ]
    questions = [
        {"id": f"q{number}", "number": str(number), "text": f"Fråga nummer {number}?", **kind}
        for number, kind in enumerate(kinds, start=1)
    ]
    return {
        "id": "mattning", "version": "1.0.0", "title": "Mätning", "period": "2025",
        "authority": {"name": "Myndigheten"}, "settled_by": "writer", "unanswered": "allow",
        "sections": [{"id": f"s{place}", "title": f"Avsnitt {place}",
                      "questions": questions[place * 10 : place * 10 + 10]} for place in range(5)],
    }  # fmt: skip


def answers_of(unit: int) -> dict[str, Any]:
    """What a unit answers."""
    found: dict[str, Any] = {}
    for number in range(1, QUESTIONS + 1):
        option = f"o{(unit * number) % 5 + 1}"
        if number <= 20:
            found[f"q{number}"] = f"{TEXT}Enhet {unit}, fråga {number}."
        elif number <= 30:
            found[f"q{number}"] = {"chosen": option, "details": {}}
        elif number <= 40:
            found[f"q{number}"] = {"chosen": [option], "details": {}}
        else:
            found[f"q{number}"] = unit * number
    return found


def make_units(folder: Path, years: int, *, answered: bool = True) -> str:
    """A demo with as many rounds as years, the last one open; the address of that one.

    answered  whether anybody has answered
    """
    settings = read_settings({}, instance=folder, demo=True, https=False, testing=True)
    make_demo(settings)
    database = Database(settings.database_url)
    with database.writing() as session:
        strateg = accounts.find_account(session, "strateg@demo.example")
        assert strateg is not None
        assert strateg.id is not None
        actor = find_actor(session, strateg.id)
        assert actor is not None
        units = _make_units(session, settings)
        specification = add_specification(session, json.dumps(form()), NOW)
        open_case(
            session, actor, unit_id=actor.units_as(Role.STRATEGIST)[0], diary_number=CASE,
            title="Mätning", specifications=[], now=NOW, for_rounds=True,
        )  # fmt: skip
    where = ""
    for year in range(years):
        with database.writing() as session:
            last = year == years - 1
            where = _make_round(session, settings, actor, units, specification, 2016 + year,
                                answered=answered, closed=not last)  # fmt: skip
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
    database.close()
    return where


def _make_units(session: Session, settings: Settings) -> list[int]:
    rows = [Unit(name=name, organisation_number="") for name in NAMES]
    session.add_all(rows)
    session.flush()
    units = [row.id or 0 for row in rows]
    account = accounts.open_account(
        session,
        email=f"{WRITER}@demo.example",
        name=WRITER,
        title="",
        password_hash=CHEAP.hash("x"),
    )
    accounts.add_membership(session, account.id or 0, units[0], Role.STRATEGIST)
    file = settings.instance / DEMO_ACCOUNTS
    told = json.loads(file.read_text(encoding="utf-8"))
    told.append({"role": "", "email": f"{WRITER}@demo.example", "password": "x"})
    file.write_text(json.dumps(told), encoding="utf-8")
    return units


def _make_round(
    session: Session, settings: Settings, actor: Actor, units: list[int], specification: str,
    year: int, *, answered: bool, closed: bool,
) -> str:  # fmt: skip
    key = open_key(settings.instance)
    made = open_round(
        session, actor, CASE, specification=specification, title=f"Mätning {year}",
        opens=NOW.date(), deadline=None, units=units, note="", now=NOW, today=NOW.date(),
        signer=key,
    )  # fmt: skip
    assert made.id is not None
    if answered:
        _fill(session, actor, made.id, closed=closed)
    if closed:
        session.execute(update(Round).where(col(Round.id) == made.id).values(
            closed_at=NOW, closed_by=actor.account_id))  # fmt: skip
    return f"/cases/{CASE}/rounds/{made.id}"


def _fill(session: Session, actor: Actor, round_id: int, *, closed: bool) -> None:
    query = table_of(RoundUnit).select().where(col(RoundUnit.round_id) == round_id)
    rows: dict[type[SQLModel], list[dict[str, Any]]] = {}
    handed_over = []
    for row in session.execute(query.order_by(col(RoundUnit.position))).all():
        dossier = read_heading(session, row.submission_id, hold=False)
        answers = answers_of(row.position)
        for name, value in answers.items():
            held = {"submission_id": dossier.id, "question": name, "value": json.dumps(value),
                    "blank": None, "version": 1, "derived": False,
                    "author_id": actor.account_id, "at": NOW}  # fmt: skip
            rows.setdefault(Answer, []).append({**held, "carried": False})
            rows.setdefault(Revision, []).append({**held, "accepted": True, "salt": "0" * 32})
        if closed or row.position >= WAITING:
            handed_over.append(dossier.id)
            _hand_over(rows, actor, dossier, answers, closed=closed)
    for model, found in rows.items():
        session.execute(insert(table_of(model)), found)
    session.execute(
        update(RoundUnit).where(col(RoundUnit.submission_id).in_(handed_over)).values(
            state=ContributionState.HANDED_OVER, handed_over_at=NOW,
            handed_over_by=actor.account_id)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    if closed:
        session.execute(
            update(Submission).where(col(Submission.id).in_(handed_over))
            .values(state=State.HANDED_IN).execution_options(synchronize_session=False)
        )  # fmt: skip


def _hand_over(
    rows: dict[type[SQLModel], list[dict[str, Any]]], actor: Actor, dossier: Dossier,
    answers: dict[str, Any], *, closed: bool,
) -> None:  # fmt: skip
    dossier.stored = {name: (json.dumps(value), None) for name, value in answers.items()}
    content = dossier.content()
    body, sha256 = canonical_json(content).decode(), sha256_of(content)
    rows.setdefault(RoundValue, []).extend(values_of(dossier.round_id, dossier.id, content))
    rows.setdefault(Snapshot, []).append(
        {"sha256": sha256, "submission_id": dossier.id, "body": body, "at": NOW}
    )
    rows.setdefault(Event, []).append({
        "submission_id": dossier.id, "kind": "handed_over", "actor_id": actor.account_id,
        "at": NOW, "content_sha256": sha256, "facts": "{}",
    })  # fmt: skip
    if closed:
        rows.setdefault(FrozenRecord, []).append({
            "submission_id": dossier.id, "sha256": sha256, "content_sha256": sha256, "body": body,
            "basis": "handed_over", "approver_id": actor.account_id, "at": NOW,
        })  # fmt: skip


def files_of(folder: Path, where: str) -> tuple[bytes, list[tuple[str, bytes]]]:
    """The answers of all units as one workbook, and as one for each."""
    settings = read_settings({}, instance=folder, demo=True, https=False, testing=True)
    database = Database(settings.database_url)
    with database.reading() as session:
        strateg = accounts.find_account(session, "strateg@demo.example")
        actor = find_actor(session, strateg.id or 0) if strateg else None
        assert actor is not None
        view = find_round(session, actor, where.split("/")[2], int(where.rpartition("/")[2]))
    database.close()
    questions = list(view.questionnaire.questions())
    units = [
        UnitAnswers(name, "", "handed_over", None,
                    {question: (Given(value).value, None, True)
                     for question, value in answers_of(place).items()})
        for place, name in enumerate(NAMES)
    ]  # fmt: skip

    def made(some: list[UnitAnswers]) -> bytes:
        return results_xlsx(RoundAnswers(
            "RS", "Mätning", False, "Mätning", "", view.questionnaire, questions, some,
            NOW.isoformat(),
        ))  # fmt: skip

    return made(units), [(f"{unit.unit}.xlsx", made([unit])) for unit in units]
