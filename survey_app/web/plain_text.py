"""An answer as plain text: for comparing two, for history, for typing over."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from survey_app.core.questionnaire import Question
from survey_app.web.language import words
from survey_app.web.number import show_number


def plain_text(question: Question, value: Any) -> str:
    """The answer, line by line; nothing where there is none."""
    if value is None:
        return ""
    return PLAIN.get(question.kind, _written)(question, value)


def _choice(question: Any, value: Any) -> str:
    chosen = value["chosen"] if isinstance(value["chosen"], list) else [value["chosen"]]
    lines = []
    for option in question.options:
        detail = value["details"].get(option.id)
        if option.id in chosen or detail is not None:
            told = "" if detail is None else _detail_text(detail)
            mark = "☒" if option.id in chosen else "☐"
            lines.append(f"{mark} {words(option.text)} {told}".rstrip())
    return "\n".join(lines)


def _rows(question: Any, value: Any) -> str:
    options = {option.id: words(option.text) for option in question.options}
    return "\n".join(
        f"{words(row.text)}: {options[value[row.id]]}" for row in question.rows if row.id in value
    )


def _attestation(question: Any, value: Any) -> str:
    return f"☒ {words(question.label)}"


def _number(question: Any, value: Any) -> str:
    return show_number(value, question.kind)


def _written(question: Any, value: Any) -> str:
    return _detail_text(value)


PLAIN: dict[str, Callable[[Any, Any], str]] = {
    "single": _choice,
    "multiple": _choice,
    "matrix": _rows,
    "attestation": _attestation,
    "integer": _number,
    "percent": _number,
    "money": _number,
}
"""By the kind of question; any other is told as it was written."""


def text_then(question: Question | None, value: Any) -> str:
    """An answer as the question was asked then; as it is stored where that is not known."""
    if value is None:
        return ""
    return plain_text(question, value) if question else json.dumps(value, ensure_ascii=False)


def _detail_text(value: Any) -> str:
    if isinstance(value, dict):
        names = [file["name"] for file in value["files"]]
        return "\n".join([*names, value["text"]]).strip()
    if isinstance(value, list):
        return "\n\n".join(value)
    if isinstance(value, int):
        return show_number(value, "integer")
    return str(value)
