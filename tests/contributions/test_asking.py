"""Asking: the unit sees what it was asked and nothing else, from the services to the pages."""

from __future__ import annotations

from typing import Any

import pytest

from survey_app.services.refusal import Forbidden, Invalid, NotFound, WrongState
from survey_app.store.tables import Contribution, Round
from tests.contributions.asking import DAY, NOTE, Desk
from tests.stage import OTHER, OWN


def test_the_unit_sees_only_what_it_was_asked(desk: Desk) -> None:
    desk.stage.save(desk.main, "1", "Hemligt för andra", 0)
    made = desk.ask("3", "2a", until=desk.stage.today + 7 * DAY)
    dossier = desk.stage.read(made, "other_strategist")
    assert [item.id for item in dossier.questionnaire.questions()] == ["2a", "3"]
    assert dossier.evaluation.shown == {"2a", "3"}, "2a too: what it depends on is not asked here"
    assert dossier.answers == {}
    assert dossier.deadline == desk.stage.today + 7 * DAY
    assert dossier.request is not None
    assert (dossier.request.main, dossier.request.note) == (desk.main, NOTE)
    with pytest.raises(NotFound):
        desk.stage.save(made, "1", "Utanför", 0, "other_strategist")
    with pytest.raises(NotFound):
        desk.stage.read(desk.main, "other_strategist")
    assert desk.breaks() == []


def test_the_pages_tell_the_unit_nothing_else(desk: Desk, app: Any) -> None:
    desk.stage.save(desk.main, "1", "Hemligt för andra", 0)
    made = desk.ask("3")
    person = desk.stage.sign_in(app, "other_strategist")
    for url in (f"/submissions/{made}", f"/submissions/{made}/questions",
                f"/submissions/{made}/sections/a", f"/submissions/{made}/export.json",
                f"/api/v1/submissions/{made}"):  # fmt: skip
        page = person.get(url)
        assert page.status_code == 200, url
        assert "Övrigt" in page.text or url.startswith("/api"), url
        assert "Beskriv" not in page.text, url
        assert "Hemligt" not in page.text, url
    assert person.get(f"/submissions/{made}/sections/b").status_code == 404
    for url in (f"/submissions/{desk.main}", f"/api/v1/submissions/{desk.main}/changes",
                f"/submissions/{made}/contributions", "/cases/RS2501",
                f"/submissions/{desk.main}/contributions"):  # fmt: skip
        assert person.get(url).status_code == 404, url
    page = person.get(f"/submissions/{made}").text
    assert NOTE in page
    assert OWN in page


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"questions": []}, "nothing_asked_of_units"),
        ({"questions": ["9"]}, "no_question"),
        ({"questions": ["intyg"]}, "no_question"),
        ({"units": []}, "no_unit_chosen"),
        ({"units": [99]}, "no_unit"),
        ({"note": "x" * 4001}, "note_too_long"),
    ],
)
def test_what_cannot_be_asked(desk: Desk, told: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        desk.ask("3", **told)
    assert refused.value.code == code
    assert desk.gathered() == []


def test_neither_oneself_nor_a_day_gone_nor_twice(desk: Desk) -> None:
    for told, code in (
        ({"units": [desk.stage.units[OWN]]}, "no_unit"),
        ({"until": desk.stage.today - DAY}, "until_passed"),
    ):
        with pytest.raises(Invalid) as refused:
            desk.ask("3", **told)
        assert refused.value.code == code
    first = desk.ask("3")
    with pytest.raises(Invalid, match="already_asked"):
        desk.ask("2", "3")
    desk.ask("2")  # another question is another request
    desk.recall(first)
    desk.ask("3")  # and what was taken back can be asked anew


def test_only_the_strategists_of_a_draft_ask(desk: Desk) -> None:
    with pytest.raises(Forbidden):
        desk.ask("3", by="approver_with_delegation")
    with pytest.raises(NotFound):
        desk.ask("3", by="other_strategist")
    desk.stage.save(desk.main, "1", "Klart", 0)
    desk.stage.send(desk.main)
    with pytest.raises(WrongState):
        desk.ask("3")


def test_the_form_asks_and_keeps_what_was_typed(desk: Desk, app: Any) -> None:
    person = desk.stage.sign_in(app, "strategist")
    url = f"/submissions/{desk.main}/contributions/new"
    page = person.get(f"{url}?question=3").text
    assert 'value="3" checked' in page
    assert OTHER in page
    assert f">{OWN}<" not in page
    assert "Intygande" not in page
    form = {"question": ["2", "3"], "note": "Om ni\r\nhinner", "until": "inte än"}
    refused = person.post(url, {**form, "unit": str(desk.stage.units[OTHER])})
    assert refused.status_code == 422
    assert 'href="#until"' in refused.text
    assert "hinner" in refused.text
    assert refused.text.count(" checked") == 3
    reply = person.post(url, {**form, "unit": str(desk.stage.units[OTHER]), "until": ""})
    assert reply.status_code == 302
    [made] = desk.gathered()
    assert (made.questions, made.note, made.until) == (("2", "3"), "Om ni\nhinner", None)
    assert OTHER in person.get(reply.headers["Location"]).text


def test_a_request_is_taken_back(desk: Desk, app: Any) -> None:
    made = desk.ask("3")
    desk.write(made)
    person = desk.stage.sign_in(app, "strategist")
    assert "Ta tillbaka begäran" in person.get(f"/submissions/{desk.main}/contributions").text
    assert person.post(f"/submissions/{made}/recall").status_code == 302
    with pytest.raises(WrongState):
        desk.stage.save(made, "3", "Mer", 1, "other_strategist")
    theirs = desk.stage.sign_in(app, "other_strategist")
    assert "Ni behöver inte svara" in theirs.get(f"/submissions/{made}").text
    assert "begäran återtagen" in theirs.get("/").text
    assert person.get(f"/submissions/{made}").status_code == 409
    assert desk.mails("contribution_recalled") == ["other-strategist@demo.example"]


def test_the_note_is_vouched_for_by_its_hash_alone(desk: Desk) -> None:
    made = desk.ask("3")
    with desk.stage.database.reading() as session:
        row = session.get(Contribution, made)
        assert row is not None
        assert len(row.salt) == 32


def test_a_day_after_ones_own_last_day_is_told(desk: Desk, app: Any) -> None:
    last = desk.stage.today + 7 * DAY
    with desk.stage.database.writing() as session:
        session.get(Round, 1).deadline = last  # type: ignore[union-attr]
    person = desk.stage.sign_in(app, "strategist")
    here = f"/submissions/{desk.main}/contributions"
    assert "Ert svar ska vara inne" in person.get(f"{here}/new").text
    desk.ask("1", until=last)
    assert "efter svarets sista dag" not in person.get(here).text
    desk.ask("3", until=last + DAY)
    assert person.get(here).text.count("efter svarets sista dag") == 1


def test_after_a_return_only_what_is_open_is_asked(desk: Desk, app: Any) -> None:
    desk.stage.save(desk.main, "1", "Klart", 0)
    desk.stage.send(desk.main)
    desk.stage.send_back(desk.main, {"1": "Mer"})
    page = desk.stage.sign_in(app, "strategist").get(f"/submissions/{desk.main}/contributions/new")
    assert 'name="question" value="1"' in page.text
    assert 'name="question" value="3"' not in page.text
    with pytest.raises(Invalid, match="no_question"):
        desk.ask("3")
    desk.insert(desk.handed_over("1", text="Mer."), "1", 1)
    assert desk.stage.read(desk.main).answers["1"].value == "Klart\n\nMer."
