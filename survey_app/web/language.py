"""Swedish first, English second; the reader chooses, and the cookie remembers."""

from __future__ import annotations

from flask import Flask, g, has_request_context, session
from flask_babel import Babel

from survey_app.core.wording import Bilingual

LANGUAGES = ("sv", "en")
babel = Babel()


def chosen_language() -> str:
    """The reader's language: what they chose, else Swedish, as the authority's questions are."""
    if not has_request_context():
        return "sv"
    if "language" not in g:
        chosen = session.get("language")
        g.language = chosen if chosen in LANGUAGES else "sv"
    language: str = g.language
    return language


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
