"""Which questions a submission is about: all, or what the authority asked to have completed."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from survey_app.core.questionnaire import Questionnaire
from survey_app.services.submission import Dossier


def followers(questionnaire: Questionnaire, questions: AbstractSet[str]) -> set[str]:
    """The questions whose showing depends on some questions, directly or not."""
    roots = set(questions)
    for section in questionnaire.sections:
        for question in section.questions:
            conditions = [*(section.shown_when.conditions if section.shown_when else [])]
            conditions += question.shown_when.conditions if question.shown_when else []
            if any(condition.question in roots for condition in conditions):
                roots.add(question.id)
    return roots - set(questions)


def scope_of(dossier: Dossier) -> set[str] | None:
    """Ids of what a completion is about: what was asked for, what follows from it, and what the
    approver fills in; None where it is about everything."""
    if dossier.asked is None:
        return None
    asked = set(dossier.asked)
    attested = {
        item.id for item in dossier.questionnaire.questions() if item.filled_by == "approver"
    }
    return asked | followers(dossier.questionnaire, asked) | attested


def is_in_scope(dossier: Dossier, question_id: str) -> bool:
    """Whether the submission is about the question."""
    scope = scope_of(dossier)
    return scope is None or question_id in scope
