"""Every kind of question by its table: what is stored, what is wrong with it, what is sent."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter

from survey_app.core.kinds import KINDS
from survey_app.core.problem import Malformed, Problem
from survey_app.core.questionnaire import Question

from .specimens import Case, cases

TABLES = (
    "text",
    "number",
    "date",
    "link",
    "contact",
    "choice",
    "attachment",
    "matrix",
    "list",
    "table",
    "attested_and_computed",
)
ALL = [(table, case) for table in TABLES for case in cases(table)]
QUESTION: TypeAdapter[Any] = TypeAdapter(Question)


def said(problem: Problem) -> str:
    """A problem as the tables write it: ``code part (severity)``, an error without its severity."""
    severity = "" if problem.severity == "error" else f"({problem.severity})"
    return " ".join(word for word in (problem.code, problem.part, severity) if word)


@pytest.mark.parametrize(
    "case", [case for _, case in ALL], ids=[f"{table}: {case['name']}" for table, case in ALL]
)
def test_a_kind(case: Case) -> None:
    question = QUESTION.validate_python({"id": "q", "text": "F", **case["spec"]})
    kind = KINDS[question.kind]
    if "malformed" in case:
        with pytest.raises(Malformed) as caught:
            kind.parse(question, case["raw"])
        assert caught.value.code == case["malformed"]
        return
    value = kind.parse(question, case["raw"])
    assert value == case["value"]
    assert type(value) is type(case["value"])
    assert list(value or []) == case["order"] if "order" in case else True
    problems = list(kind.check(question, value)) if value is not None else []
    assert [said(problem) for problem in problems] == case.get("problems", [])
    facts = case.get("facts", {})
    assert {key: problems[0].facts[key] for key in facts} == facts
    _assert_what_follows(case, kind, question, value)


def _assert_what_follows(case: Case, kind: Any, question: Any, value: Any) -> None:
    if "atoms" in case:
        assert list(kind.atoms(question, value)) == case["atoms"]
    if "sent" in case:
        assert kind.sent(question, value) == case["sent"]
    if "files" in case:
        assert kind.files(question, kind.sent(question, value)) == case["files"]


def test_every_kind_has_cases() -> None:
    assert {case["spec"]["kind"] for _, case in ALL} == set(KINDS)
