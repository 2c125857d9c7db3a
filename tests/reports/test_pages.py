"""The draft on its page: saved with and without scripts, moved, removed, restored, decided."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from survey_app.services.reports.piece import earlier_wordings, wording_of
from survey_app.store.tables import CaseDocument, ReportPiece
from tests.conftest import Installation, Person
from tests.reports.compiling import FOLLOW_UPS, Office, office
from tests.test_openapi import check

DESCRIBED = "/cases/{diary_number}/reports/{report_id}/pieces/{piece_id}"
"""Where the description of the API has a piece."""


@pytest.fixture
def desk(rounds_installation: Installation) -> Office:
    found = office(rounds_installation, FOLLOW_UPS, "Uppföljning 2025")
    found.compile()
    return found


def url(desk: Office, more: str = "") -> str:
    return f"/cases/{desk.number}/reports/{desk.report_id}{more}"


def entries(desk: Office) -> list[ReportPiece]:
    return [piece for piece, _ in desk.view().pieces if piece.sort == "entry"]


def post(desk: Office, who: str = "strateg", **form: Any) -> Any:
    return desk.installation.person(who).post(url(desk), form)


def typed(piece: ReportPiece, text: str) -> dict[str, str]:
    return {f"q.{piece.id}.text": text, f"q.{piece.id}.version": str(piece.version)}


def texts(desk: Office) -> list[str]:
    return [wording_of(piece).text for piece, _ in desk.view().shown() if piece.sort == "entry"]


def save(person: Person, desk: Office, piece: ReportPiece, value: Any, version: int) -> Any:
    return person.put(f"/api/v1{url(desk)}/pieces/{piece.id}",
                      {"value": value, "version": version})  # fmt: skip


def test_a_report_is_made_from_its_page(rounds_installation: Installation) -> None:
    desk = office(rounds_installation, FOLLOW_UPS, "Uppföljning 2025")
    person = rounds_installation.person("strateg")
    page = person.get(f"/cases/{FOLLOW_UPS}/reports/new?round={desk.round_id}").text
    assert re.search(rf'value="{desk.round_id}" checked', page)
    refused = person.post(f"/cases/{FOLLOW_UPS}/reports/new", {})
    assert (refused.status_code, "Välj minst en omgång" in refused.text) == (422, True)
    form = {"round": str(desk.round_id), "arrange": "unit"}
    reply = person.post(f"/cases/{FOLLOW_UPS}/reports/new", form)
    assert reply.status_code == 302
    page = person.get(reply.headers["Location"]).text
    assert page.count("data-editable") == 32
    assert page.count("<h1") == 1
    assert "Källa:" in page
    assert reply.headers["Location"] in person.get(f"/cases/{FOLLOW_UPS}").text


def test_a_press_of_the_button_saves_what_was_typed_and_does_what_it_says(desk: Office) -> None:
    first, second, third = entries(desk)[1:4]
    form = {**typed(first, "Eget om psykiatrin.\r\n\r\nStycke två."),
            "do": f"down:{first.id}:{first.moves}"}  # fmt: skip
    reply = post(desk, **form)
    assert (reply.status_code, reply.headers["Location"].endswith(f"#piece-{first.id}")) == (
        302, True,
    )  # fmt: skip
    found = entries(desk)[1:4]
    assert [item.id for item in found] == [second.id, first.id, third.id]
    assert wording_of(found[1]).text == "Eget om psykiatrin.\n\nStycke två."
    assert found[1].placed
    again = post(desk, do=f"down:{first.id}:{first.moves}")
    assert (again.status_code, "Någon annan har flyttat stycket" in again.text) == (409, True)


def test_two_who_write_in_one_piece_see_both_texts(desk: Office) -> None:
    piece = entries(desk)[0]
    person, colleague = (desk.installation.person(name) for name in ("strateg", "strateg2"))
    reply = save(colleague, desk, piece, ["Kollegans text."], 0)
    assert (reply.status_code, check(reply, DESCRIBED, "put")["version"]) == (200, 1)
    reply = save(person, desk, piece, ["Min text."], 0)
    assert reply.status_code == 409
    told = check(reply, DESCRIBED, "put")
    assert (told["yours"]["value"], told["theirs"]["value"]) == (
        ["Min text."], ["Kollegans text."],
    )  # fmt: skip
    assert told["differences"]["yours"] != told["differences"]["theirs"]
    page = post(desk, **typed(piece, "Min andra text."))
    assert page.status_code == 409
    assert "Kollegans" in page.text
    assert "Min andra text." in re.sub("<[^>]+>", "", page.text)
    with desk.installation.database.reading() as session:
        past = earlier_wordings(session, desk.piece(piece.source_entry or ""))
    assert {item.wording.text for item in past if not item.accepted} == {
        "Min text.", "Min andra text.",
    }  # fmt: skip
    history = person.get(url(desk, f"/pieces/{piece.id}")).text
    assert "Gällde aldrig: någon annan hann före" in history


def test_saving_again_what_stands_is_no_conflict(desk: Office) -> None:
    piece = entries(desk)[0]
    person = desk.installation.person("strateg")
    assert save(person, desk, piece, ["Nytt."], 0).json["version"] == 1
    assert save(person, desk, piece, ["Nytt."], 0).status_code == 200
    source = wording_of(entries(desk)[0])
    assert source.text == "Nytt."


@pytest.mark.parametrize(
    ("body", "status"),
    [({"value": ["a", "b"], "version": 0}, 422), ({"value": 7, "version": 0}, 422),
     ({"value": ["a"]}, 422), ({"value": ["x" * 50_001], "version": 0}, 422), ([], 422)],
)  # fmt: skip
def test_what_is_no_text_of_a_piece_is_refused(desk: Office, body: Any, status: int) -> None:
    piece = entries(desk)[0]
    reply = desk.installation.person("strateg").put(f"/api/v1{url(desk)}/pieces/{piece.id}", body)
    assert (reply.status_code, "message" in reply.json) == (status, True)
    assert save(desk.installation.person("strateg"), desk, piece, ["Ok"], 0).status_code == 200


def test_half_a_character_in_a_piece_is_kept_as_none(desk: Office) -> None:
    piece, person = entries(desk)[0], desk.installation.person("strateg")
    reply = person.client.put(
        f"/api/v1{url(desk)}/pieces/{piece.id}", data='{"value":["a\\ud800b"],"version":0}',
        headers={"X-CSRFToken": person.token, "Content-Type": "application/json"},
    )  # fmt: skip
    assert reply.json["value"] == ["a\N{REPLACEMENT CHARACTER}b"]
    assert desk.files()["pdf"].startswith(b"%PDF-")


def test_a_piece_of_another_report_is_not_there(desk: Office) -> None:
    piece = entries(desk)[0]
    desk.compile()
    reply = save(desk.installation.person("strateg"), desk, piece, ["Fel."], 0)
    assert (reply.status_code, reply.json["error"]) == (404, "piece_gone")


def test_what_is_removed_can_be_put_back_with_all_that_was_below_it(desk: Office) -> None:
    before = texts(desk)
    unit = next(piece for piece, _ in desk.view().pieces if piece.key == entries(desk)[1].key
                or piece.id == entries(desk)[1].parent_id)  # fmt: skip
    post(desk, do=f"remove:{unit.id}")
    assert len(texts(desk)) == len(before) - 3
    assert "Psykiatrin Halland" not in [part["title"] for part in desk.document()["parts"]]
    page = desk.installation.person("strateg").get(url(desk)).text
    assert "Borttagna stycken" in page
    post(desk, do=f"restore:{unit.id}")
    assert texts(desk) == before


def test_a_piece_moves_below_another_heading_and_no_heading_below_itself(desk: Office) -> None:
    person = desk.installation.person("strateg")
    piece = entries(desk)[0]
    other = entries(desk)[1].parent_id
    move = url(desk, f"/pieces/{piece.id}/move")
    assert person.post(move, {"to": other, "moves": "0"}).status_code == 302
    assert [item.id for item in entries(desk)][3] == piece.id
    above = next(item for item, _ in desk.view().pieces if item.key == "answers")
    reply = person.post(url(desk, f"/pieces/{above.id}/move"), {"to": other, "moves": "0"})
    assert (reply.status_code, "Dit går stycket inte att flytta" in reply.text) == (422, True)


def test_something_of_ones_own_is_written_where_it_belongs(desk: Office) -> None:
    person = desk.installation.person("strateg")
    piece = entries(desk)[0]
    for sort, text in (("text", "Vår slutsats."), ("heading", "Slutord"), ("points", "Ett\nTvå")):
        reply = person.post(url(desk, f"/pieces/{piece.id}/text"), {"sort": sort, "text": text})
        assert reply.status_code == 302
    post(desk, do=f"text:{piece.id}")
    own = [part for part in desk.document()["parts"] if part["own"]]
    assert [(part["sort"], part["title"] or part["text"]) for part in own] == [
        ("points", "Ett\nTvå"), ("heading", "Slutord"), ("text", "Vår slutsats."),
    ]  # fmt: skip
    assert all(part["source"] is None for part in own)


def test_hostile_words_are_words(desk: Office) -> None:
    hostile = "<script>alert(1)</script> 🙂 \u202eabc \x00"
    person = desk.installation.person("strateg")
    heading = next(piece for piece, _ in desk.view().pieces if piece.key == "answers")
    assert save(person, desk, heading, [hostile], 0).status_code == 200
    page = person.get(url(desk)).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    files = desk.files()
    assert files["pdf"].startswith(b"%PDF-")
    assert files["docx"].startswith(b"PK")


@pytest.mark.parametrize("kind", ["pdf", "docx", "json"])
def test_a_draft_is_taken_away_as_a_file(desk: Office, kind: str) -> None:
    reply = desk.installation.person("direktor").get(url(desk, f".{kind}"))
    assert reply.status_code == 200
    assert (
        f"UTKAST-RS241041-sammanstallning-{desk.report_id}.{kind}"
        in (reply.headers["Content-Disposition"])
    )
    assert desk.installation.person("direktor").get(url(desk, ".exe")).status_code == 404


def shown_at(page: str) -> str:
    """The hash that the page carries of what it shows."""
    return page.split('name="shown_sha256" value="')[1].split('"')[0]


def test_from_its_page_it_is_settled_once_it_is_confirmed(desk: Office) -> None:
    person = desk.installation.person("strateg")
    for form, said in (({}, "Kryssa i att du har läst"), ({"confirmed": "1"}, "Stäng omgången")):
        reply = person.post(url(desk, "/settling"), form)
        assert (reply.status_code, said in reply.text) == (422, True)
    assert "Stäng omgången" in person.get(url(desk, "/settling")).text
    desk.close()
    assert "inget har ändrats" in person.get(post(desk, do="compile").headers["Location"]).text
    page = person.get(url(desk, "/settling")).text
    form = {"confirmed": "1", "shown_sha256": shown_at(page)}
    assert person.post(url(desk, "/settling"), form).status_code == 302
    documents = len(documents_named(desk))
    again = person.post(url(desk, "/settling"), form)  # a second click
    assert (again.status_code, len(documents_named(desk))) == (302, documents)
    other = desk.installation.person("strateg2").post(url(desk, "/settling"), form)
    assert (other.status_code, "är fastställd och kan inte ändras" in other.text) == (409, True)
    assert person.get(url(desk, "/settling")).headers["Location"] == url(desk)
    page = person.get(url(desk)).text
    assert "data-editable" not in page
    assert "Öppna en ny version" in page
    kept = person.get(url(desk, ".json")).json
    assert kept["settled"] is not None
    piece = entries(desk)[0]
    refused = save(person, desk, piece, ["Sent."], 0)
    assert (refused.status_code, refused.json["error"]) == (409, "report_settled")
    assert person.post(url(desk, "/reopen")).status_code == 302
    assert save(person, desk, piece, ["Nu går det."], 0).status_code == 200


def documents_named(desk: Office) -> list[str]:
    """The documents that the case's reports became."""
    with desk.installation.database.reading() as session:
        query = select(col(CaseDocument.name)).where(col(CaseDocument.made) == "report")
        return [str(name) for name in session.execute(query).scalars()]


