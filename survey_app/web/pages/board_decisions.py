"""What boards decided in a case: told in the order of days, and the form to record one more."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response

from survey_app.core.workflow import RULES, Action, Role
from survey_app.services.case import find_case
from survey_app.services.refusal import Invalid, Refused
from survey_app.services.register import board_decision
from survey_app.services.register.board_decision import Told, decisions_of, record_decision
from survey_app.services.register.entries import entries_of
from survey_app.store.tables import Case
from survey_app.web.access import role
from survey_app.web.catalogue import gettext as _
from survey_app.web.deadline_form import posted_day
from survey_app.web.place import actor, now, place, reading, today, writing
from survey_app.web.receiving import posted_file
from survey_app.web.speech import describe_refusal

pages = Blueprint("board_decisions", __name__)
READERS = (Role.STRATEGIST, Role.APPROVER, Role.ARCHIVIST)
REGISTRARS = tuple(RULES[Action.REGISTER].roles)
_FIELD_OF = {"day_unreadable": "day", "decision_day_in_future": "day"}


@pages.get("/cases/<diary_number>/board-decisions")
@role(*READERS)
def show(diary_number: str) -> str:
    """The decisions of the case, whole, and the form."""
    return _page(diary_number)


def _page(diary_number: str, refused: Refused | None = None) -> str:
    with reading() as session:
        case = find_case(session, actor(), diary_number)
        decisions = view_decisions(session, case)
    return render_template(
        "board_decisions/show.html",
        case=case,
        decisions=decisions,
        may_record=not RULES[Action.REGISTER].roles.isdisjoint(actor().roles_in(case.unit_id)),
        error=_error(refused),
        typed=request.form,
        longest=board_decision.LONGEST,
    )


def view_decisions(session: Session, case: Case) -> list[dict[str, Any]]:
    """The decisions with where they stand in the register."""
    decided = decisions_of(session, case)
    if not decided:
        return []
    assert case.id is not None
    places = {entry.key: entry.number for entry in entries_of(session, case.id)}
    found = []
    for item in decided:
        number = places[f"document:{item.document_id}"]
        told: dict[str, Any] = {"diary_number": case.diary_number, "number": number}
        found.append(
            {"decision": item, "minute": item.minute, "number": number,
             "url": url_for("registry.entry", **told), "file": url_for("registry.file", **told)}
        )  # fmt: skip
    return found


def _error(refused: Refused | None) -> dict[str, str] | None:
    if refused is None:
        return None
    field = str(refused.facts.get("field") or _FIELD_OF.get(refused.code, "file"))
    return {"field": field, "text": describe_refusal(refused), "href": f"#{field}"}


@pages.post("/cases/<diary_number>/board-decisions")
@role(*REGISTRARS)
def record(diary_number: str) -> Response | tuple[str, int]:
    """Record a decision."""
    try:
        with posted_file("file") as minutes, writing() as session:
            row = record_decision(
                session, actor(), diary_number, _told(), minutes,
                now=now(), today=today(), signer=place().key,
            )  # fmt: skip
            name = f"{row.paragraph} {row.body}"
    except Invalid as refused:
        return _page(diary_number, refused), refused.status
    flash(_("%(name)s är registrerad i ärendet.", name=name), "success")
    return redirect(url_for("board_decisions.show", diary_number=diary_number))


def _told() -> Told:
    form = request.form
    return Told(
        body=form.get("body", ""),
        paragraph=form.get("paragraph", ""),
        day=posted_day("day", "day_unreadable"),
        matter=form.get("matter", ""),
        decision=form.get("decision", ""),
        about=form.get("about", ""),
        recipients=form.get("recipients", "").splitlines(),
        not_sent=bool(form.get("not_sent")),
        background=form.get("background", "").splitlines(),
    )
