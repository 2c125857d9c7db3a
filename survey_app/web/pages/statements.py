"""What everybody may read about the product: how accessible it is, and what it keeps of people."""

from __future__ import annotations

from flask import Blueprint, render_template

from survey_app.web.access import public
from survey_app.web.place import place

pages = Blueprint("statements", __name__)

JUDGED = "2026-11-22"
"""When the product was last judged as a whole; moved by whoever judges it."""


@pages.get("/accessibility")
@public
def accessibility() -> str:
    """The accessibility statement (lag 2018:1937, om tillgänglighet till digital service)."""
    return _page("accessibility")


@pages.get("/privacy")
@public
def privacy() -> str:
    """What is kept of people who use the product (articles 13 and 14 of the GDPR)."""
    return _page("privacy")


def _page(name: str) -> str:
    settings = place().settings
    return render_template(
        f"statements/{name}.html",
        organisation=settings.organisation,
        contact=settings.contact,
        hours=settings.session_hours,
        judged=JUDGED,
    )
