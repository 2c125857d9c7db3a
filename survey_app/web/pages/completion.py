"""What the authority asks to have completed after handing in: the form that opens a new draft."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from survey_app.core.workflow import Action
from survey_app.services.completion import askable, open_completion
from survey_app.services.refusal import Invalid, Refused
from survey_app.services.submission import Dossier, open_submission
from survey_app.web.access import action
from survey_app.web.catalogue import gettext as _
from survey_app.web.deadline_form import error_of, posted_day
from survey_app.web.language import words
from survey_app.web.place import actor, now, place, reading, today, writing
from survey_app.web.receiving import posted_file
from survey_app.web.views import label_of, view_submission

pages = Blueprint("completion", __name__)


@pages.get("/submissions/<int:submission_id>/completion")
@action(Action.COMPLETE)
def show(submission_id: int) -> str:
    """Who asks for what."""
    return _page(submission_id)


def _page(submission_id: int, refused: Refused | None = None) -> str:
    with reading() as session:
        dossier = open_submission(session, actor(), submission_id, Action.COMPLETE)
    return render_template(
        "completion/show.html",
        submission=view_submission(dossier),
        sections=_sections(dossier),
        authority=dossier.questionnaire.authority.name,
        chosen=set(request.form.getlist("question")),
        error=error_of(refused),
        typed=request.form,
        today=today(),
    )


def _sections(dossier: Dossier) -> list[dict[str, Any]]:
    """The questions that can be asked for, by section; told apart if they were not asked before."""
    known, shown = set(askable(dossier)), dossier.evaluation.shown
    return [
        {
            "id": section.id,
            "title": words(section.title),
            "questions": [
                {"id": question.id, "label": label_of(question), "number": question.number,
                 "text": words(question.text), "shown": question.id in shown}
                for question in section.questions
                if question.id in known
            ],
        }
        for section in dossier.questionnaire.sections
        if known.intersection(question.id for question in section.questions)
    ]  # fmt: skip


@pages.post("/submissions/<int:submission_id>/completion")
@action(Action.COMPLETE)
def begin(submission_id: int) -> Response | tuple[str, int]:
    """Open the draft."""
    try:
        day = posted_day("day", "day_unreadable")
        typed = request.form.get("until", "").strip()
        until = posted_day("until", "until_unreadable") if typed else None
        with posted_file("file") as upload, writing() as session:
            made = open_completion(
                session, actor(), submission_id,
                asked_by=request.form.get("counterpart", ""), day=day, until=until,
                what=request.form.get("reason", ""),
                questions=request.form.getlist("question"),
                upload=upload, now=now(), today=today(), signer=place().key,
            )  # fmt: skip
            new_id = made.submission_id
    except Invalid as refused:
        return _page(submission_id, refused), refused.status
    flash(_("En komplettering är öppnad. Bara det som myndigheten bad om går att ändra."),
          "success")  # fmt: skip
    return redirect(url_for("submissions.show", submission_id=new_id))
