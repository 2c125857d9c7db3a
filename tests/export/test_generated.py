"""Submissions made by chance: what the PDF says is what the record says, answer by answer.

``REDOGOR_GENERATED=1000 pytest tests/export/test_generated.py`` looks at a thousand.
"""

from __future__ import annotations

import copy
import dataclasses
import os
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey_app.core.record import Record
from survey_app.export.blocks import Contents
from survey_app.export.outline import record_outline
from survey_app.export.pdf.drawing import render
from survey_app.export.pdf.words import read_words
from tests.conformance.reading import answers_missing

from .generated import documents, record_of
from .test_tagging import words_of
from .tree import Reader

MANY = int(os.environ.get("REDOGOR_GENERATED", "25"))


def hold(record: Record) -> None:
    outline = record_outline(record)
    kept = tuple(block for block in outline.blocks if not isinstance(block, Contents))
    outline = dataclasses.replace(outline, blocks=kept)
    data = render(outline)
    assert read_words(data) == words_of(outline)
    assert answers_missing(record, data) == []


def test_what_was_changed_on_its_way_is_found() -> None:
    """Planted: one sentence of the record is another than the one that was printed."""
    for _name, record, outline in documents(5, seed=3):
        data = render(outline)
        assert answers_missing(record, data) == []
        other = copy.deepcopy(record)
        section = other.get("content", other)["sections"][-1]
        section["questions"][-1]["text"] += " Ändrat"
        assert len(answers_missing(other, data)) >= 1


@given(st.randoms(use_true_random=False))
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_words_come_back(random: Random) -> None:
    hold(record_of(random))


@pytest.mark.parametrize("seed", [2])
def test_many_come_back_and_are_heard_in_order(
    seed: int, record_property: Callable[[str, object], None]
) -> None:
    made = list(documents(MANY, seed))
    assert len(made) == MANY > 0
    record_property("submissions", len(made))
    for name, record, outline in made:
        data = render(outline)
        assert Reader(data).text == read_words(data), name
        assert answers_missing(record, data) == [], name
