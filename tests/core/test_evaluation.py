"""What answers mean for their questionnaire, by table; and what the approver fills in."""

from __future__ import annotations

import pytest

from survey_app.core.evaluation import attestation_problems, evaluate, parse_blank
from survey_app.core.problem import Malformed, Problem

from .specimens import Case, answers_of, cases, questionnaire_of


def said(problem: Problem) -> str:
    """A problem as the tables write it: ``code question part (severity)``."""
    severity = "" if problem.severity == "error" else f"({problem.severity})"
    words = (problem.code, problem.question, problem.part, severity)
    return " ".join(word for word in words if word)


@pytest.mark.parametrize("case", cases("evaluation"), ids=lambda case: case["name"])
def test_evaluation(case: Case) -> None:
    questionnaire = questionnaire_of(case)
    verdict = evaluate(questionnaire, answers_of(questionnaire, case))
    assert [said(problem) for problem in verdict.problems] == case["problems"]
    if "shown" in case:
        assert verdict.shown == set(case["shown"])
    if "computed" in case:
        assert verdict.computed == case["computed"]
    if "can_be_sent" in case:
        assert verdict.can_be_sent is case["can_be_sent"]
    for section, expected in case.get("progress", {}).items():
        progress = verdict.progress[section]
        assert [progress.shown, progress.answered, progress.problems] == expected


def test_problems_are_found_by_question_and_by_severity() -> None:
    case = next(case for case in cases("evaluation") if case["name"] == "an open section")
    questionnaire = questionnaire_of(case)
    verdict = evaluate(questionnaire, answers_of(questionnaire, case))
    assert [problem.code for problem in verdict.of("b")] == ["required"]
    assert verdict.of("a") == []
    assert [problem.code for problem in verdict.with_severity("error")] == ["required"]
    assert verdict.with_severity("warning") == []


def test_showing_again_returns_the_answer() -> None:
    case = cases("evaluation")[3]
    questionnaire = questionnaire_of(case)
    answers = answers_of(questionnaire, case)
    assert evaluate(questionnaire, answers).shown == {"s1"}
    opened = {**answers, **answers_of(questionnaire, {"answers": {"s1": "ja"}})}
    verdict = evaluate(questionnaire, opened)
    assert verdict.shown == {"s1", "b", "d"}
    assert verdict.problems == []
    assert opened["b"].value == "x"


ATTESTED: Case = {
    "questions": [
        {"id": "a", "kind": "text", "text": "F"},
        {
            "id": "intyg",
            "kind": "attestation",
            "text": "F",
            "required": True,
            "statement": "Jag intygar",
            "label": "Ja",
        },
        {"id": "namn", "kind": "text", "text": "F", "filled_by": "approver", "required": True},
        {"id": "epost", "kind": "email", "text": "F", "filled_by": "approver"},
    ]
}


@pytest.mark.parametrize(
    ("fields", "problems"),
    [
        ({}, ["not_attested intyg", "required namn"]),
        ({"intyg": True}, ["required namn"]),
        ({"intyg": True, "namn": "Direktör"}, []),
        ({"intyg": True, "namn": "Direktör", "epost": "x"}, ["not_an_email epost"]),
    ],
)
def test_what_the_approver_fills_in(fields: dict[str, object], problems: list[str]) -> None:
    questionnaire = questionnaire_of(ATTESTED)
    verdict = evaluate(questionnaire, answers_of(questionnaire, {"answers": {"a": "x"}}))
    found = attestation_problems(questionnaire, verdict, fields)
    assert [said(problem) for problem in found] == problems


@pytest.mark.parametrize(
    ("raw", "blank"),
    [
        (None, None),
        ({"code": "reason", "text": "a\r\nb"}, {"code": "reason", "text": "a\nb"}),
        ({"code": "cannot_be_stated"}, {"code": "cannot_be_stated", "text": ""}),
    ],
)
def test_reasons_are_parsed(raw: object, blank: object) -> None:
    assert parse_blank(raw) == blank


@pytest.mark.parametrize(
    "raw",
    [
        *("reason", [], {}, {"code": "other"}, {"code": []}, {"code": "reason", "text": 5}),
        {"code": "reason", "text": "x", "more": 1},
    ],
)
def test_reasons_of_another_shape_are_refused(raw: object) -> None:
    with pytest.raises(Malformed) as caught:
        parse_blank(raw)
    assert caught.value.code == "expected_blank"
