"""Exports and the archive: the draft and the approved copy, the case as one document or package."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, flash, redirect, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response as AnyResponse

from survey_app.core.workflow import Action, Role
from survey_app.services.archives import archive
from survey_app.services.archives.archiving import archive_submission, prepare_archiving
from survey_app.services.archives.packaging import Packing, packing_by
from survey_app.web.access import action, role
from survey_app.web.catalogue import gettext as _
from survey_app.web.exported import send_exported
from survey_app.web.place import actor, now, place, reading, writing

pages = Blueprint("archive", __name__)
READERS = (Role.STRATEGIST, Role.APPROVER, Role.ARCHIVIST)


def _send(what: str, copy: archive.Copy, of: int | str) -> Response:
    return send_exported(what, copy.data, copy.name, copy.media_type, of)


def packing_here(*, sealed: bool = False) -> Packing:
    """How this installation packs; what is archived is also sealed, where a sealer is set."""
    here = place()
    packing = packing_by(here.settings, here.key)
    seal = here.sealer.at(now()) if sealed and here.sealer else None
    return replace(packing, seal=seal)


def _package(session: Session, diary_number: str, *, draft: bool) -> archive.Copy:
    return archive.case_package(
        session, actor(), diary_number, now(), draft=draft, packing=packing_here()
    )


@pages.get("/submissions/<int:submission_id>/export.pdf")
@action(Action.READ)
def pdf(submission_id: int) -> Response:
    """The approved copy as PDF; before approval a draft, stamped UTKAST."""
    with reading() as session:
        copy = archive.export_pdf(session, actor(), submission_id, now())
    return _send("record_pdf", copy, submission_id)


@pages.get("/submissions/<int:submission_id>/export.json")
@action(Action.READ)
def record(submission_id: int) -> Response:
    """The record as canonical JSON; before approval the draft's content."""
    with reading() as session:
        copy = archive.export_json(session, actor(), submission_id)
    return _send("record_json", copy, submission_id)


@pages.post("/submissions/<int:submission_id>/archiving")
@action(Action.ARCHIVE)
def keep(submission_id: int) -> AnyResponse:
    """Archive: the copies are written once and kept."""
    packing = packing_here(sealed=True)
    with reading() as session:
        prepared = prepare_archiving(session, actor(), submission_id, packing)
    with writing() as session:
        archive_submission(session, actor(), submission_id, prepared, now(), place().key, packing)
    flash(_("Svaret är arkiverat. Arkivkopian är skriven och bevaras som den är."), "success")
    return redirect(url_for("submissions.show", submission_id=submission_id))


@pages.get("/cases/<diary_number>/package.zip")
@role(*READERS)
def package(diary_number: str) -> Response:
    """The approved case as one ZIP."""
    with reading() as session:
        copy = _package(session, diary_number, draft=False)
    return _send("package", copy, diary_number)


@pages.get("/cases/<diary_number>/draft.zip")
@role(*READERS)
def draft_package(diary_number: str) -> Response:
    """The case as it is now, stamped UTKAST."""
    with reading() as session:
        copy = _package(session, diary_number, draft=True)
    return _send("draft_package", copy, diary_number)


@pages.get("/cases/<diary_number>/case.pdf")
@role(*READERS)
def document(diary_number: str) -> Response:
    """The approved case as one document in the shape of the source."""
    with reading() as session:
        copy = archive.case_document(session, actor(), diary_number)
    return _send("case_pdf", copy, diary_number)


@pages.get("/cases/<diary_number>/copies/<int:copy_id>")
@role(*READERS)
def copy(diary_number: str, copy_id: int) -> Response:
    """A kept archive copy, byte for byte."""
    with reading() as session:
        kept = archive.kept_copy(session, actor(), diary_number, copy_id)
    return _send("stored_copy", kept, diary_number)
