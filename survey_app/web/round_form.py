"""The form by which others are asked in a case: units in a round, or people in a survey."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request
from sqlmodel import Session

from survey_app.core.questionnaire import Questionnaire
from survey_app.services.case import find_case
from survey_app.services.refusal import Invalid
from survey_app.services.specification import add_specification, find_questionnaire
from survey_app.web.deadline_form import posted_day
from survey_app.web.forms_at_hand import forms_at_hand
from survey_app.web.language import words
from survey_app.web.place import actor, now, place, today


def forms_offered(session: Session, fits: Callable[[Questionnaire], bool]) -> list[dict[str, Any]]:
    """The questionnaires at hand that fit, for a list to choose from."""
    found = []
    for name, body in forms_at_hand().items():
        form = find_questionnaire(session, add_specification(session, body, now()))
        if fits(form):
            found.append({"name": name, "title": words(form.title), "period": form.period,
                          "authority": form.authority.name})  # fmt: skip
    return found


def posted_terms(session: Session, diary_number: str) -> dict[str, Any]:
    """What the form says, and by whom and when it is said, for the service that opens.

    Raises NotFound, Invalid (``no_questionnaire_chosen``, ``day_unreadable``,
    ``until_unreadable``).
    """
    form = request.form
    body = forms_at_hand().get(form.get("questionnaire", ""))
    if body is None:
        find_case(session, actor(), diary_number)
        raise Invalid("no_questionnaire_chosen")
    has_last = bool(form.get("deadline", "").strip())
    return {
        "specification": add_specification(session, body, now()),
        "title": form.get("title", ""),
        "opens": posted_day("opens", "day_unreadable") if form.get("opens") else today(),
        "deadline": posted_day("deadline", "until_unreadable") if has_last else None,
        "note": form.get("note", ""),
        "now": now(),
        "today": today(),
        "signer": place().key,
    }
