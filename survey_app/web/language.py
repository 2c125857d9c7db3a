"""Swedish first, English second; the reader chooses, and the cookie remembers."""

from __future__ import annotations

from contextvars import ContextVar

from flask import Flask, session
from flask_babel import Babel

from survey_app.core.wording import Bilingual

LANGUAGES = ("sv", "en")
babel = Babel()


_chosen: ContextVar[str] = ContextVar("language", default="sv")
"""Of the request at work; Swedish outside of one. Asked for every text of a page."""


def chosen_language() -> str:
    """The reader's language: what they chose, else Swedish, as the authority's questions are."""
    return _chosen.get()


def speak(language: str | None) -> None:
    """Answer this request in a language, whatever the cookie says: Swedish unless it is known."""
    _chosen.set(language if language in LANGUAGES else "sv")


def _choose() -> None:
    speak(session.get("language"))


def _forget(error: BaseException | None) -> None:
    _chosen.set("sv")


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
    app.before_request(_choose)
    app.teardown_request(_forget)
