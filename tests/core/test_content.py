"""The document that is approved: what is in it, what is not, and that its hash can be trusted."""

from __future__ import annotations

import copy
import hashlib
import json
from typing import Any

import pytest

from survey_app.core.content import Content, build_content, canonical_json, sha256_of
from survey_app.core.record import BrokenRecord, build_record, check_record

from .specimens import Case, answers_of, cases, questionnaire_of

HEADING: dict[str, Any] = {
    "case": {"diary_number": "RS250393", "title": "Ärende", "practice": False},
    "unit": {"name": "Region Halland", "organisation_number": "232100-0115"},
    "submission": {"id": "1", "corrects": None},
    "deadline": "2026-03-12",
    "questionnaire_sha256": "0" * 64,
}
APPROVAL: dict[str, Any] = {
    "approved_at": "2026-03-10T14:05:00+01:00",
    "approver": {"name": "Direktör", "title": "Direktör", "email": "direktor@demo.example"},
    "delegation": {"decision": "Beslut 1", "valid_from": "2026-01-01", "valid_to": None},
    "own_work_reason": None,
    "fields": {"intyg": True},
}


def content_of(case: Case) -> Content:
    questionnaire = questionnaire_of(case)
    answers = answers_of(questionnaire, case)
    return build_content(questionnaire, answers, HEADING, draft=case.get("draft", False))


def entries(content: Content) -> dict[str, dict[str, Any]]:
    return {entry["id"]: entry for part in content["sections"] for entry in part["questions"]}


@pytest.mark.parametrize("case", cases("content"), ids=lambda case: case["name"])
def test_content(case: Case) -> None:
    content = content_of(case)
    for question, expected in case["expected"].items():
        entry = entries(content)[question]
        assert {key: entry.get(key, "absent") for key in expected} == expected
    if "enclosures" in case:
        found = [[item["number"], item["question"], item["name"]] for item in content["enclosures"]]
        assert found == case["enclosures"]
    assert content.get("draft", False) is case.get("draft", False)
    assert json.loads(canonical_json(content)) == content


@pytest.fixture
def content() -> Content:
    return content_of(cases("content")[0])


def test_content_reads_alone(content: Content) -> None:
    assert content["format"] == "redogor/content/1"
    assert content["case"]["diary_number"] == "RS250393"
    assert content["unit"]["organisation_number"] == "232100-0115"
    assert content["questionnaire"]["authority"] == "M"
    assert content["questionnaire"]["title"] == "T"
    assert [part["title"] for part in content["sections"]] == ["S"]


def test_sections_that_are_not_asked_are_listed() -> None:
    case = next(case for case in cases("evaluation") if case["name"] == "a closed section")
    assert [part["asked"] for part in content_of(case)["sections"]] == [True, False]


def test_the_hash_is_that_of_the_canonical_json(content: Content) -> None:
    assert sha256_of(content) == hashlib.sha256(canonical_json(content)).hexdigest()
    shuffled = dict(reversed(list(content.items())))
    assert sha256_of(shuffled) == sha256_of(content)


def test_the_hash_does_not_change_from_run_to_run() -> None:
    document = {"å": [1, "12.4", None, True], "a": {"b": "\n😀"}}
    assert canonical_json(document).decode() == '{"a":{"b":"\\n😀"},"å":[1,"12.4",null,true]}'
    assert sha256_of(document) == hashlib.sha256(canonical_json(document)).hexdigest()


@pytest.mark.parametrize(
    ("answers", "same"),
    [({"a": "x"}, True), ({"a": "x "}, False), ({"a": "X"}, False), ({"a": None}, False)],
)
def test_the_hash_follows_the_answers(
    content: Content, answers: dict[str, Any], *, same: bool
) -> None:
    other = content_of({**cases("content")[0], "answers": answers})
    assert (sha256_of(other) == sha256_of(content)) is same


def test_hidden_answers_do_not_touch_the_hash() -> None:
    case = next(case for case in cases("content") if case["name"] == "not asked")
    without = {**case, "answers": {"s1": "nej"}}
    assert sha256_of(content_of(case)) == sha256_of(content_of(without))


def test_a_record_names_its_content(content: Content) -> None:
    record = build_record(content, APPROVAL)
    assert record["format"] == "redogor/record/1"
    assert record["approval"]["content_sha256"] == sha256_of(content)
    assert record["approval"]["approver"]["email"] == "direktor@demo.example"
    assert check_record(json.loads(canonical_json(record))) == record


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("content", "sections", 0, "questions", 0, "value"), "y"),
        (("content", "unit", "name"), "Region X"),
        (("content", "more"), 1),
        (("approval", "content_sha256"), "0" * 64),
        (("approval", "content_sha256"), None),
    ],
)
def test_a_changed_record_is_found(content: Content, place: tuple[Any, ...], value: object) -> None:
    record: Any = copy.deepcopy(build_record(content, APPROVAL))
    part = record
    for step in place[:-1]:
        part = part[step]
    part[place[-1]] = value
    with pytest.raises(BrokenRecord, match="content_changed"):
        check_record(record)


@pytest.mark.parametrize(
    "document",
    [
        *(None, 5, "x", [], {}, {"format": "redogor/record/2"}, {"format": "redogor/record/1"}),
        {"format": "redogor/record/1", "approval": [], "content": {}},
        {"format": "redogor/record/1", "approval": {}, "content": None},
    ],
)
def test_what_is_no_record(document: object) -> None:
    with pytest.raises(BrokenRecord, match="not_a_record"):
        check_record(document)
