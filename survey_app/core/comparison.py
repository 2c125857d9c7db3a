"""Whether a condition suits the question that it compares with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from survey_app.core.condition import Condition
from survey_app.core.finding import Found, Path, nearest
from survey_app.core.kinds import KINDS
from survey_app.core.kinds.cells import Rule, rule_of
from survey_app.core.kinds.choice import MultipleAnswer, SingleAnswer
from survey_app.core.kinds.matrix import MatrixAnswer
from survey_app.core.number import as_decimal, canonical
from survey_app.core.possible import NUMBERS
from survey_app.core.problem import Fact, Malformed
from survey_app.core.questionnaire import Question

_ORDER = (">", "<", ">=", "<=")


def comparison_findings(path: Path, condition: Condition, question: Question) -> Iterator[Found]:
    """What is wrong with the row, the operator and the answer of a condition.

    path      where the condition stands
    question  the question that it names, which stands earlier
    """
    found = list(place_findings(path, question, condition.row, condition.column, condition.field))
    yield from found
    if not found:
        yield from spec_findings(path, condition, looked_at(condition, question))


def looked_at(condition: Condition, question: Question) -> Any:
    """What a condition looks at: the question, a field of its list, or a cell of its table."""
    if question.kind == "list" and condition.field:
        return next(field for field in question.fields if field.id == condition.field)
    if question.kind == "table" and condition.row and condition.column:
        return rule_of(question, condition.row, condition.column)
    return question


def spec_findings(path: Path, condition: Condition, spec: Any) -> Iterator[Found]:
    """What is wrong with the operator and the answer of a condition on a question or a field."""
    place, answer = (*path, "answer"), condition.answer
    facts: dict[str, Fact] = {"question": condition.question, "answer": str(answer)[:80]}
    if condition.operator == "exists":
        if not isinstance(answer, bool):
            yield place, "exists_needs_boolean", facts
    elif spec.kind == "list":
        yield (*path, "operator"), "condition_on_list", facts
    elif condition.operator in _ORDER and spec.kind not in NUMBERS:
        yield (*path, "operator"), "order_of_no_number", {**facts, "kind": spec.kind}
    elif isinstance(answer, bool):
        yield place, "boolean_answer", facts
    elif isinstance(spec, SingleAnswer | MultipleAnswer | MatrixAnswer):
        options = [option.id for option in spec.options]
        if str(answer) not in options:
            close = nearest(str(answer), options)
            yield place, "no_such_option", {**facts, "options": ", ".join(options), **close}
    elif spec.kind == "attachment":
        yield (*path, "operator"), "condition_on_file", facts
    else:
        yield from _written(place, condition, spec, facts)


def place_findings(
    path: Path, question: Question, row: str | None, column: str | None, field: str | None
) -> Iterator[Found]:
    """What is wrong with a place within an answer, as conditions and sums name it."""
    facts: dict[str, Fact] = {"question": question.id, "kind": question.kind}
    rows = [item.id for item in KINDS[question.kind].rows(question)]
    if row is not None and not rows:
        yield (*path, "row"), "row_of_no_matrix", {**facts, "row": row}
    elif row is not None and row not in rows:
        known: dict[str, Fact] = {"rows": ", ".join(rows), **nearest(row, rows)}
        yield (*path, "row"), "unknown_row", {"question": question.id, "row": row, **known}
    if question.kind == "table":
        yield from _column(path, question, row, column)
    elif column is not None:
        yield (*path, "column"), "column_of_no_table", {**facts, "column": column}
    if question.kind == "list":
        yield from _field(path, question, field)
    elif field is not None:
        yield (*path, "field"), "field_of_no_list", {**facts, "field": field}


def _field(path: Path, question: Any, field: str | None) -> Iterator[Found]:
    fields = [item.id for item in question.fields]
    if field is not None and field not in fields:
        told: dict[str, Fact] = {"fields": ", ".join(fields), **nearest(field, fields)}
        yield (*path, "field"), "unknown_field", {"question": question.id, "field": field, **told}


def _column(path: Path, question: Any, row: str | None, column: str | None) -> Iterator[Found]:
    columns = [item.id for item in question.columns]
    if (row is None) != (column is None):
        yield path, "row_and_column", {"question": question.id}
    elif column is not None and column not in columns:
        known: dict[str, Fact] = {"columns": ", ".join(columns), **nearest(column, columns)}
        facts = {"question": question.id, "column": column, **known}
        yield (*path, "column"), "unknown_column", facts


def _written(
    place: Path, condition: Condition, question: Any, facts: dict[str, Fact]
) -> Iterator[Found]:
    """Whether anyone could give this answer, and whether it is written as it would be stored."""
    answer = str(condition.answer)
    stored = _as_stored(question, answer)
    if stored is None:
        yield place, "impossible_answer", facts
    elif stored != answer:
        yield place, "answer_form", {**facts, "write": stored}
    elif condition.operator in ("=", "!=") and not _can_be_given(question, answer):
        yield place, "impossible_answer", facts


def _as_stored(question: Any, answer: str) -> str | None:
    """The answer as conditions would see it, had somebody typed it; None if it is none."""
    if question.kind in NUMBERS:
        number = as_decimal(answer)
        return None if number is None else str(canonical(number))
    kind = KINDS[question.kind]
    try:
        value = kind.parse(question, answer)
    except Malformed:
        return None
    atoms = kind.atoms(question, value) if value is not None else ()
    return str(atoms[0]) if atoms else None


def _can_be_given(question: Any, answer: str) -> bool:
    """Whether the answer could be sent; what is computed may be any number."""
    if question.kind in ("computed", "table"):
        return True
    if isinstance(question, Rule):
        number = as_decimal(answer)
        assert number is not None
        below = question.max is None or number <= question.max
        return below and (question.min is None or number >= question.min)
    kind = KINDS[question.kind]
    problems = kind.check(question, kind.parse(question, answer))
    return all(problem.severity != "error" for problem in problems)
