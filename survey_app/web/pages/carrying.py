"""Carrying last year's answers over into a section: both are shown before anything is replaced."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from survey_app.core.workflow import Action
from survey_app.services.answer import Saved
from survey_app.services.carrying import carry_over, find_earlier
from survey_app.services.refusal import Invalid, NotFound
from survey_app.services.submission import Dossier, open_submission
from survey_app.web.access import action
from survey_app.web.catalogue import gettext as _
from survey_app.web.earlier import set_earlier
from survey_app.web.pages.conflict import conflict_page
from survey_app.web.pages.sections import Report
from survey_app.web.place import actor, now, reading, writing
from survey_app.web.views import QuestionView, section_url, view_section, view_submission

pages = Blueprint("carrying", __name__)


@pages.get("/submissions/<int:submission_id>/carrying/<section_id>")
@action(Action.WRITE)
def show(submission_id: int, section_id: str) -> str:
    """What can be carried over to a section, or to the one question of it that is named."""
    dossier, views = _opened(submission_id, section_id)
    wanted = request.args.get("question")
    listed = [view for view in views if wanted in (None, view.question.id)]
    return render_template(
        "carrying/show.html",
        submission=view_submission(dossier),
        section=dossier.questionnaire.section(section_id),
        questions=listed,
        back=section_url(submission_id, section_id),
        action=url_for("carrying.carry", submission_id=submission_id, section_id=section_id),
    )


def _opened(submission_id: int, section_id: str) -> tuple[Dossier, list[QuestionView]]:
    with reading() as session:
        dossier = open_submission(session, actor(), submission_id, Action.WRITE)
        earlier = find_earlier(session, actor(), dossier)
    section = dossier.questionnaire.section(section_id)
    if section is None:
        raise NotFound("no_section")
    view = view_section(dossier, section, {}, editable=True)
    set_earlier(dossier, [view], earlier)
    return dossier, [item for item in view.questions if item.earlier and item.earlier.can_carry]


@pages.post("/submissions/<int:submission_id>/carrying/<section_id>")
@action(Action.WRITE)
def carry(submission_id: int, section_id: str) -> Response | tuple[str, int]:
    """Carry over what was chosen, each answer in a transaction of its own."""
    if "whole" not in request.form:
        raise Invalid("form_cut_off")
    dossier, views = _opened(submission_id, section_id)
    report = Report()
    for view in views:
        question = view.question.id
        if request.form.get(f"do.{question}") != "carry":
            continue
        version = request.form.get(f"version.{question}", "")
        with writing() as session:
            outcome: Any = carry_over(
                session, actor(), dossier.id, question,
                int(version[:10]) if version.isdecimal() else 0, now(), over=True,
            )  # fmt: skip
        if isinstance(outcome, Saved):
            report.saved += 1
        else:
            report.stale.append(outcome)
            dossier = outcome.dossier
    if report.stale:
        return conflict_page(dossier, report.stale), 409
    if report.saved:
        flash(_("1 svar överfört. Granska det: det är märkt tills någon har ändrat eller "
                "granskat det.") if report.saved == 1 else
              _("%(number)s svar överförda. Granska dem: de är märkta tills någon har ändrat "
                "eller granskat dem.", number=report.saved), "success")  # fmt: skip
    return redirect(section_url(submission_id, section_id))
