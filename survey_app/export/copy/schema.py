"""The shape of a copy under masks, as models; ``export.copy.masking`` tells what it means.

No model has a place for a hash but that of a file that is given out. The committed copy is
``export/copy/copy.schema.json``; a test holds it to this one. Make it anew with
``python -m survey_app.export.copy.schema``.
"""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from survey_app.export.record_entries import (
    Blank,
    Break,
    Cells,
    Chart,
    ChosenOnly,
    Computed,
    Difference,
    File,
    ListField,
    Number,
    Passage,
    Suspected,
    TableLine,
    TableTotal,
)
from survey_app.export.record_schema import DIALECT

SCHEMA_ID = "https://redogor.example/schema/copy/1"
FILE = "copy.schema.json"


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Withheld(_Shape):
    """A file that is not given out: the mark of its mask, and nothing else."""

    name: str
    mask: int


class Files(_Shape):
    """Files, and a text in their stead or beside them."""

    files: list[File | Withheld]
    text: str


class Chosen(_Shape):
    """The chosen option or options by id, and what was written after them."""

    chosen: str | list[str] | None
    details: dict[str, Number | Files]


class CopiedItem(_Shape):
    """An entry of a list, its place for an id; with ``mask`` it is masked, and has no values."""

    id: str
    values: dict[str, Number | ChosenOnly]
    mask: int | None = None


class CopiedItems(_Shape):
    """The entries of a list in their order."""

    entries: list[CopiedItem]
    removed: list[CopiedItem] = Field(max_length=0)


class Option(_Shape):
    """One option; under a mask neither ``chosen`` nor ``detail`` is there."""

    id: str
    text: str
    help: str | None = None
    field: str | None = None
    label: str | None = None
    group: str | None = None
    chosen: bool | None = None
    detail: Number | Files | None = None


class Row(_Shape):
    """One row; ``asked`` is null where whether it was asked is masked."""

    id: str
    text: str
    asked: bool | None = None
    chosen: str | None = None
    group: str | None = None
    unit: str | None = None
    number_kind: str | None = None
    decimals: int | None = None
    colour: str | None = None
    period: str | None = None


class Entry(_Shape):
    """A question; with ``mask`` its answer is masked, and ``asked`` may be null."""

    id: str
    number: str | None
    kind: str
    text: str
    before: list[Passage]
    help: list[Passage]
    after: list[Passage]
    label: str | None
    required: bool
    filled_by: Literal["writer", "approver"]
    asked: bool | None
    value: Number | bool | list[str] | Files | Chosen | CopiedItems | Cells | dict[str, str] | None
    blank: Blank | None
    mask: int | None = None
    options: list[Option] | None = None
    rows: list[Row] | None = None
    statement: str | None = None
    boxes: int | None = None
    max_characters: int | None = None
    unit: str | None = None
    shown_as: str | None = None
    entry: str | None = None
    title_field: str | None = None
    fields: list[ListField] | None = None
    number_kind: str | None = None
    columns: list[TableLine] | None = None
    totals: list[TableTotal] | None = None
    computed: dict[str, dict[str, Computed]] | None = None
    differences: list[Difference] | None = None
    suspected: list[Suspected] | None = None
    comparability: list[Break] | None = None
    charts: list[Chart] | None = None


class Section(_Shape):
    """A section; with ``mask`` all of it is masked, and ``asked`` is null."""

    id: str
    title: str
    intro: list[Passage]
    asked: bool | None
    mask: int | None = None
    questions: list[Entry]


class GivenEnclosure(File):
    """A file that goes with the copy, numbered in the copy."""

    number: int
    question: str


class WithheldEnclosure(Withheld):
    """A file that does not."""

    number: int
    question: str


class CopiedCase(_Shape):
    """The case."""

    diary_number: str
    title: str
    practice: bool | None


class CopiedUnit(_Shape):
    """Who answered."""

    name: str
    organisation_number: str | None


class CopiedSubmission(_Shape):
    """Which submission, and which it corrects."""

    id: int | str
    corrects: int | str | None


class CopiedQuestionnaire(_Shape):
    """The form, without its hash."""

    id: str
    version: str
    title: str
    authority: str
    reference: str | None
    legal_ground: str | None
    consequence: str | None
    intro: list[Passage]


class CopiedContent(_Shape):
    """The answers."""

    is_copy: Literal[True] = Field(alias="copy")
    case: CopiedCase
    unit: CopiedUnit
    submission: CopiedSubmission
    period: str
    deadline: str | None
    questionnaire: CopiedQuestionnaire
    sections: list[Section]
    enclosures: list[GivenEnclosure | WithheldEnclosure]


class CopiedApprover(_Shape):
    """Who approved."""

    name: str | None
    title: str | None
    email: str | None


class CopiedDelegation(_Shape):
    """Under which delegation."""

    decision: str
    valid_from: str
    valid_to: str | None


class CopiedHolder(CopiedDelegation):
    """For whom the approver stood in."""

    name: str | None
    title: str | None


class CopiedIdentified(_Shape):
    """How the person showed who they are: by what, when (UTC), who vouches for it, and how surely
    in their words (``acr`` of OpenID Connect)."""

    by: Literal["password", "password+totp", "oidc"]
    at: str
    issuer: str | None = None
    acr: str | None = None


class _Attested(_Shape):
    approved_at: str
    approver: CopiedApprover
    identified: CopiedIdentified | None = None
    stands_in_for: CopiedHolder | None = None


class CopiedStep(_Attested):
    """A step before the one that decided."""

    step: int
    delegation: CopiedDelegation


class CopiedApproval(_Attested):
    """The approval, without the hash of what was approved."""

    delegation: CopiedDelegation | None
    basis: Literal["handed_over"] | None = None
    earlier_steps: list[CopiedStep] | None = None
    own_work_reason: str | None
    fields: dict[str, Any]


class CopyMask(_Shape):
    """What is masked, why and on what legal ground."""

    number: int
    what: str
    reason: str
    ground: str
    follows: int | None


class CopyDocument(_Shape):
    """A copy under masks."""

    format: Literal["redogor/copy/1"]
    made_at: str
    content: CopiedContent
    approval: CopiedApproval
    masks: list[CopyMask]


def copy_schema() -> dict[str, Any]:
    """The JSON Schema of copies."""
    return {"$schema": DIALECT, "$id": SCHEMA_ID, **CopyDocument.model_json_schema()}


def schema_bytes() -> bytes:
    """The committed schema, as it goes with every copy."""
    return (files("survey_app.export.copy") / FILE).read_bytes()


def _text() -> str:
    return json.dumps(copy_schema(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    (Path(__file__).parent / FILE).write_text(_text(), encoding="utf-8")
