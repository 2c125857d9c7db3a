"""Following a round: where every unit is, who is late, who was reminded; from pages too."""

from __future__ import annotations

import contextlib
import datetime
import json
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event

from survey_app.core.workflow import ContributionState
from survey_app.services.refusal import Forbidden, Invalid
from survey_app.services.rounds.units import units_named
from survey_app.store.tables import FrozenRecord, Unit
from tests.rounds.asking import NUMBER, TITLE, TOWN, VILLAGE, Table
from tests.short_form import ROUND_FORM
from tests.stage import OTHER, OWN

DAY = datetime.timedelta(days=1)


@contextlib.contextmanager
def counting(app: Any) -> Iterator[list[str]]:
    """Every statement that the application sends to its database meanwhile."""
    engine, found = app.extensions["redogor"].database.engine, []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)


def test_every_unit_stands_where_it_is(table: Table) -> None:
    today = table.stage.today
    table.open(OWN, OTHER, TOWN, VILLAGE, deadline=today)
    table.save(TOWN, "exempel", "Utkast", 0, "town_strategist")
    table.save(TOWN, "niva", None, 0, "town_strategist", {"code": "reason", "text": "Vet inte"})
    table.save(TOWN, "antal", 3, 0, "town_strategist")
    table.save(TOWN, "antal", None, 1, "town_strategist")
    table.handed_over()
    table.recall(VILLAGE)
    following = table.follow()
    lines = {line.unit: line for line in following.units}
    assert [*lines] == [OWN, OTHER, TOWN, VILLAGE]
    assert {name: (line.state.value, line.answered) for name, line in lines.items()} == {
        OWN: ("asked", 0), OTHER: ("handed_over", 3), TOWN: ("asked", 2), VILLAGE: ("recalled", 0),
    }  # fmt: skip
    assert (following.total, following.completed["antal"]) == (4, 1)
    assert following.counts[ContributionState.ASKED] == 2
    assert lines[OTHER].handed_over_by == "other_strategist"
    assert lines[OTHER].handed_over_at == table.stage.now
    assert (lines[VILLAGE].reached, lines[TOWN].reached) == (False, True)
    assert not any(line.late for line in lines.values())
    table.extend(TOWN, until=today + 3 * DAY)
    table.stage.now += 2 * DAY
    lines = {line.unit: line for line in table.follow().units}
    assert {name for name, line in lines.items() if line.late} == {OWN}
    assert (lines[TOWN].due, lines[TOWN].extended) == (today + 3 * DAY, True)


def test_late_answers_are_taken_and_marked(table: Table) -> None:
    table.open(deadline=table.stage.today)
    table.stage.now += 3 * DAY
    table.handed_over()
    [line] = [line for line in table.follow().units if line.unit == OTHER]
    assert line.late
    assert line.state == ContributionState.HANDED_OVER


def test_reminders_in_ones_own_words(table: Table) -> None:
    table.open()
    table.handed_over()
    with pytest.raises(Forbidden):
        table.remind(by="archivist")
    assert table.remind("Vi behöver ert svar.") == 2
    assert table.mails("round_reminder") == ["town-strategist@demo.example"]
    lines = {line.unit: line.reminded for line in table.follow().units}
    assert lines == {OTHER: None, TOWN: table.stage.now, VILLAGE: table.stage.now}
    table.handed_over(TOWN, "town_strategist")
    table.recall(VILLAGE)
    with pytest.raises(Invalid, match="nobody_to_remind"):
        table.remind()
    assert table.breaks() == []


def test_units_by_their_names(table: Table) -> None:
    with table.stage.database.reading() as session:
        named = units_named(session, f"  kommun   ETT\r\n\r\n{OTHER}\n{TOWN}")
        assert named == [table.stage.units[TOWN], table.stage.units[OTHER]]
        with pytest.raises(Invalid) as refused:
            units_named(session, "Kommun Etta")
        assert (refused.value.code, refused.value.facts["near"]) == ("unit_name_near", TOWN)
        with pytest.raises(Invalid, match="unit_name_unknown"):
            units_named(session, "Zebra")


