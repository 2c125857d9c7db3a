"""Gathering answers of several to one question: put together in order, and never one over another;
and how many characters they come to, against the one limit that all of them share."""

from __future__ import annotations

from survey_app.core.evaluation import Given
from survey_app.core.kinds import KINDS, Value
from survey_app.core.questionnaire import Question


def put_together(question: Question, standing: Given, added: Value) -> Given | None:
    """What stands, and after it what is added; None where that cannot be without a loss.

    Texts follow each other with an empty line between; a text in boxes goes into the free ones,
    what is left over into the last. Of options the same must be chosen, or any where several may.
    Numbers, dates and tables go only where nothing stands. Of a list the entries are added that are
    not there, and none that was removed.
    """
    both = added
    if question.kind == "list" or standing.value not in (None, added):
        both = KINDS[question.kind].join(question, standing.value, added)
    return None if both is None else Given(both, standing.blank)


def count_written(question: Question, value: Value) -> int:
    """How many characters of an answer are free text, of what would be handed in."""
    sent = None if value is None else KINDS[question.kind].sent(question, value)
    return 0 if sent is None else KINDS[question.kind].written(question, sent)


def limit_of(question: Question) -> int | None:
    """How many characters fit into an answer by the authority's limits; None where no limit is."""
    if question.kind != "text" or question.max_characters is None:
        return None
    return question.boxes * question.max_characters
