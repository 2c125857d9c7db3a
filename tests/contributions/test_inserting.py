"""Inserting: at the end of what stands, never over it, with its source for good."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from survey_app.services.answer import Saved, Stale
from survey_app.services.refusal import Forbidden, Invalid, NotFound, WrongState
from survey_app.store.tables import AuditEntry, Revision
from tests.contributions.asking import THEIRS, Desk
from tests.stage import OTHER


def revisions(desk: Desk, submission: int) -> list[Revision]:
    query = select(Revision).where(col(Revision.submission_id) == submission)
    with desk.stage.database.reading() as session:
        return list(session.execute(query.order_by(col(Revision.id))).scalars())


def test_into_an_empty_answer_and_after_what_stands(desk: Desk) -> None:
    made = desk.handed_over("3", "1")
    assert isinstance(desk.insert(made, "3"), Saved)
    desk.stage.save(desk.main, "1", "Vi själva.\n", 0)
    assert isinstance(desk.insert(made, "1", 1), Saved)
    dossier = desk.stage.read(desk.main)
    assert dossier.answers["3"].value == THEIRS
    assert dossier.answers["1"].value == f"Vi själva.\n\n{THEIRS}"
    assert desk.breaks() == []


def test_its_source_is_recorded_for_good(desk: Desk, app: Any) -> None:
    made = desk.handed_over("3")
    desk.insert(made)
    [theirs] = revisions(desk, made)
    [ours] = revisions(desk, desk.main)
    assert ours.inserted_from == theirs.id
    assert ours.author_id == desk.stage.accounts["strategist"]
    query = select(AuditEntry).order_by(col(AuditEntry.number).desc())
    with desk.stage.database.reading() as session:
        entry = session.execute(query).scalars().first()
    assert entry is not None
    assert json.loads(entry.facts)["inserted_from"] == theirs.id
    desk.stage.save(desk.main, "3", "Omskrivet", 1)
    person = desk.stage.sign_in(app, "strategist")
    history = person.get(f"/submissions/{desk.main}/history/3").text
    assert history.count(f"infogat ur underlag från {OTHER}") == 1
    page = person.get(f"/submissions/{desk.main}/sections/a").text
    assert "Infogat " in page
    assert 'name="insert"' not in page
    assert [row.inserted_from for row in revisions(desk, desk.main)] == [theirs.id, None]


def test_upon_an_old_version_both_are_shown(desk: Desk) -> None:
    made = desk.handed_over("3")
    desk.stage.save(desk.main, "3", "Första", 0)
    stale = desk.insert(made, version=0)
    assert isinstance(stale, Stale)
    assert stale.theirs.value == "Första"
    assert stale.yours.value == f"Första\n\n{THEIRS}"
    assert desk.stage.read(desk.main).answers["3"].value == "Första"
    loser = revisions(desk, desk.main)[-1]
    assert (loser.accepted, loser.inserted_from) == (False, revisions(desk, made)[-1].id)


def test_a_new_wording_is_inserted_anew(desk: Desk, app: Any) -> None:
    made = desk.handed_over("3")
    desk.insert(made)
    desk.send_back(made, {"3": "Mer"})
    desk.write(made, "3", "Andra lydelsen.", 1)
    desk.hand_over(made)
    person = desk.stage.sign_in(app, "strategist")
    page = person.get(f"/submissions/{desk.main}/sections/a").text
    assert "En tidigare lydelse infogades" in page
    assert "Infoga den nya lydelsen" in page
    desk.insert(made, version=1)
    assert desk.stage.read(desk.main).answers["3"].value == f"{THEIRS}\n\nAndra lydelsen."


def test_what_does_not_join_is_refused(desk: Desk, app: Any) -> None:
    made = desk.ask("2")
    desk.write(made, "2", {"chosen": "ja", "details": {}})
    desk.hand_over(made)
    desk.stage.save(desk.main, "2", {"chosen": "nej", "details": {}}, 0)
    with pytest.raises(Invalid, match="cannot_join"):
        desk.insert(made, "2", 1)
    person = desk.stage.sign_in(app, "strategist")
    page = person.get(f"/submissions/{desk.main}/sections/a").text
    assert "Går inte att lägga ihop" in page
    reply = person.post(
        f"/submissions/{desk.main}/sections/a", {"whole": "1", "insert": f"2:{made}"},
        follow_redirects=True,
    )  # fmt: skip
    assert "Underlaget går inte att lägga ihop" in reply.text
    assert desk.stage.read(desk.main).answers["2"].value["chosen"] == "nej"


def test_only_what_was_handed_over_to_this_very_answer(desk: Desk) -> None:
    made = desk.ask("3")
    desk.write(made)
    with pytest.raises(Invalid, match="nothing_to_insert"):
        desk.insert(made)
    desk.hand_over(made)
    with pytest.raises(Invalid, match="nothing_to_insert"):
        desk.insert(made, "1")
    [elsewhere] = desk.stage.open("RS2502")
    with pytest.raises(NotFound):
        Desk(desk.stage, elsewhere).insert(made)
    desk.stage.save(desk.main, "1", "Klart", 0)
    desk.stage.send(desk.main)
    with pytest.raises(WrongState):
        desk.insert(made)
    desk.stage.send_back(desk.main, {"1": "Mer"})
    with pytest.raises(Forbidden, match="not_returned"):
        desk.insert(made)


def test_files_come_along(desk: Desk, app: Any) -> None:
    made = desk.ask("2a")
    desk.stage.attach(made, "2a", 0, "other_strategist")
    desk.hand_over(made)
    desk.stage.save(desk.main, "2", {"chosen": "ja", "details": {}}, 0)
    assert isinstance(desk.insert(made, "2a"), Saved)
    [file] = desk.stage.read(desk.main).answers["2a"].value["files"]
    assert file["name"] == "underlag.pdf"
    person = desk.stage.sign_in(app, "approver_with_delegation")
    for submission in (desk.main, made):
        url = f"/submissions/{submission}/attachments/{file['sha256']}"
        assert person.get(url).status_code == 200
    assert desk.breaks() == []


def test_the_page_inserts_what_it_has_saved_first(desk: Desk, app: Any) -> None:
    """Without scripts: what was typed on the page comes before what is inserted."""
    made = desk.handed_over("3")
    person = desk.stage.sign_in(app, "strategist")
    url = f"/submissions/{desk.main}/sections/a"
    page = person.get(url).text
    assert f'value="3:{made}"' in page
    assert f"1 underlag, {len(THEIRS)} tecken" in page
    form = {"q.3": "Nyss skrivet.", "q.3.version": "0", "whole": "1", "insert": f"3:{made}"}
    reply = person.post(url, form)
    assert reply.status_code == 302
    assert reply.headers["Location"].endswith("#question-3")
    assert desk.stage.read(desk.main).answers["3"].value == f"Nyss skrivet.\n\n{THEIRS}"
    both = person.post(url, {**form, "q.3": "Gammalt"})
    assert both.status_code == 409
    assert person.post(url, {"whole": "1", "insert": "3:99"}).status_code == 404


def test_the_budget_is_told(desk: Desk, app: Any) -> None:
    desk.stage.save(desk.main, "1", "Eget", 0)
    desk.handed_over("1")
    person = desk.stage.sign_in(app, "strategist")
    for url in (f"/submissions/{desk.main}/sections/a", f"/submissions/{desk.main}/contributions"):
        page = person.get(url).text
        assert f"1 underlag, {len(THEIRS)} tecken" in page, url
        assert "ert svar 4 av 40" in page, url


def test_another_units_file_is_not_taken_for_ones_own(desk: Desk) -> None:
    made = desk.ask("2a")
    desk.stage.attach(made, "2a", 0, "other_strategist")
    value = desk.stage.read(made, "other_strategist").answers["2a"].value
    with pytest.raises(Invalid, match="unknown_file"):
        desk.stage.save(desk.main, "2a", value, 0)


def test_pressing_twice_inserts_once(desk: Desk) -> None:
    made = desk.handed_over("3")
    desk.stage.save(desk.main, "3", "Vi.", 0)
    both = f"Vi.\n\n{THEIRS}"
    for version in (1, 1, 2):
        outcome = desk.insert(made, version=version)
        assert isinstance(outcome, Saved)
        assert (outcome.version, outcome.given.value) == (2, both)
    assert len(revisions(desk, desk.main)) == 2, "nobody lost anything either"
    desk.stage.save(desk.main, "3", "Vi igen.", 2)
    assert isinstance(desk.insert(made, version=3), Saved)
    assert desk.stage.read(desk.main).answers["3"].value == f"Vi igen.\n\n{THEIRS}"
