"""Opening a round: who is asked, what cannot be, who sees it, who is told."""

from __future__ import annotations

import datetime
import io
import zipfile
from typing import Any

import pytest

from survey_app.core.workflow import Action
from survey_app.services.refusal import Forbidden, Invalid, NotFound, WrongState
from survey_app.services.rounds.answer import own_round_answers
from survey_app.services.rounds.opening import tell_of_openings
from survey_app.services.rounds.units import units_outside
from tests.rounds.asking import NOTE, NUMBER, THEIRS, TITLE, TOWN, VILLAGE, Table
from tests.short_form import ROUND_FORM
from tests.stage import OTHER, OWN

DAY = datetime.timedelta(days=1)


def test_each_unit_gets_all_questions_and_what_the_coordinator_says(table: Table) -> None:
    table.open(deadline=table.stage.today + 7 * DAY)
    assert list(table.answers) == [OTHER, TOWN, VILLAGE]
    dossier = table.stage.read(table.answers[OTHER], "other_strategist")
    assert [item.id for item in dossier.questionnaire.questions()] == [
        item["id"] for item in ROUND_FORM["sections"][0]["questions"]
    ]
    assert dossier.request is not None
    asked = dossier.request
    assert (asked.sort, asked.main, asked.unit_name) == ("round", table.id, OWN)
    assert (asked.title, asked.note) == (TITLE, NOTE)
    assert dossier.deadline == dossier.first_deadline == table.stage.today + 7 * DAY
    assert dossier.diary_number == NUMBER
    assert not dossier.limited
    view = table.view()
    assert (view.is_open, view.opened_by, view.row.title) == (True, "strategist", TITLE)
    assert table.mails("round_asked") == [
        "other-strategist@demo.example", "town-strategist@demo.example",
    ]  # fmt: skip
    assert table.breaks() == []


