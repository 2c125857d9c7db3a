"""Some of a questionnaire's questions as a questionnaire of their own: what a unit is asked."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Any

from survey_app.core.condition import ShownWhen
from survey_app.core.questionnaire import Passage, Question, Questionnaire, Section
from survey_app.core.same import Same


def excerpt(questionnaire: Questionnaire, questions: tuple[str, ...]) -> Questionnaire:
    """The named questions in the authority's order, with their sections and what these say first.

    Nothing is required in it. What depends on a question outside is shown: whoever asked wants an
    answer, and answers elsewhere are none of the unit's business. Made once for each choice.
    """
    return _excerpt(Same(questionnaire), questions)


@lru_cache(maxsize=128)
def _excerpt(same: Same[Questionnaire], questions: tuple[str, ...]) -> Questionnaire:
    known = set(questions)
    sections = [
        cut
        for section in same.thing.sections
        if (cut := _section(section, known)).questions
    ]  # fmt: skip
    whole = {name: getattr(same.thing, name) for name in Questionnaire.model_fields}
    changes = {"sections": sections, "intro": [], "receipt": None, "unanswered": "allow"}
    # A copy would take along what the whole has worked out and kept, such as its ``by_id``.
    return Questionnaire.model_construct(**{**whole, **changes})


def _section(section: Section, known: AbstractSet[str]) -> Section:
    return section.model_copy(
        update={
            "intro": _passages(section.intro, known),
            "questions": [_question(item, known) for item in section.questions if item.id in known],
            "shown_when": _within(section.shown_when, known),
        }
    )


def _question(question: Question, known: AbstractSet[str]) -> Question:
    changes: dict[str, Any] = {
        name: _passages(getattr(question, name), known) for name in ("before", "help", "after")
    }
    if question.kind == "matrix" or question.kind == "table":
        changes["rows"] = [
            row.model_copy(update={"shown_when": _within(row.shown_when, known)})
            for row in question.rows
        ]
    changes |= {"required": False, "shown_when": _within(question.shown_when, known)}
    return question.model_copy(update=changes)


def _passages(passages: list[Passage], known: AbstractSet[str]) -> list[Passage]:
    return [
        item.model_copy(update={"shown_when": _within(item.shown_when, known)}) for item in passages
    ]


def _within(when: ShownWhen | None, known: AbstractSet[str]) -> ShownWhen | None:
    """The conditions that can be judged here; None where the rest alone may show it."""
    if when is None:
        return None
    inside = [item for item in when.conditions if item.question in known]
    if not inside or (when.any and len(inside) < len(when.conditions)):
        return None
    return when.model_copy(update={"all" if when.all else "any": inside})
