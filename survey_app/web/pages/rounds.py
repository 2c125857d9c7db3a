"""Rounds: opened from a case, followed on one page, closed."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response

from survey_app.core.questionnaire import Questionnaire
from survey_app.core.workflow import ContributionState, Role
from survey_app.services.refusal import Invalid, Refused
from survey_app.services.rounds import following as round_following
from survey_app.services.rounds import round as rounds
from survey_app.services.rounds import units as round_units
from survey_app.services.rounds.archiving import archive_round, count_to_archive, prepare_round
from survey_app.services.rounds.following import Following, UnitLine, follow_round, questions_in
from survey_app.services.rounds.steps import count_steps
from survey_app.services.rounds.view import RoundView, find_round
from survey_app.web.access import role
from survey_app.web.catalogue import gettext as _
from survey_app.web.deadline_form import posted_day
from survey_app.web.forms_at_hand import forms_offered
from survey_app.web.language import words
from survey_app.web.pages.archive import packing_here
from survey_app.web.place import actor, now, place, reading, today, writing
from survey_app.web.round_form import posted_form, posted_terms
from survey_app.web.speech import contribution_label, describe_refusal
from survey_app.web.steps import view_counts
from survey_app.web.views import label_of

pages = Blueprint("rounds", __name__)
READERS = (Role.STRATEGIST, Role.APPROVER, Role.ARCHIVIST)
_FIELD_OF = {
    "no_units_chosen": "units",
    "no_unit": "units",
    "unit_name_unknown": "names",
    "unit_name_near": "names",
    "unit_in_round_already": "names",
    "unit_not_in_round": "lines",
    "note_too_long": "note",
    "line_too_long": "title",
    "day_unreadable": "opens",
    "until_unreadable": "deadline",
    "deadline_before_opening": "deadline",
    "until_passed": "deadline",
    "form_needs_approval": "questionnaire",
    "no_questionnaire": "questionnaire",
    "no_questionnaire_chosen": "questionnaire",
    "round_not_confirmed": "close",
    "nobody_to_remind": "note",
}


def _error(refused: Refused | None, **moved: str) -> dict[str, str] | None:
    if refused is None:
        return None
    field = {**_FIELD_OF, **moved}.get(refused.code, "lines")
    return {"field": field, "text": describe_refusal(refused), "href": f"#{field}"}


@pages.get("/cases/<diary_number>/rounds/new")
@role(Role.STRATEGIST)
def new(diary_number: str) -> str:
    """The form for a new round."""
    return _form(diary_number)


def _form(diary_number: str, refused: Refused | None = None) -> str:
    with reading() as session:
        case = rounds.find_case_to_ask_in(session, actor(), diary_number)
        units = round_units.units_outside(session)
    return render_template(
        "rounds/new.html",
        case=case,
        **forms_offered(_fits),
        units=units,
        chosen=set(request.form.getlist("unit")),
        error=_error(refused),
        typed=request.form,
        today=today(),
    )


def _fits(questionnaire: Questionnaire) -> bool:
    """Whether units can answer it in a round."""
    return questionnaire.settled_by == "writer" and not questionnaire.anonymous


@pages.post("/cases/<diary_number>/rounds/new")
@role(Role.STRATEGIST)
def create(diary_number: str) -> Response | tuple[str, int]:
    """Open a round."""
    chosen = posted_form()
    try:
        with writing() as session:
            made = rounds.open_round(
                session, actor(), diary_number, units=_posted_units(session),
                **posted_terms(session, diary_number, chosen),
            )  # fmt: skip
            round_id = made.id
    except Invalid as refused:
        return _form(diary_number, refused), refused.status
    flash(_("Omgången är öppnad."), "success")
    return redirect(url_for("rounds.show", diary_number=diary_number, round_id=round_id))


def _posted_units(session: Session) -> list[int]:
    """The units that are ticked, and those that are named."""
    ticked = [int(unit[:10]) for unit in request.form.getlist("unit") if unit.isdecimal()]
    named = round_units.units_named(session, request.form.get("names", ""))
    return list(dict.fromkeys([*ticked, *named]))


@pages.get("/cases/<diary_number>/rounds/<int:round_id>")
@role(*READERS)
def show(diary_number: str, round_id: int) -> str:
    """Who has answered what."""
    return _page(diary_number, round_id)


def _page(diary_number: str, round_id: int, error: dict[str, str] | None = None) -> str:
    with reading() as session:
        view = find_round(session, actor(), diary_number, round_id)
        following = follow_round(session, view, today())
        to_archive = count_to_archive(session, view)
        steps = view_counts(count_steps(session, view))
        others = round_units.units_outside(session, round_id)
    missing = "missing" in request.args
    return render_template(
        "rounds/show.html",
        **view_round(view, following),
        lines=[
            view_line(view, line)
            for line in following.units
            if not missing or line.state == ContributionState.ASKED
        ],
        missing=missing,
        questions=_questions(view, following),
        steps=steps,
        others=others,
        may_change=view.may_change(actor()),
        may_report=view.row.sort == "units" and Role.STRATEGIST in actor().roles_in(view.unit_id),
        to_archive=to_archive if Role.ARCHIVIST in actor().roles_in(view.unit_id) else 0,
        error=error,
        typed=request.form,
        today=today(),
    )


def view_round(view: RoundView, following: Following) -> dict[str, Any]:
    """The head of a round's pages."""
    counts = following.counts
    handed_over = counts.get(ContributionState.HANDED_OVER, 0)
    asked = counts.get(ContributionState.ASKED, 0)
    return {
        "case": view.case,
        "round": view.row,
        "is_open": view.is_open,
        "waits": bool(view.row.opens and view.row.opens > today()),
        "questionnaire": words(view.questionnaire.title),
        "period": view.questionnaire.period,
        "opened_by": view.opened_by,
        "handed_over": handed_over,
        "asked": asked,
        "all": handed_over + asked,
        "late": sum(line.late and line.state == ContributionState.ASKED
                    for line in following.units),
        "total": following.total,
        "unreached": [line.unit for line in following.units
                      if not line.reached and line.state == ContributionState.ASKED],
    }  # fmt: skip


