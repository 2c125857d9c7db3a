"""Whether a condition suits the question that it compares with."""

from __future__ import annotations

from collections.abc import Iterator

from survey_app.core.condition import Condition
from survey_app.core.finding import Found, Path, nearest
from survey_app.core.kinds import KINDS
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
    row_findings = list(_row(path, condition, question))
    yield from row_findings
    place, answer = (*path, "answer"), condition.answer
    facts: dict[str, Fact] = {"question": question.id, "answer": str(answer)[:80]}
    if condition.operator == "exists":
        if not isinstance(answer, bool):
            yield place, "exists_needs_boolean", facts
    elif condition.operator in _ORDER and question.kind not in NUMBERS:
        yield (*path, "operator"), "order_of_no_number", {**facts, "kind": question.kind}
    elif isinstance(answer, bool):
        yield place, "boolean_answer", facts
    elif isinstance(question, SingleAnswer | MultipleAnswer | MatrixAnswer):
        options = [option.id for option in question.options]
        if str(answer) not in options:
            close = nearest(str(answer), options)
            yield place, "no_such_option", {**facts, "options": ", ".join(options), **close}
    elif question.kind == "attachment":
        yield (*path, "operator"), "condition_on_file", facts
    else:
        yield from _written(place, condition, question, facts)


def _row(path: Path, condition: Condition, question: Question) -> Iterator[Found]:
    if condition.row is None:
        return
    facts: dict[str, Fact] = {"question": question.id, "row": condition.row}
    if not isinstance(question, MatrixAnswer):
        yield (*path, "row"), "row_of_no_matrix", {**facts, "kind": question.kind}
        return
    rows = [row.id for row in question.rows]
    if condition.row not in rows:
        close = nearest(condition.row, rows)
        yield (*path, "row"), "unknown_row", {**facts, "rows": ", ".join(rows), **close}


def _written(
    place: Path, condition: Condition, question: Question, facts: dict[str, Fact]
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


def _as_stored(question: Question, answer: str) -> str | None:
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


def _can_be_given(question: Question, answer: str) -> bool:
    """Whether the answer could be sent; what is computed may be any number."""
    if question.kind == "computed":
        return True
    kind = KINDS[question.kind]
    problems = kind.check(question, kind.parse(question, answer))
    return all(problem.severity != "error" for problem in problems)
