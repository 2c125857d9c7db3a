"""Memos to boards: opened from a case, read as they will be printed, fetched as PDF and Word."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey_app.core.workflow import Action, Role
from survey_app.export.blocks import Block, Bullets, Facts, Heading, Notice, Paragraph, points_of
from survey_app.export.memo import LAYOUT
from survey_app.services.archives.archive import Copy
from survey_app.services.memo import memo_docx, memo_pdf, open_memo, read_memo
from survey_app.services.refusal import Invalid
from survey_app.services.specification import add_specification
from survey_app.web.access import action, role
from survey_app.web.forms_at_hand import forms_at_hand
from survey_app.web.pages.attachments import as_download
from survey_app.web.place import actor, now, reading, writing
from survey_app.web.views import view_submission

pages = Blueprint("memo", __name__)


@pages.post("/cases/<diary_number>/memo")
@role(Role.STRATEGIST)
def add(diary_number: str) -> AnyResponse:
    """Begin a memo in the case."""
    at_hand = forms_at_hand()
    form = next((item for item in at_hand.forms if item.questionnaire.layout == LAYOUT), None)
    if form is None and at_hand.damaged:
        raise Invalid("memo_form_unreadable", files=", ".join(at_hand.damaged))
    if form is None:
        raise Invalid("no_memo_form")
    with writing() as session:
        sha256 = add_specification(session, form.body, now())
        submission_id = open_memo(session, actor(), diary_number, sha256, now())
    return redirect(url_for("sections.show_all", submission_id=submission_id))


@pages.get("/submissions/<int:submission_id>/memo")
@action(Action.READ)
def show(submission_id: int) -> str:
    """The memo as it reads on paper."""
    with reading() as session:
        memo = read_memo(session, actor(), submission_id, now())
    return render_template(
        "memo/show.html",
        submission=view_submission(memo.dossier),
        draft=memo.draft,
        blocks=[view_block(block) for block in memo.outline.blocks],
    )


def view_block(block: Block) -> dict[str, Any]:
    """A block of a memo as its template draws it. Raises TypeError for one that no memo has."""
    match block:
        case Heading(level=level, text=text):
            return {"kind": "heading", "level": level, "text": text}
        case Paragraph(text=text, tone=tone):
            return {"kind": "lead" if tone == "lead" else "text", "text": text}
        case Bullets(numbered=numbered):
            points = [item for _sign, item in points_of(block)]
            return {"kind": "numbered" if numbered else "points", "points": points}
        case Facts(rows=rows):
            return {"kind": "facts", "rows": rows}
        case Notice(text=text):
            return {"kind": "notice", "text": text}
        case _:
            raise TypeError(f"no memo has a {type(block).__name__}")


@pages.get("/submissions/<int:submission_id>/memo.pdf")
@action(Action.READ)
def pdf(submission_id: int) -> Response:
    """The memo as it was approved; before that a draft, stamped UTKAST."""
    with reading() as session:
        return _send(memo_pdf(session, actor(), submission_id, now()))


@pages.get("/submissions/<int:submission_id>/memo.docx")
@action(Action.READ)
def docx(submission_id: int) -> Response:
    """The same as a Word document."""
    with reading() as session:
        return _send(memo_docx(session, actor(), submission_id, now()))


def _send(copy: Copy) -> Response:
    return as_download(copy.data, copy.name, copy.media_type)
