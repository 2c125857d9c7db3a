"""Filling in: one page a section, or all questions on one page; also without JavaScript."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response

from survey_app.core.evaluation import NOTHING
from survey_app.core.problem import Malformed
from survey_app.core.questionnaire import Question, Section
from survey_app.core.workflow import Action
from survey_app.services.answer import Saved, Stale, save_answer
from survey_app.services.attachment import attach_file
from survey_app.services.history import read_version
from survey_app.services.presence import Present, list_present
from survey_app.services.refusal import ChangedMeanwhile, Invalid, NotFound, Refused
from survey_app.services.submission import Dossier, open_submission
from survey_app.web.access import action
from survey_app.web.catalogue import gettext as _
from survey_app.web.fields import QuestionField, build_form
from survey_app.web.held import typed_in
from survey_app.web.list_form import Done, anchor_of, describe_done
from survey_app.web.pages.beside import Beside, do_beside, find_beside, set_beside
from survey_app.web.pages.conflict import conflict_page
from survey_app.web.place import actor, now, reading, writing
from survey_app.web.plan import plan_of
from survey_app.web.problem_links import problem_link
from survey_app.web.receiving import received
from survey_app.web.speech import describe_refusal
from survey_app.web.taken_in import tell_taken_in
from survey_app.web.views import (
    answered_kinds,
    contents_of,
    label_of,
    place_of,
    problems_by_question,
    question_url,
    view_section,
    view_submission,
)
from survey_app.web.work import attach_work, save_posted_work

pages = Blueprint("sections", __name__)


@dataclass(slots=True)
class Report:
    """What became of a posted page."""

    saved: int = 0
    work: int = 0
    taken_in: list[str] = field(default_factory=list)
    done: tuple[Question, Done] | None = None
    stale: list[Stale] = field(default_factory=list)
    refused: list[dict[str, str]] = field(default_factory=list)


@pages.get("/submissions/<int:submission_id>/sections/<section_id>")
@action(Action.READ)
def show(submission_id: int, section_id: str) -> str:
    """A section's page."""
    with reading() as session:
        dossier, beside = _opened(session, submission_id)
        section = _section(dossier, section_id)
        return _page(session, dossier, section, beside, present=_others(session, submission_id))


@pages.get("/submissions/<int:submission_id>/questions")
@action(Action.READ)
def show_all(submission_id: int) -> str:
    """All questions on one page."""
    with reading() as session:
        dossier, beside = _opened(session, submission_id)
        return _page(session, dossier, None, beside, present=_others(session, submission_id))


def _opened(session: Session, submission_id: int) -> tuple[Dossier, Beside]:
    dossier = open_submission(session, actor(), submission_id, Action.READ)
    return dossier, find_beside(session, dossier)


@pages.post("/submissions/<int:submission_id>/sections/<section_id>")
@action(Action.WRITE)
def save(submission_id: int, section_id: str) -> str | Response | tuple[str, int]:
    """Save a section's page, for those without JavaScript."""
    return _save(submission_id, section_id)


@pages.post("/submissions/<int:submission_id>/questions")
@action(Action.WRITE)
def save_all(submission_id: int) -> str | Response | tuple[str, int]:
    """Save the page of all questions."""
    return _save(submission_id, None)


def _section(dossier: Dossier, section_id: str) -> Section:
    section = dossier.questionnaire.section(section_id)
    if section is None:
        raise NotFound("no_section")
    return section


def _others(session: Session, submission_id: int) -> list[Present]:
    """Who else is there as the page is drawn; of oneself a page cannot know its other windows."""
    found = list_present(session.connection(), submission_id, now())
    return [item for item in found if item.account_id != actor().account_id]