def test_the_page_to_settle_from_shows_all_that_is_settled(desk: Office) -> None:
    desk.close()
    page = html.unescape(desk.installation.person("strateg").get(url(desk, "/settling")).text)
    for part in desk.document()["parts"]:
        for told in (part["title"], *part["text"].split("\n")):
            assert told.strip() in page
        if part["source"]:
            assert f"{part['source']['unit']}, {part['source']['label']}" in page


def test_what_was_changed_since_it_was_read_is_not_settled(desk: Office) -> None:
    """By a colleague, or by oneself in another window: a word, a place, a piece taken out."""
    desk.close()
    person = desk.installation.person("strateg")
    first, second = entries(desk)[1:3]
    deeds = (
        lambda: desk.write(first.id, "Kollegans lydelse."),
        lambda: post(desk, "strateg2", do=f"down:{second.id}:0"),
        lambda: post(desk, "strateg2", do=f"remove:{second.id}"),
    )
    page = person.get(url(desk, "/settling")).text
    for deed in deeds:
        deed()
        form = {"confirmed": "1", "shown_sha256": shown_at(page)}
        reply = person.post(url(desk, "/settling"), form)
        assert reply.status_code == 409
        assert "Sammanställningen har ändrats sedan du läste den" in reply.text
        assert "Kollegans lydelse." in reply.text
        assert not re.search('id="confirmed"[^>]* checked', reply.text)
        assert desk.view().is_draft
        page = reply.text
    form = {"confirmed": "1", "shown_sha256": shown_at(page)}
    assert person.post(url(desk, "/settling"), form).status_code == 302
    assert "Kollegans lydelse." in person.get(url(desk, ".json")).text


@pytest.mark.parametrize("form", [{}, {"shown_sha256": "0" * 64}])
def test_nothing_is_settled_that_no_page_showed(desk: Office, form: dict[str, str]) -> None:
    desk.close()
    reply = desk.installation.person("strateg").post(
        url(desk, "/settling"), {"confirmed": "1", **form}
    )
    assert (reply.status_code, desk.view().is_draft) == (409, True)


def test_a_report_without_answers_says_so(rounds_installation: Installation) -> None:
    """A round in which nobody has handed over anything yet."""
    desk = office(rounds_installation, FOLLOW_UPS, "Uppföljning 2025")
    for unit in list(desk.units()):
        desk.send_back(unit, "exempel")
    desk.compile()
    assert desk.document()["units"] == []
    assert desk.files()["pdf"].startswith(b"%PDF-")
    assert len(desk.document()["missing"]) == 10
