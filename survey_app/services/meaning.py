"""What stored answers mean, worked out once for each set of them.

Nothing here can be stale: the very texts that the tables hold are the key, so other texts are
another set. What is handed out is shared between requests: read it, never change it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from survey_app.core.evaluation import Answers, Evaluation, Given, evaluate
from survey_app.core.questionnaire import Questionnaire
from survey_app.core.same import Same

Stored = tuple[str | None, str | None]
"""A value and the reason for a blank as the tables hold them: JSON, or None."""

Row = tuple[str, Stored]


@dataclass(frozen=True)
class Meaning:
    """Some answers, and the verdict on them."""

    questionnaire: Questionnaire
    answers: Answers

    @cached_property
    def evaluation(self) -> Evaluation:
        """The verdict, judged once."""
        return evaluate(self.questionnaire, self.answers)


@lru_cache(maxsize=1024)
def given_of(value: str | None, blank: str | None) -> Given:
    """What a row of the tables holds, as the rules see it."""
    return Given(
        None if value is None else json.loads(value), None if blank is None else json.loads(blank)
    )


@lru_cache(maxsize=32)
def _work_out(questionnaire: Same[Questionnaire], rows: tuple[Row, ...]) -> Meaning:
    answers = {question: given_of(*stored) for question, stored in rows}
    return Meaning(questionnaire.thing, answers)


def meaning_of(questionnaire: Questionnaire, stored: Mapping[str, Stored]) -> Meaning:
    """What the stored answers to a questionnaire mean; by question id."""
    return _work_out(Same(questionnaire), tuple(sorted(stored.items())))
