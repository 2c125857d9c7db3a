"""Reports that are compiled from rounds: made, edited as a draft, opened again, read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey_app.core.workflow import Role
from survey_app.services.case import find_case
from survey_app.services.refusal import ChangedMeanwhile, Invalid, NotFound, Refused
from survey_app.services.reports import piece as report_piece
from survey_app.services.reports import report as reports
from survey_app.services.reports import settling as report_settling
from survey_app.services.reports import weeding as report_weeding
from survey_app.services.reports.piece import SavedPiece, StalePiece
from survey_app.services.reports.report import ReportView
from survey_app.services.upload import blob_bytes
from survey_app.store.tables import ReportPiece
from survey_app.web.access import role
from survey_app.web.catalogue import gettext as _
from survey_app.web.pages.attachments import as_download
from survey_app.web.pages.report_pieces import conflict_page, posted_wording
from survey_app.web.place import actor, now, place, reading, writing
from survey_app.web.report_view import (
    TEXT,
    TITLE,
    is_changed,
    removed_pieces,
    view_changes,
    view_pieces,
    view_waiting,
)
from survey_app.web.speech import describe_refusal
from survey_app.web.wording.reports import ARRANGEMENTS

pages = Blueprint("reports", __name__)
READERS = (Role.STRATEGIST, Role.APPROVER, Role.ARCHIVIST)
_FIELD_OF = {
    "no_rounds_chosen": "rounds",
    "not_so_arranged": "arrange",
    "line_too_long": "title",
}


def _error(refused: Refused | None) -> dict[str, str] | None:
    if refused is None:
        return None
    field = _FIELD_OF.get(refused.code, "pieces")
    return {"field": field, "text": describe_refusal(refused), "href": f"#{field}"}


@pages.get("/cases/<diary_number>/reports/new")
@role(Role.STRATEGIST)
def new(diary_number: str) -> str:
    """The form for a new report."""
    return _form(diary_number)


def _form(diary_number: str, refused: Refused | None = None) -> str:
    with reading() as session:
        case = find_case(session, actor(), diary_number)
        reports.require_writer(actor(), case)
        assert case.id is not None
        rounds = reports.rounds_at_hand(session, case.id)
        ways = dict.fromkeys(
            way for row in rounds for way in reports.arrangements(session, [row])
        )  # fmt: skip
    chosen = request.form.getlist("round") or request.args.getlist("round")
    return render_template(
        "reports/new.html",
        case=case,
        rounds=rounds,
        chosen=chosen or [str(row.id) for row in rounds[-1:]],
        ways=[(way, _(ARRANGEMENTS[way])) for way in ways],
        error=_error(refused),
        typed=request.form,
    )


@pages.post("/cases/<diary_number>/reports/new")
@role(Role.STRATEGIST)
def create(diary_number: str) -> AnyResponse | tuple[str, int]:
    """Compile a report of what has been handed over so far."""
    form = request.form
    try:
        with writing() as session:
            view = reports.make_report(
                session, actor(), diary_number, title=form.get("title", ""),
                rounds=[int(item[:10]) for item in form.getlist("round") if item.isdecimal()],
                arrange=form.get("arrange", ""), told=form.get("told", ""), now=now(),
                signer=place().key,
            )  # fmt: skip
            report_id = view.id
    except Invalid as refused:
        return _form(diary_number, refused), refused.status
    flash(_("Svaren är sammanställda. Nu kan texten ändras, flyttas och kompletteras."), "success")
    return redirect(url_for("reports.show", diary_number=diary_number, report_id=report_id))


@pages.get("/cases/<diary_number>/reports/<int:report_id>")
@role(*READERS)
def show(diary_number: str, report_id: int) -> str:
    """The report: a draft to edit, or, settled or to others, to read."""
    return _page(diary_number, report_id)


def _page(
    diary_number: str, report_id: int, error: dict[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
) -> str:  # fmt: skip
    with reading() as session:
        view = reports.find_report(session, actor(), diary_number, report_id)
    pieces = view_pieces(view, typed)
    return render_template(
        "reports/show.html",
        **head_of(view),
        pieces=pieces,
        headings=[item for item in pieces if item.sort == "heading" and item.level < 4],
        waiting=view_waiting(view) if view.may_change(actor()) else [],
        changes=view_changes(view) if view.is_draft else [],
        removed=removed_pieces(view),
        open_rounds=[row for row in view.rounds if row.closed_at is None],
        error=error,
        plan=_plan(view),
        rows=_rows,
    )


def head_of(view: ReportView) -> dict[str, Any]:
    """The head of a report's pages."""
    return {
        "case": view.case,
        "report": view.row,
        "rounds": view.rounds,
        "is_draft": view.is_draft,
        "settled_by": view.settled_by,
        "outdated": view.outdated,
        "arranged": _(ARRANGEMENTS[view.row.arrange]),
        "may_change": view.may_change(actor()),
        "may_weed": report_weeding.may_weed(view, actor()),
        "may_reopen": not view.is_draft
        and Role.STRATEGIST in actor().roles_in(view.case.unit_id),
    }  # fmt: skip


