"""Which pieces a report has by the answers that were handed over: by unit, question or group.

Every piece has a key that it keeps however often the report is compiled; a heading comes before
what stands below it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from survey_app.core.content import sha256_of
from survey_app.core.passage import Passage
from survey_app.core.questionnaire import Question, Questionnaire
from survey_app.export.answers import chosen_ids
from survey_app.export.outline import question_title
from survey_app.services.reports.answers import RoundAnswers, UnitAnswer
from survey_app.services.reports.indicator import indicators
from survey_app.services.reports.words import answer_text, field_text

MISSING = "Organisationer som inte svarat"
INDICATORS = "Indikatorer"
UNGROUPED = "Utan grupp"
NOT_REPORTED = ("email", "telephone", "postal_code", "organisation_number", "attachment",
                "attestation", "computed")  # fmt: skip
"""Kinds that are no text of a report: how somebody is reached, files; what is reckoned stands
among the indicators."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where in which answer a piece comes from. ``label`` says it in words: ``Exempel 2``."""

    submission: int
    unit: str
    question: str
    entry: str | None
    label: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """A piece by its source: below the piece with the key ``parent``, after those before it."""

    key: str
    parent: str | None
    sort: str
    title: str = ""
    text: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    table: Mapping[str, Any] | None = None
    source: Source | None = None

    @property
    def taken(self) -> dict[str, Any]:
        """What is kept of it as JSON."""
        told: dict[str, Any] = {
            "title": self.title,
            "text": self.text,
            "facts": [list(pair) for pair in self.facts],
        }
        if self.table is not None:
            told["table"] = dict(self.table)
        if self.source is not None:
            told |= {"unit": self.source.unit, "label": self.source.label}
        return told


def wanted_pieces(arrange: str, rounds: Sequence[RoundAnswers]) -> list[Wanted]:
    """All pieces in their order. The texts around the answers are those of the first round."""
    forms = [item.questionnaire for item in rounds]
    told = next((form.report for form in forms if form.report is not None), None)
    pieces = list(_passages("opening", told.opening if told else ()))
    above = None
    if told is not None and told.heading is not None:
        above = "answers"
        pieces.append(Wanted(above, None, "heading", told.heading.sv))
    whole = _Whole(rounds, above)
    pieces += {"unit": whole.by_unit, "question": whole.by_question, "group": whole.by_group}[
        arrange
    ]()
    pieces += _indicators(rounds)
    pieces += _missing(rounds)
    pieces += _passages("closing", told.closing if told else ())
    return pieces


def _passages(name: str, passages: Sequence[Passage]) -> Iterator[Wanted]:
    below = None
    for place, said in enumerate(passages):
        key = f"{name}:{place}"
        if said.heading is not None:
            below = key
            yield Wanted(key, None, "heading", said.heading.sv)
        elif said.items is not None:
            lines = "\n".join(item.sv for item in said.items)
            yield Wanted(key, below, "points", text=lines)
        else:
            words = said.text or said.link
            assert words is not None
            yield Wanted(key, below, "text", text=words.sv)


def _indicators(rounds: Sequence[RoundAnswers]) -> Iterator[Wanted]:
    found = [item for one in rounds for item in indicators(one)]
    if found:
        yield Wanted("indicators", None, "heading", INDICATORS)
    for item in found:
        yield Wanted(item.key, "indicators", "indicator", item.title, "\n".join(item.lines))


def _missing(rounds: Sequence[RoundAnswers]) -> Iterator[Wanted]:
    names = list(dict.fromkeys(name for item in rounds for name in item.missing))
    if names:
        yield Wanted("missing", None, "heading", MISSING)
        yield Wanted("missing:units", "missing", "missing", text="\n".join(names))


