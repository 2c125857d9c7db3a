"""The shape of a record, as models: the JSON Schema is made from them, and records are checked.

The committed copy is ``export/record.schema.json``; a test holds it to this one. Make it anew
with ``python -m survey_app.export.record_schema``.
"""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ValidationError

from survey_app.export.record_entries import Entry, File, Passage, Sha256, Shape

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SCHEMA_ID = "https://redogor.example/schema/record/1"
FILE = "record.schema.json"


class Section(Shape):
    """A section with its questions."""

    id: str
    title: str
    asked: bool
    intro: list[Passage]
    questions: list[Entry]


class Case(Shape):
    """The case to which the submission belongs; ``practice`` marks an exercise."""

    diary_number: str
    title: str
    practice: bool = False


class Unit(Shape):
    """Who answers."""

    name: str
    organisation_number: str | None = None


class Submission(Shape):
    """Which submission it is, and which it corrects."""

    id: str | int
    corrects: str | int | None = None


class Form(Shape):
    """The questionnaire: who asks what, and the SHA-256 of its file; ``layout`` where it is read
    otherwise than question by question."""

    id: str
    version: str
    sha256: Sha256
    title: str
    authority: str
    reference: str | None
    legal_ground: str | None
    consequence: str | None
    intro: list[Passage]
    layout: Literal["memo"] | None = None


class Enclosure(File):
    """A file that is handed in, numbered from 1, with the question to which it belongs."""

    number: int
    question: str


class ContentShape(Shape):
    """All questions with their answers."""

    format: Literal["redogor/content/1"]
    case: Case
    unit: Unit
    submission: Submission
    period: str
    deadline: str | None
    questionnaire: Form
    sections: list[Section]
    enclosures: list[Enclosure]
    draft: Literal[True] | None = None


class Approver(Shape):
    """Who approved."""

    name: str
    title: str | None = None
    email: str | None = None


class Delegation(Shape):
    """Under which decision, from when to when."""

    decision: str
    valid_from: str
    valid_to: str | None


class StandsInFor(Delegation):
    """For whom the approver stood in, under which decision, from when to when."""

    name: str
    title: str | None = None


class Identified(Shape):
    """How the person showed who they are: by what, when (UTC), who vouches for it, and how surely
    in their words (``acr`` of OpenID Connect)."""

    by: Literal["password", "password+totp", "oidc"]
    at: str
    issuer: str | None = None
    acr: str | None = None


class _Attested(Shape):
    approved_at: str
    approver: Approver
    identified: Identified | None = None
    stands_in_for: StandsInFor | None = None


class EarlierStep(_Attested):
    """A step before the one that decided, numbered from 1, upon the same content."""

    step: int
    delegation: Delegation
    content_sha256: Sha256


class Approval(_Attested):
    """The approval; it names the SHA-256 of exactly the content that was shown.

    What a unit answered in a round was not approved but handed over: then ``basis`` says so, and
    there is no delegation.
    """

    basis: Literal["handed_over"] | None = None
    delegation: Delegation | None
    earlier_steps: list[EarlierStep] | None = None
    own_work_reason: str | None
    fields: dict[str, Any]
    content_sha256: Sha256


class RecordShape(Shape):
    """An approved submission: canonical JSON (RFC 8785), readable without anything else."""

    format: Literal["redogor/record/1"]
    content: ContentShape
    approval: Approval


def record_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a record."""
    return {"$schema": DIALECT, "$id": SCHEMA_ID, **RecordShape.model_json_schema()}


def schema_bytes() -> bytes:
    """The committed schema, as it goes into a package."""
    return (files("survey_app.export") / FILE).read_bytes()


def shape_errors(document: Any) -> list[str]:
    """Where a record, or a draft's content, is not of its shape; empty if it is.

    Paths such as ``"content.sections.0.title: missing"``, the first 20.
    """
    is_record = isinstance(document, dict) and document.get("format") == "redogor/record/1"
    model: type[BaseModel] = RecordShape if is_record else ContentShape
    try:
        model.model_validate(document)
    except ValidationError as error:
        return [
            f"{'.'.join(str(step) for step in found['loc'])}: {found['type']}"
            for found in error.errors()[:20]
        ]
    return []


def _text() -> str:
    return json.dumps(record_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    Path(__file__).with_name(FILE).write_text(_text(), encoding="utf-8")
