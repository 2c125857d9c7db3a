"""What is typed as one line: a title, a name, a reason, the words of a decision."""

from __future__ import annotations

from survey_app.core.characters import one_line
from survey_app.services.refusal import Invalid

LONGEST_DECISION = 500
"""Characters of a decision's own words, such as the plan it rests on and its point."""


def read_line(text: str, most: int, field: str = "") -> str:
    """The text as one line. Raises Invalid (``line_too_long``) if it has more characters than that.

    field  what it was typed in, where the form has several
    """
    line = one_line(text)
    if len(line) > most:
        raise Invalid("line_too_long", field=field, max=most)
    return line
