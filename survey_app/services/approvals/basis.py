"""What a right to approve rests on: a decision that somebody took, and the days that it is for."""

from __future__ import annotations

import datetime

from survey_app.core.characters import tidy
from survey_app.services.refusal import Invalid


def read_decision(text: str) -> str:
    """The decision as it was typed, tidied. Raises Invalid (``decision_missing``)."""
    if not text.strip():
        raise Invalid("decision_missing")
    return tidy(text.strip())


def require_order(first: datetime.date, last: datetime.date) -> None:
    """That a time does not end before it begins. Raises Invalid (``dates_reversed``)."""
    if first > last:
        raise Invalid("dates_reversed")
