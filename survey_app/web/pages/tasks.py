"""The work on a submission's questions: the overview, sharing out by section, one question."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey_app.core.questionnaire import Question
from survey_app.core.task import TaskState
from survey_app.core.workflow import Action, refusal
from survey_app.services.refusal import Invalid, Refused
from survey_app.services.submission import Dossier, open_submission
from survey_app.services.task import (
    KEEP,
    Work,
    asked_questions,
    assign_sections,
    change_task,
    count_states,
    find_task,
    read_work,
)
from survey_app.web.access import action
from survey_app.web.catalogue import gettext as _
from survey_app.web.language import words
from survey_app.web.place import actor, now, reading, today, writing
from survey_app.web.speech import describe_refusal
from survey_app.web.views import label_of, question_url, section_url, view_submission
from survey_app.web.work import (
    Owners,
    owners_in,
    read_due,
    read_mark,
    read_owner,
    say_work,
    state_word,
    view_work,
)

pages = Blueprint("tasks", __name__)
NOBODY = "none"
"""Stands for no owner in the address of a list."""


@dataclass(frozen=True, slots=True)
class Row:
    """A question with the work on it, and whether its answer must be mended."""

    question: Question
    section: str
    work: Work
    troubled: bool


NARROWING = ("section", "state", "owner", "only")
"""What the address of a list may say; ``only`` is late or fix."""


@pages.get("/submissions/<int:submission_id>/tasks")
@action(Action.READ)
def show(submission_id: int) -> str:
    """Sections and people by how far they are; the questions, all or some."""
    return _page(submission_id)


def _page(submission_id: int, error: Refused | None = None) -> str:
    with reading() as session:
        dossier = open_submission(session, actor(), submission_id, Action.READ)
        works = read_work(session, dossier)
        owners = owners_in(session, dossier)
    rows = list(_rows(dossier, works))
    roles = actor().roles_in(dossier.unit_id)
    chosen = {name: request.args.get(name, "") for name in NARROWING}
    return render_template(
        "tasks/show.html",
        submission=view_submission(dossier),
        states=[(state.value, state_word(state)) for state in TaskState],
        sections=[_section_line(dossier, item, rows) for item in _sections(dossier, rows)],
        whole=_line(dossier, rows),
        people=_people(dossier, rows),
        questions=[_view(dossier, row) for row in rows if _is_among(row, chosen)],
        listed="list" in request.args or any(chosen.values()),
        said=_said(dossier, chosen, owners),
        owners=owners,
        editable=refusal(Action.WRITE, roles, dossier.state) is None,
        error=describe_refusal(error) if error else "",
        error_at=_FIELDS.get(error.code, "sections") if error else "",
        typed=request.form,
        ticked=set(request.form.getlist("section")),
        url=url_for("tasks.show", submission_id=submission_id),
    )  # fmt: skip


_FIELDS = {"nothing_to_assign": "owner", "owner_is_no_writer": "owner", "day_unreadable": "due"}


def _rows(dossier: Dossier, works: Mapping[str, Work]) -> Iterable[Row]:
    troubled = {
        problem.question
        for problem in dossier.evaluation.with_severity("error")
        if (given := dossier.answers.get(problem.question)) and given.value is not None
    }
    for question in asked_questions(dossier):
        section = dossier.questionnaire.section_of[question.id].id
        yield Row(question, section, works[question.id], question.id in troubled)


def _sections(dossier: Dossier, rows: list[Row]) -> list[Any]:
    there = {row.section for row in rows}
    return [item for item in dossier.questionnaire.sections if item.id in there]


def _section_line(dossier: Dossier, section: Any, rows: list[Row]) -> dict[str, Any]:
    mine = [row for row in rows if row.section == section.id]
    return {
        "id": section.id,
        "title": words(section.title),
        "url": section_url(dossier.id, section.id),
        "owners": [
            {**person, "url": _url(dossier.id, section=section.id, owner=person["id"])}
            for person in _owners(mine)
        ],
        "questions": [_view(dossier, row) for row in mine],
        **_line(dossier, mine, section=section.id),
    }


def _owners(rows: list[Row]) -> list[dict[str, Any]]:
    """Who owns how many, most first; nobody last."""
    counted = Counter((row.work.owner_id, row.work.owner) for row in rows)
    order = sorted(counted.items(), key=lambda item: (item[0][0] is None, -item[1], item[0][1]))
    return [{"id": account or NOBODY, "name": name, "count": n} for (account, name), n in order]


def _line(dossier: Dossier, rows: list[Row], **narrowed: Any) -> dict[str, Any]:
    """How far some questions are: numbers, each with the address of its questions, and a bar."""
    counts = count_states(row.work for row in rows)
    day = today()
    open_days = [row.work.due for row in rows if row.work.due and row.work.state != TaskState.DONE]
    starts, at = [], 0
    for count in counts.values():
        starts.append(at)
        at += count
    return {
        "total": len(rows),
        "cells": [
            {"state": state.value, "count": count, "start": start,
             "url": _url(dossier.id, state=state.value, **narrowed)}
            for (state, count), start in zip(counts.items(), starts, strict=True)
        ],
        "late": sum(row.work.is_late(day) for row in rows),
        "next": min((due for due in open_days if due >= day), default=None),
        "late_url": _url(dossier.id, only="late", **narrowed),
        "problems": sum(row.troubled for row in rows),
        "problems_url": _url(dossier.id, only="fix", **narrowed),
    }  # fmt: skip


def _people(dossier: Dossier, rows: list[Row]) -> list[dict[str, Any]]:
    return [
        {**person,
         **_line(dossier, [row for row in rows if (row.work.owner_id or NOBODY) == person["id"]],
                 owner=person["id"])}
        for person in _owners(rows)
    ]  # fmt: skip


def _url(submission_id: int, **narrowed: Any) -> str:
    return url_for("tasks.show", submission_id=submission_id, _anchor="questions", **narrowed)


def _is_among(row: Row, chosen: dict[str, str]) -> bool:
    return (
        chosen["section"] in ("", row.section)
        and chosen["state"] in ("", row.work.state.value)
        and chosen["owner"] in ("", str(row.work.owner_id or NOBODY))
        and (chosen["only"] != "late" or row.work.is_late(today()))
        and (chosen["only"] != "fix" or row.troubled)
    )


def _said(dossier: Dossier, chosen: dict[str, str], owners: Owners) -> str:
    """Which questions are listed, in words; nothing where all are."""
    section = dossier.questionnaire.section(chosen["section"])
    known = {state.value: state_word(state) for state in TaskState}
    names = {str(account): name for account, name in owners} | {NOBODY: _("ingen ägare")}
    parts = [
        words(section.title) if section else "",
        known.get(chosen["state"], ""),
        names.get(chosen["owner"], ""),
        {"late": _("försenade"), "fix": _("att rätta")}.get(chosen["only"], ""),
    ]
    return ", ".join(part for part in parts if part)


def _view(dossier: Dossier, row: Row) -> dict[str, Any]:
    question, work = row.question, row.work
    return {
        "number": question.number,
        "label": label_of(question),
        "text": words(question.text),
        "url": question_url(dossier, question.id),
        "state": work.state.value,
        "said": ", ".join(text for text, _class in say_work(work, today())),
        "parts": say_work(work, today()),
        "owner": work.owner,
        "due": work.due,
        "late": work.is_late(today()),
        "comments": work.comments,
        "comments_url": url_for("comments.show", submission_id=dossier.id, question_id=question.id),
        "troubled": row.troubled,
    }


@pages.post("/submissions/<int:submission_id>/tasks")
@action(Action.WRITE)
def assign(submission_id: int) -> AnyResponse | tuple[str, int]:
    """Share out whole sections."""
    form = request.form
    try:
        with writing() as session:
            changed = assign_sections(
                session, actor(), submission_id, form.getlist("section"),
                owner=_chosen_owner(form.get("owner", KEEP)), due=read_due(form.get("due", "")),
                only_free=bool(form.get("only_free")), now=now(),
            )  # fmt: skip
    except Invalid as refused:
        return _page(submission_id, refused), refused.status
    if changed:
        flash(_("%(n)s frågor är fördelade.", n=len(changed)), "success")
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
        dossier = open_submission(session, actor(), submission_id, Action.READ)
        question = find_task(dossier, question_id)
        work = read_work(session, dossier)[question.id]
        owners = owners_in(session, dossier)
    return jsonify(view_json(dossier, work, owners))


@pages.put("/api/v1/submissions/<int:submission_id>/tasks/<question_id>")
@action(Action.WRITE)
def change(submission_id: int, question_id: str) -> Response:
    """Say whose a question is, until when, how far it is; upon a version of that."""
    told = request.get_json(silent=True)
    if not isinstance(told, dict):
        raise Invalid("expected_json")
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
    view = view_work(dossier.id, question, work, owners, editable=True)
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
