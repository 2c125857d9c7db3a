"""What was proposed beside the answers: all of it on one page, taken over or dismissed."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from survey_app.core.workflow import Action
from survey_app.services.proposal import dismiss, list_proposals, take_over
from survey_app.services.refusal import ChangedMeanwhile, Invalid
from survey_app.services.submission import open_own
from survey_app.web.access import action
from survey_app.web.catalogue import gettext as _
from survey_app.web.place import actor, now, reading, writing
from survey_app.web.proposed import view_proposal
from survey_app.web.speech import describe_refusal
from survey_app.web.views import view_submission

pages = Blueprint("proposals", __name__)


@pages.get("/submissions/<int:submission_id>/proposals")
@action(Action.READ)
def show(submission_id: int) -> str:
    """All proposals, the open ones first."""
    with reading() as session:
        dossier = open_own(session, actor(), submission_id)
        found = list_proposals(session, dossier)
        submission = view_submission(dossier)
        views = [view_proposal(dossier, item, may_write=submission.editable) for item in found]
    return render_template(
        "proposals/index.html",
        submission=submission,
        open=[view for view in views if view.state == "open"],
        decided=[view for view in views if view.state != "open"],
    )


@pages.post("/submissions/<int:submission_id>/proposals/<int:proposal_id>")
@action(Action.WRITE)
def decide(submission_id: int, proposal_id: int) -> Response:
    """Take a proposal over, both texts one after the other, or dismiss it."""
    version = request.form.get("version", "")
    do_decide(submission_id, proposal_id, request.form.get("do", ""), version)
    return redirect(url_for("proposals.show", submission_id=submission_id))


def do_decide(submission_id: int, proposal_id: int, do: str, version: str) -> bool:
    """Do as the reader chose, upon the version that was seen; whether that could be done.

    What cannot be done for what has happened meanwhile is told; the proposal stays.
    """
    try:
        with writing() as session:
            if do == "dismiss":
                dismiss(session, actor(), submission_id, proposal_id, now())
            elif do in ("theirs", "both"):
                take_over(
                    session, actor(), submission_id, proposal_id,
                    int(version[:10]) if version.isdecimal() else 0,
                    "both" if do == "both" else "theirs", now(),
                )  # fmt: skip
            else:
                raise Invalid("form_cut_off")
    except ChangedMeanwhile as refused:
        flash(describe_refusal(refused), "warning")
        return False
    told = _("Förslaget är avfärdat. Det finns kvar i listan över förslag.")
    if do != "dismiss":
        told = _("Förslaget är övertaget. Det tidigare svaret finns kvar i historiken.")
    flash(told, "success")
    return True