def test_a_round_from_page_to_page(table: Table, app: Any) -> None:
    """Opened, answered, sent back, answered again, reminded, extended, closed: all by forms."""
    stage = table.stage
    coordinator = stage.sign_in(app, "strategist")
    new = f"/cases/{NUMBER}/rounds/new"
    assert new in coordinator.get(f"/cases/{NUMBER}").text
    page = coordinator.get(new).text
    assert "Kort uppföljning" in page
    assert "prov-2025.json" not in page, "an approver attests in it"
    form = {"questionnaire": "kort.json", "title": TITLE, "opens": stage.today.isoformat(),
            "note": "Svara <b>kort</b>", "unit": str(stage.units[OTHER])}  # fmt: skip
    for wrong, said in (
        ({"names": "Kommun Etta"}, "Menar du ”Kommun Ett”"),
        ({"deadline": "i morgon"}, 'href="#deadline"'),
        ({"unit": ""}, "Välj minst en enhet"),
    ):
        refused = coordinator.post(new, {**form, **wrong})
        assert refused.status_code == 422
        assert said in refused.text
        assert TITLE in refused.text
    deadline = stage.today + 5 * DAY
    reply = coordinator.post(new, {**form, "names": TOWN, "deadline": deadline.isoformat()})
    assert reply.status_code == 302
    table.id, here = 2, reply.headers["Location"]
    table.look()
    assert list(table.answers) == [OTHER, TOWN]
    page = coordinator.get(here).text
    assert "0 av 2 enheter" in page
    assert f"/submissions/{table.answers[OTHER]}" not in page, "nothing to read yet"

    unit = stage.sign_in(app, "other_strategist")
    url = f"/submissions/{table.answers[OTHER]}"
    assert f'href="{url}"' in unit.get("/").text
    page = unit.get(url).text
    assert "Svara &lt;b&gt;kort&lt;/b&gt;" in page
    assert "/hand-over" in page
    for path in (f"{url}/questions", f"{url}/sections/a", f"{url}/export.pdf", f"{url}/tasks"):
        assert unit.get(path).status_code == 200, path
    assert "Underlag till" not in unit.get(f"{url}/questions").text
    table.fill()
    page = unit.post(f"{url}/hand-over", follow_redirects=True).text
    assert f"Svaret är lämnat till {OWN}" in page
    page = coordinator.get(here).text
    assert f'href="{url}"' in page
    assert "1 av 2 enheter" in page
    assert TOWN not in coordinator.get(f"{url}").text
    reply = coordinator.post(f"{url}/send-back", {"reason.exempel": "Skriv mer"})
    assert reply.headers["Location"] == here
    assert "Skriv mer" in unit.get(url).text
    assert unit.save(table.answers[OTHER], "exempel", "Mer", 1).status_code == 200
    unit.post(f"{url}/hand-over")

    town = f"{here}/units/{stage.units[TOWN]}"
    refused = coordinator.post(f"{town}/extend", {"until": "", "reason": "x"})
    assert refused.status_code == 422
    assert f'href="#until-{stage.units[TOWN]}"' in refused.text
    later = (deadline + DAY).isoformat()
    assert coordinator.post(f"{town}/extend", {"until": later, "reason": "Sjuk"}).status_code == 302
    assert coordinator.post(f"{here}/remind", {"note": "Hej"}).status_code == 302
    assert "förlängd" in coordinator.get(f"{here}?missing=1").text
    assert f'href="{url}"' not in coordinator.get(f"{here}?missing=1").text
    assert coordinator.post(f"{here}/units", {"names": VILLAGE}).status_code == 302
    assert coordinator.post(f"{here}/units", {"names": VILLAGE}).status_code == 422
    village = f"{here}/units/{stage.units[VILLAGE]}"
    assert coordinator.post(f"{village}/recall").status_code == 302
    assert coordinator.post(f"{here}/close").status_code == 422
    reply = coordinator.post(f"{here}/close", {"confirmed": "1"}, follow_redirects=True)
    assert "1 svar är nu handlingar" in reply.text
    assert "svar saknas" in reply.text
    assert coordinator.post(f"{here}/close", {"confirmed": "1"}).status_code == 409
    assert "Omgången är stängd" in unit.get(url).text
    assert f"Från: {OTHER}" in coordinator.get(f"/cases/{NUMBER}/registry").text
    coordinator.post("/language", {"language": "en"})
    for path in (here, url, f"/cases/{NUMBER}", new):
        assert coordinator.get(path).status_code == 200, path
    assert table.breaks() == []


def test_what_others_may_of_a_round(table: Table, app: Any) -> None:
    table.open()
    here = f"/cases/{NUMBER}/rounds/{table.id}"
    archivist = table.stage.sign_in(app, "archivist")
    page = archivist.get(here)
    assert page.status_code == 200
    assert "Stäng omgången" not in page.text
    assert archivist.post(f"{here}/close", {"confirmed": "1"}).status_code == 403
    other = table.stage.sign_in(app, "other_strategist")
    for path in (here, f"/cases/{NUMBER}/rounds/new"):
        assert other.get(path).status_code == 404, path
    for path in ("close", "remind", "units", f"units/{table.stage.units[TOWN]}/recall"):
        assert other.post(f"{here}/{path}", {"confirmed": "1", "names": TOWN}).status_code == 404
    own = table.stage.sign_in(app, "strategist")
    assert own.get(f"/cases/{NUMBER}/rounds/1").status_code == 404, "the case's own"
    assert own.get(f"/cases/{NUMBER}/rounds/99").status_code == 404


