"""U+0000 is refused at the door: no text in PostgreSQL can hold it, and no address or field of ours
has it. In what somebody typed it becomes U+FFFD, as services have it, and the rest is kept."""

from __future__ import annotations

from flask import abort, request

from survey_app.services.refusal import Invalid

NUL = "\x00"


def refuse_unstorable() -> None:
    """Before each request: 404 for such a path, Invalid for such a query."""
    if NUL in request.path:
        abort(404)
    if b"%00" in request.query_string or b"\x00" in request.query_string:
        raise Invalid("unstorable")
