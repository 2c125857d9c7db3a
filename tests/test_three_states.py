"""Missing is not zero, and neither is what nobody filled in: from the form to the archive."""

from __future__ import annotations

import io
import itertools
import json
from typing import Any

import docx
import pytest
from flask import Flask

from survey_app.core.content import canonical_json
from survey_app.core.difference import changes_between
from survey_app.core.kinds import KINDS
from survey_app.core.questionnaire import Questionnaire
from survey_app.export.outline import record_outline
from survey_app.export.pdf.drawing import render
from survey_app.export.pdf.words import read_words
from survey_app.export.word.drawing import render as render_word
from survey_app.web.cell_changes import differing_texts, weave_cells
from survey_app.web.plain_text import plain_text
from tests.conformance.specimens import spec_of
from tests.export.tabled import made, table_record

STATES: dict[str, Any] = {"missing": None, "zero": 0, "absent": ""}
PAPER = {"missing": "saknas", "zero": "0", "absent": "–"}
SAID = {"missing": "uppgift saknas", "zero": "0", "absent": ""}
SPEC = made(1, 2, totals=[{"id": "summa", "axis": "column", "text": "Summa"}])
QUESTION: Any = Questionnaire.model_validate(
    spec_of("T", [{"id": "tabell", "text": "Hur många?", **SPEC}])
).by_id["tabell"]
TABLE = KINDS["table"]


def cells(state: str) -> dict[str, Any]:
    return {"r0": {"k0": STATES[state], "k1": 7}}


def parsed(state: str) -> Any:
    return TABLE.parse(QUESTION, {"cells": cells(state)})


def contents() -> dict[str, Any]:
    return {state: table_record(SPEC, cells(state))["content"] for state in STATES}


def test_they_are_three_values_three_contents_and_three_hashes() -> None:
    values = {json.dumps(parsed(state), sort_keys=True) for state in STATES}
    assert len(values) == 3
    assert len({canonical_json(content) for content in contents().values()}) == 3
    stored = {state: content["sections"][0]["questions"][0]["value"]["cells"]["r0"]
              for state, content in contents().items()}  # fmt: skip
    assert stored == {
        "missing": {"k0": None, "k1": 7}, "zero": {"k0": 0, "k1": 7}, "absent": {"k1": 7},
    }  # fmt: skip


def test_sums_count_what_is_missing() -> None:
    totals = {state: content["sections"][0]["questions"][0]["computed"]["r0"]["summa"]
              for state, content in contents().items()}  # fmt: skip
    assert totals == {
        "missing": {"value": 7, "missing": 1},
        "zero": {"value": 7, "missing": 0},
        "absent": {"value": 7, "missing": 1},
    }


@pytest.mark.parametrize("state", STATES)
def test_paper_tells_them_apart(state: str) -> None:
    outline = record_outline(table_record(SPEC, cells(state)))
    said = f"vecka 1 {PAPER[state]} 7 7"
    assert said in read_words(render(outline))
    word = docx.Document(io.BytesIO(render_word(outline)))
    rows = [[cell.text for cell in row.cells] for table in word.tables for row in table.rows]
    assert said.replace("vecka 1 ", "").split() == next(r[1:] for r in rows if r[0] == "vecka 1")


@pytest.mark.parametrize(("before", "after"), list(itertools.permutations(STATES, 2)))
def test_each_change_from_one_to_another_is_told(app: Flask, before: str, after: str) -> None:
    found = contents()
    assert [item.question for item in changes_between(found[before], found[after])] == ["tabell"]
    with app.test_request_context():
        woven = weave_cells(QUESTION, parsed(before), parsed(after))
        assert [(part.text, part.tag) for part in woven if part.tag] == [
            (text, tag) for text, tag in ((SAID[before], "del"), (SAID[after], "ins")) if text
        ]
        texts = differing_texts(QUESTION, parsed(before), parsed(after))
        assert texts[0] != texts[1]
        assert plain_text(QUESTION, parsed(before)) != plain_text(QUESTION, parsed(after))


@pytest.mark.parametrize("state", STATES)
def test_typing_over_says_them(state: str) -> None:
    entry = contents()[state]["sections"][0]["questions"][0]
    fields = {field.key: field.text for field in TABLE.typed(entry, entry["value"], QUESTION)}
    assert fields.get("tabell/cell/r0/k0", "") == SAID[state]
