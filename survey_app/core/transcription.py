"""What is typed over into the authority's own form: an approved record, field by field.

A field is one thing to write or click there: a box of text, a number, a chosen option, the text
after an option, a row of a matrix, a file. Its text is what is copied: line breaks and characters
as the limit counts them (``core.characters``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from survey_app.core.field import Field, as_typed
from survey_app.core.kinds import KINDS, Value
from survey_app.core.questionnaire import Question, Questionnaire
from survey_app.core.record import Record

Entry = Mapping[str, Any]


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


def _fields(entry: Entry, attested: Mapping[str, Value], question: Question) -> Iterator[Field]:
    value = entry["value"]
    if entry["filled_by"] == "approver":
        value = attested.get(entry["id"])
    if value is None:
        yield from _blank(entry)
    else:
        yield from KINDS[entry["kind"]].typed(entry, value, question)


def _blank(entry: Entry) -> Iterator[Field]:
    """*Kan inte anges* is something to say; a reason for a blank is between us."""
    blank = entry["blank"]
    if blank and blank["code"] == "cannot_be_stated":
        yield Field(f"{entry['id']}/blank", "choice", as_typed(blank["words"]))
        if blank["text"].strip():
            yield Field(f"{entry['id']}/blank/text", "text", as_typed(blank["text"]))


__all__ = ["Field", "TypedQuestion", "TypedSection", "fields_of", "transcribe"]
