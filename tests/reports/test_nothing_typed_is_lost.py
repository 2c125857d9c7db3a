"""What was typed in a report stands in the page again where it was not taken."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from survey_app.services.reports.piece import wording_of
from tests.conftest import Installation
from tests.reports.compiling import FOLLOW_UPS, Office, office

OWN = "Mina rader, som ingen annan har."


@pytest.fixture
def desk(rounds_installation: Installation) -> Office:
    found = office(rounds_installation, FOLLOW_UPS, "Uppföljning 2025")
    found.compile()
    return found


def url(desk: Office) -> str:
    return f"/cases/{desk.number}/reports/{desk.report_id}"


def pieces(desk: Office, sort: str) -> list[Any]:
    return [piece for piece, _ in desk.view().pieces if piece.sort == sort]


def typed(piece: Any, text: str) -> dict[str, str]:
    name = "title" if piece.sort == "heading" else "text"
    return {f"q.{piece.id}.{name}": text, f"q.{piece.id}.version": str(piece.version)}


def test_one_piece_that_is_refused_takes_no_other_text_away(desk: Office) -> None:
    entry, heading = pieces(desk, "entry")[1], pieces(desk, "heading")[0]
    person = desk.installation.person("strateg")
    reply = person.post(url(desk), {**typed(entry, OWN), **typed(heading, " ")})
    assert reply.status_code == 422
    assert f"\n{OWN}</textarea>" in reply.text
    assert f'name="q.{entry.id}.version" value="{entry.version}"' in reply.text
    assert wording_of(pieces(desk, "entry")[1]).text != OWN


def test_a_button_that_comes_too_late_takes_no_text_away(desk: Office) -> None:
    entry = pieces(desk, "entry")[1]
    person = desk.installation.person("strateg")
    reply = person.post(url(desk), {**typed(entry, OWN), "do": f"down:{entry.id}:7"})
    assert reply.status_code == 409
    assert "Någon annan har flyttat stycket" in reply.text
    assert f"\n{OWN}</textarea>" in reply.text


def test_a_text_of_ones_own_that_is_too_long_stands_there_again(desk: Office) -> None:
    entry = pieces(desk, "entry")[1]
    person = desk.installation.person("strateg")
    reply = person.post(f"{url(desk)}/pieces/{entry.id}/text",
                        {"sort": "heading", "text": f"{OWN} " * 40})  # fmt: skip
    assert reply.status_code == 422
    assert OWN in reply.text
    assert '<option value="heading" selected>' in reply.text


@pytest.mark.parametrize("button", ["compile", "settling"])
def test_another_button_stores_what_was_typed_first(desk: Office, button: str) -> None:
    entry = pieces(desk, "entry")[1]
    if button == "compile":
        desk.send_back("Hallands sjukhus", "exempel")
    reply = desk.installation.person("strateg").post(url(desk), {**typed(entry, OWN), "do": button})
    assert reply.status_code == 302
    assert reply.headers["Location"] == url(desk) + ("/settling" if button == "settling" else "")
    assert wording_of(desk.piece(entry.source_entry)).text == OWN
    assert not desk.view().outdated


def test_another_button_waits_where_two_wrote_in_one_piece(desk: Office) -> None:
    entry = pieces(desk, "entry")[1]
    desk.write(entry.id, "Kollegans.")
    desk.send_back("Hallands sjukhus", "exempel")
    reply = desk.installation.person("strateg").post(
        url(desk), {**typed(entry, OWN), "do": "compile"}
    )
    assert (reply.status_code, OWN in re.sub("<[^>]+>", "", reply.text)) == (409, True)
    assert desk.view().outdated


def test_a_page_from_before_it_was_settled_gives_its_changed_boxes_back(desk: Office) -> None:
    """And only those, each by its name."""
    one, other = pieces(desk, "entry")[1:3]
    heading = pieces(desk, "heading")[1]
    stands = wording_of(other).text.replace("\n", "\r\n")
    form = {**typed(one, OWN), **typed(other, stands), **typed(heading, "Annan rubrik"),
            "do": f"up:{one.id}:0"}  # fmt: skip
    desk.close()
    desk.settle()
    reply = desk.installation.person("strateg").post(url(desk), form)
    assert reply.status_code == 409
    page = html.unescape(re.sub("<[^>]+>", "\n", reply.text))
    assert "Text: Psykiatrin Halland, " in page
    assert (OWN in page, "Annan rubrik" in page) == (True, True)
    assert stands[:40] not in page
    assert not {one.id, other.id, heading.id} & set(re.findall("[0-9a-f]{32}", page))


def test_json_without_end_is_refused(desk: Office) -> None:
    entry = pieces(desk, "entry")[1]
    person = desk.installation.person("strateg")
    token = person.client.get(url(desk)).text.split('name="csrf_token" value="')[1].split('"')[0]
    reply = person.client.put(
        f"/api/v1{url(desk)}/pieces/{entry.id}", data="[" * 200_000,
        content_type="application/json", headers={"X-CSRFToken": token},
    )  # fmt: skip
    assert (reply.status_code, reply.json["error"]) == (422, "expected_json")
