"""The demo's rounds: what stands in them is what the seeds say, and made as people make it."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from survey_app.services.accounts.account import find_account
from survey_app.services.actor import Actor, find_actor
from survey_app.services.audit import verify_chain
from survey_app.services.keys.key import open_key
from survey_app.services.rounds.following import follow_round
from survey_app.services.rounds.view import count_rounds, find_round
from survey_app.store.tables import Case, RoundUnit, RoundValue
from tests.conftest import Installation

FOLLOW_UPS, INDICATORS, COUNTY, PRACTICE = "RS241041", "RS259997", "RS179001", "RS259998"


def rounds_in(session: Session, number: str) -> list[dict[str, Any]]:
    case_id = session.execute(select(col(Case.id)).where(col(Case.diary_number) == number)).scalar()
    return count_rounds(session, case_id or 0)


def coordinator(session: Session) -> Actor:
    account = find_account(session, "strateg@demo.example")
    assert account
    found = find_actor(session, account.id or 0)
    assert found
    return found


def test_each_case_has_its_rounds(rounds_installation: Installation) -> None:
    with rounds_installation.database.reading() as session:
        told = {
            number: [
                (item["round"].title, item["handed_over"], item["all"],
                 item["round"].closed_at is not None)
                for item in rounds_in(session, number)
            ]
            for number in (FOLLOW_UPS, INDICATORS, COUNTY, PRACTICE)
        }  # fmt: skip
    assert told == {
        FOLLOW_UPS: [("Uppföljning 2024", 8, 8, True), ("Uppföljning 2025", 9, 10, False)],
        INDICATORS: [("Indikatorrapport 2025-01", 1, 1, False)],
        COUNTY: [("Bidrag till planen 2017–2018", 10, 10, False)],
        PRACTICE: [("Övning: uppföljning 2025", 4, 4, False),
                   ("Övning: checklista för ett projekt", 1, 1, False),
                   ("Övning: enkät till medverkande", 0, 0, False)],
    }  # fmt: skip


def test_the_follow_ups_hold_all_examples_and_name_who_has_not_answered(
    rounds_installation: Installation,
) -> None:
    with rounds_installation.database.reading() as session:
        earlier, later = (item["round"].id for item in rounds_in(session, FOLLOW_UPS))
        query = select(col(RoundValue.round_id), col(RoundValue.value)).where(
            col(RoundValue.question) == "exempel"
        )
        counts: dict[int, int] = {}
        for round_id, value in session.execute(query):
            counts[round_id] = counts.get(round_id, 0) + len(json.loads(value)["entries"])
        view = find_round(session, coordinator(session), FOLLOW_UPS, later)
        lines = follow_round(session, view, view.row.opens).units
    assert (counts[earlier], counts[later]) == (16, 18)
    assert [line.unit for line in lines if line.state == "asked"] == ["Hallandsrådet"]


def test_the_practice_round_has_eight_processes_of_eleven_with_participation(
    rounds_installation: Installation,
) -> None:
    with rounds_installation.database.reading() as session:
        first = rounds_in(session, PRACTICE)[0]["round"].id
        query = select(col(RoundValue.value)).where(
            col(RoundValue.round_id) == first, col(RoundValue.question) == "processer"
        )
        said = [
            entry["values"]["medverkan"]["chosen"]
            for value in session.execute(query).scalars()
            for entry in json.loads(value)["entries"]
        ]
    assert (said.count("ja"), len(said)) == (8, 11)


def test_every_chain_holds_and_every_unit_has_somebody(rounds_installation: Installation) -> None:
    key = open_key(rounds_installation.settings.instance)
    with rounds_installation.database.reading() as session:
        numbers = (FOLLOW_UPS, INDICATORS, COUNTY, PRACTICE)
        cases = session.execute(
            select(col(Case.id)).where(col(Case.diary_number).in_(numbers))
        ).scalars()
        assert [list(verify_chain(session, case or 0, key)) for case in cases] == [[]] * 4
        units = set(session.execute(select(col(RoundUnit.unit_id))).scalars())
        assert len(units) == 13
    for name in ("psykiatri", "laholm", "hallandsradet"):
        assert rounds_installation.person(name).get("/").status_code == 200
