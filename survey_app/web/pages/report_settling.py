"""Settling a report: read as it will be kept, then settled exactly as it was read."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from survey_app.core.workflow import Role
from survey_app.services.refusal import ChangedMeanwhile, Invalid, Refused, WrongState
from survey_app.services.reports import settling as report_settling
from survey_app.services.reports.report import ReportView
from survey_app.web.access import role
from survey_app.web.catalogue import gettext as _
from survey_app.web.pages.reports import head_of
from survey_app.web.place import actor, now, place, reading, today, writing
from survey_app.web.report_view import view_pieces
from survey_app.web.speech import describe_refusal

pages = Blueprint("report_settling", __name__)
_AT = "/cases/<diary_number>/reports/<int:report_id>/settling"


@pages.get(_AT)
@role(Role.STRATEGIST)
def show(diary_number: str, report_id: int) -> str | Response:
    """The report as it will be kept, to be read before it is settled."""
    return _page(diary_number, report_id)


def _page(diary_number: str, report_id: int, refused: Refused | None = None) -> str | Response:
    with reading() as session:
        view, shown = report_settling.read_for_settling(session, actor(), diary_number, report_id)
    if not view.is_draft:
        return redirect(_report(diary_number, report_id))
    return render_template(
        "reports/settling.html",
        **head_of(view),
        pieces=view_pieces(view),
        shown_sha256=shown,
        hindrance=_hindrance(view),
        error=_error(refused),
    )


def _hindrance(view: ReportView) -> str:
    """Why the report cannot be settled now; empty if it can."""
    try:
        report_settling.require_ready(view)
    except Refused as refused:
        return describe_refusal(refused)
    return ""


def _error(refused: Refused | None) -> dict[str, Any] | None:
    if refused is None:
        return None
    field = "confirmed" if refused.code == "report_not_confirmed" else "settling"
    return {"field": field, "text": describe_refusal(refused), "href": f"#{field}"}


def _report(diary_number: str, report_id: int) -> str:
    return url_for("reports.show", diary_number=diary_number, report_id=report_id)


@pages.post(_AT)
@role(Role.STRATEGIST)
def settle(diary_number: str, report_id: int) -> Response | tuple[str | Response, int]:
    """Settle exactly what was shown: its files are written and become documents of the case."""
    try:
        _settle(diary_number, report_id, request.form.get("shown_sha256", ""))
    except (Invalid, ChangedMeanwhile) as refused:
        return _page(diary_number, report_id, refused), refused.status
    flash(_("Sammanställningen är fastställd och en handling i ärendet."), "success")
    return redirect(_report(diary_number, report_id))


def _settle(diary_number: str, report_id: int, shown: str) -> None:
    at, moment = (actor(), diary_number, report_id), now()
    with reading() as session:
        if report_settling.settled_already(session, *at, shown):
            return
        if not request.form.get("confirmed"):
            report_settling.read_for_settling(session, *at)
            raise Invalid("report_not_confirmed")
        prepared = report_settling.prepare_settling(session, *at, shown_sha256=shown, now=moment)
    try:
        with writing() as session:
            report_settling.settle_report(session, *at, prepared, moment, today(), place().key)
    except WrongState:
        with reading() as session:
            if not report_settling.settled_already(session, *at, shown):
                raise
