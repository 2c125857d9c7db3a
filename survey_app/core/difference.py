"""What changed between two contents of the same submission, question by question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from survey_app.core.content import Content

_COMPARED = ("asked", "value", "blank")


@dataclass(frozen=True, slots=True)
class Change:
    """A question whose answer, or whose being asked, is not as it was."""

    question: str
    before: dict[str, Any] | None
    after: dict[str, Any]


def questions_of(content: Content) -> dict[str, dict[str, Any]]:
    """The questions of a content by id, in the authority's order."""
    return {
        question["id"]: question
        for section in content["sections"]
        for question in section["questions"]
    }


def changes_between(before: Content | None, after: Content) -> list[Change]:
    """The changed questions in the authority's order; with nothing before, all that are answered.

    A matrix is compared as a whole, as are the details after options.
    """
    old = questions_of(before) if before else {}
    changes = []
    for question_id, question in questions_of(after).items():
        earlier = old.get(question_id)
        if earlier is None:
            if question["value"] is not None or question["blank"] is not None:
                changes.append(Change(question_id, None, question))
        elif any(earlier[key] != question[key] for key in _COMPARED):
            changes.append(Change(question_id, earlier, question))
    return changes
