"""What the forms for more time and for completions have in common."""

from __future__ import annotations

import datetime

from flask import request

from survey_app.core.kinds.date import read_date
from survey_app.services.refusal import Invalid, Refused
from survey_app.web.speech import describe_refusal

_FIELD_OF = {
    "day_unreadable": "day",
    "document_day_in_future": "day",
    "until_unreadable": "until",
    "until_not_later": "until",
    "until_before_decision": "until",
    "counterpart_missing": "counterpart",
    "extension_reason_missing": "reason",
    "subject_missing": "reason",
    "line_too_long": "reason",
    "nothing_asked": "questions",
    "no_question": "questions",
    "nothing_asked_of_units": "questions",
    "already_asked": "questions",
    "no_unit_chosen": "units",
    "no_unit": "units",
    "until_passed": "until",
    "note_too_long": "note",
}


def posted_day(name: str, code: str) -> datetime.date:
    """A day of the form. Raises Invalid with the code."""
    typed = request.form.get(name, "")
    day = read_date(typed)
    if day is None:
        raise Invalid(code, typed=typed[:40])
    return day


def error_of(refused: Refused | None) -> dict[str, str] | None:
    """A refusal at the field that it is about."""
    if refused is None:
        return None
    field = _FIELD_OF.get(refused.code, "file")
    return {"field": field, "text": describe_refusal(refused), "href": f"#{field}"}