def _page(
    session: Session,
    dossier: Dossier,
    section: Section | None,
    beside: Beside,
    *,
    report: list[str] | None = None,
    summary: list[dict[str, str]] | None = None,
    present: Sequence[Present] = (),
) -> str:
    sections = [section] if section else dossier.questionnaire.sections
    submission = view_submission(dossier)
    problems = problems_by_question(dossier.evaluation.problems)
    views = [
        view_section(dossier, item, problems, editable=submission.editable) for item in sections
    ]
    for view in (view for item in views for view in item.questions):
        names = [item.name for item in present if item.question == view.question.id]
        view.present = ", ".join(dict.fromkeys(names))
    set_beside(dossier, views, beside, may_write=submission.editable)
    attach_work(session, dossier, views)
    contents = contents_of(dossier, section.id if section else "")
    before, after = _neighbours(contents) if section else (None, None)
    return render_template(
        "submissions/section.html" if section else "submissions/questions.html",
        submission=submission,
        contents=contents,
        section=views[0],
        sections=views,
        previous=before,
        next=after,
        plan=plan_of(dossier, sections),
        saved_report=report,
        problem_summary=summary or [],
        returned=bool(dossier.returned),
        present=[
            {"name": item.name, **place_of(dossier.id, dossier.questionnaire, item.question)}
            for item in present
        ],
        seed=secrets.token_hex(8),
        can_carry=bool(section)
        and any(view.earlier and view.earlier.can_carry for view in views[0].questions),
    )


def _neighbours(
    contents: list[dict[str, Any]],
) -> tuple[dict[str, str] | None, dict[str, str] | None]:
    """The sections before and after the current one, of those that are asked."""
    asked = [entry for entry in contents if entry["shown"] or entry["current"]]
    place = next(number for number, entry in enumerate(asked) if entry["current"])
    before = asked[place - 1] if place else None
    after = asked[place + 1] if place + 1 < len(asked) else None
    return before, after


def _save(submission_id: int, section_id: str | None) -> str | Response | tuple[str, int]:
    if "whole" not in request.form:
        raise Invalid("form_cut_off")
    with reading() as session:
        dossier = open_submission(session, actor(), submission_id, Action.WRITE)
    seen = request.form.get("questionnaire_sha256", dossier.specification)
    if seen != dossier.specification:
        raise ChangedMeanwhile("questionnaire_changed")
    section = _section(dossier, section_id) if section_id else None
    questions = section.questions if section else list(dossier.questionnaire.questions())
    report = _save_answers(dossier, answered_kinds(questions))
    _save_files(dossier, answered_kinds(questions), report)
    _save_work(dossier, questions, report)
    with reading() as session:
        dossier, beside = _opened(session, submission_id)
    if report.stale:
        return conflict_page(dossier, report.stale, report.refused), 409
    if not report.refused and (done := do_beside(dossier)) is not None:
        return done
    return _after_saving(dossier, section, questions, report, beside)


def _save_answers(dossier: Dossier, questions: list[Question]) -> Report:
    """Save each changed answer in a transaction of its own: one that is refused stops no other."""
    form = build_form(
        [(item, dossier.answers.get(item.id, NOTHING)) for item in questions],
        {item.id: dossier.version_of(item.id) for item in questions},
    )
    form.process(request.form)
    report = Report()
    for question in questions:
        posted: QuestionField = form[question.id]
        if not posted.present:
            continue
        if done := getattr(posted, "done", None):
            report.done = question, done
        if _left_alone(dossier, posted):
            continue
        try:
            with writing() as session:
                outcome = save_answer(
                    session, actor(), dossier.id, question.id, posted.data, posted.blank,
                    posted.version, now(), seen=dossier.specification,
                )  # fmt: skip
        except Refused as refused:
            told = _refusal(dossier, question, refused)
            report.refused.append({**told, "typed": typed_in(posted)})
            continue
        _note(report, outcome)
    return report


def _left_alone(dossier: Dossier, posted: QuestionField) -> bool:
    """Whether an answer comes back as the page showed it. What others saved since stays, and is
    nothing to choose between: nobody here has written anything."""
    if posted.version == dossier.version_of(posted.question.id):
        return not posted.changed()
    try:
        given = posted.given()
    except Malformed:
        return False
    if given == dossier.answers.get(posted.question.id, NOTHING):
        return True
    with reading() as session:
        return given == read_version(session, dossier.id, posted.question.id, posted.version)


