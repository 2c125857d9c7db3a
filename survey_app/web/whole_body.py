"""A body that is shorter than it said is refused, whatever server the product runs under.

gunicorn says of every body that it ends where the input ends (``wsgi.input_terminated``), also of
one whose sender hung up too early; Werkzeug then leaves out to hold it against its Content-Length.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def whole_bodies(application: Application) -> Application:
    """The application, with the length that a request names held against what came."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("CONTENT_LENGTH"):
            environ.pop("wsgi.input_terminated", None)  # to be there is what counts, not its value
        return application(environ, start_response)

    return answer
