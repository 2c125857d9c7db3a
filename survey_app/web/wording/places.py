"""Where within an answer something stands: a box, a row; in the reader's words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from survey_app.core.questionnaire import Question
from survey_app.web.catalogue import gettext as _
from survey_app.web.language import words

Place = Callable[[Any, list[str], Any], str]
"""(question, names after the sort of part, value) -> words."""


def part_words(question: Question, part: str, value: Any = None) -> str:
    """A part of an answer, such as ``box:2``; nothing for the whole, or where it tells itself.

    value  of the answer, where the words hang on it
    """
    sort, *names = part.split(":")
    place = PLACES.get(sort)
    return place(question, names, value) if place else ""


def _box(question: Any, names: list[str], value: Any) -> str:
    return _("Ruta %(n)s", n=names[0])


def _row(question: Any, names: list[str], value: Any) -> str:
    return next((words(row.text) for row in question.rows if row.id == names[0]), names[0])


PLACES: dict[str, Place] = {"box": _box, "row": _row}
"""By the sort of the part; an option stands in the sentence itself."""
