"""What can be wrong with a questionnaire as a whole: who may answer it, and what it becomes."""

from __future__ import annotations

from collections.abc import Iterator

from survey_app.core.finding import Found, Path, nearest
from survey_app.core.questionnaire import GroupedBy, Question, Questionnaire

ANONYMOUS = ("text", "single", "multiple", "integer", "matrix", "computed")
"""Kinds that ask for nobody's name or address."""
_REPORT: Path = ("report",)


def whole_findings(spec: Questionnaire) -> Iterator[Found]:
    """What is wrong with what the questionnaire says of itself."""
    if spec.anonymous and not spec.privacy:
        yield ("anonymous",), "privacy_missing", {}
    for path, question in _questions(spec):
        facts = {"question": question.id, "kind": question.kind}
        if spec.anonymous and question.kind not in ANONYMOUS:
            yield (*path, "kind"), "kind_not_anonymous", facts
        if spec.anonymous:
            yield from _without_fields(path, question)
        if spec.settled_by == "writer" and question.filled_by == "approver":
            yield path, "approver_of_none", {"question": question.id}
    if spec.report is not None:
        yield from _report(spec)


def _without_fields(path: Path, question: Question) -> Iterator[Found]:
    """What is written after an option could be told from the count of that option."""
    for number, option in enumerate(getattr(question, "options", ())):
        if getattr(option, "field", None) is not None:
            facts = {"question": question.id, "option": option.id}
            yield (*path, "options", number, "field"), "field_not_anonymous", facts


def _questions(spec: Questionnaire) -> Iterator[tuple[Path, Question]]:
    for number, section in enumerate(spec.sections):
        for place, question in enumerate(section.questions):
            yield ("sections", number, "questions", place), question


def _report(spec: Questionnaire) -> Iterator[Found]:
    assert spec.report is not None
    report = spec.report
    shown: list[str] = []
    for number, name in enumerate(report.parts):
        path: Path = (*_REPORT, "parts", number)
        yield from _list_named(path, spec, name)
        question = spec.by_id.get(name)
        if question is not None and question.kind == "list":
            shown += [field.id for field in question.fields]
    for number, name in enumerate(report.show_fields):
        if name not in shown:
            facts = {"question": ", ".join(report.parts), "field": name,
                     "fields": ", ".join(shown), **nearest(name, shown)}  # fmt: skip
            yield (*_REPORT, "show_fields", number), "unknown_field", facts
    if report.group_by is not None:
        yield from _grouped(("report", "group_by"), spec, report.group_by)
    elif "group" in report.arrange:
        yield ("report", "arrange"), "group_by_missing", {}


def _list_named(path: Path, spec: Questionnaire, name: str) -> Iterator[Found]:
    question = spec.by_id.get(name)
    if question is None:
        yield path, "unknown_question", {"question": name, **nearest(name, spec.by_id)}
    elif question.kind != "list":
        yield path, "part_of_no_list", {"question": name, "kind": question.kind}


def _grouped(path: Path, spec: Questionnaire, by: GroupedBy) -> Iterator[Found]:
    yield from _list_named((*path, "question"), spec, by.question)
    question = spec.by_id.get(by.question)
    if question is None or question.kind != "list":
        return
    if not any(item.id == by.field and item.kind == "single" for item in question.fields):
        facts = {"question": by.question, "field": by.field}
        yield (*path, "field"), "grouped_by_no_choice", facts
