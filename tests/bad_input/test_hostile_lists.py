"""Ten thousand entries in one form, and half characters wherever JSON can carry them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask

from tests.stage import Stage
from tests.tables.desk import lay_desk
from tests.test_list_form import Draft

HALF = "a\ud800b"
MANY = 10_000


@pytest.fixture
def draft(stage: Stage, app: Flask) -> Draft:
    return Draft(stage, app)


def ids(count: int) -> list[str]:
    return [f"{number:08x}" for number in range(count)]


def form_of(draft: Draft, count: int) -> dict[str, Any]:
    """A page of so many entries, each with a text."""
    form = draft.page()
    form["q.exempel.entry"] = ids(count)
    return form | {f"q.exempel.entry.{name}.text": f"Exempel {name}" for name in ids(count)}


def test_ten_thousand_entries_posted_are_refused_in_words(draft: Draft) -> None:
    reply = draft.person.post(draft.url, form_of(draft, MANY))
    assert reply.status_code == 422
    assert "En lista har högst 1\u00a0000 poster" in reply.text
    assert draft.answer()["value"] is None


def test_ten_thousand_entries_sent_as_json_are_refused_in_words(draft: Draft) -> None:
    entries = [{"id": name, "values": {"text": "x"}} for name in ids(MANY)]
    for value in ({"entries": entries, "removed": []}, {"entries": [], "removed": entries}):
        reply = draft.person.save(draft.number, "exempel", value, 0)
        assert (reply.status_code, reply.get_json()["error"]) == (422, "list_too_long")
    assert draft.answer()["value"] is None


HALVES: list[tuple[str, Any]] = [
    ("a text", {"entries": [{"id": "aaaaaaaa", "values": {"text": HALF}}], "removed": []}),
    ("an id", {"entries": [{"id": HALF, "values": {"text": "x"}}], "removed": []}),
    ("a field", {"entries": [{"id": "aaaaaaaa", "values": {HALF: "x"}}], "removed": []}),
    ("a key", {HALF: 1}),
    ("a list", [HALF]),
    ("no list", HALF),
]


def test_half_a_character_in_a_list_is_kept_as_none_or_refused(draft: Draft) -> None:
    url = f"/api/v1/submissions/{draft.number}/answers/exempel"
    headers = {"X-CSRFToken": draft.person.token, "Content-Type": "application/json"}
    for what, value in HALVES:
        body = json.dumps({"value": value, "version": draft.answer()["version"]})  # in ASCII
        reply = draft.person.client.put(url, data=body, headers=headers)
        assert reply.status_code == (200 if what == "a text" else 422), what
        assert "\\ud800" not in reply.text, what
    assert draft.said() == ["a\N{REPLACEMENT CHARACTER}b"]
    assert "a\N{REPLACEMENT CHARACTER}b" in draft.person.get(draft.url).text


def test_half_a_character_in_a_table_is_kept_as_none_or_refused(stage: Stage) -> None:
    desk = lay_desk(stage)
    url = f"/api/v1/submissions/{desk.submission}/answers/andel-kon"
    headers = {"X-CSRFToken": desk.person.token, "Content-Type": "application/json"}
    told = []
    for value in (
        {"cells": {HALF: {"kvinna": 1}}}, {"cells": {"2024": {HALF: 1}}}, {HALF: 1},
        {"cells": {}, "notes": {HALF: "x"}}, {"cells": {"2024": {"kvinna": HALF}}},
    ):  # fmt: skip
        body = json.dumps({"value": value, "version": 0})
        told.append(desk.person.client.put(url, data=body, headers=headers).status_code)
    assert told == [422, 422, 422, 422, 200]
    assert desk.cells("andel-kon") == {"2024": {"kvinna": "a\N{REPLACEMENT CHARACTER}b"}}
    desk.app.extensions["redogor"].database.close()
