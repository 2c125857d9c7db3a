"""A draft's answers under the next version of its questionnaire."""

from __future__ import annotations

from typing import Any

import pytest

from survey_app.core.evaluation import Given
from survey_app.core.kinds import KINDS
from survey_app.core.questionnaire import Questionnaire
from survey_app.core.succession import succeed, version_of
from tests.core.specimens import cases


def form(questions: list[dict[str, Any]], version: str = "1.0.0") -> Questionnaire:
    return Questionnaire.model_validate({
        "id": "prov", "version": version, "title": "T", "authority": {"name": "M"},
        "period": "2025", "sections": [{"id": "s", "title": "S", "questions": questions}],
    })  # fmt: skip


@pytest.mark.parametrize("case", cases("succession"), ids=lambda case: case["case"])
def test_where_answers_go(case: dict[str, Any]) -> None:
    before, after = form(case["before"]), form(case["after"], "1.1.0")
    answers = {
        key: Given(KINDS[before.by_id[key].kind].parse(before.by_id[key], value))
        for key, value in case["answers"].items()
    }
    found = succeed(before, after, answers)
    went = {
        item.question.id: {
            place.question.id: [[misfit.code, misfit.part] for misfit in place.carried.misfits]
            for place in item.places
        }
        for item in found.outcomes
    }
    assert went == case["went"]
    assert {key: given.value for key, given in found.writes.items()} == case["writes"]
    assert [question.id for question in found.added] == case.get("added", [])


def test_versions_are_compared_as_numbers() -> None:
    question = [{"id": "a", "kind": "text", "text": "A"}]
    versions = [version_of(form(question, version)) for version in ("1.9.0", "1.10.0", "2.0.0")]
    assert versions == sorted(versions)
