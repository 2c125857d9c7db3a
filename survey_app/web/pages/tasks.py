"""The work on a submission's questions: the overview, sharing out by section, one question."""

from __future__ import annotations

import datetime
from typing import Any, Literal

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey_app.core.task import TaskState
from survey_app.core.workflow import Action
from survey_app.services.refusal import Invalid, NotFound, Refused
from survey_app.services.submission import Dossier, open_own, open_submission, read_heading
from survey_app.services.task import KEEP, assign_sections, change_task
from survey_app.services.work import Work, find_task, read_work
from survey_app.web.access import action
from survey_app.web.catalogue import gettext as _
from survey_app.web.number import format_date
from survey_app.web.overview import (
    NARROWING,
    NOBODY,
    is_among,
    line_of,
    narrowed_to,
    people_lines,
    rows_of,
    section_lines,
    view_row,
)
from survey_app.web.pages.api import json_object
from survey_app.web.place import actor, now, reading, writing
from survey_app.web.speech import describe_refusal
from survey_app.web.views import view_submission
from survey_app.web.work import (
    Owners,
    owners_in,
    read_due,
    read_mark,
    read_owner,
    state_word,
    view_work,
)

pages = Blueprint("tasks", __name__)


@pages.get("/submissions/<int:submission_id>/tasks")
@action(Action.READ)
def show(submission_id: int) -> str:
    """Sections and people by how far they are; the questions, all or some."""
    return _page(submission_id)


def _page(submission_id: int, error: Refused | None = None) -> str:
    with reading() as session:
        dossier = open_own(session, actor(), submission_id)
        if dossier.contributes:
            raise NotFound("no_submission")
        works = read_work(session, dossier)
        owners = owners_in(session, dossier)
    rows = rows_of(dossier, works)
    chosen = {name: request.args.get(name, "") for name in NARROWING}
    return render_template(
        "tasks/show.html",
        submission=view_submission(dossier),
        states=[(state.value, state_word(state)) for state in TaskState],
        sections=section_lines(dossier, rows),
        whole=line_of(dossier, rows),
        people=people_lines(dossier, rows),
        questions=[view_row(dossier, row) for row in rows if is_among(row, chosen)],
        listed="list" in request.args or any(chosen.values()),
        said=narrowed_to(dossier, chosen, owners),
        owners=owners,
        editable=dossier.may(actor(), Action.WRITE),
        error=describe_refusal(error) if error else "",
        error_at=_FIELDS.get(error.code, "sections") if error else "",
        typed=request.form,
        ticked=set(request.form.getlist("section")),
        url=url_for("tasks.show", submission_id=submission_id),
    )  # fmt: skip


_FIELDS = {"nothing_to_assign": "owner", "owner_is_no_writer": "owner", "day_unreadable": "due"}


@pages.post("/submissions/<int:submission_id>/tasks")
@action(Action.WRITE)
def assign(submission_id: int) -> AnyResponse | tuple[str, int]:
    """Share out whole sections."""
    form = request.form
    try:
        due = read_due(form.get("due", ""))
        with writing() as session:
            changed = assign_sections(
                session, actor(), submission_id, form.getlist("section"),
                owner=_chosen_owner(form.get("owner", KEEP)), due=due,
                only_free=bool(form.get("only_free")), now=now(),
            )  # fmt: skip
            dossier = read_heading(session, submission_id, hold=False)
    except Invalid as refused:
        return _page(submission_id, refused), refused.status
    if changed:
        flash(_("Fördelade frågor: %(n)s.", n=len(changed)), "success")
        if due and dossier.deadline and due > dossier.deadline:
            flash(_("Datumet är efter svarets sista dag, %(day)s.",
                    day=format_date(dossier.deadline)), "warning")  # fmt: skip
    else:
        flash(_("Inget ändrades: frågorna hade redan en ägare, eller stod redan så."), "info")
    return redirect(url_for("tasks.show", submission_id=submission_id))


def _chosen_owner(text: str) -> int | Literal["keep"] | None:
    return KEEP if text == KEEP else read_owner("" if text == NOBODY else text)


@pages.get("/api/v1/submissions/<int:submission_id>/tasks/<question_id>")
@action(Action.READ)
def read(submission_id: int, question_id: str) -> Response:
    """The work on one question."""
    with reading() as session:
        dossier = open_own(session, actor(), submission_id)
        question = find_task(dossier, question_id)
        work = read_work(session, dossier)[question.id]
        owners = owners_in(session, dossier)
    return jsonify(view_json(dossier, work, owners))


@pages.put("/api/v1/submissions/<int:submission_id>/tasks/<question_id>")
@action(Action.WRITE)
def change(submission_id: int, question_id: str) -> Response:
    """Say whose a question is, until when, how far it is; upon a version of that."""
    told = json_object()
    version, owner = told.get("version"), told.get("owner")
    if type(version) is not int or version < 0:
        raise Invalid("expected_version")
    if owner is not None and (type(owner) is not int or not 0 < owner < 2**31):
        raise Invalid("owner_is_no_writer")
    with writing() as session:
        work = change_task(
            session, actor(), submission_id, question_id, owner=owner,
            due=_told_due(told.get("due")), mark=read_mark(told.get("mark") or ""),
            version=version, now=now(),
        )  # fmt: skip
        dossier = open_submission(session, actor(), submission_id, Action.READ)
        owners = owners_in(session, dossier)
    return jsonify(view_json(dossier, work, owners))


def _told_due(told: object) -> datetime.date | None:
    if told is None:
        return None
    if not isinstance(told, str):
        raise Invalid("day_unreadable")
    return read_due(told)


def view_json(dossier: Dossier, work: Work, owners: Owners) -> dict[str, Any]:
    """The work on a question for programs, and for the line that shows it."""
    question = dossier.questionnaire.by_id[work.question]
    view = view_work(dossier.id, question, work, owners, deadline=dossier.deadline, editable=True)
    return {
        "question": work.question,
        "state": work.state.value,
        "fallen": work.fallen,
        "owner": work.owner_id,
        "due": work.due.isoformat() if work.due else None,
        "mark": view.mark or None,
        "plain": view.plain,
        "version": work.version,
        "comments": work.comments,
        "was": view.was,
        "said": [{"text": text, "class": class_} for text, class_ in view.parts],
    }
