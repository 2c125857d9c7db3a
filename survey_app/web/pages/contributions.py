"""Contributions: asking units for some of the answers, what they write, what has come."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from survey_app.core.evaluation import NOTHING
from survey_app.core.problem import Problem
from survey_app.core.workflow import Action, contribution_refusal
from survey_app.services.contributions import contribution
from survey_app.services.contributions.gathering import Gathered, gather
from survey_app.services.refusal import Invalid, NotFound, Refused
from survey_app.services.submission import Dossier, open_own, open_submission
from survey_app.web.access import action
from survey_app.web.catalogue import gettext as _
from survey_app.web.deadline_form import error_of, posted_day
from survey_app.web.gathered import state_of, view_beside
from survey_app.web.language import words
from survey_app.web.place import actor, now, place, reading, today, writing
from survey_app.web.problem_links import problem_links
from survey_app.web.speech import describe_refusal
from survey_app.web.views import (
    contents_of,
    label_of,
    question_url,
    view_section,
    view_submission,
)

pages = Blueprint("contributions", __name__)


@pages.get("/submissions/<int:submission_id>/contributions")
@action(Action.READ)
def index(submission_id: int) -> str:
    """All contributions to a submission: who was asked what, and what has come."""
    with reading() as session:
        dossier = open_own(session, actor(), submission_id)
        gathered = gather(session, dossier)
    if dossier.contributes:
        raise NotFound("no_submission")
    asked = {question for item in gathered for question in item.questions}
    return render_template(
        "contributions/index.html",
        submission=view_submission(dossier),
        may_ask=dossier.may(actor(), Action.ASK),
        requests=[_request(dossier, item) for item in gathered],
        questions=[
            {"label": label_of(question), "number": question.number, "text": words(question.text),
             "url": question_url(dossier, question.id), "id": question.id,
             "beside": view_beside(dossier, question, gathered)}
            for question in dossier.questionnaire.questions()
            if question.id in asked
        ],
    )  # fmt: skip


def _request(dossier: Dossier, item: Gathered) -> dict[str, Any]:
    state, label = state_of(item)
    roles = actor().roles_in(dossier.unit_id)
    return {
        "id": item.id,
        "unit": item.unit_name,
        "questions": ", ".join(label_of(dossier.questionnaire.by_id[q]) for q in item.questions),
        "state": state,
        "state_label": label,
        "until": item.until,
        "after": bool(item.until and dossier.deadline and item.until > dossier.deadline),
        "late": bool(item.until and item.until < today() and state in ("asked", "sent_back")),
        "note": item.note,
        "asked_by": item.asked_by,
        "asked_at": item.asked_at,
        "url": url_for("submissions.show", submission_id=item.id) if item.handed_over else "",
        "handed_over": item.handed_over,
        "may_recall": contribution_refusal(Action.RECALL, (), roles, item.state, dossier.state)
        is None,
    }


@pages.get("/submissions/<int:submission_id>/contributions/new")
@action(Action.ASK)
def new(submission_id: int) -> str:
    """Whom to ask for what."""
    return _form(submission_id)


def _form(submission_id: int, refused: Refused | None = None) -> str:
    with reading() as session:
        dossier = open_submission(session, actor(), submission_id, Action.ASK)
        units = contribution.units_to_ask(session, dossier)
    known = set(contribution.questions_to_ask(dossier))
    return render_template(
        "contributions/new.html",
        submission=view_submission(dossier),
        units=units,
        sections=[
            {"title": words(section.title), "id": section.id,
             "open": bool(_chosen("question") & {question.id for question in section.questions}),
             "questions": [
                 {"id": question.id, "number": question.number, "text": words(question.text),
                  "shown": question.id in dossier.evaluation.shown}
                 for question in section.questions if question.id in known
             ]}
            for section in dossier.questionnaire.sections
            if known.intersection(question.id for question in section.questions)
        ],
        chosen_units=_chosen("unit"),
        chosen=_chosen("question"),
        error=error_of(refused),
        typed=request.form,
    )  # fmt: skip


def _chosen(name: str) -> set[str]:
    """What is ticked; a link to the form may say which question it is about."""
    return set(request.form.getlist(name) or request.args.getlist(name))


@pages.post("/submissions/<int:submission_id>/contributions/new")
@action(Action.ASK)
def ask(submission_id: int) -> Response | tuple[str, int]:
    """Ask each chosen unit."""
    try:
        typed = request.form.get("until", "").strip()
        with writing() as session:
            made = contribution.ask_for_contributions(
                session, actor(), submission_id,
                units=[int(unit[:10]) for unit in request.form.getlist("unit") if unit.isdecimal()],
                questions=request.form.getlist("question"),
                until=posted_day("until", "until_unreadable") if typed else None,
                note=request.form.get("note", ""), now=now(), today=today(), signer=place().key,
            )  # fmt: skip
    except Invalid as refused:
        return _form(submission_id, refused), refused.status
    flash(_("Begäran har gått till %(n)s enheter.", n=len(made)) if len(made) > 1 else
          _("Begäran har gått till enheten."), "success")  # fmt: skip
    return redirect(url_for("contributions.index", submission_id=submission_id))


def contribution_page(
    dossier: Dossier, events: list[dict[str, Any]], may: dict[str, bool], untouched: list[str],
    gathered: int,
) -> str:  # fmt: skip
    """What a unit was asked for, a contribution or an answer in a round: what is answered, and the
    next step.

    ``untouched`` are the questions sent back that have no other answer yet; ``gathered`` is how
    many contributions there are to it.
    """
    asking = dossier.request is not None and bool(actor().roles_in(dossier.request.unit_id))
    return render_template(
        "contributions/show.html" if dossier.contributes else "rounds/answer.html",
        submission=view_submission(dossier),
        sections=[
            view_section(dossier, section, {}, editable=False)
            for section in dossier.questionnaire.sections
        ],
        returned=[
            {"label": label_of(dossier.questionnaire.by_id[question]), "reason": reason,
             "untouched": question in untouched,
             "url": f"{url_for('sections.show_all', submission_id=dossier.id)}"
                    f"#question-{question}"}
            for question, reason in dossier.returned.items()
        ],
        answered=sum(given != NOTHING for given in dossier.answers.values()),
        asking=asking,
        theirs=not actor().roles_in(dossier.unit_id),
        contents=contents_of(dossier),
        stopping=problem_links(dossier, _stopping(dossier)),
        gathered=gathered,
        day=today(),
        events=events,
        may=may,
        today=today().isoformat(),
    )  # fmt: skip


def _stopping(dossier: Dossier) -> list[Problem]:
    """What is in the way of handing an answer over."""
    return [item for item in dossier.evaluation.problems if item.severity != "warning"]


@pages.post("/submissions/<int:submission_id>/hand-over")
@action(Action.HAND_OVER)
def hand_over(submission_id: int) -> Response:
    """The unit is ready."""
    target = url_for("submissions.show", submission_id=submission_id)
    try:
        with writing() as session:
            dossier = contribution.hand_over(session, actor(), submission_id, now(), place().key)
    except Invalid as refused:
        return _told(refused, target)
    assert dossier.request is not None
    unit = dossier.request.unit_name
    flash(_("Underlaget är överlämnat till %(unit)s.", unit=unit) if dossier.contributes else
          _("Svaret är lämnat till %(unit)s.", unit=unit), "success")  # fmt: skip
    return redirect(target)


@pages.post("/submissions/<int:submission_id>/send-back")
@action(Action.SEND_BACK)
def send_back(submission_id: int) -> Response:
    """Send questions back to the unit, each with a reason, and a new day if there is one."""
    reasons = {
        name.removeprefix("reason."): text
        for name, text in request.form.items()
        if name.startswith("reason.") and text.strip()
    }
    typed = request.form.get("until", "").strip()
    try:
        with writing() as session:
            dossier = contribution.send_back(
                session, actor(), submission_id, reasons, now(), place().key,
                until=posted_day("until", "until_unreadable") if typed else None, today=today(),
            )  # fmt: skip
    except Invalid as refused:
        return _told(refused, url_for("submissions.show", submission_id=submission_id))
    flash(_("Skickat tillbaka till %(unit)s.", unit=dossier.unit_name), "success")
    return _to_main(dossier)


@pages.post("/submissions/<int:submission_id>/recall")
@action(Action.RECALL)
def recall(submission_id: int) -> Response:
    """The contribution is not needed any more."""
    with writing() as session:
        dossier = contribution.recall(session, actor(), submission_id, now(), place().key)
    flash(_("Begäran till %(unit)s är återtagen.", unit=dossier.unit_name), "success")
    return _to_main(dossier)


def _told(refused: Refused, target: str) -> Response:
    flash(describe_refusal(refused), "warning")
    return redirect(target)


def _to_main(dossier: Dossier) -> Response:
    assert dossier.request is not None
    main = dossier.request.main
    if dossier.contributes:
        return redirect(url_for("contributions.index", submission_id=main))
    return redirect(url_for("rounds.show", diary_number=dossier.diary_number, round_id=main))
