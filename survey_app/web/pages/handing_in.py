"""Handing in with the authority: the answers to type over, then the receipt."""

from __future__ import annotations

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from survey_app.core.workflow import Action
from survey_app.services.deadline import is_overdue
from survey_app.services.handing_in import hand_in
from survey_app.services.refusal import Invalid, NotFound, Refused
from survey_app.services.transcription import (
    Transcription,
    clear_ticks,
    prepare_transcription,
    tick_fields,
)
from survey_app.services.upload import blob_bytes
from survey_app.store.tables import HandingIn
from survey_app.web.access import action
from survey_app.web.catalogue import gettext as _
from survey_app.web.deadline_form import posted_day
from survey_app.web.language import words
from survey_app.web.pages.attachments import as_download
from survey_app.web.place import actor, now, place, reading, today, writing
from survey_app.web.receiving import posted_file
from survey_app.web.speech import describe_refusal
from survey_app.web.typed_fields import tell_tick, view_gone, view_sections
from survey_app.web.views import view_submission

pages = Blueprint("handing_in", __name__)


@pages.get("/submissions/<int:submission_id>/handing-in")
@action(Action.HAND_IN)
def show(submission_id: int) -> str:
    """The approved answers in the authority's order, and the form for the receipt."""
    return _page(submission_id)


def _page(submission_id: int, summary: list[dict[str, str]] | None = None) -> str:
    with reading() as session:
        typed_over = prepare_transcription(session, actor(), submission_id)
        late = is_overdue(session, typed_over.dossier, today())
    submission = view_submission(typed_over.dossier)
    return render_template(
        "handing_in/memo.html" if submission.memo else "handing_in/show.html",
        submission=submission,
        authority=typed_over.dossier.questionnaire.authority,
        late=late,
        consequence=words(typed_over.dossier.questionnaire.consequence),
        sections=view_sections(typed_over),
        gone=view_gone(typed_over),
        done=typed_over.done,
        total=len(typed_over.fields),
        begun=bool(typed_over.ticks or typed_over.gone),
        successor=typed_over.successor,
        problem_summary=summary or [],
        typed=request.form,
        today=today(),
    )


@pages.post("/submissions/<int:submission_id>/handing-in/fields")
@action(Action.HAND_IN)
def tick(submission_id: int) -> Response:
    """Keep which fields stand in the authority's form: one at a time, or all that a page shows.

    ``was`` names those that were ticked on the page as it was shown, ``done`` those that are now:
    what others ticked meanwhile is in neither, and stays. ``restart`` takes all of them back.
    """
    form = request.form
    if "whole" not in form:
        raise Invalid("form_cut_off")
    was, done = set(form.getlist("was")), set(form.getlist("done"))
    changes = dict.fromkeys(done - was, True) | dict.fromkeys(
        (was - done).union(form.getlist("removed")), False
    )
    with writing() as session:
        if "restart" in form:
            typed_over = clear_ticks(session, actor(), submission_id, now())
        else:
            typed_over = tick_fields(session, actor(), submission_id, changes, now())
    if request.accept_mimetypes.best == "application/json":
        return jsonify(_told(typed_over, [*changes]))
    flash(_("%(n)s av %(m)s fält är införda.", n=typed_over.done, m=len(typed_over.fields)),
          "success")  # fmt: skip
    return redirect(url_for("handing_in.show", submission_id=submission_id))


def _told(typed_over: Transcription, keys: list[str]) -> dict[str, object]:
    """For the page's script: how far it is, and who ticked what was sent."""
    told = {key: tell_tick(typed_over.ticks.get(key)) for key in keys}
    return {
        "done": typed_over.done,
        "total": len(typed_over.fields),
        "progress": _("%(n)s av %(m)s införda", n=typed_over.done, m=len(typed_over.fields)),
        "told": told,
    }


@pages.post("/submissions/<int:submission_id>/handing-in")
@action(Action.HAND_IN)
def record(submission_id: int) -> str | Response | tuple[str, int]:
    """Keep the day, the receipt's number and the receipt."""
    try:
        day = posted_day("day", "day_unreadable")
        with posted_file("receipt") as upload, writing() as session:
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
