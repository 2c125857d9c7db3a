"""Sending for approval: what is in the way, the blanks and their reasons, the step itself."""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from survey_app.core.evaluation import NOTHING, Blank
from survey_app.core.task import TaskState
from survey_app.core.workflow import Action, ContributionState
from survey_app.services.answer import Stale, save_answer
from survey_app.services.approvals.approval import send_for_approval, withdraw
from survey_app.services.contributions.gathering import gather
from survey_app.services.refusal import Invalid
from survey_app.services.submission import Dossier, open_submission
from survey_app.services.work import asked_questions, read_work
from survey_app.web.access import action
from survey_app.web.catalogue import gettext as _
from survey_app.web.language import words
from survey_app.web.place import actor, now, place, reading, today, writing
from survey_app.web.problem_links import problem_links
from survey_app.web.views import contents_of, label_of, question_url, view_submission
from survey_app.web.work import say_work

pages = Blueprint("sending", __name__)


@pages.get("/submissions/<int:submission_id>/sending")
@action(Action.SEND)
def show(submission_id: int) -> str:
    """What is left to do, and the button."""
    with reading() as session:
        dossier = open_submission(session, actor(), submission_id, Action.SEND)
    return _page(dossier)


def _page(dossier: Dossier, summary: list[dict[str, str]] | None = None) -> str:
    verdict = dossier.evaluation
    blank_ids = dict.fromkeys(
        problem.question
        for problem in verdict.problems
        if problem.code in ("unanswered", "reason_missing")
    )
    rows = [item for item in verdict.with_severity("blank") if item.question not in blank_ids]
    return render_template(
        "submissions/sending.html",
        submission=view_submission(dossier),
        contents=contents_of(dossier),
        errors=problem_links(dossier, [*verdict.with_severity("error"), *rows]),
        warnings=problem_links(dossier, verdict.with_severity("warning")),
        blanks=[_blank(dossier, question) for question in blank_ids],
        explained=[
            _blank(dossier, question.id)
            for question in dossier.questionnaire.questions()
            if question.id in verdict.shown and question.id not in blank_ids
            and (given := dossier.answers.get(question.id, NOTHING)).blank
            and given.value is None
        ],
        unfinished=_unfinished(dossier),
        ready=verdict.can_be_sent,
        unreviewed=[
            {"text": label_of(dossier.questionnaire.by_id[item]),
             "href": question_url(dossier, item)}
            for item in dossier.unreviewed
        ],
        problem_summary=summary or [],
        awaited=_awaited(dossier),
    )  # fmt: skip


def _unfinished(dossier: Dossier) -> list[dict[str, Any]]:
    """The questions that nobody said are done; none where nobody ever said anything of any."""
    with reading() as session:
        works = read_work(session, dossier)
    if not any(work.version for work in works.values()):
        return []
    return [
        {"number": question.number, "text": words(question.text),
         "url": question_url(dossier, question.id),
         "parts": say_work(works[question.id], today(), dossier.deadline)}
        for question in asked_questions(dossier)
        if works[question.id].state != TaskState.DONE
    ]  # fmt: skip


def _awaited(dossier: Dossier) -> list[str]:
    """The units whose contributions are still out; nothing is held up by them."""
    with reading() as session:
        gathered = gather(session, dossier)
    return [item.unit_name for item in gathered if item.state == ContributionState.ASKED]


def _blank(dossier: Dossier, question_id: str) -> dict[str, Any]:
    question = dossier.questionnaire.by_id[question_id]
    given = dossier.answers.get(question_id, NOTHING)
    return {
        "id": question_id,
        "label": label_of(question),
        "number": question.number,
        "text": words(question.text),
        "url": question_url(dossier, question_id),
        "version": dossier.version_of(question_id),
        "code": given.blank["code"] if given.blank else "",
        "reason": given.blank["text"] if given.blank else "",
        "cannot": words(question.cannot_be_stated),
    }


@pages.post("/submissions/<int:submission_id>/sending/blanks")
@action(Action.SEND)
def explain(submission_id: int) -> str | Response | tuple[str, int]:
    """Keep the reasons for blanks, each in a transaction of its own."""
    with reading() as session:
        dossier = open_submission(session, actor(), submission_id, Action.SEND)
    kept, missed = 0, 0
    for question in request.form.getlist("question"):
        blank = _posted_blank(question)
        version = request.form.get(f"version.{question}", "")
        if blank is None or not version.isdecimal():
            continue
        given = dossier.answers.get(question, NOTHING)
        if given.blank == blank:
            continue
        with writing() as session:
            outcome = save_answer(
                session,
                actor(),
                submission_id,
                question,
                given.value,
                blank,
                int(version[:10]),
                now(),
            )
        kept, missed = kept + (not isinstance(outcome, Stale)), missed + isinstance(outcome, Stale)
    if kept:
        told = _("1 skäl sparat.") if kept == 1 else _("%(number)s skäl sparade.", number=kept)
        flash(told, "success")
    if missed:
        told = _("Frågor som hade ändrats under tiden: %(n)s. Titta på dem igen.", n=missed)
        flash(told, "warning")
    return redirect(url_for("sending.show", submission_id=submission_id))


def _posted_blank(question: str) -> Blank | None:
    code = request.form.get(f"code.{question}")
    text = request.form.get(f"reason.{question}", "")
    if code not in ("cannot_be_stated", "reason"):
        # A reason that is typed without its button being chosen is meant all the same.
        code = "reason" if text.strip() else None
    return cast(Blank, {"code": code, "text": text}) if code else None


@pages.post("/submissions/<int:submission_id>/sending")
@action(Action.SEND)
def send(submission_id: int) -> str | Response | tuple[str, int]:
    """Send it to the approver."""
    try:
        with writing() as session:
            send_for_approval(session, actor(), submission_id, now(), place().key)
    except Invalid as refused:
        with reading() as session:
            dossier = open_submission(session, actor(), submission_id, Action.SEND)
        return _page(dossier, problem_links(dossier, refused.problems)), 422
    flash(_("Svaret är skickat för godkännande. Det går inte att ändra medan det väntar."),
          "success")  # fmt: skip
    return redirect(url_for("submissions.show", submission_id=submission_id))


@pages.post("/submissions/<int:submission_id>/withdrawal")
@action(Action.WITHDRAW)
def take_back(submission_id: int) -> Response:
    """Take it back to draft."""
    with writing() as session:
        withdraw(session, actor(), submission_id, now(), place().key)
    flash(_("Svaret är ett utkast igen."), "success")
    return redirect(url_for("submissions.show", submission_id=submission_id))