def test_nobody_else_sees_what_a_unit_writes(table: Table) -> None:
    table.open()
    table.save(OTHER, "exempel", "Hemligt än")
    made = table.answers[OTHER]
    for who in ("strategist", "approver_with_delegation", "archivist"):
        with pytest.raises(WrongState):
            table.stage.read(made, who)
    with pytest.raises(NotFound):
        table.stage.read(made, "town_strategist")
    for who in ("strategist", "town_strategist"):
        with pytest.raises((Forbidden, NotFound)):
            table.save(OTHER, "antal", 1, 0, who)
    assert table.stage.read(made, "other_archivist").answers["exempel"].value == "Hemligt än"
    with pytest.raises(NotFound):
        table.view("other_strategist")


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"units": []}, "no_units_chosen"),
        ({"units": [99]}, "no_unit"),
        ({"note": "x" * 4001}, "note_too_long"),
        ({"title": "x" * 201}, "line_too_long"),
    ],
)
def test_what_cannot_be_opened(table: Table, told: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        table.open(**told)
    assert refused.value.code == code
    assert table.mails("round_asked") == []


def test_days_that_make_no_sense(table: Table) -> None:
    today = table.stage.today
    for told, code in (
        ({"opens": today + 2 * DAY, "deadline": today + DAY}, "deadline_before_opening"),
        ({"opens": today - 9 * DAY, "deadline": today - DAY}, "until_passed"),
    ):
        with pytest.raises(Invalid) as refused:
            table.open(**told)
        assert refused.value.code == code


def test_what_an_approver_attests_goes_the_old_way(table: Table) -> None:
    with pytest.raises(Invalid, match="form_needs_approval"):
        table.open(specification=table.stage.specification)
    with pytest.raises(NotFound):
        table.open(specification="0" * 64)


def test_only_strategists_of_the_case_open_one(table: Table) -> None:
    with pytest.raises(Forbidden):
        table.open(by="archivist")
    with pytest.raises(NotFound):
        table.open(by="other_strategist")


def test_before_it_opens_nobody_is_told_and_nothing_is_handed_over(table: Table) -> None:
    table.open(opens=table.stage.today + 3 * DAY)
    assert table.mails("round_asked") == []
    with table.stage.database.reading() as session:
        actor = table.stage.actor("other_strategist")
        assert own_round_answers(session, actor, table.stage.today) == []
        later = own_round_answers(session, actor, table.stage.today + 3 * DAY)
    assert [dossier.id for dossier in later] == [table.answers[OTHER]]
    table.fill()
    with pytest.raises(Invalid, match="round_not_open_yet"):
        table.hand_over()
    table.stage.now += 3 * DAY
    table.hand_over()


def test_on_the_day_it_opens_the_units_are_told_once(table: Table) -> None:
    def tell() -> int:
        with table.stage.database.writing() as session:
            return tell_of_openings(session, table.stage.now)

    table.open(OTHER, TOWN, opens=table.stage.today + 3 * DAY)
    table.recall(TOWN)
    assert tell() == 0, "it has not opened"
    table.stage.now += 4 * DAY
    assert tell() == 1, "a day late, and not to who was let off"
    assert table.mails("round_asked") == ["other-strategist@demo.example"]
    assert tell() == 0
    table.add(TOWN)
    assert tell() == 0, "who is asked after it opened was told then"
    assert len(table.mails("round_asked")) == 2


def test_of_a_round_that_closed_before_it_opened_nobody_is_told(table: Table) -> None:
    table.open(OTHER, opens=table.stage.today + 3 * DAY)
    table.close()
    table.stage.now += 4 * DAY
    with table.stage.database.writing() as session:
        assert tell_of_openings(session, table.stage.now) == 0


def test_units_are_asked_later_and_recalled_and_asked_again(table: Table) -> None:
    table.open(OTHER)
    with table.stage.database.reading() as session:
        assert [unit.name for unit in units_outside(session, table.id)] == [TOWN, VILLAGE, OWN]
    with pytest.raises(Invalid, match="unit_in_round_already"):
        table.add(OTHER)
    with pytest.raises(Invalid, match="no_units_chosen"):
        table.add()
    with pytest.raises(Invalid, match="unit_not_in_round"):
        table.recall(TOWN)
    table.add(TOWN)
    assert list(table.answers) == [OTHER, TOWN]
    table.save(OTHER, "exempel", "Utkast")
    table.recall(OTHER)
    with pytest.raises(WrongState):
        table.save(OTHER, "exempel", "Mer", 1)
    assert table.mails("round_recalled") == ["other-strategist@demo.example"]
    first = table.answers[OTHER]
    assert table.add(OTHER) == [first]
    assert table.stage.read(first, "other_strategist").answers["exempel"].value == "Utkast"
    table.save(OTHER, "exempel", "Mer", 1)
    assert table.breaks() == []


def test_the_coordinators_own_unit_answers_too(table: Table) -> None:
    table.open(OWN, OTHER)
    made = table.answers[OWN]
    dossier = table.stage.read(made)
    actor = table.stage.actor("strategist")
    assert all(dossier.may(actor, item) for item in (Action.WRITE, Action.HAND_OVER))
    table.handed_over(OWN, "strategist")
    assert table.stage.read(made).may(actor, Action.SEND_BACK)


def test_more_time_with_a_reason(table: Table) -> None:
    today = table.stage.today
    table.open(deadline=today)
    with pytest.raises(Invalid, match="extension_reason_missing"):
        table.extend(reason=" ")
    with pytest.raises(Invalid, match="until_passed"):
        table.extend(until=today - DAY)
    with pytest.raises(Forbidden):
        table.extend(by="archivist")
    table.extend(until=today + 5 * DAY)
    extended = table.stage.read(table.answers[OTHER], "other_strategist")
    assert (extended.deadline, extended.first_deadline) == (today + 5 * DAY, today)
    assert table.stage.read(table.answers[TOWN], "town_strategist").deadline == today
    assert table.mails("round_extended") == ["other-strategist@demo.example"]
    table.handed_over()
    with pytest.raises(WrongState):
        table.extend(until=today + 6 * DAY)
    assert table.breaks() == []


def test_a_case_in_which_only_others_answer(table: Table, app: Any) -> None:
    person = table.stage.sign_in(app, "strategist")
    page = person.get("/cases/new").text
    assert "prov-2025.json" in page
    assert "kort.json" not in page, "it is answered in a round"
    form = {"diary_number": "RS2577", "title": "Bara andra", "unit": str(table.stage.units[OWN])}
    refused = person.post("/cases/new", {**form, "questionnaire": "kort.json"})
    assert refused.status_code == 422
    assert "besvaras inte av ärendets egen enhet" in refused.text
    made = person.post("/cases/new", {**form, "for_rounds": "1"})
    assert made.status_code == 302
    page = person.get("/").text
    assert "RS2577" in page
    assert "Det finns inget i ärendet än." in page
    page = person.get(made.location).text
    assert "Det finns inga svar i ärendet än." in page
    assert "draft.zip" not in page
    assert person.get("/cases/RS2577/draft.zip").status_code == 409
    asked = {"questionnaire": "kort.json", "names": TOWN, "title": "Första"}
    reply = person.post("/cases/RS2577/rounds/new", asked)
    assert reply.status_code == 302
    assert "0 av 1" in person.get("/").text
    assert "Första" in person.get("/").text


def test_the_draft_of_a_case_has_what_was_handed_over_and_no_more(table: Table, app: Any) -> None:
    table.open(OTHER, TOWN)
    table.handed_over()
    table.fill(TOWN, "town_strategist", exempel="Bara ett utkast")
    data = table.stage.sign_in(app, "strategist").get(f"/cases/{NUMBER}/draft.zip").data
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        contents = [package.read(name).decode() for name in package.namelist()
                    if name.endswith("content.json")]  # fmt: skip
    assert any(THEIRS in text for text in contents)
    assert not any("Bara ett utkast" in text for text in contents)
