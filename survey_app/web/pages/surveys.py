"""Surveys: opened from a case, spread by links, counted, closed, weeded."""

from __future__ import annotations

import csv
import io
from functools import lru_cache
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import Response as AnyResponse
from werkzeug.wrappers import Response

from survey_app.core.tally import FEWEST
from survey_app.core.workflow import Role
from survey_app.export.chart.svg import to_svg
from survey_app.export.pdf.drawing import render
from survey_app.export.qr import POSTER, draw_qr, links_outline, poster_outline
from survey_app.export.sheet import XLSX_TYPE
from survey_app.export.survey_sheets import result_xlsx
from survey_app.services.archives.packaging import stamp
from survey_app.services.refusal import Invalid, NotFound, Refused
from survey_app.services.rounds.round import find_case_to_ask_in
from survey_app.services.surveys import answer_link, survey
from survey_app.services.surveys import result as survey_result
from survey_app.services.surveys.survey import SurveyView, find_survey
from survey_app.services.upload import safe_name
from survey_app.web.access import role
from survey_app.web.catalogue import gettext as _
from survey_app.web.forms_at_hand import forms_offered
from survey_app.web.language import words
from survey_app.web.pages.attachments import as_download
from survey_app.web.place import actor, now, place, reading, today, writing
from survey_app.web.round_form import posted_form, posted_terms
from survey_app.web.speech import describe_refusal
from survey_app.web.survey_result import view_result

pages = Blueprint("surveys", __name__)
READERS = (Role.STRATEGIST, Role.APPROVER, Role.ARCHIVIST)
_FIELD_OF = {
    "line_too_long": "title",
    "note_too_long": "note",
    "day_unreadable": "opens",
    "until_unreadable": "deadline",
    "deadline_before_opening": "deadline",
    "until_passed": "deadline",
    "form_not_anonymous": "questionnaire",
    "no_questionnaire_chosen": "questionnaire",
    "links_unreadable": "n",
    "too_many_links": "n",
    "survey_not_confirmed": "close",
    "weeding_decision_missing": "decision",
    "ballots_weeded_already": "decision",
}
_AT = "/cases/<diary_number>/surveys"


def _error(refused: Refused | None, **moved: str) -> dict[str, str] | None:
    if refused is None:
        return None
    field = {**_FIELD_OF, **moved}.get(refused.code, "title")
    return {"field": field, "text": describe_refusal(refused), "href": f"#{field}"}


@pages.get(f"{_AT}/new")
@role(Role.STRATEGIST)
def new(diary_number: str) -> str:
    """The form for a new survey."""
    return _form(diary_number)


def _form(diary_number: str, refused: Refused | None = None) -> str:
    with reading() as session:
        case = find_case_to_ask_in(session, actor(), diary_number)
    return render_template(
        "surveys/new.html",
        case=case,
        **forms_offered(lambda form: form.anonymous),
        error=_error(refused),
        typed=request.form,
        today=today(),
    )


@pages.post(f"{_AT}/new")
@role(Role.STRATEGIST)
def create(diary_number: str) -> Response | tuple[str, int]:
    """Open a survey."""
    chosen = posted_form()
    try:
        with writing() as session:
            terms = posted_terms(session, diary_number, chosen)
            made = survey.open_survey(
                session, actor(), diary_number, closes=terms.pop("deadline"),
                shown=request.form.get("shown", "after_closing"), **terms,
            )  # fmt: skip
            round_id = made.id
    except Invalid as refused:
        return _form(diary_number, refused), refused.status
    flash(_("Enkäten är öppnad. Gör en länk, så att den kan besvaras."), "success")
    return redirect(url_for("surveys.show", diary_number=diary_number, round_id=round_id))


@pages.get(f"{_AT}/<int:round_id>")
@role(*READERS)
def show(diary_number: str, round_id: int) -> str:
    """The survey: its links, how many have answered in steps of five, and what it came to."""
    return _page(diary_number, round_id)


def _page(diary_number: str, round_id: int, error: dict[str, str] | None = None) -> str:
    with reading() as session:
        view = find_survey(session, actor(), diary_number, round_id)
        result = survey_result.read_result(session, view)
    row = view.round.row
    single = [link for link in view.links if link.single]
    return render_template(
        "surveys/show.html",
        case=view.round.case,
        survey=view,
        round=row,
        is_open=view.round.is_open,
        waits=bool(row.opens and row.opens > today()),
        past=bool(row.deadline and row.deadline < today()),
        questionnaire=words(view.round.questionnaire.title),
        at_least=view.at_least,
        enough=view.at_least >= FEWEST,
        result=view_result(result) if result else None,
        shared=[_shared(link) for link in view.links if not link.single and not link.revoked],
        single=len(single),
        revocable=sum(not link.used and not link.revoked for link in single),
        may_change=view.round.may_change(actor()),
        may_weed=survey_result.may_weed(view, actor()),
        error=error,
        typed=request.form,
    )


@pages.get(f"{_AT}/<int:round_id>/result.xlsx")
@role(*READERS)
def xlsx(diary_number: str, round_id: int) -> AnyResponse:
    """The result as a workbook, as far as it may be shown."""
    with reading() as session:
        view = find_survey(session, actor(), diary_number, round_id)
        result = survey_result.read_result(session, view)
    if result is None:
        raise NotFound("no_file")
    name = f"{diary_number}-{view.round.questionnaire.id}-resultat-{round_id}.xlsx"
    return as_download(result_xlsx(result, stamp(now())), safe_name(name), XLSX_TYPE)


