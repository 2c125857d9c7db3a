"""What can be wrong with one question by itself, beyond the shape of its parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from survey_app.core.finding import Found, Path, nearest
from survey_app.core.kinds.attachment import AttachmentAnswer
from survey_app.core.kinds.choice import MultipleAnswer, Option, OptionField, SingleAnswer
from survey_app.core.kinds.date import DateAnswer
from survey_app.core.kinds.entry import ListField
from survey_app.core.kinds.list import ListAnswer
from survey_app.core.kinds.matrix import MatrixAnswer
from survey_app.core.kinds.number import IntegerAnswer, MoneyAnswer, PercentAnswer
from survey_app.core.kinds.table import TableAnswer
from survey_app.core.list_rules import list_findings
from survey_app.core.questionnaire import Continues, Question
from survey_app.core.table_rules import split_groups, table_findings

_Bounded = IntegerAnswer | PercentAnswer | MoneyAnswer | DateAnswer


def question_findings(path: Path, question: Question) -> Iterator[Found]:
    """What is wrong with the question at a path, whatever stands around it."""
    yield from _answer(path, question)
    if isinstance(question, SingleAnswer | MultipleAnswer | MatrixAnswer):
        ids = [option.id for option in question.options]
        yield from repeated((*path, "options"), "option", ids)
    if isinstance(question, MatrixAnswer):
        yield from repeated((*path, "rows"), "row", [row.id for row in question.rows])
    if isinstance(question, SingleAnswer | MultipleAnswer):
        yield from split_groups((*path, "options"), question.options)
        for number, option in enumerate(question.options):
            yield from _option((*path, "options", number), option)
    if isinstance(question, ListAnswer):
        yield from list_findings(path, question.id, question)
        yield from repeated((*path, "fields"), "field", [field.id for field in question.fields])
        for number, field in enumerate(question.fields):
            yield from _field((*path, "fields", number), field)
    if isinstance(question, TableAnswer):
        yield from table_findings(path, question)
    if question.required and question.cannot_be_stated is not None:
        yield (*path, "cannot_be_stated"), "cannot_be_stated_but_required", {}
    if question.kind == "computed" and question.required:
        yield (*path, "required"), "required_computed", {}
    for number, link in enumerate(question.continues or ()):
        yield from _link((*path, "continues", number), question, link)


def _link(path: Path, question: Question, link: Continues) -> Iterator[Found]:
    """What is wrong with where the parts of an earlier question go, as far as is known here."""
    if question.filled_by == "approver":
        yield path, "continues_on_approver", {"question": question.id}
    named = [item.questionnaire for item in question.continues or ()]
    if link.questionnaire in named[: int(path[-1])]:
        yield (*path, "questionnaire"), "continued_twice", {"questionnaire": link.questionnaire}
    for of in ("options", "rows", "columns", "fields"):
        known = _ids(question, of)
        for earlier, here in getattr(link, of).items():
            if here not in known:
                facts = {"of": of, "id": here, **nearest(here, known)}
                yield (*path, of, earlier), "mapped_to_nothing", facts
    boxes = question.boxes if question.kind == "text" else 0
    for box, here in link.boxes.items():
        if here > boxes:
            yield (*path, "boxes", str(box)), "mapped_to_nothing", {"of": "boxes", "id": str(here)}


def _ids(question: Question, of: str) -> list[str]:
    """The ids of options, rows, columns or fields; of totals and of options of fields, too."""
    known = [item.id for item in getattr(question, of, ())]
    if isinstance(question, TableAnswer):
        axis = {"rows": "row", "columns": "column"}.get(of)
        known += [total.id for total in question.totals if total.axis == axis]
    if isinstance(question, ListAnswer) and of == "options":
        known += [item.id for field in question.fields for item in getattr(field, "options", ())]
    return known


def _field(path: Path, field: ListField) -> Iterator[Found]:
    """What is wrong with a field of a list as with any question."""
    yield from _answer(path, field)
    if isinstance(field, SingleAnswer | MultipleAnswer):
        yield from repeated((*path, "options"), "option", [item.id for item in field.options])
        yield from split_groups((*path, "options"), field.options)


def repeated(path: Path, of: str, ids: Sequence[str]) -> Iterator[Found]:
    """Ids that stood before in the list at a path; ``of`` tells what bears them."""
    for number, item in enumerate(ids):
        if item in ids[:number]:
            yield (*path, number, "id"), "repeated_id", {"id": item, "of": of}


def _option(path: Path, option: Option) -> Iterator[Found]:
    if option.field is not None:
        yield from _answer((*path, "field"), option.field)
    elif option.field_required:
        yield (*path, "field_required"), "field_required_without_field", {}


def _upside_down(least: Any, most: Any) -> bool:
    return least is not None and most is not None and bool(least > most)


def _answer(path: Path, spec: Question | OptionField | ListField) -> Iterator[Found]:
    if isinstance(spec, _Bounded) and _upside_down(spec.min, spec.max):
        yield (*path, "max"), "min_above_max", {"min": str(spec.min), "max": str(spec.max)}
    if isinstance(spec, AttachmentAnswer):
        for number, ending in enumerate(spec.types):
            plain = ending.lower().lstrip(".")
            if ending != plain:
                yield (*path, "types", number), "file_ending", {"typed": ending, "write": plain}
