"""The decisions taken by delegation in a period: page, PDF, DOCX."""

from __future__ import annotations

import datetime

from flask import Blueprint, Response, render_template, request

from survey_app.core.kinds.date import read_date
from survey_app.export.decisions import (
    DecisionList,
    decisions_outline,
    right_of,
    what_of,
)
from survey_app.export.pdf.drawing import render
from survey_app.export.word.container import MEDIA_TYPE
from survey_app.export.word.drawing import render as render_docx
from survey_app.services.approvals.decisions import READERS, list_decisions
from survey_app.services.refusal import Invalid
from survey_app.store.tables import Unit
from survey_app.web.access import role
from survey_app.web.pages.attachments import as_download
from survey_app.web.place import actor, now, reading, today
from survey_app.web.speech import describe_refusal

pages = Blueprint("decisions", __name__)


@pages.get("/decisions")
@role(*READERS)
def show() -> str | tuple[str, int]:
    """The list, and the form for its period; this year until today unless told otherwise."""
    found, error = None, ""
    try:
        found = _found()
    except Invalid as refused:
        error = describe_refusal(refused)
    with reading() as session:
        units = [session.get(Unit, unit) for unit in actor().units_as(*READERS)]
    page = render_template(
        "decisions/show.html", found=found, error=error, units=units,
        typed={"from": _typed("from"), "to": _typed("to"), "unit": _unit(),
               "practice": request.args.get("practice")},
        rows=[(item, what_of(item), right_of(item), datetime.date.fromisoformat(item.day))
              for item in (found.decisions if found else ())],
    )  # fmt: skip
    return (page, 422) if error else page


def _typed(name: str) -> str:
    usual = {"from": today().replace(month=1, day=1), "to": today()}
    return request.args.get(name) or usual[name].isoformat()


def _unit() -> int:
    unit = request.args.get("unit", "")
    return int(unit[:10]) if unit.isdecimal() else actor().units_as(*READERS)[0]


def _found() -> DecisionList:
    """The list that the address asks for. Raises Forbidden, Invalid."""
    first, last = read_date(_typed("from")), read_date(_typed("to"))
    if first is None or last is None:
        raise Invalid("period_unreadable")
    with reading() as session:
        return list_decisions(
            session, actor(), _unit(), first, last, practice=bool(request.args.get("practice"))
        )


@pages.get("/decisions.pdf")
@role(*READERS)
def pdf() -> Response:
    """The list as PDF."""
    found = _found()
    data = render(decisions_outline(found, now().isoformat(timespec="seconds")))
    return as_download(data, _name(found, "pdf"), "application/pdf")


@pages.get("/decisions.docx")
@role(*READERS)
def docx() -> Response:
    """The list as DOCX, for the board's papers."""
    found = _found()
    outline = decisions_outline(found, now().isoformat(timespec="seconds"))
    return as_download(render_docx(outline, landscape=True), _name(found, "docx"), MEDIA_TYPE)


def _name(found: DecisionList, ending: str) -> str:
    return f"delegationsbeslut-{found.first}-{found.last}.{ending}"
