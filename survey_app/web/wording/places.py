"""Where within an answer something stands: a box, a row; in the reader's words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from survey_app.core.questionnaire import Question
from survey_app.web.catalogue import gettext as _
from survey_app.web.language import words
from survey_app.web.plain_text import line_names

Place = Callable[[Any, list[str], Any], str]
"""(question, names after the sort of part, value) -> words."""


def part_words(question: Question, part: str, value: Any = None) -> str:
    """A part of an answer, such as ``box:2``; nothing for the whole, or where it tells itself.

    value  of the answer, where the words hang on it
    """
    sort, *names = part.split(":")
    place = PLACES.get(sort)
    return place(question, names, value) if place else ""


def id_of(question: Question, part: str) -> str:
    """The id on its page of the input of a part; of the question, where a part has none alone."""
    sort, *names = part.split(":")
    if sort == "cell":
        return f"q.{question.id}.{part.replace(':', '.')}"
    if sort != "entry":
        return f"question-{question.id}"
    field = next((item for item in getattr(question, "fields", ()) if item.id in names[1:2]), None)
    if field is None:
        return f"entry-{names[0]}"
    first = f".option.{field.options[0].id}" if field.kind in ("single", "multiple") else ""
    return f"q.{question.id}.entry.{names[0]}.{field.id}{first}"


def _box(question: Any, names: list[str], value: Any) -> str:
    return _("Ruta %(n)s", n=names[0])


def _row(question: Any, names: list[str], value: Any) -> str:
    return next((words(row.text) for row in question.rows if row.id == names[0]), names[0])


def _entry(question: Any, names: list[str], value: Any) -> str:
    """``Exempel 2, Nivå``."""
    ids = [entry["id"] for entry in value["entries"]] if value else []
    place = ids.index(names[0]) + 1 if names[0] in ids else "?"
    field = next((words(item.text) for item in question.fields if item.id in names[1:2]), "")
    return ", ".join(filter(None, (f"{words(question.entry)} {place}", field)))


def _cell(question: Any, names: list[str], value: Any) -> str:
    """``december 2024, Falkenberg Inskrivna``."""
    known = line_names(question)
    row, column = names[0], names[1]
    return f"{known['row'].get(row, row)}, {known['column'].get(column, column)}"


def _note(question: Any, names: list[str], value: Any) -> str:
    known = line_names(question).get(names[0], {})
    return ", ".join(filter(None, (_("Anmärkning"), known.get(names[-1], ""))))


PLACES: dict[str, Place] = {
    "box": _box,
    "row": _row,
    "entry": _entry,
    "cell": _cell,
    "note": _note,
}
"""By the sort of the part; an option stands in the sentence itself."""
