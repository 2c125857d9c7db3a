"""Units: those that one administers, and a new one. No answer is ever shown here."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from survey_app.core.workflow import Role
from survey_app.services.refusal import Invalid
from survey_app.services.unit import list_units, open_unit
from survey_app.web.access import role
from survey_app.web.catalogue import gettext as _
from survey_app.web.place import actor, reading, writing
from survey_app.web.speech import describe_refusal

pages = Blueprint("units", __name__)


@pages.get("/units")
@role(Role.ADMINISTRATOR)
def index() -> str:
    """The units that one administers."""
    return _page()


def _page(refused: Invalid | None = None) -> str:
    with reading() as session:
        listed = list_units(session, actor())
    error = None
    if refused is not None:
        field = "organisation_number" if refused.code == "unit_number_wrong" else "name"
        error = {"field": field, "text": describe_refusal(refused), "href": f"#{field}"}
    return render_template("units/index.html", units=listed, error=error, typed=request.form)


@pages.post("/units")
@role(Role.ADMINISTRATOR)
def create() -> Response | tuple[str, int]:
    """A new unit."""
    form = request.form
    try:
        with writing() as session:
            name = open_unit(
                session, actor(), form.get("name", ""), form.get("organisation_number", "")
            ).name
    except Invalid as refused:
        return _page(refused), refused.status
    flash(_("%(unit)s är upplagd. Lägg upp konton för dem som ska svara där, under Konton.",
            unit=name), "success")  # fmt: skip
    return redirect(url_for("units.index"))
