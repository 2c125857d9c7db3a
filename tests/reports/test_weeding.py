"""Weeding a settled report: what led to it goes by decision, and nothing else changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from survey_app.services.audit import verify_chain
from survey_app.services.reports.piece import wording_of
from tests.conftest import Installation
from tests.reports.compiling import FOLLOW_UPS, Office, office

EARLIER, LATE, OUT, OWN = "Första utkastet, nej.", "Kom för sent, ack.", "Ute ur den.", "Eget ute."
STANDS = "Lydelsen som gäller."


@pytest.fixture
def desk(rounds_installation: Installation) -> Office:
    """A settled report with earlier wordings, one that came too late, and pieces taken out."""
    found = office(rounds_installation, FOLLOW_UPS, "Uppföljning 2024")
    found.compile()
    one, other = [piece for piece, _ in found.view().pieces if piece.sort == "entry"][:2]
    found.write(one.id, EARLIER)
    found.write(one.id, STANDS, 1)
    found.write(one.id, LATE, 0)
    found.write(other.id, OUT)
    person, here = rounds_installation.person("strateg"), address(found)
    person.post(f"{here}/pieces/{one.id}/text", {"sort": "text", "text": OWN})
    own = next(piece for piece, _ in found.view().pieces if piece.key is None)
    for piece in (other, own):
        assert person.post(here, {"do": f"remove:{piece.id}"}).status_code == 302
    found.settle()
    return found


def address(desk: Office, more: str = "") -> str:
    return f"/cases/{desk.number}/reports/{desk.report_id}{more}"


def weed(desk: Office, **told: str) -> Any:
    archivist = desk.installation.person("arkivarie")
    page = archivist.get(address(desk, "/weeding")).text
    shown = page.partition('name="shown_sha256" value="')[2][:64]
    form = {"decision": "Planen 4.2", "confirmed": "1", "shown_sha256": shown, **told}
    return archivist.post(address(desk, "/weeding"), form)


def in_database(desk: Office) -> set[str]:
    """Which of the texts stand anywhere in the files of the database."""
    desk.installation.database.close()
    path = Path(desk.installation.database.url.removeprefix("sqlite:///"))
    data = b"".join(part.read_bytes() for part in path.parent.glob(f"{path.name}*"))
    return {text for text in (EARLIER, LATE, OUT, OWN, STANDS) if text.encode() in data}


def test_what_led_to_it_goes_from_the_database_and_the_documents_stay(desk: Office) -> None:
    person, archivist = (desk.installation.person(name) for name in ("strateg", "arkivarie"))
    kept = {kind: person.get(address(desk, f".{kind}")).data for kind in ("pdf", "docx", "json")}
    assert in_database(desk) == {EARLIER, LATE, OUT, OWN, STANDS}
    assert address(desk, "/weeding") in archivist.get(address(desk)).text
    assert OWN in archivist.get(address(desk, "/weeding")).text
    assert weed(desk).status_code == 302
    assert in_database(desk) == {STANDS}
    assert kept == {kind: person.get(address(desk, f".{kind}")).data for kind in kept}
    page = archivist.get(address(desk, "/weeding")).text
    assert "Planen 4.2" in page
    assert "Det finns inget arbetsmaterial." in page
    with desk.installation.database.reading() as session:
        assert verify_chain(session, desk.view().case.id or 0, desk.key) == []
    refused = weed(desk)
    assert (refused.status_code, "inget arbetsmaterial att ta bort" in refused.text) == (422, True)


def test_a_next_edition_brings_nothing_back_that_was_taken_out(desk: Office) -> None:
    before = [wording_of(piece) for piece, _ in desk.view().shown()]
    weed(desk)
    desk.installation.person("strateg").post(address(desk, "/reopen"))
    assert desk.again() == []
    assert [wording_of(piece) for piece, _ in desk.view().shown()] == before


def test_only_what_was_shown_by_a_decision_and_only_the_archivist(desk: Office) -> None:
    for told, said, status in (
        ({"decision": " "}, "Skriv vilket beslut", 422),
        ({"confirmed": ""}, "Kryssa i att materialet", 422),
        ({"decision": "x" * 501}, "500 tecken", 422),
        ({"shown_sha256": "0" * 64}, "Arbetsmaterialet har ändrats", 409),
    ):
        reply = weed(desk, **told)
        assert (reply.status_code, said in reply.text.replace("\u00a0", " ")) == (status, True)
    for name in ("strateg", "direktor"):
        person = desk.installation.person(name)
        assert person.post(address(desk, "/weeding"), {"confirmed": "1"}).status_code == 403
        assert person.get(address(desk, "/weeding")).status_code == 403
    desk.installation.person("strateg").post(address(desk, "/reopen"))
    assert weed(desk).status_code == 409
    assert in_database(desk) == {EARLIER, LATE, OUT, OWN, STANDS}
