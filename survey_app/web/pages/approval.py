"""The approver's page: everything on one page, then attest or send back."""

from __future__ import annotations

import datetime
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from survey_app.core.difference import Change
from survey_app.core.evaluation import NOTHING, Given
from survey_app.core.workflow import Action
from survey_app.export.answers import READINGS
from survey_app.export.blocks import texts
from survey_app.export.swedish import swedish_day
from survey_app.services.accounts.confirmation import Confirmation, take_confirmation
from survey_app.services.approvals.approval import (
    Proposal,
    approve,
    approved_already,
    prepare_approval,
)
from survey_app.services.approvals.endorsing import endorse
from survey_app.services.approvals.kept_reason import keep_reason, list_reasons
from survey_app.services.approvals.returning import return_questions
from survey_app.services.deadline import is_overdue
from survey_app.services.refusal import ChangedMeanwhile, Forbidden, Invalid, Refused, WrongState
from survey_app.services.scope import is_in_scope
from survey_app.web import authentication, showing
from survey_app.web.access import action
from survey_app.web.catalogue import gettext as _
from survey_app.web.errors import refuse
from survey_app.web.fields import build_form
from survey_app.web.language import words
from survey_app.web.marking import mark_differences
from survey_app.web.number import format_time
from survey_app.web.place import actor, now, place, reading, today, writing
from survey_app.web.plain_text import plain_text
from survey_app.web.problem_links import problem_links
from survey_app.web.speech import describe_problem, describe_refusal
from survey_app.web.views import (
    answered_kinds,
    label_of,
    problems_by_question,
    view_question,
    view_section,
    view_submission,
)

pages = Blueprint("approval", __name__)


@pages.get("/submissions/<int:submission_id>/approval")
@action(Action.APPROVE)
def show(submission_id: int) -> str:
    """What is to be attested; after a trip to the identity provider with what was typed before."""
    trip = showing.trip_of(submission_id)
    if trip is None:
        return _page(submission_id)
    kept = MultiDict(trip.form)
    return _page(submission_id, typed=_typed_fields(submission_id, kept), form=kept)


def _page(
    submission_id: int,
    *,
    summary: list[dict[str, str]] | None = None,
    typed: dict[str, Any] | None = None,
    form: MultiDict[str, str] | None = None,
) -> str:
    with reading() as session:
        proposal = prepare_approval(session, actor(), submission_id, today())
        late = is_overdue(session, proposal.dossier, today())
        kept = list_reasons(session, actor(), submission_id, proposal.content_sha256)
    dossier = proposal.dossier
    took_step = proposal.turn.taken_by(actor().account_id)
    if took_step or not proposal.authority:  # then no field is there to lead to
        summary = [{**item, "href": "#main"} for item in summary or []]
    fields = _fields(proposal, typed or {})
    problems = problems_by_question(dossier.evaluation.problems)
    return render_template(
        "approval/show.html",
        submission=view_submission(dossier),
        proposal=proposal,
        consequence=words(dossier.questionnaire.consequence),
        late=late,
        sections=[
            view_section(dossier, section, problems, editable=False)
            for section in dossier.questionnaire.sections
        ],
        since=_since(proposal),
        changes=[_change(proposal, change) for change in proposal.changes],
        steps_taken=[_step_taken(item.attestation) for item in proposal.turn.taken],
        took_step=took_step,
        warnings=problem_links(dossier, dossier.evaluation.with_severity("warning")),
        blanks=_blanks(proposal),
        attestation=fields,
        own_work=[
            label_of(dossier.questionnaire.by_id[question]) for question in proposal.own_work
        ],
        returnable={
            question.id: label_of(question)
            for question in answered_kinds(dossier.questionnaire.questions())
            if question.id in dossier.evaluation.shown and is_in_scope(dossier, question.id)
        }
        if proposal.authority
        else {},
        problem_summary=summary or [],
        typed=request.form if form is None else form,
        kept=kept,
        by_provider=showing.by_provider(),
        shown=showing.shown_for(submission_id, proposal.content_sha256),
    )


def _fields(proposal: Proposal, typed: dict[str, Any]) -> list[Any]:
    """The questions that the approver fills in, with what was typed so far."""
    dossier = proposal.dossier
    views = []
    for question in dossier.questionnaire.questions():
        if not proposal.turn.last:
            continue  # the step that decides fills them in
        if question.filled_by == "approver" and question.id in dossier.evaluation.shown:
            view = view_question(dossier, question, [], editable=True)
            view.value = typed.get(question.id) or _known_field(question.kind)
            views.append(view)
    return views


