"""The questionnaire: what a JSON file in ``questionnaires/`` says, as unchangeable objects."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from survey_app.core.condition import ShownWhen
from survey_app.core.kinds import (
    attachment,
    attestation,
    choice,
    computed,
    contact,
    date,
    link,
    matrix,
    number,
    text,
)
from survey_app.core.kinds.list import ListAnswer
from survey_app.core.kinds.table import TableAnswer
from survey_app.core.passage import Passage as Passage
from survey_app.core.wording import Identifier, Part, Words

Box = Annotated[int, Field(ge=1, le=20)]


class Continues(Part):
    """The question of an earlier questionnaire that this one continues.

    ``options``, ``rows``, ``columns``, ``fields`` and ``boxes`` say where the earlier ones stand
    here: ``{"earlier": "here"}``, by id, boxes by number. What is not named stands where the same
    id stands.
    """

    questionnaire: Identifier
    question: Identifier
    options: dict[Identifier, Identifier] = Field(default_factory=dict)
    rows: dict[Identifier, Identifier] = Field(default_factory=dict)
    columns: dict[Identifier, Identifier] = Field(default_factory=dict)
    fields: dict[Identifier, Identifier] = Field(default_factory=dict)
    boxes: dict[Box, Box] = Field(default_factory=dict)


class Asked(Part):
    """What all questions have, whatever their kind."""

    id: Identifier
    number: str | None = None
    """The number that the authority printed ("6a"), if any."""
    text: Words
    before: list[Passage] = Field(default_factory=list)
    """Statements that the authority printed between the questions, before this one."""
    help: list[Passage] = Field(default_factory=list)
    after: list[Passage] = Field(default_factory=list)
    required: bool = False
    shown_when: ShownWhen | None = None
    cannot_be_stated: Words | None = None
    """The authority's own words for leaving it empty, such as "Andelen kan inte anges"."""
    filled_by: Literal["writer", "approver"] = "writer"
    continues: list[Continues] | None = None
    """Earlier questions that this one continues, the nearest period first; an empty list: none.
    Where nothing is said, it is the one with the same id in what the questionnaire continues."""


class TextQuestion(Asked, text.TextAnswer): ...


class SingleQuestion(Asked, choice.SingleAnswer): ...


class MultipleQuestion(Asked, choice.MultipleAnswer): ...


class IntegerQuestion(Asked, number.IntegerAnswer): ...


class PercentQuestion(Asked, number.PercentAnswer): ...


class MoneyQuestion(Asked, number.MoneyAnswer): ...


class DateQuestion(Asked, date.DateAnswer): ...


class LinkQuestion(Asked, link.LinkAnswer): ...


class AttachmentQuestion(Asked, attachment.AttachmentAnswer): ...


class MatrixQuestion(Asked, matrix.MatrixAnswer): ...


class ListQuestion(Asked, ListAnswer): ...


class TableQuestion(Asked, TableAnswer): ...


class ComputedQuestion(Asked, computed.ComputedAnswer): ...


class EmailQuestion(Asked, contact.EmailAnswer): ...


class TelephoneQuestion(Asked, contact.TelephoneAnswer): ...


class PostalCodeQuestion(Asked, contact.PostalCodeAnswer): ...


class OrganisationNumberQuestion(Asked, contact.OrganisationNumberAnswer): ...


class AttestationQuestion(Asked, attestation.AttestationAnswer):
    filled_by: Literal["approver"] = "approver"


Question = Annotated[
    TextQuestion
    | SingleQuestion
    | MultipleQuestion
    | IntegerQuestion
    | PercentQuestion
    | MoneyQuestion
    | DateQuestion
    | LinkQuestion
    | AttachmentQuestion
    | MatrixQuestion
    | ListQuestion
    | TableQuestion
    | ComputedQuestion
    | EmailQuestion
    | TelephoneQuestion
    | PostalCodeQuestion
    | OrganisationNumberQuestion
    | AttestationQuestion,
    Field(discriminator="kind"),
]


class Section(Part):
    """A heading with its questions: one page of the form."""

    id: Identifier
    title: Words
    intro: list[Passage] = Field(default_factory=list)
    questions: list[Question] = Field(min_length=1)
    shown_when: ShownWhen | None = None


class Authority(Part):
    """Who asks, under what reference."""

    name: str
    reference: str | None = None
    email: str | None = None


class Receipt(Part):
    """Where the authority sends its receipt: the answer to a question, and what the form says."""

    question: Identifier
    text: Words


class GroupedBy(Part):
    """The choice in the entries of a list by which a report arranges them."""

    question: Identifier
    field: Identifier


class Report(Part):
    """How the answers of many units become one report.

    ``arrange`` names the ways in which it can be, the usual one first; ``parts`` the questions of
    which each entry is a piece of its own; ``show_fields`` what of an entry is told beside its
    text; ``group_by`` the choice behind ``group``.
    """

    title: Words
    heading: Words | None = None
    """Stands above what the units answered."""
    arrange: list[Literal["unit", "question", "group"]] = Field(min_length=1)
    opening: list[Passage] = Field(default_factory=list)
    closing: list[Passage] = Field(default_factory=list)
    parts: list[Identifier] = Field(default_factory=list)
    group_by: GroupedBy | None = None
    show_fields: list[Identifier] = Field(default_factory=list)


class Questionnaire(Part):
    """One questionnaire of one authority for one period."""

    schema_: str | None = Field(default=None, alias="$schema")
    id: Identifier
    version: str = Field(pattern=r"^\d+\.\d+\.\d+$")
    title: Words
    short_title: Words | None = None
    authority: Authority
    period: str
    continues: Identifier | None = None
    """The questionnaire of the period before. Its questions are continued by those with the same
    id here, unless a question says otherwise."""
    legal_ground: Words | None = None
    deadline: datetime.date | None = None
    consequence: Words | None = None
    """What happens if it is late."""
    receipt: Receipt | None = None
    unanswered: Literal["explain", "allow"] = "explain"
    """``explain``: a blank is allowed but needs a reason before sending; ``allow``: only
    required questions must be answered."""
    settled_by: Literal["approver", "writer"] = "approver"
    """``writer``: what is handed over stands without being approved, so that units without an
    order of delegation can answer it in a round."""
    intro: list[Passage] = Field(default_factory=list)
    sections: list[Section] = Field(min_length=1)
    layout: Literal["answers", "memo"] = "answers"
    """``memo``: printed as a memo to a board, its questions as headings."""
    anonymous: bool = False
    """Answered by a public link: nobody is signed in, and nothing tells who answered."""
    privacy: list[Passage] = Field(default_factory=list)
    """What those are told who answer anonymously: who asks, why, and what is stored."""
    report: Report | None = None

    @cached_property
    def by_id(self) -> dict[str, Question]:
        """Questions by id."""
        return {question.id: question for question in self.questions()}

    @cached_property
    def earlier(self) -> tuple[str, ...]:
        """The earlier questionnaires that questions here continue, by id."""
        named = [link.questionnaire for item in self.questions() for link in item.continues or ()]
        whole = [self.continues] if self.continues else []
        return tuple(item for item in dict.fromkeys([*whole, *named]) if item != self.id)

    @cached_property
    def section_of(self) -> dict[str, Section]:
        """The section of each question, by question id."""
        return {question.id: section for section in self.sections for question in section.questions}

    def questions(self) -> Iterator[Question]:
        """All questions in the authority's order."""
        for section in self.sections:
            yield from section.questions

    def section(self, section_id: str) -> Section | None:
        """The section with an id, or None."""
        return next((section for section in self.sections if section.id == section_id), None)
