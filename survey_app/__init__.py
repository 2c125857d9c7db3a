"""Redogör: answer, approve, hand in and archive what national authorities ask of a region."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from survey_app.config import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """The web application of an installation; settings from the environment unless given.

    Raises UnsafeSettings, and Undeclared if a route says nothing of who may.
    """
    from survey_app.config import read_settings
    from survey_app.web.application import build

    return build(settings or read_settings())
