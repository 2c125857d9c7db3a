"""Tables from and to spreadsheets: pasted or read from a file, looked at, taken in; downloaded."""

from __future__ import annotations

import io

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey_app.core.workflow import Action
from survey_app.services import table_file
from survey_app.services.refusal import ChangedMeanwhile, Invalid, Refused
from survey_app.services.upload import MEGABYTE, safe_name
from survey_app.web.access import action
from survey_app.web.catalogue import gettext as _
from survey_app.web.pages.attachments import as_download
from survey_app.web.place import actor, now, reading, writing
from survey_app.web.placed import name_of_file, read_choices, view_look
from survey_app.web.receiving import scan
from survey_app.web.speech import describe_refusal
from survey_app.web.views import question_url, view_submission

pages = Blueprint("tables", __name__)
MOST_MEGABYTES = 25

Page = str | tuple[str, int]


@pages.get("/submissions/<int:submission_id>/tables/<question_id>.xlsx")
@action(Action.READ)
def as_xlsx(submission_id: int, question_id: str) -> Response:
    """A table as a workbook."""
    return _exported(submission_id, question_id, "xlsx")


@pages.get("/submissions/<int:submission_id>/tables/<question_id>.csv")
@action(Action.READ)
def as_csv(submission_id: int, question_id: str) -> Response:
    """A table as text with separators."""
    return _exported(submission_id, question_id, "csv")


def _exported(submission_id: int, question_id: str, ending: str) -> Response:
    with reading() as session:
        copy = table_file.export_table(session, actor(), submission_id, question_id, ending, now())
    return as_download(copy.data, copy.name, copy.media_type)


@pages.get("/submissions/<int:submission_id>/tables/<question_id>/import")
@action(Action.WRITE)
def index(submission_id: int, question_id: str) -> str:
    """Where to paste a table or choose a file, and what waits to be looked at."""
    return _form(submission_id, question_id)


def _form(submission_id: int, question_id: str, refused: Refused | None = None) -> str:
    with reading() as session:
        dossier, files = table_file.list_open(session, actor(), submission_id, question_id)
    return render_template(
        "tables/index.html",
        submission=view_submission(dossier),
        question=dossier.questionnaire.by_id[question_id],
        back=question_url(dossier, question_id),
        files=[
            {"id": file.id, "name": name_of_file(file.name), "at": file.at, "author": author}
            for file, author in files
        ],
        error=describe_refusal(refused) if refused else "",
        faulty="paste" if refused and request.form.get("paste") else "file",
        pasted=request.form.get("paste", "") if refused else "",
        most_megabytes=MOST_MEGABYTES,
        kept_days=table_file.KEPT_DAYS,
    )


@pages.post("/submissions/<int:submission_id>/tables/<question_id>/import")
@action(Action.WRITE)
def receive(submission_id: int, question_id: str) -> AnyResponse | Page:
    """Keep a paste or a file, and show what goes where."""
    try:
        data, name = _received()
        with writing() as session:
            file = table_file.receive_table(
                session, actor(), submission_id, question_id, data, name, now(), _pasted_at()
            )
            file_id = file.id
    except Invalid as refused:
        return _form(submission_id, question_id, refused), refused.status
    return redirect(
        url_for("tables.look", submission_id=submission_id, question_id=question_id,
                file_id=file_id)
    )  # fmt: skip


def _received() -> tuple[bytes, str]:
    """The bytes and the name of what came. Raises Invalid."""
    incoming = request.files.get("file")
    if incoming is not None and incoming.filename:
        name = safe_name(incoming.filename)
        data = incoming.stream.read(MOST_MEGABYTES * MEGABYTE + 1)
        if len(data) > MOST_MEGABYTES * MEGABYTE:
            raise Invalid("file_too_large", name=name, max=MOST_MEGABYTES)
        scan(io.BytesIO(data), name)
        return data, name
    pasted = request.form.get("paste", "")
    if not pasted.strip():
        raise Invalid("no_table_given")
    return pasted.encode("utf-8", "replace"), table_file.PASTED


def _pasted_at() -> table_file.Place | None:
    row, _space, column = request.form.get("at", "").partition(" ")
    return (row, column) if column else None


@pages.get("/submissions/<int:submission_id>/tables/<question_id>/import/<int:file_id>")
@action(Action.WRITE)
def look(submission_id: int, question_id: str, file_id: int) -> AnyResponse | Page:
    """What goes where, before anything is saved."""
    return _preview(submission_id, question_id, file_id)


def _preview(
    submission_id: int, question_id: str, file_id: int, refused: Refused | None = None
) -> AnyResponse | Page:
    choices, sheet = read_choices(request.form)
    try:
        with reading() as session:
            found = table_file.look_at(
                session, actor(), submission_id, question_id, file_id, choices, sheet
            )
    except Invalid as unread:
        if unread.code != "table_taken":  # a sheet that is no such table
            return _form(submission_id, question_id, unread), unread.status
        return _done(submission_id, question_id, _("Filen är redan inläst."))
    page = render_template(
        "tables/show.html",
        submission=view_submission(found.dossier),
        question=found.question,
        back=question_url(found.dossier, question_id),
        view=view_look(found),
        wants_choices=refused is not None and refused.code == "choices_missing",
        error=describe_refusal(refused) if refused else "",
    )
    return (page, refused.status) if refused else page


@pages.post("/submissions/<int:submission_id>/tables/<question_id>/import/<int:file_id>")
@action(Action.WRITE)
def take_in(submission_id: int, question_id: str, file_id: int) -> AnyResponse | Page:
    """Show anew with what was chosen, or take in what was shown."""
    if request.form.get("do") != "take":
        return _preview(submission_id, question_id, file_id)
    choices, sheet = read_choices(request.form)
    try:
        version = int(request.form.get("version", ""))
    except ValueError:
        version = -1
    try:
        with writing() as session:
            table_file.take_in(
                session, actor(), submission_id, question_id, file_id, choices, sheet, version,
                now(),
            )  # fmt: skip
    except (Invalid, ChangedMeanwhile) as refused:
        if refused.code == "table_taken":
            return _done(submission_id, question_id, _("Filen är redan inläst."))
        return _preview(submission_id, question_id, file_id, refused)
    return _done(submission_id, question_id, _("Tabellen är inläst och sparad."))


def _done(submission_id: int, question_id: str, told: str) -> AnyResponse:
    with reading() as session:
        dossier, _files = table_file.list_open(session, actor(), submission_id, question_id)
    flash(told, "success")
    return redirect(question_url(dossier, question_id))


@pages.post("/submissions/<int:submission_id>/tables/<question_id>/import/<int:file_id>/removal")
@action(Action.WRITE)
def throw_away(submission_id: int, question_id: str, file_id: int) -> AnyResponse:
    """Do without what was only looked at."""
    with writing() as session:
        table_file.throw_away(session, actor(), submission_id, question_id, file_id)
    flash(_("Det som skulle läsas in är borttaget. Tabellen är som den var."), "info")
    return redirect(url_for("tables.index", submission_id=submission_id, question_id=question_id))