def _shared(link: Any) -> dict[str, Any]:
    address = _address(link.token)
    code = code_of(address, f"qr-{link.token_sha256[:12]}")
    return {"sha256": link.token_sha256, "label": link.label, "address": address, "code": code}


@lru_cache(maxsize=4 * answer_link.MOST_SHARED)
def code_of(address: str, name: str) -> str:
    """The QR code of an address as SVG: the same each time, and a page of many takes a second."""
    return to_svg(draw_qr(address, POSTER, width=POSTER), name)


def _address(token: str) -> str:
    base = place().settings.url or request.host_url
    return base.rstrip("/") + url_for("ballots.show", token=token)


def _back(diary_number: str, round_id: int) -> Response:
    return redirect(url_for("surveys.show", diary_number=diary_number, round_id=round_id))


@pages.post(f"{_AT}/<int:round_id>/links")
@role(Role.STRATEGIST)
def add_link(diary_number: str, round_id: int) -> Response | tuple[str, int]:
    """Make a link that many use."""
    try:
        with writing() as session:
            answer_link.make_shared_link(
                session, actor(), diary_number, round_id, request.form.get("label", ""), now(),
                place().key,
            )  # fmt: skip
    except Invalid as refused:
        error = _error(
            refused, line_too_long="label", too_many_links="label", too_many_shared_links="label"
        )
        return _page(diary_number, round_id, error), refused.status
    flash(_("Länken är gjord."), "success")
    return _back(diary_number, round_id)


@pages.post(f"{_AT}/<int:round_id>/links/single")
@role(Role.STRATEGIST)
def add_single_links(diary_number: str, round_id: int) -> Response | tuple[str, int]:
    """Make links that answer once each: a file, since they cannot be had again."""
    typed = request.form.get("n", "").strip()
    try:
        with writing() as session:
            view = find_survey(session, actor(), diary_number, round_id)
            tokens = answer_link.make_single_links(
                session, actor(), diary_number, round_id,
                int(typed[:6]) if typed.isdecimal() else 0, now(), place().key,
            )  # fmt: skip
    except Invalid as refused:
        return _page(diary_number, round_id, _error(refused)), refused.status
    addresses = [_address(token) for token in tokens]
    name = f"{diary_number}-svarslankar"
    if request.form.get("kind") == "csv":
        return as_download(_csv(addresses), f"{name}.csv", "text/csv")
    outline = links_outline(
        **_told(view), addresses=addresses, closes=_closes(view), created=stamp(now())
    )
    return as_download(render(outline), f"{name}.pdf", "application/pdf")


def _csv(addresses: list[str]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerow([_("Svarslänk")])
    writer.writerows([address] for address in addresses)
    return text.getvalue().encode("utf-8-sig")


def _told(view: SurveyView) -> dict[str, str]:
    return {"title": view.round.row.title, "unit": view.round.unit_name,
            "mark": view.round.case.diary_number}  # fmt: skip


def _closes(view: SurveyView) -> str | None:
    deadline = view.round.row.deadline
    return deadline.isoformat() if deadline else None


@pages.get(f"{_AT}/<int:round_id>/links/<sha256>.pdf")
@role(*READERS)
def poster(diary_number: str, round_id: int, sha256: str) -> Response:
    """A poster with a link that many use."""
    with reading() as session:
        view = find_survey(session, actor(), diary_number, round_id)
        link = answer_link.find_link(session, actor(), diary_number, round_id, sha256)
    outline = poster_outline(
        **_told(view), note=view.round.row.note, address=_address(link.token or ""),
        closes=_closes(view), created=stamp(now()),
    )  # fmt: skip
    return as_download(render(outline), f"{diary_number}-affisch.pdf", "application/pdf")


@pages.post(f"{_AT}/<int:round_id>/links/revoke")
@role(Role.STRATEGIST)
def revoke_links(diary_number: str, round_id: int) -> Response:
    """Take a link back, or all that answer once and were not used."""
    with writing() as session:
        n = answer_link.revoke_links(
            session, actor(), diary_number, round_id, request.form.get("link", ""), now(),
            place().key,
        )  # fmt: skip
    flash(_("%(n)s länkar gäller inte längre.", n=n) if n > 1 else
          _("Länken gäller inte längre."), "success")  # fmt: skip
    return _back(diary_number, round_id)


@pages.post(f"{_AT}/<int:round_id>/close")
@role(Role.STRATEGIST)
def close(diary_number: str, round_id: int) -> Response | tuple[str, int]:
    """Close the survey for good; the result becomes a document of the case."""
    try:
        with writing() as session:
            if not request.form.get("confirmed"):
                find_survey(session, actor(), diary_number, round_id)
                raise Invalid("survey_not_confirmed")
            survey_result.close_with_result(
                session, actor(), diary_number, round_id, now(), place().key
            )
    except Invalid as refused:
        return _page(diary_number, round_id, _error(refused)), refused.status
    flash(_("Enkäten är stängd. Resultatet är nu en handling i ärendet."), "success")
    return _back(diary_number, round_id)


@pages.post(f"{_AT}/<int:round_id>/weeding")
@role(Role.ARCHIVIST)
def weed(diary_number: str, round_id: int) -> Response | tuple[str, int]:
    """Remove the single answers by a decision."""
    try:
        with writing() as session:
            n = survey.weed_ballots(
                session, actor(), diary_number, round_id, request.form.get("decision", ""), now(),
                place().key,
            )  # fmt: skip
    except Invalid as refused:
        error = _error(refused, line_too_long="decision")
        return _page(diary_number, round_id, error), refused.status
    flash(_("%(n)s svar är gallrade. Resultatet finns kvar.", n=n), "success")
    return _back(diary_number, round_id)
