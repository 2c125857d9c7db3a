"""More time from the authority: the form, and what has been granted."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from survey_app.core.workflow import Action
from survey_app.services.extension import extend_deadline, list_extensions
from survey_app.services.refusal import Invalid, Refused
from survey_app.services.submission import open_submission
from survey_app.web.access import action
from survey_app.web.catalogue import gettext as _
from survey_app.web.deadline_form import error_of, posted_day
from survey_app.web.number import format_date
from survey_app.web.place import actor, now, place, reading, today, writing
from survey_app.web.receiving import posted_file
from survey_app.web.views import view_submission

pages = Blueprint("extension", __name__)


@pages.get("/submissions/<int:submission_id>/extension")
@action(Action.EXTEND)
def show(submission_id: int) -> str:
    """The day that holds, what was granted, and the form."""
    return _page(submission_id)


def _page(submission_id: int, refused: Refused | None = None) -> str:
    with reading() as session:
        dossier = open_submission(session, actor(), submission_id, Action.EXTEND)
        granted = list_extensions(session, dossier)
    return render_template(
        "extension/show.html",
        submission=view_submission(dossier),
        first_deadline=dossier.first_deadline,
        granted=granted,
        authority=dossier.questionnaire.authority.name,
        error=error_of(refused),
        typed=request.form,
        today=today(),
    )


@pages.post("/submissions/<int:submission_id>/extension")
@action(Action.EXTEND)
def grant(submission_id: int) -> Response | tuple[str, int]:
    """Note what the authority granted."""
    try:
        day = posted_day("day", "day_unreadable")
        until = posted_day("until", "until_unreadable")
        with posted_file("file") as upload, writing() as session:
            extend_deadline(
                session, actor(), submission_id,
                granted_by=request.form.get("counterpart", ""), day=day, until=until,
                reason=request.form.get("reason", ""), upload=upload, now=now(), today=today(),
                signer=place().key,
            )  # fmt: skip
    except Invalid as refused:
        return _page(submission_id, refused), refused.status
    flash(_("Anståndet är registrerat. Svaret ska nu vara inne %(date)s.",
            date=format_date(until)), "success")  # fmt: skip
    return redirect(url_for("submissions.show", submission_id=submission_id))
