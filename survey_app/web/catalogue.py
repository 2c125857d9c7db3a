"""The catalogue's function: each message is looked up once in each language."""

from __future__ import annotations

from functools import lru_cache

import flask_babel

from survey_app.web.language import chosen_language


def gettext(message: str, **facts: object) -> str:
    """The message in the reader's language, facts put in."""
    found = _found(message, chosen_language())
    return found % facts if facts else found


@lru_cache(maxsize=4096)
def _found(message: str, language: str) -> str:
    with flask_babel.force_locale(language):
        return str(flask_babel.gettext(message))