def _known_field(kind: str) -> Any:
    """What we know of the approver anyway; they may change it."""
    return actor().email if kind == "email" else None


def _change(proposal: Proposal, change: Change) -> dict[str, Any]:
    """A question whose answer is not as it was, with both texts in parts."""
    question = proposal.dossier.questionnaire.by_id[change.question]
    before, after = mark_differences(
        _entry_text(question, change.before), _entry_text(question, change.after)
    )
    return {**_named(proposal, change.question), "before": before, "after": after}


def _named(proposal: Proposal, question_id: str) -> dict[str, Any]:
    question = proposal.dossier.questionnaire.by_id[question_id]
    return {"id": question_id, "label": label_of(question), "text": words(question.text)}


def _since(proposal: Proposal) -> dict[str, Any] | None:
    """What became of what was sent back, and that nothing else was written."""
    since = proposal.since
    if since is None:
        return None
    shown = proposal.dossier.evaluation.shown
    return {
        "at": since.at,
        "by": since.by,
        "returned": [
            {
                **_named(proposal, item.question),
                "reason": item.reason,
                "asked": item.question in shown,
                "change": _change(proposal, item.change) if item.change else None,
            }
            for item in since.returned
        ],
        "open_too": [_named(proposal, question) for question in since.open_too],
        "followed": [_change(proposal, change) for change in since.followed],
        "by_itself": [_change(proposal, change) for change in since.by_itself],
        "elsewhere": [_named(proposal, question) for question in since.elsewhere],
        "deadline": since.deadline and datetime.date.fromisoformat(since.deadline),
        "deadline_moved": since.deadline is not None,
    }


def _step_taken(attestation: dict[str, Any]) -> dict[str, Any]:
    """A step before this one, for the page."""
    return {**attestation, "at": datetime.datetime.fromisoformat(attestation["approved_at"])}


def _entry_text(question: Any, entry: dict[str, Any] | None) -> str:
    if entry is None or not entry["asked"]:
        return _("Frågan ställdes inte")
    if entry["value"] is not None:
        if _shape(entry) != _shape(question.model_dump()):  # of an earlier version of the form
            blocks = READINGS[entry["kind"]](entry, entry["value"])
            return "\n".join(text for block in blocks for text in texts(block))
        return plain_text(question, entry["value"])
    if entry["blank"] is not None:
        return f"{entry['blank']['words']} {entry['blank']['text']}".strip()
    return ""


def _shape(entry: dict[str, Any]) -> tuple[Any, ...]:
    """What the shape of an answer depends on: kind, boxes, and the ids of options and rows."""
    lists = [[item["id"] for item in entry.get(key) or ()] for key in ("options", "rows")]
    return entry["kind"], entry.get("boxes"), *lists


def _blanks(proposal: Proposal) -> list[dict[str, str]]:
    dossier = proposal.dossier
    return [
        {
            "id": question.id,
            "label": label_of(question),
            "text": words(question.text),
            "reason": _reason(dossier.answers.get(question.id, NOTHING)),
        }
        for question in answered_kinds(dossier.questionnaire.questions())
        if question.id in dossier.evaluation.shown
        and dossier.answers.get(question.id, NOTHING).value is None
    ]


def _reason(given: Given) -> str:
    if given.blank is None:
        return _("Lämnad tom")
    cannot = given.blank["code"] == "cannot_be_stated"
    return f"{_('Kan inte anges')} {given.blank['text']}" if cannot else given.blank["text"]


@pages.post("/submissions/<int:submission_id>/approval")
@action(Action.APPROVE)
def attest(submission_id: int) -> str | Response | tuple[str, int]:
    """Attest exactly what the page showed, after signing in again."""
    typed = _typed_fields(submission_id, request.form)
    by_provider = showing.by_provider()
    confirmation = None if by_provider else _confirmed()
    if confirmation is None and not by_provider:
        text = _("Lösenordet eller engångskoden stämmer inte. Ingenting är godkänt.")
        if not current_user.enrolled:
            text = _("Lösenordet stämmer inte. Ingenting är godkänt.")
        return _page(submission_id, summary=[{"text": text, "href": "#password"}], typed=typed), 403
    turn, moment = _shown_turn(), now()
    shown: dict[str, Any] = {
        "shown_sha256": request.form.get("content_sha256", ""), "shown_turn": turn,
        "now": moment, "today": swedish_day(moment), "signer": place().key,
    }  # fmt: skip
    try:
        if _reasons():
            raise Invalid("marked_for_return")
        with writing() as session:
            shown["confirmation"] = confirmation or take_confirmation(
                session, actor(), g.login, submission_id, shown["shown_sha256"], moment
            )
            if turn[0] < turn[1]:
                endorse(session, actor(), submission_id, **shown)
                done = _("Svaret är tillstyrkt, och väntar nu på nästa steg i godkännandet.")
            else:
                reason = request.form.get("own_work_reason", "")
                approve(session, actor(), submission_id, fields=typed, own_work_reason=reason,
                        **shown)  # fmt: skip
                done = _("Svaret är godkänt. Det som godkändes är fryst och kan inte ändras.")
    except (ChangedMeanwhile, Invalid, Forbidden) as refused:
        return _refused(submission_id, refused, typed)
    flash(done, "success")
    return redirect(url_for("submissions.show", submission_id=submission_id))


