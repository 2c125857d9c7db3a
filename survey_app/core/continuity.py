"""Last year's answer in this year's question: which continues which, and what of it fits.

The same mapping takes a draft from one version of its questionnaire to the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from survey_app.core.evaluation import Given
from survey_app.core.kinds import KINDS
from survey_app.core.misfit import Misfit
from survey_app.core.problem import Malformed
from survey_app.core.questionnaire import Continues, Question, Questionnaire


@dataclass(frozen=True, slots=True)
class Carried:
    """An earlier answer in the shape of a question here, and what of it did not fit."""

    given: Given
    misfits: tuple[Misfit, ...] = ()


def links_of(questionnaire: Questionnaire, question: Question) -> Iterator[Continues]:
    """What a question continues in earlier periods, the nearest first."""
    if question.continues is not None:
        yield from (link for link in question.continues if link.questionnaire != questionnaire.id)
    elif questionnaire.continues is not None:
        yield Continues(questionnaire=questionnaire.continues, question=question.id)


def link_to(questionnaire: Questionnaire, question: Question, earlier: str) -> Continues:
    """What a question continues in an earlier version of its own questionnaire, or in the
    earlier questionnaire that is named; the question with the same id where nothing is said."""
    for link in question.continues or ():
        if link.questionnaire == earlier:
            return link
    return Continues(questionnaire=earlier, question=question.id)


def can_be_carried(question: Question) -> bool:
    """Whether a writer answers the question at all."""
    return question.filled_by == "writer" and KINDS[question.kind].answered


def carry(question: Question, link: Continues, earlier: Question, given: Given) -> Carried:
    """An answer to an earlier question in the shape of this one.

    What does not fit is listed, each part with its value: nothing is dropped in silence. The
    result is what ``KINDS[...].parse`` would store; whether it is right is for ``check`` to say.
    """
    value = given.value
    if value is None or not can_be_carried(question):
        return Carried(Given(None, given.blank if can_be_carried(question) else None))
    if not _takes(question, earlier):
        return Carried(Given(), (Misfit("other_kind", "", value),))
    kind = KINDS[question.kind]
    found, misfits = kind.carry(question, link, earlier, value)
    try:
        stored = kind.parse(question, found)
    except Malformed:
        return Carried(Given(), (Misfit("other_kind", "", value),))
    return Carried(Given(stored, given.blank), tuple(misfits))


_CHOICES = ("single", "multiple")


def _takes(question: Question, earlier: Question) -> bool:
    """Whether answers of the earlier kind can stand here at all."""
    kind = earlier.shown_as if earlier.kind == "computed" else earlier.kind
    return kind == question.kind or (kind in _CHOICES and question.kind in _CHOICES)


__all__ = ["Carried", "Misfit", "can_be_carried", "carry", "link_to", "links_of"]
