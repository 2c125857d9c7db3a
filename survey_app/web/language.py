"""Swedish first, English second; the reader chooses, and the cookie remembers."""

from __future__ import annotations

from flask import Flask, g, has_request_context, session
from flask_babel import Babel

from survey_app.core.wording import Bilingual

LANGUAGES = ("sv", "en")
babel = Babel()


def chosen_language() -> str:
    """The reader's language: what they chose, else Swedish, as the authority's questions are."""
    try:
        known: str | None = g.get("language")  # asked for every text of a page
    except RuntimeError:  # no application here: a command, or a test
        return "sv"
    if known is None:
        chosen = session.get("language") if has_request_context() else None
        known = g.language = chosen if chosen in LANGUAGES else "sv"
    return known


def words(text: Bilingual | str | None) -> str:
    """A text of a questionnaire in the reader's language."""
    if text is None:
        return ""
    return text if isinstance(text, str) else text.within(chosen_language())


def install(app: Flask) -> None:
    """Set up the catalogues."""
    app.config["BABEL_DEFAULT_LOCALE"] = "sv"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "web/translations"
    babel.init_app(app, locale_selector=chosen_language)