def _confirmed() -> Confirmation | None:
    """That it is the person who is signed in, by their password and code."""
    form = request.form
    return authentication.confirm(form.get("password", ""), form.get("code", ""))


@pages.errorhandler(WrongState)
def _once_is_enough(refused: WrongState) -> Any:
    """A second click on approve leads to what the same person has approved by the first."""
    record = None
    if request.endpoint == "approval.attest":
        shown, named = request.form.get("content_sha256", ""), request.view_args or {}
        with reading() as session:
            record = approved_already(session, actor(), named["submission_id"], shown)
    if record is None:
        return refuse(refused)
    said = _("Du godkände svaret %(time)s. Det behövs bara en gång.", time=format_time(record.at))
    flash(said, "info")
    return redirect(url_for("submissions.show", submission_id=record.submission_id), 303)


def _shown_turn() -> tuple[int, int]:
    """Which step of how many the page said that this is."""
    step, steps = (request.form.get(name, "1") for name in ("step", "steps"))
    return (int(step[:3]) if step.isdecimal() else 0, int(steps[:3]) if steps.isdecimal() else 0)


def _reasons() -> dict[str, str]:
    """What is typed at questions, to send them back with; and questions marked without any."""
    reasons = {
        question: request.form.get(f"reason.{question}", "")
        for question in request.form.getlist("return")
    }
    for name, reason in request.form.items():
        # A reason without its tick is meant all the same.
        if name.startswith("reason.") and reason.strip():
            reasons.setdefault(name.removeprefix("reason."), reason)
    return reasons


def _typed_fields(submission_id: int, posted: MultiDict[str, str]) -> dict[str, Any]:
    with reading() as session:
        dossier = prepare_approval(session, actor(), submission_id, today()).dossier
    questions = [
        question
        for question in dossier.questionnaire.questions()
        if question.filled_by == "approver"
    ]
    form = build_form([(question, NOTHING) for question in questions])
    form.process(posted)
    return {question.id: form[question.id].data for question in questions}


def _refused(submission_id: int, refused: Refused, typed: dict[str, Any]) -> str | tuple[str, int]:
    with reading() as session:
        dossier = prepare_approval(session, actor(), submission_id, today()).dossier
    summary = [{"text": describe_refusal(refused), "href": "#attestation"}]
    for problem in refused.problems:
        question = dossier.questionnaire.by_id.get(problem.question)
        if question is not None:
            text = f"{label_of(question)}: {describe_problem(problem)}"
            summary.append({"text": text, "href": f"#question-{question.id}"})
    return _page(submission_id, summary=summary, typed=typed), refused.status


@pages.post("/submissions/<int:submission_id>/return")
@action(Action.RETURN)
def send_back(submission_id: int) -> str | Response | tuple[str, int]:
    """Send questions back, each with its reason."""
    moment = now()
    try:
        with writing() as session:
            return_questions(
                session, actor(), submission_id, _reasons(), moment, swedish_day(moment),
                place().key,
                shown_sha256=request.form.get("content_sha256", ""),
            )  # fmt: skip
    except (ChangedMeanwhile, Invalid, Forbidden) as refused:
        question = refused.facts.get("question")
        place_of = f"#reason.{question}" if question else "#return"
        summary = [{"text": describe_refusal(refused), "href": place_of}]
        typed = _typed_fields(submission_id, request.form)
        return _page(submission_id, summary=summary, typed=typed), refused.status
    flash(_("Frågorna är tillbaka hos den som skriver."), "success")
    return redirect(url_for("submissions.show", submission_id=submission_id))


@pages.post("/submissions/<int:submission_id>/approval/reason")
@action(Action.RETURN)
def keep(submission_id: int) -> tuple[str, int]:
    """Keep what is typed at a question so far; the page does it by itself."""
    form = request.form
    with writing() as session:
        question, text = form.get("question", ""), form.get("reason", "")
        keep_reason(session, actor(), submission_id, question, text, now(), today())
    return "", 204
