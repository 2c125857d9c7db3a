"""A record field by field: what is copied, counted and ticked."""

from __future__ import annotations

import json
from typing import Any

from survey_app.core.content import build_content
from survey_app.core.evaluation import Answers, Given
from survey_app.core.questionnaire import Questionnaire
from survey_app.core.reading import read_questionnaire
from survey_app.core.record import build_record
from survey_app.core.transcription import Field, fields_of, transcribe

from .test_content import APPROVAL, HEADING

FILE = {"name": "plan.pdf", "size": 9, "sha256": "a" * 64, "media_type": "application/pdf"}
QUESTIONS: list[dict[str, Any]] = [
    {"id": "t", "kind": "text", "text": "Text", "max_characters": 10},
    {"id": "b", "kind": "text", "text": "Rutor", "boxes": 3, "max_characters": 20},
    {"id": "n", "kind": "percent", "text": "Andel"},
    {"id": "k", "kind": "money", "text": "Kronor"},
    {"id": "v", "kind": "single", "text": "Val", "options": [
        {"id": "ja", "text": "Ja", "field": {"kind": "text", "max_characters": 30}},
        {"id": "nej", "text": "Nej"}]},
    {"id": "m", "kind": "matrix", "text": "Matris", "rows": [
        {"id": "r1", "text": "Rad 1"}, {"id": "r2", "text": "Rad 2"}],
     "options": [{"id": "x", "text": "Helt"}, {"id": "y", "text": "Delvis"}]},
    {"id": "f", "kind": "attachment", "text": "Fil", "max_characters": 50},
    {"id": "tom", "kind": "text", "text": "Tom"},
    {"id": "kan", "kind": "integer", "text": "Antal", "cannot_be_stated": "Kan inte anges"},
    {"id": "intyg", "kind": "attestation", "text": "Intyg", "statement": "Jag intygar",
     "label": "Ja", "filled_by": "approver"},
]  # fmt: skip
GIVEN: Answers = {
    "t": Given("\nA\u030a\r\nb"),
    "b": Given(["ett", "", "tre"]),
    "n": Given("12.5"),
    "k": Given("90296880"),
    "v": Given({"chosen": "ja", "details": {"ja": "Därför"}}),
    "m": Given({"r1": "x"}),
    "f": Given({"files": [FILE, FILE], "text": "Se filen"}),
    "tom": Given(None, {"code": "reason", "text": "Vi har inget"}),
    "kan": Given(None, {"code": "cannot_be_stated", "text": ""}),
}


def questionnaire() -> Questionnaire:
    section = {"id": "a", "title": "A", "questions": QUESTIONS}
    return read_questionnaire(json.dumps({
        "id": "prov", "version": "1.0.0", "title": "Prov", "period": "2025",
        "authority": {"name": "M", "reference": "D"}, "unanswered": "allow",
        "sections": [section],
    }))  # fmt: skip


def typed(only: set[str] | None = None) -> dict[str, Field]:
    asked = questionnaire()
    record = build_record(build_content(asked, GIVEN, HEADING), APPROVAL)
    return fields_of(transcribe(record, asked, only))


def test_each_thing_to_write_or_click_is_a_field() -> None:
    told = {key: (field.kind, field.text, field.label, field.limit)
            for key, field in typed().items()}  # fmt: skip
    assert told == {
        "t": ("text", "\nÅ\nb", "", 10),
        "b/box/1": ("text", "ett", "", 20),
        "b/box/3": ("text", "tre", "", 20),
        "n": ("number", "12,5", "", None),
        "k": ("number", "90296880", "", None),
        "v/option/ja": ("choice", "Ja", "", None),
        "v/option/ja/text": ("text", "Därför", "Ja", 30),
        "m/row/r1": ("row", "Helt", "Rad 1", None),
        f"f/file/{'a' * 64}": ("file", "plan.pdf", "", None),
        "f/text": ("text", "Se filen", "", 50),
        "kan/blank": ("choice", "Kan inte anges", "", None),
        "intyg": ("choice", "Ja", "", None),
    }
    assert [*told][:2] == ["t", "b/box/1"], "in the authority's order"


def test_the_count_is_that_of_the_limit() -> None:
    """A line break counts 1 and Å counts 1, however they were written; what is copied agrees."""
    field = typed()["t"]
    assert field.count == len(field.text) == 4
    assert typed()["b/box/3"].box == (3, 3)


def test_a_tick_names_what_was_typed() -> None:
    fields = typed()
    digests = {field.digest for field in fields.values()}
    assert len(digests) == len(fields) - 1, "the two that say Ja are the same to type"
    assert fields["t"].digest == typed()["t"].digest


def test_only_what_was_asked_for() -> None:
    assert [*typed({"n", "tom"})] == ["n"]