def test_who_has_nobody_that_can_answer_is_named(table: Table, app: Any) -> None:
    table.open()
    here = f"/cases/{NUMBER}/rounds/{table.id}"
    coordinator = table.stage.sign_in(app, "strategist")
    page = coordinator.get(here).text
    assert f"{VILLAGE} har ingen som kan svara" in page
    assert "ingen har konto" in page
    table.recall(VILLAGE)
    assert "ingen som kan svara" not in coordinator.get(here).text


def test_an_extension_says_why_and_a_refused_one_keeps_what_was_typed(
    table: Table, app: Any
) -> None:
    table.open()
    later = (table.stage.today + 9 * DAY).isoformat()
    here = f"/cases/{NUMBER}/rounds/{table.id}"
    coordinator = table.stage.sign_in(app, "strategist")
    url = f"{here}/units/{table.stage.units[TOWN]}/extend"
    refused = coordinator.post(url, {"until": "nästa vecka", "reason": "Sjuk & trött"})
    assert refused.status_code == 422
    assert refused.text.count('value="nästa vecka"') == 1
    assert refused.text.count('value="Sjuk &amp; trött"') == 1
    coordinator.post(url, {"until": later, "reason": "Sjuk & trött"})
    assert "förlängd: Sjuk &amp; trött" in coordinator.get(here).text
    by_name = {line.unit: line.reason for line in table.follow().units}
    assert by_name == {OTHER: "", TOWN: "Sjuk & trött", VILLAGE: ""}
    table.extend(TOWN, until=table.stage.today + 12 * DAY, reason="Längre")
    assert {line.reason for line in table.follow().units} == {"", "Längre"}


def test_the_page_of_many_units_asks_no_more_of_the_database(table: Table, app: Any) -> None:
    """As many statements for a hundred units as for one; the page counts them all."""
    with table.stage.database.writing() as session:
        units = [Unit(name=f"Kommun {number:03}") for number in range(100)]
        session.add_all(units)
        session.flush()
        table.stage.units |= {unit.name: unit.id or 0 for unit in units}
    coordinator = table.stage.sign_in(app, "strategist")
    counts = []
    for names in ([OTHER], [unit.name for unit in units]):
        table.open(*names)
        here = f"/cases/{NUMBER}/rounds/{table.id}"
        coordinator.get(here)
        with counting(app) as statements:
            page = coordinator.get(here).text
        counts.append(len(statements))
    assert "0 av 100 enheter" in page
    assert counts[0] == counts[1]


@pytest.mark.parametrize(("minute", "late"), [(-1, False), (1, True)])
def test_the_last_day_ends_at_midnight_in_sweden(table: Table, minute: int, late: bool) -> None:
    stage = table.stage
    table.open(deadline=stage.today)
    sweden = ZoneInfo("Europe/Stockholm")
    after = datetime.datetime.combine(stage.today + DAY, datetime.time(), sweden)
    stage.now = (after + datetime.timedelta(minutes=minute)).astimezone(datetime.UTC)
    table.handed_over()
    [line] = [line for line in table.follow().units if line.unit == OTHER]
    assert line.late is late


def test_a_round_keeps_the_version_that_it_was_opened_with(table: Table, app: Any) -> None:
    """Though a newer one is at hand, for the units and in the record."""
    table.open(OTHER)
    newer = {**ROUND_FORM, "version": "2.0.0", "title": "Nyare uppföljning"}
    path = table.stage.settings.questionnaires / "kort.json"
    path.write_text(json.dumps(newer), encoding="utf-8")
    coordinator = table.stage.sign_in(app, "strategist")
    assert "Nyare uppföljning" in coordinator.get(f"/cases/{NUMBER}/rounds/new").text
    unit = table.stage.sign_in(app, "other_strategist")
    url = f"/submissions/{table.answers[OTHER]}"
    for page in (url, f"{url}/questions"):
        assert "Nyare uppföljning" not in unit.get(page).text
    assert unit.get(f"{url}/version").status_code in (404, 409), "it is not offered"
    table.handed_over()
    table.close()
    with table.stage.database.reading() as session:
        record = json.loads(session.get_one(FrozenRecord, table.answers[OTHER]).body)
    form = record["content"]["questionnaire"]
    assert (form["version"], form["sha256"]) == ("1.0.0", table.specification)
