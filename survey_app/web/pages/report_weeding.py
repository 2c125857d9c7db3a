"""Weeding a settled report: what led to it is looked at, and removed by decision."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from survey_app.core.workflow import Role
from survey_app.services.refusal import ChangedMeanwhile, Forbidden, Invalid, Refused, WrongState
from survey_app.services.reports import weeding as report_weeding
from survey_app.services.reports.report import ReportView, find_report
from survey_app.services.reports.weeding import ReportMaterial
from survey_app.web.access import role
from survey_app.web.catalogue import gettext as _
from survey_app.web.pages.reports import head_of
from survey_app.web.place import actor, now, place, reading, writing
from survey_app.web.report_view import label_of, text_of
from survey_app.web.speech import describe_refusal

pages = Blueprint("report_weeding", __name__)
_AT = "/cases/<diary_number>/reports/<int:report_id>/weeding"


@pages.get(_AT)
@role(Role.ARCHIVIST)
def show(diary_number: str, report_id: int) -> str:
    """What there is beside what was settled, and the decisions so far."""
    return _page(diary_number, report_id)


def _page(diary_number: str, report_id: int, refused: Refused | None = None) -> str:
    with reading() as session:
        view = find_report(session, actor(), diary_number, report_id)
        if Role.ARCHIVIST not in actor().roles_in(view.case.unit_id):
            raise Forbidden("not_your_role")
        if view.is_draft:
            raise WrongState("report_not_settled")
        material = report_weeding.survey_report(session, view)
        weeded = report_weeding.list_weeded(session, view)
    return render_template(
        "reports/weeding.html",
        **head_of(view),
        wordings=len(material.wordings),
        earlier=list(_earlier(view, material)),
        removed=[{"label": label_of(item), "text": text_of(item)} for item in material.removed],
        shown_sha256=material.sha256,
        weeded=weeded,
        typed=request.form,
        error=_error(refused),
    )


def _earlier(view: ReportView, material: ReportMaterial) -> Iterator[dict[str, Any]]:
    """The pieces that have been otherwise, how often, and where that can be read."""
    times = Counter(piece for piece, _key in material.wordings)
    for piece, _depth in view.pieces:
        if piece.id in times:
            url = url_for("report_pieces.show", diary_number=view.case.diary_number,
                          report_id=view.id, piece_id=piece.id)  # fmt: skip
            yield {"label": label_of(piece), "n": times[piece.id], "url": url}


def _error(refused: Refused | None) -> dict[str, str] | None:
    if refused is None:
        return None
    field = {"removal_not_confirmed": "confirmed", "removal_decision_missing": "decision",
             "line_too_long": "decision"}.get(refused.code, "material")  # fmt: skip
    return {"field": field, "text": describe_refusal(refused), "href": f"#{field}"}


@pages.post(_AT)
@role(Role.ARCHIVIST)
def weed(diary_number: str, report_id: int) -> Response | tuple[str, int]:
    """Remove exactly what was shown, by a decision."""
    form = request.form
    try:
        if not form.get("confirmed"):
            raise Invalid("removal_not_confirmed")
        with writing() as session:
            report_weeding.weed_report(
                session, actor(), diary_number, report_id, decision=form.get("decision", ""),
                shown_sha256=form.get("shown_sha256", ""), now=now(), signer=place().key,
            )  # fmt: skip
    except (Invalid, ChangedMeanwhile) as refused:
        return _page(diary_number, report_id, refused), refused.status
    flash(_("Arbetsmaterialet är borttaget. Handlingen är oförändrad."), "success")
    return redirect(url_for("report_weeding.show", diary_number=diary_number, report_id=report_id))