@dataclass(slots=True)
class _Whole:
    """The answers of all rounds; ``above`` is the heading under which they stand, if any."""

    rounds: Sequence[RoundAnswers]
    above: str | None
    groups: dict[str, list[Wanted]] = field(default_factory=dict)

    def each(self) -> Iterator[tuple[Questionnaire, UnitAnswer]]:
        for item in self.rounds:
            for answer in item.answers:
                yield item.questionnaire, answer

    def by_unit(self) -> Iterator[Wanted]:
        seen: dict[str, list[Wanted]] = {}
        for form, answer in self.each():
            pieces = seen.setdefault(f"unit:{answer.unit_id}", [])
            if not pieces:
                key = f"unit:{answer.unit_id}"
                pieces.append(Wanted(key, self.above, "heading", answer.unit))
            for question in _reported(form):
                pieces += _answered(form, question, answer, pieces[0].key)
            if len(pieces) == 1:
                pieces += _blanks(form, answer, pieces[0].key)
        for pieces in seen.values():
            yield from pieces

    def by_question(self) -> Iterator[Wanted]:
        yield from self._questions(_reported)

    def _questions(self, chosen: Any) -> Iterator[Wanted]:
        """A heading a question, below it one a unit; none of units where only one answered."""
        several = len({answer.unit_id for _form, answer in self.each()}) > 1
        heads: dict[str, list[Wanted]] = {}
        for form, answer in self.each():
            for question in chosen(form):
                key = f"question:{question.id}"
                entry = answer.questions[question.id]
                head = Wanted(key, self.above, "heading", question_title(entry))
                pieces = heads.setdefault(key, [head])
                unit = f"{key}:{answer.unit_id}" if several else key
                found = list(_answered(form, question, answer, unit, titled=False))
                if found and several:
                    pieces.append(Wanted(unit, key, "heading", answer.unit))
                pieces += found
        for pieces in heads.values():
            if len(pieces) > 1:
                yield from pieces

    def by_group(self) -> Iterator[Wanted]:
        """Every group and every option is there, also where nobody has anything under it."""
        pieces: dict[str, list[Wanted]] = {}
        for item in self.rounds:
            for option in _options(item.questionnaire):
                above = self.above
                if option.group is not None:
                    above = f"group:{sha256_of(option.group.sv)[:16]}"
                    head = Wanted(above, self.above, "heading", option.group.sv)
                    pieces.setdefault(above, [head])
                key = f"option:{option.id}"
                help_ = option.help.sv if option.help else ""
                pieces.setdefault(key, [Wanted(key, above, "heading", option.text.sv, help_)])
        for name in dict.fromkeys(name for form, _ in self.each() for name in _grouped(form)):
            for form, answer in self.each():
                if name in _grouped(form):
                    self._sort_in(form, form.by_id[name], answer, pieces)
        for found in pieces.values():
            yield from found
        yield from self._questions(
            lambda form: [item for item in _reported(form) if item.id not in _grouped(form)]
        )

    def _sort_in(
        self, form: Questionnaire, question: Question, answer: UnitAnswer,
        pieces: dict[str, list[Wanted]],
    ) -> None:  # fmt: skip
        assert form.report is not None
        assert form.report.group_by is not None
        for place, item in _items(answer.questions[question.id]):
            chosen = chosen_ids(item["values"].get(form.report.group_by.field))
            key = f"option:{chosen[0]}" if chosen else "ungrouped"
            below = pieces.setdefault(key, [Wanted(key, self.above, "heading", UNGROUPED)])
            below.append(_entry(form, answer, question.id, place, item, key))


def _options(form: Questionnaire) -> Iterator[Any]:
    """The choices by which the entries of a report are grouped."""
    by = form.report.group_by if form.report else None
    question = form.by_id.get(by.question) if by else None
    if by is not None and question is not None and question.kind == "list":
        for item in question.fields:
            if item.id == by.field and item.kind == "single":
                yield from item.options


