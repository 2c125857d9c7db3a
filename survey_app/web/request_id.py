"""A name for each request: in the reply, in the log, in the security log, on the page of an error.

What the proxy in front calls a request is taken over, so that its log and ours tell of the same.
Requests without a name of who asks (``access.anonymous``) get none: nothing shall lead from a
ballot to a line of a log.
"""

from __future__ import annotations

import re
import secrets

from flask import Flask, current_app, g, request
from werkzeug.wrappers import Response

from survey_app.web.access import is_nameless

HEADER = "X-Request-ID"
_PROPER = re.compile(r"[A-Za-z0-9-]{8,64}")


def install(app: Flask, *, behind_proxy: bool) -> None:
    """Name each request before anything else looks at it.

    behind_proxy  whether the headers of a trusted proxy reach us, and only those
    """

    @app.before_request
    def _name() -> None:
        g.request_id = "" if is_nameless(current_app, request) else _given(behind_proxy) or _made()

    @app.after_request
    def _tell(response: Response) -> Response:
        if name := g.get("request_id"):
            response.headers[HEADER] = name
        return response


def _given(behind_proxy: bool) -> str:
    """The name that the proxy gave; the server strips ``X-Forwarded-For`` of anybody else."""
    if not behind_proxy or "X-Forwarded-For" not in request.headers:
        return ""
    name = request.headers.get(HEADER, "")
    return name if _PROPER.fullmatch(name) else ""


def _made() -> str:
    return secrets.token_hex(8)
