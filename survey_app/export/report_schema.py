"""The shape of a compiled report, as models: the JSON Schema is made from them.

The committed copy is ``export/report.schema.json``; a test holds it to this one. Make it anew with
``python -m survey_app.export.report_schema``.
"""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from survey_app.export.record_entries import Sha256, Shape, TableEntry
from survey_app.export.record_schema import DIALECT, Case

FORMAT = "redogor/report/1"
SCHEMA_ID = "https://redogor.example/schema/report/1"
FILE = "report.schema.json"


class Form(Shape):
    """A questionnaire, by the SHA-256 of its file."""

    id: str
    version: str
    sha256: Sha256
    title: str


class SourceRound(Shape):
    """A round whose answers the report is compiled from."""

    id: int
    title: str
    period: str
    questionnaire: Form


class UnitShape(Shape):
    """A unit that answered; ``record_sha256`` names the record that its answer became when the
    round was closed, null before that."""

    name: str
    submission: int
    handed_over_at: str
    record_sha256: Sha256 | None


class PieceSource(Shape):
    """Which answer a part comes from.

    ``value_sha256`` is that of the canonical JSON of what was taken in: the value of the question,
    the reason for having none, or of an entry of a list its ``values``. ``edited``: somebody wrote
    something else in its place. ``gone``: the answer no longer says it, and the part was kept.
    """

    unit: str
    submission: int
    question: str
    entry: str | None
    label: str
    value_sha256: Sha256
    edited: bool
    gone: bool


class Fact(Shape):
    """What is told beside a text, such as the level of participation."""

    name: str
    value: str


class Piece(Shape):
    """A part of the report in its order: a heading with its level, or a text below one.

    ``table`` is the question as it stands in the record. ``own``: it was written in the report.
    """

    id: str
    sort: Literal["heading", "text", "points", "entry", "answer", "table", "indicator", "missing"]
    level: int
    title: str
    text: str
    facts: list[Fact]
    table: TableEntry | None
    source: PieceSource | None
    own: bool


class Person(Shape):
    """Who settled the report."""

    name: str
    title: str


class Settled(Shape):
    """That it was settled, when and by whom."""

    at: str
    by: Person


class ReportShape(Shape):
    """A report compiled from what units answered: canonical JSON (RFC 8785), readable without
    anything else."""

    format: Literal["redogor/report/1"]
    case: Case
    unit: str
    title: str
    edition: int
    arranged: Literal["unit", "question", "group"]
    sources: Literal["line", "list"]
    rounds: list[SourceRound]
    units: list[UnitShape]
    missing: list[str]
    parts: list[Piece]
    settled: Settled | None


def report_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a report."""
    return {"$schema": DIALECT, "$id": SCHEMA_ID, **ReportShape.model_json_schema()}


def schema_bytes() -> bytes:
    """The committed schema."""
    return (files("survey_app.export") / FILE).read_bytes()


def shape_errors(document: Any) -> list[str]:
    """Where a report is not of its shape, such as ``"parts.0.title: missing"``; empty if it is."""
    try:
        ReportShape.model_validate(document)
    except ValidationError as error:
        return [
            f"{'.'.join(str(step) for step in found['loc'])}: {found['type']}"
            for found in error.errors()[:20]
        ]
    return []


if __name__ == "__main__":
    text = json.dumps(report_schema(), indent=2, ensure_ascii=False) + "\n"
    Path(__file__).with_name(FILE).write_text(text, encoding="utf-8")
