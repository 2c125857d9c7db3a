"""What is answered in a round is none of the submissions of a case: each list is named here.

One round of three units stands beside the case's own draft; one has handed over, and after it is
closed that answer is a document of the case.
"""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest

from survey_app.core.workflow import Action
from survey_app.services.approvals.decisions import list_decisions
from survey_app.services.archives.archive import approved_of, dossiers_of
from survey_app.services.carrying import find_earlier
from survey_app.services.case import (
    corrected_submissions,
    current_submissions,
    round_answers_of,
    submissions_of,
)
from survey_app.services.contributions.contribution import own_contributions
from survey_app.services.deadline import (
    open_deadlines,
    round_answers_with_deadlines,
    submissions_with_deadlines,
)
from survey_app.services.mine import list_left
from survey_app.services.refusal import WrongState
from survey_app.services.register.entries import entries_of
from survey_app.services.rounds.answer import own_round_answers
from survey_app.services.specification import add_specification, form_of
from survey_app.services.submission import list_submissions, one_of_each, open_submission
from survey_app.services.version import hindrance
from tests.rounds.asking import NUMBER, TITLE, TOWN, VILLAGE, Table
from tests.short_form import ROUND_FORM
from tests.stage import OTHER

DAY = datetime.timedelta(days=1)
CASE = 1


@pytest.fixture
def asked(table: Table) -> Table:
    table.open(deadline=table.stage.today + 5 * DAY)
    table.handed_over()
    return table


def test_lists_of_submissions(asked: Table) -> None:
    stage, mine = asked.stage, asked.answers[TOWN]
    with stage.database.reading() as session:
        for who in ("strategist", "archivist", "town_strategist", "other_strategist"):
            listed = {item.id for item in list_submissions(session, stage.actor(who))}
            assert listed == ({asked.main} if who in ("strategist", "archivist") else set())
            assert own_contributions(session, stage.actor(who)) == []
        own = own_round_answers(session, stage.actor("town_strategist"), stage.today)
        assert [item.id for item in own] == [mine]
        assert own_round_answers(session, stage.actor("strategist"), stage.today) == []
        assert submissions_of(session, CASE) == [asked.main]
        assert current_submissions(session, CASE) == [asked.main]
        assert corrected_submissions(session, CASE) == []
        coordinator = stage.actor("strategist")
        assert [item.id for item in dossiers_of(session, coordinator, CASE)] == [asked.main]
        assert [item.id for item in approved_of(session, coordinator, CASE)] == [asked.main]
        assert round_answers_of(session, CASE) == []
        newest = {item.id for item in one_of_each(session)}
        assert newest == {asked.main, asked.answers[VILLAGE]}, "a server reads it ahead, too"
    asked.close()
    with stage.database.reading() as session:
        assert round_answers_of(session, CASE) == [asked.answers[OTHER]]
        assert submissions_of(session, CASE) == [asked.main]


def test_deadlines_and_calendars(asked: Table) -> None:
    stage = asked.stage
    with stage.database.reading() as session:
        assert submissions_with_deadlines(session) == []
        owed = round_answers_with_deadlines(session, stage.today)
        assert [item.id for item in owed] == [asked.answers[TOWN], asked.answers[VILLAGE]]
        assert all(item.deadline == stage.today + 5 * DAY for item in owed)
        due = open_deadlines(session, stage.actor("town_strategist"), stage.today)
        assert [item.id for item in due] == [asked.answers[TOWN]]
        assert open_deadlines(session, stage.actor("strategist"), stage.today) == []
    asked.close()
    with stage.database.reading() as session:
        assert round_answers_with_deadlines(session, stage.today) == []


def test_reminders_go_by_the_units_own_day(asked: Table) -> None:
    asked.extend(TOWN, until=asked.stage.today + 30 * DAY)
    assert asked.remind_of_deadlines() == 0, "more than two weeks left; the village has nobody"
    asked.extend(TOWN, until=asked.stage.today + 7 * DAY)
    assert asked.remind_of_deadlines() == 1
    assert asked.mails("round_due") == ["town-strategist@demo.example"]
    assert asked.remind_of_deadlines() == 0


def test_the_register_lists_answers_once_they_are_documents(asked: Table) -> None:
    def answers() -> list[Any]:
        with asked.stage.database.reading() as session:
            return [item for item in entries_of(session, CASE) if item.kind == "round_answer"]

    assert answers() == []
    asked.close()
    [entry] = answers()
    assert (entry.counterpart, entry.received, entry.drawn_up) == (OTHER, asked.stage.today, None)
    assert entry.key == f"record:{asked.answers[OTHER]}"


