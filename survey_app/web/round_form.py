"""The form by which others are asked in a case: units in a round, or people in a survey."""

from __future__ import annotations

from typing import Any

from flask import request
from sqlmodel import Session

from survey_app.services.case import find_case
from survey_app.services.refusal import Invalid
from survey_app.services.specification import Form, add_specification
from survey_app.web.deadline_form import posted_day
from survey_app.web.forms_at_hand import forms_at_hand
from survey_app.web.place import actor, now, place, today


def posted_form() -> Form | None:
    """The questionnaire that was chosen; None if it is none of those at hand."""
    chosen = request.form.get("questionnaire", "")
    return next((item for item in forms_at_hand().forms if item.name == chosen), None)


def posted_terms(session: Session, diary_number: str, chosen: Form | None) -> dict[str, Any]:
    """What the form says, and by whom and when it is said, for the service that opens.

    chosen  ``posted_form()``, read before the session began: others wait while it writes
    Raises NotFound, Invalid (``no_questionnaire_chosen``, ``day_unreadable``,
    ``until_unreadable``).
    """
    form = request.form
    if chosen is None:
        find_case(session, actor(), diary_number)
        raise Invalid("no_questionnaire_chosen")
    has_last = bool(form.get("deadline", "").strip())
    return {
        "specification": add_specification(session, chosen.body, now()),
        "title": form.get("title", ""),
        "opens": posted_day("opens", "day_unreadable") if form.get("opens") else today(),
        "deadline": posted_day("deadline", "until_unreadable") if has_last else None,
        "note": form.get("note", ""),
        "now": now(),
        "today": today(),
        "signer": place().key,
    }