def view_line(view: RoundView, line: UnitLine) -> dict[str, Any]:
    """One unit's row."""
    state = "sent_back" if line.sent_back and line.state == "asked" else line.state.value
    if line.state == ContributionState.ASKED and not line.sent_back and line.answered:
        state = "begun"
    asked, open_ = line.state == ContributionState.ASKED, view.is_open
    seen = line.state == ContributionState.HANDED_OVER or actor().roles_in(line.unit_id)
    return {
        "line": line,
        "state": state,
        "label": contribution_label(state, "round"),
        "url": url_for("submissions.show", submission_id=line.submission_id) if seen else "",
        "may_change": asked and open_ and view.may_change(actor()),
        "missing": asked and not open_,
    }


def _questions(view: RoundView, following: Following) -> list[dict[str, Any]]:
    return [
        {"label": label_of(item), "text": words(item.text),
         "answered": following.completed.get(item.id, 0)}
        for item in questions_in(view)
    ]  # fmt: skip


def _back(diary_number: str, round_id: int) -> Response:
    return redirect(url_for("rounds.show", diary_number=diary_number, round_id=round_id))


@pages.post("/cases/<diary_number>/rounds/<int:round_id>/units")
@role(Role.STRATEGIST)
def add(diary_number: str, round_id: int) -> Response | tuple[str, int]:
    """Ask more units."""
    try:
        with writing() as session:
            made = round_units.add_units(
                session, actor(), diary_number, round_id, _posted_units(session), now(), today(),
                place().key,
            )  # fmt: skip
    except Invalid as refused:
        return _page(diary_number, round_id, _error(refused)), refused.status
    flash(_("%(n)s enheter är tillagda.", n=len(made)) if len(made) > 1 else
          _("Enheten är tillagd."), "success")  # fmt: skip
    return _back(diary_number, round_id)


