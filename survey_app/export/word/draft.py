"""A draft as a Word document to circulate: every question with its limits, answers in controls.

Everything that a writer answers can be filled in, also what is not asked with the answers so far:
that is told. Files stay in Redogör, and what the approver fills in is only told of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Any

from survey_app.core.characters import count_characters
from survey_app.core.content import Content, written_passages
from survey_app.core.evaluation import NOTHING, Answers, Evaluation, Given
from survey_app.core.kinds.entry import shown_fields
from survey_app.core.kinds.number import IntegerAnswer, MoneyAnswer, PercentAnswer
from survey_app.core.parts import BLANK, Parts, field_of, has_parts, parts_of
from survey_app.core.questionnaire import Question, Questionnaire, Section
from survey_app.export import swedish
from survey_app.export.blocks import Block, Bullets, Contents, Facts, Heading, Notice, Paragraph
from survey_app.export.outline import (
    AT_APPROVAL,
    DRAFT,
    PRACTICE,
    draft_outline,
    passages,
    submission_facts,
)
from survey_app.export.word.cells import RECKONED_CELL, cell_pieces
from survey_app.export.word.control import Control, TextControl, TickControl, TickTable
from survey_app.export.word.drawing import render
from survey_app.export.word.tag import write_tag

HINT = "Skriv här"
NOT_ASKED = (
    "Skickas inte: frågan ställs inte med svaren hittills. Det som står här finns kvar i utkastet."
)
SECTION_NOT_ASKED = "Skickas inte: avsnittet ställs inte med svaren hittills."
ROW_NOT_ASKED = "(raden ställs inte med svaren hittills, och skickas inte)"
DETAIL_NOT_SENT = "Skickas inte så länge alternativet inte är valt."
HOW_TO = (
    "Öppna filen i Word, eller i LibreOffice 7.5 eller senare: andra program kan ta bort rutorna.",
    "Skriv i rutorna och kryssa i kryssrutorna. Resten av dokumentet går inte att ändra.",
    "Spara filen som Word-dokument och lämna den till den som samordnar svaret. Den läses in i "
    "Redogör som förslag bredvid svaren: ingenting skrivs över.",
    "Filer läggs till i Redogör. Lägg inga bilder i rutorna: de kan inte läsas in.",
    "En radbrytning räknas som ett tecken.",
)
_RECKONED = "Räknas ut av svaren:"
_LEFT_EMPTY = "Lämnas obesvarad:"
_ENTRIES = "Lägg till, flytta och ta bort i Redogör. Här ändras det som redan står."
_FILES = "Filer som ligger i Redogör:"
PASSING = (
    "Utkastet skrevs ut:",
    NOT_ASKED,
    SECTION_NOT_ASKED,
    DETAIL_NOT_SENT,
    _RECKONED,
    _LEFT_EMPTY,
    _FILES,
    RECKONED_CELL,
)
"""How paragraphs begin that are printed at some times, or otherwise each time."""

Piece = Block | Control


@dataclass(frozen=True, slots=True)
class Draft:
    """A submission as it is in one moment.

    content   ``core.content.build_content`` with ``draft``: the heading, and what is asked
    versions  of the answers, by question id; none is 0
    scope     ids of the questions that it is about; None where it is about all
    """

    questionnaire: Questionnaire
    answers: Answers
    evaluation: Evaluation
    content: Content
    versions: Mapping[str, int]
    scope: AbstractSet[str] | None = None

    def questions(self, section: Section) -> list[Question]:
        """The questions of a section that the submission is about."""
        return [item for item in section.questions if self.scope is None or item.id in self.scope]

    def given(self, question: Question) -> Given:
        """What the question was given."""
        return self.answers.get(question.id, NOTHING)

    def tag(self, question: Question, key: str) -> str:
        """The tag of a part of its answer."""
        return write_tag(
            self.content["submission"]["id"], self.content["questionnaire"]["sha256"],
            self.questionnaire, question, self.versions.get(question.id, 0), key,
        )  # fmt: skip


def draft_document(draft: Draft, made_at: str) -> bytes:
    """The DOCX of a draft. The same draft at the same moment gives the same bytes.

    made_at  ISO time with zone
    """
    outline = replace(draft_outline(draft.content, made_at), blocks=())
    return render(outline, list(_pieces(draft, made_at)))


def _pieces(draft: Draft, made_at: str) -> Iterator[Piece]:
    content = draft.content
    yield Heading(1, content["questionnaire"]["title"])
    yield Notice(f"{DRAFT}. Svaren är inte godkända och inte inlämnade, och kan ändras.", "warning")
    if content["case"].get("practice"):
        yield Notice(f"{PRACTICE}. Svar och siffror är delvis påhittade exempel.", "warning")
    yield Facts(tuple(submission_facts(content, None, made_at)))
    yield Heading(2, "Så här fyller du i")
    yield Bullets(HOW_TO)
    yield Contents("Innehåll")
    if content["questionnaire"]["intro"]:
        yield Heading(2, "Myndighetens inledning")
        yield from passages(content["questionnaire"]["intro"])
    for section in draft.questionnaire.sections:
        if draft.questions(section):
            yield from _section(draft, section)


def _section(draft: Draft, section: Section) -> Iterator[Piece]:
    yield Heading(2, section.title.sv)
    if section.id not in draft.evaluation.sections:
        yield Notice(SECTION_NOT_ASKED)
    yield from passages(written_passages(section.intro))
    for question in draft.questions(section):
        yield from _question(draft, question)


def _question(draft: Draft, question: Question) -> Iterator[Piece]:
    yield from passages(written_passages(question.before))
    yield Heading(3, f"{question.number}. {question.text.sv}" if question.number
                  else question.text.sv)  # fmt: skip
    asked = question.id in draft.evaluation.shown
    if not asked:
        yield Notice(NOT_ASKED)
    for block in passages(written_passages(question.help)):
        yield Paragraph(block.text, "small") if isinstance(block, Paragraph) else block
    if question.required:
        yield Paragraph("Obligatorisk fråga.", "small")
    if question.filled_by == "approver":
        yield Paragraph(AT_APPROVAL)
    elif not has_parts(question):
        yield Paragraph(_reckoned(draft, question))
    else:
        yield from _answer(draft, question)
    yield from passages(written_passages(question.after))


def _reckoned(draft: Draft, question: Any) -> str:
    value = draft.evaluation.computed.get(question.id)
    shown = {"percent": swedish.percent, "money": swedish.money}.get(
        question.shown_as, swedish.number
    )
    return f"{_RECKONED} {shown(value) if value is not None else 'inget än'}"


def _answer(draft: Draft, question: Question) -> Iterator[Piece]:
    parts = parts_of(question, draft.given(question))
    yield from PIECES.get(question.kind, _written)(draft, question, parts)
    yield from _blank(draft, question, parts)


def _written(draft: Draft, question: Any, parts: Parts) -> Iterator[Piece]:
    yield from _texts(draft, question, parts, "")


def _blank(draft: Draft, question: Question, parts: Parts) -> Iterator[Piece]:
    given = draft.given(question)
    if BLANK in parts and question.cannot_be_stated is not None:
        said = question.cannot_be_stated.sv
        title = f"{_name(question)}: {said}"
        yield TickControl(draft.tag(question, BLANK), title, bool(parts[BLANK]), said)
    if given.blank is not None and given.blank["code"] == "reason":
        yield Paragraph(f"{_LEFT_EMPTY} {given.blank['text']}", "small")


def _name(question: Question) -> str:
    return f"Fråga {question.number}" if question.number else question.text.sv


def _options(draft: Draft, question: Any, parts: Parts) -> Iterator[Piece]:
    one = question.kind == "single"
    yield Paragraph("Kryssa i ett alternativ." if one else "Kryssa i det som stämmer.", "small")
    for option in question.options:
        key, words = f"option:{option.id}", option.text.sv
        help_ = option.help.sv if option.help else ""
        if option.exclusive:
            help_ = f"{help_} Kan inte kombineras med andra.".strip()
        yield TickControl(
            draft.tag(question, key), f"{_name(question)}: {words}", bool(parts[key]), words, help_
        )
        if option.field is None:
            continue
        detail = f"detail:{option.id}"
        written = any(part for name, part in parts.items() if f"{name}:".startswith(f"{detail}:"))
        if written and not parts[key]:
            yield Paragraph(DETAIL_NOT_SENT, "small")
        yield from _texts(draft, question, parts, detail)


def _rows(draft: Draft, question: Any, parts: Parts) -> Iterator[Piece]:
    yield Paragraph("Kryssa i ett svar på varje rad.", "small")
    heads = [option.text.sv for option in question.options]
    rows = []
    for row in question.rows:
        asked = f"{question.id}.{row.id}" in draft.evaluation.shown
        unasked = question.id in draft.evaluation.shown and not asked
        ticks = []
        for option in question.options:
            key = f"row:{row.id}:{option.id}"
            title = f"{_name(question)}, {row.text.sv}: {option.text.sv}"
            ticks.append(TickControl(draft.tag(question, key), title, bool(parts[key]),
                                     option.text.sv))  # fmt: skip
        rows.append((f"{row.text.sv} {ROW_NOT_ASKED}" if unasked else row.text.sv, tuple(ticks)))
    yield TickTable(question.text.sv, ("Fråga", *heads), tuple(rows))


def _entries(draft: Draft, question: Any, parts: Parts) -> Iterator[Piece]:
    """The entries that are there; others are added in Redogör."""
    yield Paragraph(_ENTRIES, "small")
    value = draft.given(question).value
    for place, entry in enumerate(value["entries"] if value else (), start=1):
        name = f"{question.entry.sv} {place}"
        yield Heading(4, name)
        asked = {field.id for field in shown_fields(question.fields, entry["values"])}
        for field in question.fields:
            if field.id not in asked:
                yield Paragraph(NOT_ASKED, "small")
            under = f"entry:{entry['id']}:{field.id}"
            told = {key: part for key, part in parts.items() if f"{key}:".startswith(f"{under}:")}
            yield from _entry_field(draft, question, field, name, place, told)


def _entry_field(
    draft: Draft, question: Any, field: Any, name: str, place: int, parts: Parts
) -> Iterator[Piece]:
    """A field of an entry, tagged by the place of the entry."""
    title = f"{_name(question)}, {name}, {field.text.sv}"
    if field.kind in ("single", "multiple"):
        yield Paragraph(field.text.sv)
        for option, part in zip(field.options, parts.values(), strict=True):
            tag = draft.tag(question, f"entry:{place}:{field.id}:option:{option.id}")
            yield TickControl(tag, f"{title}: {option.text.sv}", bool(part), option.text.sv,
                              option.help.sv if option.help else "")  # fmt: skip
        return
    text = _shown(field, str(next(iter(parts.values()))))
    yield TextControl(
        draft.tag(question, f"entry:{place}:{field.id}"), title, text, HINT,
        ", ".join(filter(None, (field.text.sv, _limits(field, text)))), _unit(field),
        multiline=field.kind == "text",
    )  # fmt: skip


PIECES: dict[str, Callable[[Draft, Any, Parts], Iterator[Piece]]] = {
    "single": _options,
    "multiple": _options,
    "matrix": _rows,
    "list": _entries,
    "table": cell_pieces,
}
"""By the kind of question; any other is written in boxes of text."""


def _texts(draft: Draft, question: Question, parts: Parts, under: str) -> Iterator[Piece]:
    """The boxes of a field of its own, or of the one after an option (``under`` its key)."""
    start = f"{under}:" if under else ("box:", "text")
    keys = [key for key in parts if key == under or key.startswith(start)]
    for place, key in enumerate(keys, start=1):
        spec = field_of(question, key)
        box = f"ruta {place} av {len(keys)}" if len(keys) > 1 else ""
        own = getattr(spec, "label", None)
        label = own.sv if own else _label(question, under)
        if spec.kind == "attachment":
            yield from _files(draft, question, under)
        text = _shown(spec, str(parts[key]))
        yield TextControl(
            draft.tag(question, key),
            ", ".join(filter(None, (_name(question), label if under else "", box))),
            text,
            HINT,
            ", ".join(filter(None, (label, box, _limits(spec, text)))),
            _unit(spec),
            multiline=spec.kind in ("text", "attachment"),
        )


def _label(question: Any, under: str) -> str:
    if not under:
        return "Text i stället för fil" if question.kind == "attachment" else "Svar"
    name = under.partition(":")[2]
    return next(f"Efter ”{item.text.sv}”" for item in question.options if item.id == name)


def _files(draft: Draft, question: Question, under: str) -> Iterator[Piece]:
    value = draft.given(question).value
    if under:
        value = value["details"].get(under.partition(":")[2]) if value else None
    names = [file["name"] for file in value["files"]] if value else []
    if names:
        yield Paragraph(_FILES, "small")
        yield Bullets(tuple(names))
    yield Paragraph("Filer läggs till i Redogör. Här kan du skriva text.", "small")


def _shown(spec: Any, text: str) -> str:
    """A number with groups of thousands, a day in words: as it is read, and read again."""
    if isinstance(spec, IntegerAnswer | PercentAnswer | MoneyAnswer):
        return swedish.number(text)
    return swedish.day(text) if spec.kind == "date" else text


def _unit(spec: Any) -> str:
    if isinstance(spec, IntegerAnswer):
        return spec.unit.sv if spec.unit else ""
    return {"percent": "procent", "money": "kronor"}.get(spec.kind, "")


def _limits(spec: Any, text: str) -> str:
    """What may stand there, and how much of it does: "högst 1 000 tecken, nu 640"."""
    told = []
    if limit := getattr(spec, "max_characters", None):
        told.append(f"högst {swedish.number(limit)} tecken, nu "
                    f"{swedish.number(count_characters(text))}")  # fmt: skip
    if isinstance(spec, IntegerAnswer | PercentAnswer | MoneyAnswer):
        told.append("heltal" if isinstance(spec, IntegerAnswer) or spec.whole else "tal")
        told += [f"minst {swedish.number(spec.min)}"] if spec.min else []
        told += [f"högst {swedish.number(spec.max)}"] if spec.max is not None else []
    elif spec.kind == "date":
        told += [f"tidigast {swedish.day(spec.min.isoformat())}"] if spec.min else []
        told += [f"senast {swedish.day(spec.max.isoformat())}"] if spec.max else []
    return ", ".join(told)
