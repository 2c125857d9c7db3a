"""A draft as a Word file to circulate, and such a file when it comes back."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response as AnyResponse

from survey_app.core.workflow import Action
from survey_app.export.word.container import MEDIA_TYPE
from survey_app.services import word
from survey_app.services.proposal import list_proposals, weigh
from survey_app.services.refusal import Invalid, Refused
from survey_app.services.submission import Dossier, open_own, open_submission
from survey_app.services.upload import blob_bytes
from survey_app.store.tables import WordFile
from survey_app.web.access import action
from survey_app.web.catalogue import gettext as _
from survey_app.web.exported import send_exported
from survey_app.web.pages.attachments import as_download
from survey_app.web.place import actor, now, reading, writing
from survey_app.web.proposed import ChangeView, view_change, view_proposal
from survey_app.web.receiving import received
from survey_app.web.speech import describe_refusal
from survey_app.web.views import label_of, question_url, view_submission
from survey_app.web.wording.unread import UNREAD

pages = Blueprint("word", __name__)
MOST_MEGABYTES = 10


@pages.get("/submissions/<int:submission_id>/export.docx")
@action(Action.READ)
def export(submission_id: int) -> Response:
    """The draft as a Word file, stamped UTKAST."""
    with reading() as session:
        copy = word.export_word(session, actor(), submission_id, now())
    return send_exported("word", copy.data, copy.name, copy.media_type, submission_id)


@pages.get("/submissions/<int:submission_id>/word")
@action(Action.WRITE)
def show(submission_id: int) -> str:
    """How to circulate a draft, the form for a file that came back, and those that have."""
    return _form(submission_id)


def _form(submission_id: int, refused: Refused | None = None) -> str:
    with reading() as session:
        dossier = open_submission(session, actor(), submission_id, Action.WRITE)
        files = word.list_files(session, submission_id)
    return render_template(
        "word/index.html",
        submission=view_submission(dossier),
        files=[
            {"name": file.name, "at": file.at, "author": author, "taken_in": file.taken_in,
             "url": url_for("word.look", submission_id=submission_id, file_id=file.id)}
            for file, author in files
        ],
        error=describe_refusal(refused) if refused else "",
        most_megabytes=MOST_MEGABYTES,
    )  # fmt: skip


@pages.post("/submissions/<int:submission_id>/word")
@action(Action.WRITE)
def receive(submission_id: int) -> AnyResponse | tuple[str, int]:
    """Keep a file that came back, and show what is in it."""
    incoming = request.files.get("file")
    try:
        if incoming is None or not incoming.filename:
            raise Invalid("no_file_chosen")
        with (
            received(incoming, MOST_MEGABYTES) as upload,
            writing() as session,
        ):
            file = word.receive_file(session, actor(), submission_id, upload, now())
            file_id = file.id
    except Invalid as refused:
        return _form(submission_id, refused), refused.status
    return redirect(url_for("word.look", submission_id=submission_id, file_id=file_id))


@pages.get("/submissions/<int:submission_id>/word/<int:file_id>")
@action(Action.READ)
def look(submission_id: int, file_id: int) -> str:
    """What a file would propose; once it is taken in, what it did."""
    with reading() as session:
        dossier = open_own(session, actor(), submission_id)
        file = word.find_file(session, submission_id, file_id)
        if file.taken_in is None:
            dossier, file, comparison = word.look_at(
                session, actor(), submission_id, file_id, now()
            )
            changes = [
                view_change(
                    dossier, dossier.questionnaire.by_id[item.question], item.given,
                    weigh(session, dossier, dossier.questionnaire.by_id[item.question],
                          item.version, item.given),
                )
                for item in comparison.changed
            ]  # fmt: skip
            return _look(dossier, file, word.report_of(comparison, []), changes)
        return _look(dossier, file, json.loads(file.report), _made(session, dossier, file))


def _made(session: Session, dossier: Dossier, file: WordFile) -> list[ChangeView]:
    return [
        view_proposal(dossier, item, may_write=False).change
        for item in list_proposals(session, dossier)
        if item.file.id == file.id
    ]


def _look(
    dossier: Dossier, file: WordFile, report: dict[str, Any], changes: list[ChangeView]
) -> str:
    submission = view_submission(dossier)
    return render_template(
        "word/show.html",
        submission=submission,
        file=file,
        changes=[item for item in changes if file.taken_in or not item.stands],
        already=_links(dossier, report["already"]) + [
            {"label": item.label, "url": item.url}
            for item in changes
            if item.stands and not file.taken_in
        ],
        equal=_links(dossier, report["equal"]),
        unread=[_unread(dossier, **item) for item in report["unread"]],
        strays=report["strays"],
        remarks=report["remarks"],
    )  # fmt: skip


def _unread(dossier: Dossier, why: str, place: str, text: str, question: str) -> dict[str, str]:
    known = question in dossier.questionnaire.by_id
    url = question_url(dossier, question) if known else ""
    return {"why": _(UNREAD[why]), "place": place, "text": text, "url": url}


def _links(dossier: Dossier, questions: list[str]) -> list[dict[str, str]]:
    known = dossier.questionnaire.by_id
    return [
        {"label": label_of(known[item]), "url": question_url(dossier, item)}
        for item in questions
        if item in known
    ]


@pages.get("/submissions/<int:submission_id>/word/<int:file_id>/file")
@action(Action.READ)
def file(submission_id: int, file_id: int) -> Response:
    """A file that came back, as it was received."""
    with reading() as session:
        open_own(session, actor(), submission_id)
        found = word.find_file(session, submission_id, file_id)
        data = blob_bytes(session, found.sha256)
    return as_download(data, found.name, MEDIA_TYPE)


@pages.post("/submissions/<int:submission_id>/word/<int:file_id>/proposals")
@action(Action.WRITE)
def take_in(submission_id: int, file_id: int) -> AnyResponse:
    """Let what a file changes be proposals beside the answers."""
    with writing() as session:
        made = len(word.take_in(session, actor(), submission_id, file_id, now()))
    if not made:
        flash(_("Filen är inläst. Den gav inga nya förslag."), "info")
        return redirect(url_for("word.look", submission_id=submission_id, file_id=file_id))
    flash(_("1 förslag står nu bredvid svaret. Inget svar är ändrat.") if made == 1 else
          _("%(number)s förslag står nu bredvid svaren. Inget svar är ändrat.", number=made),
          "success")  # fmt: skip
    return redirect(url_for("proposals.show", submission_id=submission_id))


@pages.post("/submissions/<int:submission_id>/word/<int:file_id>/removal")
@action(Action.WRITE)
def throw_away(submission_id: int, file_id: int) -> AnyResponse:
    """Do without a file that was only looked at."""
    with writing() as session:
        word.throw_away(session, actor(), submission_id, file_id)
    flash(_("Filen är borttagen. Inget av den är inläst."), "info")
    return redirect(url_for("word.show", submission_id=submission_id))