@pages.post("/cases/<diary_number>/rounds/<int:round_id>/units/<int:unit_id>/extend")
@role(Role.STRATEGIST)
def extend(diary_number: str, round_id: int, unit_id: int) -> Response | tuple[str, int]:
    """Give a unit another last day."""
    try:
        with writing() as session:
            round_units.extend_unit(
                session, actor(), diary_number, round_id, unit_id,
                until=posted_day("until", "until_unreadable"),
                reason=request.form.get("reason", ""), now=now(), today=today(),
                signer=place().key,
            )  # fmt: skip
    except Invalid as refused:
        at = f"until-{unit_id}"
        error = _error(refused, until_unreadable=at, until_passed=at, line_too_long=at,
                       extension_reason_missing=at)  # fmt: skip
        return _page(diary_number, round_id, error), refused.status
    flash(_("Enheten har fått en ny sista dag."), "success")
    return _back(diary_number, round_id)


@pages.post("/cases/<diary_number>/rounds/<int:round_id>/units/<int:unit_id>/recall")
@role(Role.STRATEGIST)
def recall(diary_number: str, round_id: int, unit_id: int) -> Response | tuple[str, int]:
    """A unit need not answer."""
    try:
        with writing() as session:
            round_units.recall_unit(
                session, actor(), diary_number, round_id, unit_id, now(), place().key
            )
    except Invalid as refused:
        return _page(diary_number, round_id, _error(refused)), refused.status
    flash(_("Begäran till enheten är återtagen."), "success")
    return _back(diary_number, round_id)


@pages.post("/cases/<diary_number>/rounds/<int:round_id>/remind")
@role(Role.STRATEGIST)
def remind(diary_number: str, round_id: int) -> Response | tuple[str, int]:
    """Remind all that have not answered."""
    try:
        with writing() as session:
            told = round_following.remind_units(
                session, actor(), diary_number, round_id, request.form.get("note", ""), now(),
                today(), place().key,
            )  # fmt: skip
    except Invalid as refused:
        error = _error(refused, round_not_open_yet="note")
        return _page(diary_number, round_id, error), refused.status
    flash(_("Påminnelsen har gått till %(n)s enheter.", n=told), "success")
    return _back(diary_number, round_id)


@pages.post("/cases/<diary_number>/rounds/<int:round_id>/archive")
@role(Role.ARCHIVIST)
def archive(diary_number: str, round_id: int) -> Response:
    """Archive what was handed over: the copies are written once and kept."""
    packing = packing_here(sealed=True)
    with reading() as session:
        prepared = prepare_round(session, actor(), diary_number, round_id, packing)
    with writing() as session:
        made = archive_round(
            session, actor(), diary_number, round_id, prepared, now(), place().key, packing
        )
    flash(_("%(n)s svar är arkiverade.", n=made), "success")
    return _back(diary_number, round_id)


@pages.post("/cases/<diary_number>/rounds/<int:round_id>/close")
@role(Role.STRATEGIST)
def close(diary_number: str, round_id: int) -> Response | tuple[str, int]:
    """Close the round for good."""
    try:
        with writing() as session:
            if not request.form.get("confirmed"):
                find_round(session, actor(), diary_number, round_id)
                raise Invalid("round_not_confirmed")
            made = rounds.close_round(
                session, actor(), diary_number, round_id, now(), today(), place().key
            )
    except Invalid as refused:
        return _page(diary_number, round_id, _error(refused)), refused.status
    flash(_("Omgången är stängd. %(n)s svar är nu handlingar i ärendet.", n=len(made)), "success")
    return _back(diary_number, round_id)
