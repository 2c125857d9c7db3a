"""The demo answers to Socialstyrelsen's questionnaire Dnr 72505/2025."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from survey_app.core.evaluation import Given, evaluate, parse_blank
from survey_app.core.kinds import KINDS
from survey_app.core.questionnaire import Question, Questionnaire

ROOT = Path(__file__).parent.parent
GNV = Questionnaire.model_validate_json(
    (ROOT / "questionnaires" / "gnv-2025.json").read_text(encoding="utf-8")
)
DEMO: dict[str, Any] = json.loads(
    (ROOT / "survey_app" / "demo" / "gnv-2025.json").read_text(encoding="utf-8")
)

ENCLOSURES = {
    "8a": ["indikatorrapport"],
    "27a": ["paragraf-164", "paragraf-70"],
}

DERIVED = "5 6 7 8 9 11 14 17 18 19 21 22 26 27 28 29 31 35 38 42"

OPEN = "2 3 4 9a 12 13 20 23 25 33 36 39 40"


def with_files(value: Any) -> Any:
    """The value as the demo gives it: a real file in the place of each named enclosure."""
    if not isinstance(value, dict) or "files" not in value:
        return value
    files = [
        {
            "name": f"{file['enclosure']}.pdf",
            "size": 1,
            "sha256": "0" * 64,
            "media_type": "application/pdf",
        }
        for file in value["files"]
    ]
    return {**value, "files": files}


def practice_answers() -> dict[str, dict[str, Any]]:
    return {**DEMO["answers"], **DEMO["practice"]}


@pytest.mark.parametrize("number", DEMO["answers"])
def test_a_demo_answer_is_kept_as_it_stands(number: str) -> None:
    question, answer = GNV.by_id[number], DEMO["answers"][number]
    value = KINDS[question.kind].parse(question, answer["value"])
    assert value is not None or answer["blank"]["code"] == "cannot_be_stated"
    if question.kind in ("single", "multiple"):
        value = {key: item for key, item in value.items() if item != {}}
    assert value == answer["value"]


def test_demo_answers_mark_the_ticks_that_only_an_answer_implies() -> None:
    derived = [number for number, answer in DEMO["answers"].items() if answer.get("derived")]
    assert " ".join(derived) == DERIVED
    # The region's text after "Ja" says that it has no such routine: which to tick is for people.
    assert DEMO["answers"]["37"]["value"]["chosen"] is None


def test_demo_answers_leave_open_what_the_source_does_not_show() -> None:
    left_open = [number for number in GNV.by_id if number not in DEMO["answers"]]
    assert " ".join(left_open) == OPEN


def test_the_share_that_the_region_could_not_state() -> None:
    blank = DEMO["answers"]["34"]
    assert blank == {
        "value": None,
        "blank": {"code": "cannot_be_stated", "text": "KAN INTE ANGE"},
    }


def test_demo_numbers() -> None:
    numbers = {number: DEMO["answers"][number]["value"] for number in ("15", "16", "30", "32")}
    assert numbers == {"15": 8, "16": 0, "30": 61, "32": 210237}


@pytest.mark.parametrize("number", practice_answers())
def test_a_practice_answer_is_without_fault(number: str) -> None:
    question, answer = GNV.by_id[number], practice_answers()[number]
    value = KINDS[question.kind].parse(question, with_files(answer["value"]))
    assert (value is None) == ("blank" in answer)
    if value is not None:
        problems = list(KINDS[question.kind].check(question, value))
        assert [(problem.code, problem.part) for problem in problems] == []


def test_practice_encloses_the_sources_annexes() -> None:
    found = {
        number: [file["enclosure"] for file in answer["value"]["files"]]
        for number, answer in DEMO["practice"].items()
        if answer["value"] and answer["value"].get("files")
    }
    assert found == ENCLOSURES


def given(answer: dict[str, Any], question: Question) -> Given:
    value = KINDS[question.kind].parse(question, with_files(answer["value"]))
    return Given(value, parse_blank(answer.get("blank")))


def test_practice_is_complete_and_can_be_sent() -> None:
    answers = {
        number: given(answer, GNV.by_id[number]) for number, answer in practice_answers().items()
    }
    verdict = evaluate(GNV, answers)
    assert set(answers) == set(GNV.by_id)
    assert verdict.shown >= set(GNV.by_id)
    assert verdict.problems == []
    assert verdict.can_be_sent


def test_the_demo_draft_cannot_be_sent_as_it_is() -> None:
    answers = {
        number: given(answer, GNV.by_id[number]) for number, answer in DEMO["answers"].items()
    }
    verdict = evaluate(GNV, answers)
    assert verdict.with_severity("error") == []
    unanswered = [problem.question for problem in verdict.with_severity("blank")]
    assert " ".join(unanswered) == OPEN.replace("36 39", "36 37 39")
    # 37: the region's text stands after "Ja" and says that there is no such routine: whether the
    # box was ticked cannot be told from the source, so it stays open and says so.
    warnings = [(item.question, item.code) for item in verdict.with_severity("warning")]
    assert warnings == [("37", "detail_without_option")]