def test_it_is_no_decision_by_delegation(asked: Table) -> None:
    asked.close()
    stage = asked.stage
    with stage.database.reading() as session:
        found = list_decisions(
            session, stage.actor("other_archivist"), stage.units[OTHER], stage.today, stage.today
        )
    assert found.decisions == ()


def test_a_unit_cannot_change_the_questionnaire(asked: Table) -> None:
    body = json.dumps({**ROUND_FORM, "version": "2.0.0"})
    with asked.stage.database.reading() as session:
        actor = asked.stage.actor("town_strategist")
        dossier = open_submission(session, actor, asked.answers[TOWN], Action.READ)
        assert hindrance(session, dossier, form_of(body)) == ("version_of_request")


def test_last_years_answer_stands_beside_this_years(asked: Table) -> None:
    asked.close()
    stage = asked.stage
    again = {**ROUND_FORM, "id": "kort-2026", "continues": "kort-2025", "period": "2026"}
    with stage.database.writing() as session:
        asked.specification = add_specification(session, json.dumps(again), stage.now)
    earlier = asked.answers[OTHER]
    asked.open(OTHER)
    for who in ("other_strategist", "other_approver"):
        dossier = stage.read(asked.answers[OTHER], who)
        with stage.database.reading() as session:
            found = find_earlier(session, stage.actor(who), dossier)
        assert {key: item.id for key, item in found.items()} == {"kort-2025": earlier}


def test_work_is_shared_out_within_the_unit_and_seen_by_nobody_else(asked: Table, app: Any) -> None:
    asked.open(OTHER, title="Ännu en")
    made, stage = asked.answers[OTHER], asked.stage
    person = stage.sign_in(app, "other_strategist")
    told = person.put(
        f"/api/v1/submissions/{made}/tasks/antal",
        {"owner": stage.accounts["other_strategist"], "due": None, "mark": None, "version": 0},
    )
    assert told.status_code == 200
    url = f"/submissions/{made}/comments/antal"
    assert person.post(url, {"comment": "Vet vi det här?"}).status_code == 302
    assert "Arbetet" in person.get(f"/submissions/{made}").text
    asked.handed_over()
    person = stage.sign_in(app, "strategist")
    assert person.get(f"/submissions/{made}").status_code == 200
    for page in ("comments/antal", "history/antal", "tasks", "proposals", "versions",
                 "contributions"):  # fmt: skip
        assert person.get(f"/submissions/{made}/{page}").status_code == 403, page
    assert person.get(f"/api/v1/submissions/{made}/tasks/antal").status_code == 403
    for page in (f"/submissions/{made}", f"/submissions/{made}/questions"):
        assert "Vet vi det" not in person.get(page).text
        assert "/history/" not in person.get(page).text
    with stage.database.reading() as session:
        assert list_left(session, stage.actor("strategist")).mine == []


def test_pages_of_the_case_do_not_list_answers(asked: Table, app: Any) -> None:
    person = asked.stage.sign_in(app, "strategist")
    for url in ("/", f"/cases/{NUMBER}"):
        page = person.get(url).text
        for made in asked.answers.values():
            assert f'href="/submissions/{made}"' not in page, url
    assert TITLE in person.get(f"/cases/{NUMBER}").text
    listed = person.get("/api/v1/submissions").get_json()["submissions"]
    assert [item["id"] for item in listed] == [asked.main]
    unit = asked.stage.sign_in(app, "town_strategist")
    assert TITLE in unit.get("/").text
    [listed] = unit.get("/api/v1/submissions").get_json()["submissions"]
    assert (listed["id"], listed["contribution"]["sort"]) == (asked.answers[TOWN], "round")
    assert unit.get(f"/cases/{NUMBER}").status_code == 404


def test_a_unit_asks_its_own_clinics(asked: Table) -> None:
    """A contribution to what is answered in a round; once that is closed nothing moves."""
    made, stage = asked.answers[TOWN], asked.stage
    child = asked.ask_clinic(TOWN, OTHER, "antal")
    dossier = stage.read(child, "other_strategist")
    assert dossier.request is not None
    assert (dossier.request.sort, dossier.request.main) == ("contribution", made)
    assert stage.save(child, "antal", 4, 0, "other_strategist")
    asked.close()
    with pytest.raises(WrongState):
        stage.save(child, "antal", 5, 1, "other_strategist")
