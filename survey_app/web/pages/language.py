"""Choosing the language."""

from __future__ import annotations

from flask import Blueprint, redirect, request, session
from werkzeug.wrappers import Response

from survey_app.web.access import public
from survey_app.web.address import safe_path
from survey_app.web.language import LANGUAGES

pages = Blueprint("language", __name__)


@pages.post("/language")
@public
def choose() -> Response:
    """Remember the language in the cookie, and go back."""
    language = request.form.get("language")
    if language in LANGUAGES:
        session["language"] = language
    return redirect(safe_path(request.form.get("next")))
