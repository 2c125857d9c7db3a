"""Every way in which a questionnaire file can be wrong, and that what is right passes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from survey_app.core.finding import SpecificationError
from survey_app.core.reading import read_questionnaire
from survey_app.web.wording import describe_finding

from .specimens import cases, text_of


@pytest.mark.parametrize("case", cases("reading"), ids=lambda case: case["name"])
def test_findings(case: dict[str, Any]) -> None:
    if not case["findings"]:
        assert read_questionnaire(text_of(case)).sections
        return
    with pytest.raises(SpecificationError) as caught:
        read_questionnaire(text_of(case))
    found = caught.value.findings
    assert [[finding.path, finding.code] for finding in found] == case["findings"]
    facts = case.get("facts", {})
    assert {key: found[0].facts.get(key) for key in facts} == facts
    assert all("%" not in describe_finding(finding) for finding in found)


def test_every_finding_of_the_catalogue_has_a_case() -> None:
    from survey_app.web.wording.findings import CHAINS, FINDINGS

    seen = {code for case in cases("reading") for _, code in case["findings"]}
    # Python 3.13 alone says so; the others are tested below, or stand for what we did not foresee.
    elsewhere = {"json_trailing_comma", "json_syntax", "json_too_deep", "json_number"}
    assert set(FINDINGS) | set(CHAINS) == seen | elsewhere | {"invalid_value"}


@pytest.mark.parametrize(
    ("text", "code"), [("[" * 200_000, "json_too_deep"), ("1" * 5_000, "json_number")]
)
def test_absurd_files(text: str, code: str) -> None:
    with pytest.raises(SpecificationError) as caught:
        read_questionnaire(text)
    assert [finding.code for finding in caught.value.findings] == [code]


def test_lines_are_those_of_the_file() -> None:
    text = text_of({"questions": [{"id": "a", "kind": "text", "text": "F", "maxlength": 3}]})
    with pytest.raises(SpecificationError) as caught:
        read_questionnaire(text)
    line = int(caught.value.findings[0].facts["line"])
    assert '"maxlength"' in text.splitlines()[line - 1]


def test_repeated_keys_are_found_with_everything_else() -> None:
    text = text_of({"questions": [{"id": "a", "kind": "text", "text": "F", "zz": 1}]})
    text = text.replace('"kind": "text"', '"kind": "text", "kind": "text"')
    with pytest.raises(SpecificationError) as caught:
        read_questionnaire(text)
    codes = {finding.code for finding in caught.value.findings}
    assert codes == {"repeated_key", "unknown_key"}


def test_the_error_names_its_findings() -> None:
    with pytest.raises(SpecificationError, match="id: missing_key; version: missing_key"):
        read_questionnaire(json.dumps({}))
