"""The questionnaires that ship, and the schema that editors check them by."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from survey_app.core.reading import read_questionnaire
from survey_app.core.schema import known_keys, questionnaire_schema

FOLDER = Path(__file__).parent.parent.parent / "questionnaires"
SCHEMA = FOLDER / "questionnaire.schema.json"
FILES = sorted(path for path in FOLDER.glob("*.json") if path != SCHEMA)


def test_there_are_questionnaires() -> None:
    assert FILES


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_questionnaire_can_be_read(path: Path) -> None:
    questionnaire = read_questionnaire(path.read_text(encoding="utf-8"))
    assert questionnaire.id == path.stem
    assert questionnaire.schema_ == SCHEMA.name


def test_the_committed_schema_is_current() -> None:
    committed = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert committed == questionnaire_schema(), (
        "The models have changed. Type: "
        "survey-app schema > questionnaires/questionnaire.schema.json"
    )


def test_the_schema_says_what_it_is() -> None:
    schema = questionnaire_schema()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"].startswith("https://")
    assert schema["title"] == "Questionnaire"
    assert schema["additionalProperties"] is False


def test_every_part_is_described() -> None:
    schema = questionnaire_schema()
    silent = [name for name, part in schema["$defs"].items() if not part.get("description")]
    assert silent == []
    assert schema["$defs"]["PercentQuestion"]["description"].startswith("A share in percent")


def test_texts_are_described_once() -> None:
    title = questionnaire_schema()["properties"]["title"]
    assert title == {"$ref": "#/$defs/Words"}


def test_known_keys_follow_kinds_and_choices() -> None:
    document = {
        "sections": [
            {
                "questions": [
                    {"kind": "single", "options": [{"field": {"kind": "percent"}}]},
                    {"kind": "nonsense"},
                    {"kind": "list", "fields": [{"kind": "percent"}]},
                    {"kind": "computed", "of": ["a", {"question": "b"}]},
                ],
                "shown_when": {"all": [{}]},
            }
        ]
    }
    question = ("sections", 0, "questions", 0)
    assert "options" in known_keys(document, question)
    assert "whole" in known_keys(document, (*question, "options", 0, "field"))
    assert known_keys(document, ("sections", 0, "shown_when", "all", 0)) == [
        "question",
        "row",
        "column",
        "field",
        "operator",
        "answer",
    ]
    assert known_keys(document, ("sections", 0, "questions", 1)) == []
    assert "whole" in known_keys(document, ("sections", 0, "questions", 2, "fields", 0))
    assert "where" in known_keys(document, ("sections", 0, "questions", 3, "of", 1))
