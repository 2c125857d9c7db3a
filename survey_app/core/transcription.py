"""What is typed over into the authority's own form: an approved record, field by field.

A field is one thing to write or click there: a box of text, a number, a chosen option, the text
after an option, a row of a matrix, a file. Its text is what is copied: line breaks and characters
as the limit counts them (``core.characters``).
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from survey_app.core.characters import count_characters, tidy
from survey_app.core.kinds import Value
from survey_app.core.questionnaire import Question, Questionnaire
from survey_app.core.record import Record

Entry = Mapping[str, Any]
Kind = Literal["text", "number", "choice", "row", "file", "computed"]


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to write or click in the authority's form.

    key    its name, the same in a correction: ``24``, ``24/box/2``, ``9/option/ja``
    label  what it is within its question: an option, a row, a file's name; may be empty
    box    which box it is and of how many, where a question has several
    limit  the most characters that the authority takes, or None
    sha256 of the file, where it is one
    """

    key: str
    kind: Kind
    text: str
    label: str = ""
    box: tuple[int, int] | None = None
    limit: int | None = None
    sha256: str = ""

    @property
    def count(self) -> int:
        """Characters as the limit counts them."""
        return count_characters(self.text)

    @property
    def digest(self) -> str:
        """What a tick names: SHA-256 of what was typed over."""
        return hashlib.sha256(f"{self.label}\n{self.text}\n{self.sha256}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class TypedQuestion:
    """A question with its fields; none of them where it is left blank in the form too."""

    entry: Entry
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class TypedSection:
    """A section with what is asked in it."""

    id: str
    title: str
    questions: tuple[TypedQuestion, ...]


def transcribe(
    record: Record, questionnaire: Questionnaire, only: Collection[str] | None = None
) -> list[TypedSection]:
    """The record in the authority's order. Limits after options are the questionnaire's.

    only  ids of the questions to tell, where the authority asked for some; else all
    """
    attested = record["approval"]["fields"]
    sections = []
    for section in record["content"]["sections"]:
        questions = tuple(
            TypedQuestion(entry, tuple(_fields(entry, attested, questionnaire.by_id[entry["id"]])))
            for entry in section["questions"]
            if entry["asked"] and (only is None or entry["id"] in only)
        )
        if section["asked"] and questions:
            sections.append(TypedSection(section["id"], section["title"], questions))
    return sections


def fields_of(sections: Collection[TypedSection]) -> dict[str, Field]:
    """All fields by their keys, in order."""
    return {
        field.key: field
        for section in sections
        for question in section.questions
        for field in question.fields
    }


def as_typed(text: str) -> str:
    """A text as it is copied: composed (NFC), its line breaks single characters."""
    return unicodedata.normalize("NFC", tidy(text))


def _fields(entry: Entry, attested: Mapping[str, Value], question: Question) -> Iterator[Field]:
    value = entry["value"]
    if entry["filled_by"] == "approver":
        value = attested.get(entry["id"])
    if value is None:
        yield from _blank(entry)
    elif entry["kind"] in ("single", "multiple"):
        yield from _choices(entry, value, question)
    elif entry["kind"] == "matrix":
        yield from _rows(entry, value)
    elif entry["kind"] == "attestation":
        if value:
            yield Field(entry["id"], "choice", as_typed(entry["label"]))
    else:
        yield from _written(entry["id"], entry["kind"], value, _limit(question))


def _blank(entry: Entry) -> Iterator[Field]:
    """*Kan inte anges* is something to say; a reason for a blank is between us."""
    blank = entry["blank"]
    if blank and blank["code"] == "cannot_be_stated":
        yield Field(f"{entry['id']}/blank", "choice", as_typed(blank["words"]))
        if blank["text"].strip():
            yield Field(f"{entry['id']}/blank/text", "text", as_typed(blank["text"]))


def _choices(entry: Entry, value: Value, question: Any) -> Iterator[Field]:
    limits = {option.id: _limit(option.field) for option in question.options}
    for option in entry["options"]:
        key, text = f"{entry['id']}/option/{option['id']}", as_typed(option["text"])
        if option["chosen"]:
            yield Field(key, "choice", text)
        if option["detail"] is not None:
            label = as_typed(option["label"] or option["text"])
            for field in _written(
                f"{key}/text", option["field"], option["detail"], limits.get(option["id"])
            ):
                yield field if field.label else _labelled(field, label)


def _labelled(field: Field, label: str) -> Field:
    return Field(
        field.key, field.kind, field.text, label, field.box, field.limit, field.sha256
    )  # fmt: skip


def _rows(entry: Entry, value: Value) -> Iterator[Field]:
    words = {option["id"]: option["text"] for option in entry["options"]}
    for row in entry["rows"]:
        if row["asked"] and row["id"] in value:
            yield Field(f"{entry['id']}/row/{row['id']}", "row", as_typed(words[value[row["id"]]]),
                        as_typed(row["text"]))  # fmt: skip


def _written(key: str, kind: str, value: Value, limit: int | None) -> Iterator[Field]:
    """What is written, as its kind is; an option's field has the kinds of a question."""
    if isinstance(value, list):
        for place, text in enumerate(value, start=1):
            if text.strip():
                yield Field(f"{key}/box/{place}", "text", as_typed(text), box=(place, len(value)),
                            limit=limit)  # fmt: skip
    elif kind == "attachment":
        for file in {file["sha256"]: file for file in value["files"]}.values():
            yield Field(f"{key}/file/{file['sha256']}", "file", as_typed(file["name"]),
                        sha256=file["sha256"])  # fmt: skip
        if value["text"].strip():
            yield Field(f"{key}/text", "text", as_typed(value["text"]), limit=limit)
    elif kind in ("integer", "percent", "money", "computed"):
        # Digits and a decimal comma: a form for numbers takes neither spaces nor a unit.
        found: Kind = "computed" if kind == "computed" else "number"
        yield Field(key, found, str(value).replace(".", ","))
    else:
        yield Field(key, "text", as_typed(str(value)), limit=limit)


def _limit(spec: Any) -> int | None:
    found = getattr(spec, "max_characters", None)
    return found if isinstance(found, int) else None
