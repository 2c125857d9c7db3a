"""Submissions that one may not change, or not even know of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.bad_input.forms import hidden_fields, save, words
from tests.conftest import GNV_DONE, Person
from tests.stage import OTHER, PASSWORD, Stage, address, build_stage


def test_a_save_to_an_approved_submission(strateg: Person) -> None:
    before = strateg.submission(GNV_DONE)
    reply = save(strateg, "24", "För sent", GNV_DONE)
    assert reply.status_code == 409
    assert "inte längre" in reply.get_json()["message"]
    page = strateg.post(f"/submissions/{GNV_DONE}/sections/kontinuitet",
                        {"whole": "1", "q.24": "För sent", "q.24.version": "1"})  # fmt: skip
    assert page.status_code == 409
    assert "Ladda om sidan." in page.text
    told = words(page)
    assert "24 Vilka insatser" in told
    assert "För sent" in told, "what was typed can be copied"
    assert strateg.submission(GNV_DONE) == before


@pytest.fixture(scope="module")
def two_units(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stage, Any, int]]:
    """A stage, its application, and a draft of the other unit."""
    stage = build_stage(tmp_path_factory.mktemp("two"))
    [other] = stage.open("ANN2501", "other_strategist")
    stage.save(other, "1", "Hemligt", 0, "other_strategist")
    assert stage.units[OTHER]
    app = stage.app()
    yield stage, app, other
    stage.database.close()
    app.extensions["redogor"].database.close()


def test_another_units_submission_by_its_id_is_not_found(
    two_units: tuple[Stage, Any, int],
) -> None:
    stage, app, other = two_units
    person = stage.sign_in(app, "strategist")
    replies = [
        person.get(f"/api/v1/submissions/{other}"),
        person.save(other, "1", "Jag tar över", 1),
        person.get(f"/submissions/{other}/sections/a"),
        person.post(f"/submissions/{other}/sections/a", {"whole": "1"}),
        person.get(f"/submissions/{other}/history/1"),
    ]
    missing = person.get("/api/v1/submissions/987")
    assert [reply.status_code for reply in [*replies, missing]] == [404] * 6
    assert replies[0].get_json() == missing.get_json(), "as if it did not exist"
    assert all("Hemligt" not in reply.text for reply in replies)
    assert stage.read(other, "other_strategist").answers["1"].value == "Hemligt"


def test_what_was_held_tells_another_unit_nothing_of_the_form(
    two_units: tuple[Stage, Any, int],
) -> None:
    """Posted without a login, then signed in by somebody who may not read the submission."""
    _stage, app, other = two_units
    client = app.test_client()
    url = f"/submissions/{other}/sections/a"
    typed = {"q.1": "Mitt", "q.1.version": "0", "q.2": "ja", "q.2.version": "0", "whole": "1"}
    page = client.post(url, data=typed)
    assert page.status_code == 401
    form = {**hidden_fields(page.text), "email": address("strategist"), "password": PASSWORD}
    told = words(client.post("/sign-in", data=form))
    assert 'Fråga 1</dt><dd class="answer-text">Mitt<' in told
    assert 'Fråga 2</dt><dd class="answer-text">ja<' in told
    assert "Beskriv" not in told
    assert "Finns underlag?" not in told
    assert "Hemligt" not in told
    client = app.test_client()
    form = hidden_fields(client.post(url, data=typed).text)
    form |= {"email": address("other_strategist"), "password": PASSWORD}
    own = words(client.post("/sign-in", data=form))
    assert "1 Beskriv" in own
    assert "☒ Ja" in own