def _plan(view: ReportView) -> dict[str, Any]:
    save = url_for("report_pieces.save", diary_number=view.case.diary_number,
                   report_id=view.id, piece_id="{question}")  # fmt: skip
    return {
        "save_url": save.replace("%7B", "{").replace("%7D", "}"),
        "session_url": url_for("api.enter"),
        "questionnaire_sha256": "",
    }


def _rows(text: str, many: bool) -> int:
    """How high a box must be to show its text; a title may be one line."""
    return min(30, max(2 if many else 1, sum(len(line) // 80 + 1 for line in text.split("\n"))))


@pages.post("/cases/<diary_number>/reports/<int:report_id>")
@role(Role.STRATEGIST)
def save(diary_number: str, report_id: int) -> AnyResponse | tuple[str, int]:
    """Save every text that was changed on the page, and do what its button says."""
    there = _at(diary_number, report_id)
    try:
        with writing() as session:
            view = reports.hold_report(session, actor(), diary_number, report_id)
            outcomes = [
                outcome for piece in view.by_id.values()
                if (outcome := _save_one(session, diary_number, view, piece)) is not None
            ]  # fmt: skip
            stale = [item for item in outcomes if isinstance(item, StalePiece)]
            saved = {item.piece.id: item.piece for item in outcomes if isinstance(item, SavedPiece)}
            if not stale:
                there = _do(session, diary_number, report_id, saved)
    except (Invalid, ChangedMeanwhile) as refused:  # nothing was saved: all typed stands there
        return _page(diary_number, report_id, _error(refused), request.form), refused.status
    if stale:
        return conflict_page(view, stale), 409
    if saved:
        flash(_("Allt är sparat"), "success")
    return redirect(there)


def _save_one(
    session: Any, diary_number: str, view: ReportView, piece: ReportPiece
) -> SavedPiece | StalePiece | None:
    posted = posted_wording(piece)
    if posted is None or not is_changed(piece, posted[0]):
        return None
    return report_piece.save_piece(
        session, actor(), diary_number, view.id, piece.id, version=posted[1], now=now(),
        title=posted[0].get(TITLE), text=posted[0].get(TEXT),
    )  # fmt: skip


def _do(session: Any, diary_number: str, report_id: int, saved: dict[str, ReportPiece]) -> str:
    """Do what a button says, such as ``up:<piece>:<count>``; the address to go to then."""
    what, piece_id, told, *_more = [*request.form.get("do", "").split(":"), "", "", ""]
    at = (session, actor(), diary_number, report_id, piece_id)
    number = int(told[:10]) if told.isdecimal() else 0
    if what in ("up", "down"):
        report_piece.move_piece(*at, what, number, now())
    elif what in ("remove", "restore"):
        report_piece.remove_piece(*at, now(), removed=what == "remove")
    elif what in ("take", "keep"):
        version = saved[piece_id].version if piece_id in saved else number
        report_piece.settle_source(*at, what, version, now())
    elif what == "text":
        piece_id = report_piece.add_text(*at, "text", "", now()).id
    elif what == "compile":
        _compile_anew(session, diary_number, report_id)
        return _at(diary_number, report_id, "")
    elif what == "settling":
        return url_for("report_settling.show", diary_number=diary_number, report_id=report_id)
    elif what:
        raise Invalid("form_cut_off")
    shown = piece_id and what != "remove"
    return _at(diary_number, report_id, f"piece-{piece_id}" if shown else "pieces")


def _compile_anew(session: Any, diary_number: str, report_id: int) -> None:
    """Take in what has been handed over, or sent back, since it was compiled."""
    done = reports.compile_report(session, actor(), diary_number, report_id, now())
    flash(_("Ändringarna är hämtade. De står överst på sidan.") if done else
          _("Svaren är desamma som sist: inget har ändrats."), "success")  # fmt: skip


def _at(diary_number: str, report_id: int, anchor: str = "pieces") -> str:
    return url_for("reports.show", diary_number=diary_number, report_id=report_id,
                   _anchor=anchor or None)  # fmt: skip


@pages.post("/cases/<diary_number>/reports/<int:report_id>/reopen")
@role(Role.STRATEGIST)
def reopen(diary_number: str, report_id: int) -> AnyResponse:
    """Begin a new edition; the one that is settled stays as it is."""
    with writing() as session:
        reports.reopen_report(session, actor(), diary_number, report_id, now(), place().key)
    flash(_("En ny version är öppen. Den fastställda står kvar bland handlingarna."), "success")
    return redirect(_at(diary_number, report_id, ""))


@pages.get("/cases/<diary_number>/reports/<int:report_id>.<kind>")
@role(*READERS)
def file(diary_number: str, report_id: int, kind: str) -> Response:
    """A file of the report: of a settled one as it was kept, else of the draft as it is now."""
    if kind not in report_settling.MEDIA_TYPES:
        raise NotFound("no_file")
    made_at = now().isoformat(timespec="seconds")
    with reading() as session:
        view, document = report_settling.draft_document(session, actor(), diary_number, report_id)
        kept = report_settling.kept_file(session, view, kind)
        data = blob_bytes(session, kept) if kept else b""
    name = report_settling.file_name(view, kind)
    if not kept:
        data, name = report_settling.report_file(document, kind, made_at), f"UTKAST-{name}"
    return as_download(data, name, report_settling.MEDIA_TYPES[kind])