def _note(report: Report, outcome: Saved | Stale) -> None:
    if isinstance(outcome, Saved):
        report.saved += 1
        if told := tell_taken_in(outcome):
            question = outcome.dossier.questionnaire.by_id[outcome.question]
            report.taken_in.append(f"{label_of(question)}: {told}")
    else:
        report.stale.append(outcome)


def _refusal(dossier: Dossier, question: Question, refused: Refused) -> dict[str, str]:
    text = f"{label_of(question)}: {describe_refusal(refused)}"
    return {"text": text, "href": question_url(dossier, question.id)}


def _save_files(dossier: Dossier, questions: list[Question], report: Report) -> None:
    """Take the files of a posted page, one after the other."""
    for question in questions:
        for option, name in _file_inputs(question):
            for incoming in request.files.getlist(name):
                if not incoming.filename:
                    continue
                try:
                    with (
                        received(incoming) as upload,
                        writing() as session,
                    ):
                        current = open_submission(session, actor(), dossier.id, Action.WRITE)
                        outcome = attach_file(
                            session, actor(), dossier.id, question.id, option, upload,
                            current.version_of(question.id), now(),
                        )  # fmt: skip
                except Refused as refused:
                    report.refused.append(_refusal(dossier, question, refused))
                    continue
                _note(report, outcome)


def _save_work(dossier: Dossier, questions: list[Question], report: Report) -> None:
    """Keep what the page says of owners, days and how far the questions are.

    Not where an answer waits for a choice: nobody called the other's answer done.
    """
    stale = {item.question for item in report.stale}
    settled = [item for item in questions if item.id not in stale]
    report.work, refused = save_posted_work(dossier, settled, request.form)
    report.refused += [_refusal(dossier, question, error) for question, error in refused]


def _file_inputs(question: Question) -> list[tuple[str | None, str]]:
    if question.kind == "attachment":
        return [(None, f"q.{question.id}.file")]
    if question.kind in ("single", "multiple"):
        return [
            (option.id, f"q.{question.id}.detail.{option.id}.file")
            for option in question.options
            if option.field and option.field.kind == "attachment"
        ]
    return []


def _at_entry(dossier: Dossier, report: Report) -> Response:
    """Back to the list in which a button was pressed, where that button has left it."""
    assert report.done is not None
    question, done = report.done
    for line in (describe_done(question, done), *report.taken_in):
        flash(line, "success")
    return redirect(f"{request.path}#{anchor_of(question, done)}")


def _after_saving(
    dossier: Dossier,
    section: Section | None,
    questions: list[Question],
    report: Report,
    beside: Beside,
) -> str | Response | tuple[str, int]:
    """On to the next page if all is well and that was asked; else this page with what is wrong."""
    here = {question.id for question in questions}
    summary = report.refused + [
        problem_link(dossier, dossier.questionnaire.by_id[item.question], item, "")
        for item in dossier.evaluation.problems
        if item.question in here
        and item.severity == "error"
        and dossier.answers.get(item.question, NOTHING).value is not None
    ]
    if request.form.get("then") == "next" and not summary:
        _before, after = _neighbours(contents_of(dossier, section.id)) if section else (None, None)
        if after is None:
            return redirect(url_for("submissions.show", submission_id=dossier.id))
        return redirect(after["url"])
    if report.done is not None and not report.refused:
        return _at_entry(dossier, report)
    at = request.form.get("then", "").removeprefix("task.")
    if at in here and not report.refused:
        flash(_("Sparat."), "success")
        return redirect(question_url(dossier, at))
    told = _("Inget var ändrat, så inget behövde sparas.")
    if report.saved:
        told = _("1 svar sparat.")
    if report.saved > 1:
        told = _("%(number)s svar sparade.", number=report.saved)
    more = [_("Ägare, läge eller datum sparat: %(n)s.", n=report.work)]
    lines = [*([told] if report.saved or not report.work else []), *(more if report.work else [])]
    lines += report.taken_in
    with reading() as session:
        page = _page(
            session, dossier, section, beside,
            report=lines, summary=summary, present=_others(session, dossier.id),
        )  # fmt: skip
    return (page, 422) if report.refused else page
