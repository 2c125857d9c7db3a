"""An answer as plain text: for comparing two, for history, for typing over."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from survey_app.core.questionnaire import Question
from survey_app.web.catalogue import gettext as _
from survey_app.web.language import words
from survey_app.web.number import format_number, show_number


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


def field_text(field: Any, value: Any) -> str:
    """What one field of an entry says: of a choice only what is chosen."""
    if field.kind in ("single", "multiple"):
        chosen = value["chosen"] if isinstance(value["chosen"], list) else [value["chosen"]]
        return ", ".join(words(item.text) for item in field.options if item.id in chosen)
    return plain_text(field, value)


def entry_name(question: Any, place: int, entry: Any) -> str:
    """An entry of a list: ``Exempel 2``, and its title if it has one."""
    title = entry["values"].get(question.title_field, "") if question.title_field else ""
    name = f"{words(question.entry)} {place}"
    return f"{name} ({title})" if isinstance(title, str) and title else name


def entry_text(question: Any, place: int, entry: Any) -> str:
    """An entry of a list, line by line."""
    lines = [entry_name(question, place, entry)]
    for field in question.fields:
        if field.id in entry["values"]:
            lines.append(f"{words(field.text)}: {field_text(field, entry['values'][field.id])}")
    return "\n".join(lines)


def _entries(question: Any, value: Any) -> str:
    return "\n\n".join(
        entry_text(question, place, entry) for place, entry in enumerate(value["entries"], start=1)
    )


def cell_text(cell: Any, decimals: int = 0) -> str:
    """A cell that is filled in: a number, the text as typed, or that it is stated missing."""
    return _("uppgift saknas") if cell is None else format_number(cell, decimals)


def line_names(question: Any) -> dict[str, dict[str, str]]:
    """What rows and columns are called, totals too: by ``row`` and ``column``, then by id."""
    found = {
        "row": {item.id: " ".join(filter(None, (words(item.text), words(item.group))))
                for item in question.rows},
        "column": {item.id: " ".join(filter(None, (words(item.group), words(item.text))))
                   for item in question.columns},
    }  # fmt: skip
    for total in question.totals:
        found[total.axis][total.id] = words(total.text)
    return found


def _cells(question: Any, value: Any) -> str:
    """A line a cell, so that a changed cell is a changed line."""
    names = line_names(question)
    lines = [
        f"{names['row'][row]} · {names['column'][column]}: {cell_text(cell)}"
        for row, cells in value["cells"].items()
        for column, cell in cells.items()
    ]
    for key, note in value["notes"].items():
        axis, _colon, name = key.partition(":")
        of = f" ({names[axis][name]})" if name else ""
        lines.append(f"{_('Anmärkning')}{of}: {note}")
    return "\n".join(lines)


PLAIN: dict[str, Callable[[Any, Any], str]] = {
    "single": _choice,
    "multiple": _choice,
    "matrix": _rows,
    "list": _entries,
    "table": _cells,
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
