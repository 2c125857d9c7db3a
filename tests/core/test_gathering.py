"""Putting answers of several together: nothing is ever lost; and how much they come to."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given as over
from hypothesis import strategies as st

from survey_app.core.evaluation import Given
from survey_app.core.gathering import count_written, limit_of, put_together
from survey_app.core.questionnaire import Question

from .specimens import Case, cases, questionnaire_of

FIELDS: dict[str, dict[str, Any]] = {
    "+": {"field": {"kind": "text"}}, "#": {"field": {"kind": "integer"}}, "!": {"exclusive": True},
}  # fmt: skip


def question_of(told: dict[str, Any]) -> Question:
    """A question as short as the case says it: "ja+" has a text, "ja#" a number, "ja!" is alone."""
    options = [
        {"id": name.rstrip("+#!"), "text": name, **FIELDS.get(name[-1], {})}
        for name in told.get("options", [])
    ]
    spelled = {**told, **({"options": options} if options else {})}
    return questionnaire_of({"questions": [{"id": "q", "text": "F", **spelled}]}).by_id["q"]


@pytest.mark.parametrize("case", cases("gathering"), ids=lambda case: case["name"])
def test_putting_together(case: Case) -> None:
    question = question_of(case["question"])
    standing = Given(case["standing"], case.get("blank"))
    both = put_together(question, standing, case["added"])
    if case["expected"] is None:
        assert both is None
        return
    assert both == Given(case["expected"], case.get("blank"))
    assert count_written(question, both.value) == case["written"]


@over(st.text(), st.text(min_size=1))
def test_no_letter_of_either_is_lost(standing: str, added: str) -> None:
    both = put_together(question_of({"kind": "text"}), Given(standing, None), added)
    assert both is not None
    assert both.value.endswith(added)
    assert both.value.startswith(standing.rstrip())


def test_how_much_fits() -> None:
    assert limit_of(question_of({"kind": "text", "max_characters": 10})) == 10
    assert limit_of(question_of({"kind": "text", "max_characters": 10, "boxes": 3})) == 30
    assert limit_of(question_of({"kind": "text"})) is None
    assert limit_of(question_of({"kind": "integer"})) is None
    assert count_written(question_of({"kind": "text"}), None) == 0
