"""The steps of a checklist as the contents column and the page of a round tell them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from survey_app.core.questionnaire import SingleQuestion
from survey_app.core.steps import steps_in
from survey_app.services.submission import Dossier
from survey_app.web.language import words


def view_steps(dossier: Dossier, pages: str) -> dict[str, list[dict[str, str]]]:
    """Each step with its state in words and where it is, by the id of its section.

    pages  where the pages of the sections are, but for their ids
    """
    found: dict[str, list[dict[str, str]]] = {}
    for step in steps_in(dossier.questionnaire):
        section = dossier.questionnaire.section_of[step.id].id
        given = dossier.answers.get(step.id)
        chosen = given.value["chosen"] if given and given.value else ""
        state = next((words(item.text) for item in step.options if item.id == chosen), "")
        found.setdefault(section, []).append(
            {"id": step.id, "number": step.number or "", "text": words(step.text),
             "state": state, "url": f"{pages}{section}#question-{step.id}"}
        )  # fmt: skip
    return found


def view_counts(counted: Iterable[tuple[SingleQuestion, Counter[str]]]) -> list[dict[str, Any]]:
    """Each step with its states in words and how many units are there, none that nobody is at."""
    return [
        {"number": step.number, "text": words(step.text),
         "states": [(words(option.text), counts[option.id])
                    for option in step.options if counts[option.id]]}
        for step, counts in counted
    ]  # fmt: skip
