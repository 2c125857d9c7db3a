"""The shape of a record, as models: the JSON Schema is made from them, and records are checked.

The committed copy is ``export/record.schema.json``; a test holds it to this one. Make it anew
with ``python -m survey_app.export.record_schema``.
"""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SCHEMA_ID = "https://redogor.example/schema/record/1"
FILE = "record.schema.json"

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Number = int | str
"""A JSON integer, or a decimal number with a point as text, or a text that is no number."""


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Passage(_Shape):
    """What was printed beside the questions; ``by`` marks remarks of Redogör's own."""

    text: str | None = None
    heading: str | None = None
    items: list[str] | None = None
    link: str | None = None
    url: str | None = None
    by: Literal["redogor"] | None = None


class File(_Shape):
    """An enclosed file; ``size`` in bytes."""

    name: str
    size: int
    sha256: Sha256
    media_type: str


class Files(_Shape):
    """Files, and a text in their stead or beside them."""

    files: list[File]
    text: str


class Chosen(_Shape):
    """The chosen option or options by id, and what was written after them."""

    chosen: str | list[str] | None
    details: dict[str, Number | Files]


class Blank(_Shape):
    """Why a question is without an answer, in the words that were offered, and the reason."""

    code: Literal["cannot_be_stated", "reason"]
    words: str
    text: str


class _Asked(_Shape):
    id: str
    number: str | None
    text: str
    before: list[Passage]
    help: list[Passage]
    after: list[Passage]
    label: str | None
    required: bool
    filled_by: Literal["writer", "approver"]
    asked: bool
    blank: Blank | None
    not_sent: Any = Field(default=None, description="In drafts only: what will not be handed in.")


class TextEntry(_Asked):
    """Text in one box, or a list of texts where there are several."""

    kind: Literal["text"]
    value: str | list[str] | None
    boxes: int
    max_characters: int | None


class Option(_Shape):
    """One option, with the kind of its field and what was written there."""

    id: str
    text: str
    help: str | None
    chosen: bool
    field: str | None
    label: str | None
    detail: Number | Files | None


class ChoiceEntry(_Asked):
    """One option or several, every option told."""

    kind: Literal["single", "multiple"]
    value: Chosen | None
    options: list[Option]


class NumberEntry(_Asked):
    """A whole number, a share in percent or an amount in kronor."""

    kind: Literal["integer", "percent", "money"]
    value: Number | None
    unit: str | None = None


class LineEntry(_Asked):
    """One line: a day (ISO), a link, or how somebody is reached."""

    kind: Literal["date", "link", "email", "telephone", "postal_code", "organisation_number"]
    value: str | None


class AttachmentEntry(_Asked):
    """Files or a text."""

    kind: Literal["attachment"]
    value: Files | None


class Row(_Shape):
    """One row of a matrix, with the id of its option."""

    id: str
    text: str
    asked: bool
    chosen: str | None


class MatrixOption(_Shape):
    """One option of all rows."""

    id: str
    text: str


class MatrixEntry(_Asked):
    """Rows with one option each."""

    kind: Literal["matrix"]
    value: dict[str, str] | None
    rows: list[Row]
    options: list[MatrixOption]


class ComputedEntry(_Asked):
    """What was reckoned from other answers."""

    kind: Literal["computed"]
    value: Number | None
    shown_as: Literal["integer", "percent", "money"]


class AttestationEntry(_Asked):
    """A sentence that the approver attests; whether it was stands in the approval."""

    kind: Literal["attestation"]
    value: None
    statement: str


Entry = Annotated[
    TextEntry
    | ChoiceEntry
    | NumberEntry
    | LineEntry
    | AttachmentEntry
    | MatrixEntry
    | ComputedEntry
    | AttestationEntry,
    Field(discriminator="kind"),
]


class Section(_Shape):
    """A section with its questions."""

    id: str
    title: str
    asked: bool
    intro: list[Passage]
    questions: list[Entry]


class Case(_Shape):
    """The case to which the submission belongs; ``practice`` marks an exercise."""

    diary_number: str
    title: str
    practice: bool = False


class Unit(_Shape):
    """Who answers."""

    name: str
    organisation_number: str | None = None


class Submission(_Shape):
    """Which submission it is, and which it corrects."""

    id: str | int
    corrects: str | int | None = None


class Form(_Shape):
    """The questionnaire: who asks what, and the SHA-256 of its file."""

    id: str
    version: str
    sha256: Sha256
    title: str
    authority: str
    reference: str | None
    legal_ground: str | None
    consequence: str | None
    intro: list[Passage]


class Enclosure(File):
    """A file that is handed in, numbered from 1, with the question to which it belongs."""

    number: int
    question: str


class ContentShape(_Shape):
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


class Approver(_Shape):
    """Who approved."""

    name: str
    title: str | None = None
    email: str | None = None


class Delegation(_Shape):
    """Under which decision, from when to when."""

    decision: str
    valid_from: str
    valid_to: str | None


class StandsInFor(Delegation):
    """For whom the approver stood in, under which decision, from when to when."""

    name: str
    title: str | None = None


class _Attested(_Shape):
    approved_at: str
    approver: Approver
    delegation: Delegation
    stands_in_for: StandsInFor | None = None


class EarlierStep(_Attested):
    """A step before the one that decided, numbered from 1, upon the same content."""

    step: int
    content_sha256: Sha256


class Approval(_Attested):
    """The approval; it names the SHA-256 of exactly the content that was shown."""

    earlier_steps: list[EarlierStep] | None = None
    own_work_reason: str | None
    fields: dict[str, Any]
    content_sha256: Sha256


class RecordShape(_Shape):
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