def _grouped(form: Questionnaire) -> list[str]:
    """The lists of which each entry stands under the choice that it makes."""
    if form.report is None or form.report.group_by is None:
        return []
    by = form.report.group_by.field
    return [
        name
        for name in dict.fromkeys([*form.report.parts, form.report.group_by.question])
        if (question := form.by_id[name]).kind == "list"
        and any(item.id == by for item in question.fields)
    ]


def _reported(form: Questionnaire) -> list[Question]:
    """The questions whose answers are told, those that are pieces of their own first."""
    parts = form.report.parts if form.report else []
    rest = [item for item in form.questions() if item.id not in parts]
    return [
        *(form.by_id[name] for name in parts),
        *(item for item in rest if item.kind not in NOT_REPORTED),
    ]


def _answered(
    form: Questionnaire, question: Question, answer: UnitAnswer, below: str, *, titled: bool = True
) -> Iterator[Wanted]:
    """The pieces that one answer makes: an entry each, or one."""
    entry = answer.questions[question.id]
    if form.report is not None and question.id in form.report.parts:
        for place, item in _items(entry):
            yield _entry(form, answer, question.id, place, item, below)
        return
    if entry["value"] is None:
        return
    source = Source(answer.submission, answer.unit, question.id, None, _label(entry),
                    sha256_of(entry["value"]))  # fmt: skip
    key, title = f"answer:{answer.submission}:{question.id}", entry["text"] if titled else ""
    if question.kind == "table":
        yield Wanted(key, below, "table", title, table=entry, source=source)
        return
    sort = "points" if question.kind in ("list", "multiple", "matrix") else "answer"
    yield Wanted(key, below, sort, title, answer_text(entry), source=source)


def _label(entry: Mapping[str, Any]) -> str:
    return f"Fråga {entry['number']}" if entry["number"] else "hela svaret på frågan"


def _items(entry: Mapping[str, Any]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    yield from enumerate(entry["value"]["entries"] if entry["value"] else (), start=1)


def _entry(
    form: Questionnaire, answer: UnitAnswer, question: str, place: int, item: Mapping[str, Any],
    below: str,
) -> Wanted:  # fmt: skip
    """An entry: its title, its texts one after the other, and beside them what is to be shown."""
    assert form.report is not None
    entry, values = answer.questions[question], item["values"]
    texts, facts = [], []
    for spec in entry["fields"]:
        if spec["id"] not in values or spec["id"] == entry["title_field"]:
            continue
        said = field_text(spec, values[spec["id"]])
        if spec["id"] in form.report.show_fields or _told_as_fact(form, spec["id"], below):
            facts.append((spec["text"], said))
        elif spec["kind"] == "text":
            texts.append(said)
    source = Source(answer.submission, answer.unit, question, item["id"],
                    f"{entry['entry']} {place}", sha256_of(values))  # fmt: skip
    return Wanted(
        key=f"entry:{answer.submission}:{question}:{item['id']}",
        parent=below,
        sort="entry",
        title=str(values.get(entry["title_field"] or "", "")),
        text="\n\n".join(texts),
        facts=tuple(facts),
        source=source,
    )


def _told_as_fact(form: Questionnaire, name: str, below: str) -> bool:
    """The choice that groups the entries is told beside each where they do not stand under it."""
    by = form.report.group_by if form.report else None
    return by is not None and name == by.field and not below.startswith("option:")


def _blanks(form: Questionnaire, answer: UnitAnswer, below: str) -> Iterator[Wanted]:
    """Of a unit that has nothing to tell, the reason that it gives."""
    for question in _reported(form):
        entry = answer.questions[question.id]
        if entry["blank"] is not None:
            said = ". ".join(filter(None, (entry["blank"]["words"], entry["blank"]["text"])))
            source = Source(answer.submission, answer.unit, question.id, None, _label(entry),
                            sha256_of(entry["blank"]))  # fmt: skip
            key = f"answer:{answer.submission}:{question.id}"
            yield Wanted(key, below, "answer", text=said, source=source)
