"""One piece of a report: saved in the background, looked at, moved, and what it once said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import (
    Blueprint,
    Response,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from survey_app.core.workflow import Action, Role
from survey_app.services.refusal import Invalid, Refused
from survey_app.services.reports import piece as report_piece
from survey_app.services.reports.compiling import told
from survey_app.services.reports.piece import SavedPiece, StalePiece, Wording
from survey_app.services.reports.report import ReportView
from survey_app.services.submission import open_submission
from survey_app.store.tables import ReportPiece
from survey_app.web.access import role
from survey_app.web.catalogue import gettext as _
from survey_app.web.marking import mark_differences, weave_differences
from survey_app.web.pages.api import json_object
from survey_app.web.place import actor, now, reading, writing
from survey_app.web.report_view import (
    TEXT,
    TITLE,
    headings_of,
    label_of,
    names_of,
    source_words,
    values_of,
)
from survey_app.web.speech import describe_refusal

pages = Blueprint("report_pieces", __name__)
READERS = (Role.STRATEGIST, Role.APPROVER, Role.ARCHIVIST)


def posted_wording(piece: ReportPiece) -> tuple[dict[str, str], int] | None:
    """What a form has of a piece's title and text, and upon which version; None where it has
    neither, or no version."""
    form, at = request.form, f"q.{piece.id}"
    posted = {
        name: form[f"{at}.{name}"].replace("\r\n", "\n")
        for name in (TITLE, TEXT) if f"{at}.{name}" in form
    }  # fmt: skip
    version = form.get(f"{at}.version", "")
    return (posted, int(version[:10])) if posted and version.isdecimal() else None


def _named(names: Sequence[str], values: Sequence[str]) -> dict[str, str | None]:
    return {"title": None, "text": None, **dict(zip(names, values, strict=True))}


@pages.put("/api/v1/cases/<diary_number>/reports/<int:report_id>/pieces/<piece_id>")
@role(Role.STRATEGIST)
def save(diary_number: str, report_id: int, piece_id: str) -> Response:
    """Save what a piece shall say, written upon a version: a text for each of its inputs."""
    given = json_object()
    version = given.get("version")
    if type(version) is not int or version < 0:
        raise Invalid("expected_version")
    with writing() as session:
        piece = report_piece.find_piece(session, actor(), diary_number, report_id, piece_id)[1]
        names = names_of(piece)
        outcome = report_piece.save_piece(
            session, actor(), diary_number, report_id, piece_id, version=version, now=now(),
            **_named(names, _values(given.get("value"), len(names))),
        )  # fmt: skip
        reply = _saved(outcome) if isinstance(outcome, SavedPiece) else _stale(outcome)
    return reply


def _values(raw: Any, count: int) -> list[str]:
    """One text for each input; null stands for nothing in any of them."""
    texts = [""] * count if raw is None else [raw] if isinstance(raw, str) else raw
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise Invalid("expected_text")
    if len(texts) != count:
        raise Invalid("form_cut_off")
    return texts


def _saved(saved: SavedPiece) -> Response:
    piece = saved.piece
    return jsonify(piece=piece.id, value=_told(piece), blank=None, version=piece.version)


def _told(piece: ReportPiece, said: Wording | None = None) -> list[str] | None:
    values = values_of(piece, said)
    return values if any(values) else None


def _stale(stale: StalePiece) -> Response:
    piece = stale.piece
    texts = {"yours": _text(piece, stale.yours), "theirs": _text(piece, None)}
    reply = jsonify(
        error="stale",
        message=_("Någon annan har ändrat stycket. Inget är förlorat: välj vad som ska gälla."),
        yours={"value": _told(piece, stale.yours), "blank": None},
        theirs={
            "value": _told(piece),
            "blank": None,
            "version": piece.version,
            "author": stale.author,
            "at": piece.at.isoformat(),
        },
        texts=texts,
        differences=dict(zip(texts, mark_differences(*texts.values()), strict=True)),
    )
    reply.status_code = 409
    return reply


def _text(piece: ReportPiece, said: Wording | None) -> str:
    return "\n\n".join(filter(None, values_of(piece, said)))


def conflict_page(view: ReportView, stale: Sequence[StalePiece]) -> str:
    """Texts that were written upon an earlier version, each beside what stands."""
    return render_template(
        "reports/conflict.html",
        case=view.case,
        report=view.row,
        conflicts=[_conflict(item) for item in stale],
    )


def _conflict(stale: StalePiece) -> dict[str, Any]:
    piece = stale.piece
    yours, theirs = mark_differences(_text(piece, stale.yours), _text(piece, None))
    both = [
        first if first == second else "\n\n".join(filter(None, (first, second)))
        for first, second in zip(values_of(piece), values_of(piece, stale.yours), strict=True)
    ]
    return {
        "piece": piece,
        "label": label_of(piece),
        "author": stale.author,
        "yours": yours,
        "theirs": theirs,
        "mine": list(zip(names_of(piece), values_of(piece, stale.yours), strict=True)),
        "both": list(zip(names_of(piece), both, strict=True)),
    }


@pages.get("/cases/<diary_number>/reports/<int:report_id>/pieces/<piece_id>")
@role(*READERS)
def show(diary_number: str, report_id: int, piece_id: str) -> str:
    """Where a piece comes from, where it can go, and what it once said."""
    return _page(diary_number, report_id, piece_id)


def _page(diary_number: str, report_id: int, piece_id: str, refused: Refused | None = None) -> str:
    with reading() as session:
        view, piece = report_piece.find_piece(session, actor(), diary_number, report_id, piece_id)
        earlier = report_piece.earlier_wordings(session, piece)
        answer = _answer(session, piece)
    now_said = _text(piece, None)
    return render_template(
        "reports/piece.html",
        case=view.case,
        report=view.row,
        piece=piece,
        label=label_of(piece),
        text=now_said,
        source=source_words(piece),
        source_text=_text(piece, Wording(told(piece)["title"], told(piece)["text"]))
        if piece.key else "",
        edited=report_piece.is_edited(piece),
        answer=answer,
        headings=headings_of(view, piece),
        earlier=[_earlier(piece, item, now_said) for item in earlier],
        may_change=view.may_change(actor()),
        back=_back_to(diary_number, report_id, piece_id),
        typed=request.form,
        error=None if refused is None else {
            "field": "piece", "text": describe_refusal(refused), "href": "#piece"},
    )  # fmt: skip


def _answer(session: Any, piece: ReportPiece) -> dict[str, Any] | None:
    """The answer that a piece comes from, where the reader may read it."""
    if piece.source_submission is None:
        return None
    try:
        dossier = open_submission(session, actor(), piece.source_submission, Action.READ)
    except Refused:
        return None
    url = url_for("submissions.show", submission_id=piece.source_submission)
    return {"url": url, "unit": dossier.unit_name}


def _earlier(piece: ReportPiece, item: report_piece.Earlier, now_said: str) -> dict[str, Any]:
    text = _text(piece, item.wording)
    return {
        "id": item.id, "author": item.author, "at": item.at, "accepted": item.accepted,
        "text": text, "change": weave_differences(text, now_said),
        "values": list(zip(names_of(piece), values_of(piece, item.wording), strict=True)),
    }  # fmt: skip


def _back_to(diary_number: str, report_id: int, piece_id: str) -> str:
    return url_for("reports.show", diary_number=diary_number, report_id=report_id,
                   _anchor=f"piece-{piece_id}")  # fmt: skip


@pages.post("/cases/<diary_number>/reports/<int:report_id>/pieces/<piece_id>")
@role(Role.STRATEGIST)
def change(diary_number: str, report_id: int, piece_id: str) -> AnyResponse | tuple[str, int]:
    """Save one piece: its text, an earlier one, or what was chosen of two."""
    try:
        with writing() as session:
            view, piece = report_piece.find_piece(
                session, actor(), diary_number, report_id, piece_id
            )
            posted = posted_wording(piece)
            if posted is None:
                raise Invalid("form_cut_off")
            outcome = report_piece.save_piece(
                session, actor(), diary_number, report_id, piece_id, version=posted[1],
                now=now(), title=posted[0].get(TITLE), text=posted[0].get(TEXT),
            )  # fmt: skip
    except Invalid as refused:
        return _page(diary_number, report_id, piece_id, refused), refused.status
    if isinstance(outcome, StalePiece):
        return conflict_page(view, [outcome]), 409
    flash(_("Allt är sparat"), "success")
    return redirect(_back_to(diary_number, report_id, piece_id))


@pages.post("/cases/<diary_number>/reports/<int:report_id>/pieces/<piece_id>/move")
@role(Role.STRATEGIST)
def move(diary_number: str, report_id: int, piece_id: str) -> AnyResponse | tuple[str, int]:
    """Put a piece below another heading."""
    form = request.form
    moves = form.get("moves", "")
    try:
        with writing() as session:
            report_piece.move_piece(
                session, actor(), diary_number, report_id, piece_id, form.get("to", "")[:40],
                int(moves[:10]) if moves.isdecimal() else 0, now(),
            )  # fmt: skip
    except Invalid as refused:
        return _page(diary_number, report_id, piece_id, refused), refused.status
    flash(_("Stycket är flyttat."), "success")
    return redirect(_back_to(diary_number, report_id, piece_id))


@pages.post("/cases/<diary_number>/reports/<int:report_id>/pieces/<piece_id>/text")
@role(Role.STRATEGIST)
def add(diary_number: str, report_id: int, piece_id: str) -> AnyResponse | tuple[str, int]:
    """Write something of one's own after a piece: a heading, a text or a list."""
    form = request.form
    try:
        with writing() as session:
            made = report_piece.add_text(
                session, actor(), diary_number, report_id, piece_id, form.get("sort", "text"),
                form.get("text", ""), now(),
            )  # fmt: skip
            made_id = made.id
    except Invalid as refused:
        return _page(diary_number, report_id, piece_id, refused), refused.status
    return redirect(_back_to(diary_number, report_id, made_id))
