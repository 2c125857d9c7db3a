"""The catalogue's function with its type: flask_babel tells mypy nothing."""

from __future__ import annotations

import flask_babel


def gettext(message: str, **facts: object) -> str:
    """The message in the reader's language, facts put in."""
    return str(flask_babel.gettext(message, **facts))
