"""What holds for any input at all."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from survey_app.core.content import build_content, canonical_json
from survey_app.core.evaluation import Answers, Given, evaluate
from survey_app.core.finding import Finding, SpecificationError
from survey_app.core.kinds import KINDS
from survey_app.core.number import canonical, read_number
from survey_app.core.problem import Malformed
from survey_app.core.questionnaire import Question, Questionnaire
from survey_app.core.reading import read_questionnaire
from survey_app.web.wording import describe_finding, describe_problem

from .specimens import Case, cases, questionnaire_of
from .test_content import HEADING
from .test_kinds import TABLES

QUESTION: TypeAdapter[Any] = TypeAdapter(Question)
WORDS = st.sampled_from(
    [
        *("ja", "nej", "delvis", "a", "b", "fil", "inget", "psykolog", "kurator"),
        *("chosen", "details", "files", "text", "name", "size", "sha256", "media_type"),
        *("61", "12,4 %", "a" * 64, "\ud800"),
    ]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | WORDS
RAW = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.text(), inner),
    max_leaves=12,
)


def _distinct_specs() -> list[dict[str, Any]]:
    found = {
        json.dumps(case["spec"], sort_keys=True): case["spec"]
        for table in TABLES
        for case in cases(table)
    }
    return list(found.values())


SPECS = [QUESTION.validate_python({"id": "q", "text": "F", **spec}) for spec in _distinct_specs()]


@pytest.mark.parametrize("question", SPECS, ids=lambda question: question.kind)
@settings(max_examples=60, deadline=None)
@given(raw=RAW)
def test_parse_refuses_or_keeps(question: Any, raw: object) -> None:
    """Parse raises Malformed alone, is idempotent, and gives what can be judged and hashed."""
    kind = KINDS[question.kind]
    try:
        value = kind.parse(question, raw)
    except Malformed:
        return
    assert kind.parse(question, value) == value
    canonical_json(value)
    if value is not None:
        assert all(describe_problem(problem) for problem in kind.check(question, value))
        kind.atoms(question, value)
        kind.files(question, kind.sent(question, value))


SHAPES = [
    questionnaire_of(case)
    for case in cases("evaluation")
    if case["name"] in ("a hidden row is kept", "an open section", "a sum opens a question")
    or case["name"].startswith(("a chain", "a count", "a share of enormous", "text after no"))
]


def _plausible(question: Any) -> st.SearchStrategy[Any]:
    """Raw values that a question's kind mostly takes."""
    options = [option.id for option in getattr(question, "options", [])]
    if question.kind == "matrix":
        rows = st.sampled_from([row.id for row in question.rows])
        return st.dictionaries(rows, st.sampled_from(options))
    if question.kind == "multiple":
        return st.lists(st.sampled_from(options))
    if question.kind == "single":
        chosen = st.sampled_from([*options, None])
        with_field = [option.id for option in question.options if option.field]
        details = st.dictionaries(st.sampled_from(with_field or options[:0] or [""]), st.text())
        return st.builds(
            lambda c, d: {"chosen": c, "details": d if with_field else {}}, chosen, details
        )
    if question.kind in ("integer", "percent", "money"):
        return st.integers() | st.decimals(allow_nan=False, allow_infinity=False).map(str)
    return st.text()


@st.composite
def answered(draw: st.DrawFn) -> tuple[Questionnaire, Answers]:
    questionnaire = draw(st.sampled_from(SHAPES))
    answers = {}
    for question in questionnaire.questions():
        if question.kind != "computed" and draw(st.booleans()):
            raw = draw(_plausible(question))
            answers[question.id] = Given(KINDS[question.kind].parse(question, raw))
    return questionnaire, answers


@settings(max_examples=400, deadline=None)
@given(answered())
def test_any_answers_can_be_judged_and_written_down(case: tuple[Questionnaire, Answers]) -> None:
    questionnaire, answers = case
    verdict = evaluate(questionnaire, answers)
    for progress in verdict.progress.values():
        assert progress.answered <= progress.shown
        assert progress.problems <= progress.shown
    canonical_json(build_content(questionnaire, answers, HEADING, evaluation=verdict))
    canonical_json(build_content(questionnaire, answers, HEADING, draft=True))


@settings(max_examples=200, deadline=None)
@given(answered(), st.data())
def test_hiding_and_showing_changes_no_answer(
    case: tuple[Questionnaire, Answers], data: st.DataObject
) -> None:
    """Whatever is answered in between: with the old answers everything is as it was."""
    questionnaire, answers = case
    before = build_content(questionnaire, answers, HEADING, draft=True)
    name = data.draw(st.sampled_from([q.id for q in questionnaire.questions()]))
    between = {**answers, name: Given()}
    evaluate(questionnaire, between)
    assert {key: between[key] for key in answers if key != name} == {
        key: value for key, value in answers.items() if key != name
    }
    after = build_content(questionnaire, {**between, name: answers.get(name, Given())}, HEADING)
    assert after == build_content(questionnaire, answers, HEADING)
    assert build_content(questionnaire, answers, HEADING, draft=True) == before


@settings(max_examples=300, deadline=None)
@given(st.text() | st.from_regex(r"[0-9 \u00a0]{1,12}([,.][0-9]{1,4})?( procent| kr|%)?"))
def test_a_number_that_is_read_is_read_again(text: str) -> None:
    number = read_number(text)
    if number is not None:
        assert read_number(str(canonical(number))) == number


@settings(max_examples=300, deadline=None)
@given(RAW)
def test_reading_finds_or_reads(document: object) -> None:
    """Nothing but SpecificationError is raised on any text that might be a file."""
    with pytest.raises(SpecificationError) as caught:
        read_questionnaire(json.dumps(document))
    assert caught.value.findings


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(cases("reading")), st.data())
def test_reading_a_broken_file_finds_or_reads(case: Case, data: st.DataObject) -> None:
    """A value somewhere in a file is replaced by another."""
    if "text" in case:
        return
    document: Any = {"id": "a", "version": "1.0.0", "title": "T", "period": "2025"}
    document["authority"] = {"name": "M"}
    document["sections"] = case.get("sections") or [
        {"id": "s", "title": "S", "questions": case["questions"]}
    ]
    document = json.loads(json.dumps(document))
    part, step = document, "sections"
    while isinstance(part[step], dict | list) and part[step] and data.draw(st.booleans()):
        part = part[step]
        step = data.draw(
            st.sampled_from(list(part) if isinstance(part, dict) else range(len(part)))
        )
    part[step] = data.draw(RAW)
    findings: tuple[Finding, ...] = ()
    try:
        evaluate(read_questionnaire(json.dumps(document)), {})
    except SpecificationError as error:
        findings = error.findings
        assert findings, "refused without a reason"
    assert all(describe_finding(finding) for finding in findings)
