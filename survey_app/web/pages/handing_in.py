"""Handing in with the authority: the answers to type over, then the receipt."""

from __future__ import annotations

from contextlib import ExitStack

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from survey_app.core.kinds.date import read_date
from survey_app.core.workflow import Action
from survey_app.services.handing_in import hand_in
from survey_app.services.refusal import Invalid, NotFound, Refused
from survey_app.services.submission import open_submission
from survey_app.services.upload import blob_bytes, received_file
from survey_app.store.tables import HandingIn
from survey_app.web.access import action
from survey_app.web.catalogue import gettext as _
from survey_app.web.pages.attachments import as_download
from survey_app.web.place import actor, now, place, reading, today, writing
from survey_app.web.speech import describe_refusal
from survey_app.web.views import problems_by_question, view_section, view_submission

pages = Blueprint("handing_in", __name__)


@pages.get("/submissions/<int:submission_id>/handing-in")
@action(Action.HAND_IN)
def show(submission_id: int) -> str:
    """The approved answers in the authority's order, and the form for the receipt."""
    return _page(submission_id)


def _page(submission_id: int, summary: list[dict[str, str]] | None = None) -> str:
    with reading() as session:
        dossier = open_submission(session, actor(), submission_id, Action.HAND_IN)
    problems = problems_by_question(())
    return render_template(
        "handing_in/show.html",
        submission=view_submission(dossier),
        authority=dossier.questionnaire.authority,
        sections=[
            view_section(dossier, section, problems, editable=False)
            for section in dossier.questionnaire.sections
            if section.id in dossier.evaluation.sections
        ],
        problem_summary=summary or [],
        typed=request.form,
        today=today(),
    )


@pages.post("/submissions/<int:submission_id>/handing-in")
@action(Action.HAND_IN)
def record(submission_id: int) -> str | Response | tuple[str, int]:
    """Keep the day, the receipt's number and the receipt."""
    day = read_date(request.form.get("day", ""))
    incoming = request.files.get("receipt")
    try:
        if day is None:
            raise Invalid("day_unreadable", typed=request.form.get("day", "")[:40])
        with ExitStack() as stack:
            upload = None
            if incoming is not None and incoming.filename:
                upload = stack.enter_context(received_file(incoming.stream, incoming.filename))
            with writing() as session:
                hand_in(
                    session, actor(), submission_id, day=day,
                    receipt_number=request.form.get("receipt_number", ""), receipt=upload,
                    now=now(), today=today(), signer=place().key,
                )  # fmt: skip
    except Invalid as refused:
        return _refused(submission_id, refused)
    flash(_("Inlämningen är registrerad."), "success")
    return redirect(url_for("submissions.show", submission_id=submission_id))


def _refused(submission_id: int, refused: Refused) -> tuple[str, int]:
    target = {"receipt_number_missing": "#receipt_number", "day_unreadable": "#day",
              "day_in_future": "#day", "day_before_approval": "#day"}  # fmt: skip
    href = target.get(refused.code, "#receipt")
    summary = [{"text": describe_refusal(refused), "href": href}]
    return _page(submission_id, summary), refused.status


@pages.get("/submissions/<int:submission_id>/receipt")
@action(Action.READ)
def receipt(submission_id: int) -> Response | tuple[str, int]:
    """The authority's receipt, as it was received."""
    with reading() as session:
        kept = session.get(HandingIn, submission_id)
        if kept is None or kept.receipt_sha256 is None:
            raise NotFound("no_file")
        data = blob_bytes(session, kept.receipt_sha256)
    return as_download(data, kept.receipt_name or "kvitto", "application/octet-stream")
