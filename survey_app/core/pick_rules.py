"""What can be wrong with what a computed value takes from an earlier answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from survey_app.core.comparison import place_findings
from survey_app.core.finding import Found, Path, nearest
from survey_app.core.kinds.computed import Pick, is_counted
from survey_app.core.possible import NUMBERS
from survey_app.core.problem import Fact
from survey_app.core.questionnaire import Question


def pick_findings(path: Path, pick: Pick, source: Question, operation: str) -> Iterator[Found]:
    """What is wrong with one of the things that a value is computed from.

    source  the question that it names, which stands earlier
    """
    found = list(place_findings(path, source, pick.row, pick.column, pick.field))
    if pick.where is not None:
        found += _where(path, pick, source)
    yield from found
    if found or operation == "count" or is_counted(pick, source):
        return
    spec = _field_or_itself(source, pick.field)
    if spec.kind not in NUMBERS:
        yield path, "computed_of_no_number", {"question": source.id, "kind": spec.kind}


def _field_or_itself(source: Question, field: str | None) -> Any:
    if source.kind == "list" and field:
        return next(item for item in source.fields if item.id == field)
    return source


def _where(path: Path, pick: Pick, source: Question) -> Iterator[Found]:
    """``where`` names one of the answers of a choice of one."""
    assert pick.where is not None
    place, field = (*path, "where"), pick.where.field
    if pick.field is not None:
        yield place, "where_and_field", {"question": source.id}
        return
    found = list(place_findings(place, source, None, None, field))
    yield from found
    if found:
        return
    spec = _field_or_itself(source, field)
    facts: dict[str, Fact] = {"question": source.id, "answer": pick.where.answer}
    if spec.kind != "single":
        yield place, "where_of_no_choice", {**facts, "kind": spec.kind}
        return
    options = [option.id for option in spec.options]
    if pick.where.answer not in options:
        told = {"options": ", ".join(options), **nearest(pick.where.answer, options)}
        yield (*place, "answer"), "no_such_option", {**facts, **told}
