"""The steps of a checklist: the choices of which a computed question counts those that are done."""

from __future__ import annotations

from functools import lru_cache

from survey_app.core.kinds.computed import Pick
from survey_app.core.questionnaire import (
    ComputedQuestion,
    Questionnaire,
    SingleQuestion,
)
from survey_app.core.same import Same


def steps_in(questionnaire: Questionnaire) -> list[SingleQuestion]:
    """The questions that are steps, in their order; none where nothing counts them."""
    return list(_steps_in(Same(questionnaire)))


@lru_cache(maxsize=64)
def _steps_in(same: Same[Questionnaire]) -> tuple[SingleQuestion, ...]:
    questionnaire = same.thing
    counted = {
        item.question
        for question in questionnaire.questions()
        if isinstance(question, ComputedQuestion) and question.operation == "count"
        for item in question.of
        if isinstance(item, Pick) and item.where is not None and item.where.field is None
    }
    return tuple(
        question
        for question in questionnaire.questions()
        if isinstance(question, SingleQuestion) and question.id in counted
    )
