"""The registrar's list of a case: page, PDF, CSV; registering, striking, marking secrecy."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey_app.core.kinds.date import read_date
from survey_app.core.workflow import RULES, Action, Role
from survey_app.export.registry import (
    Entry,
    counterpart_of,
    days_of,
    matter_of,
    registry_csv,
    remark_of,
    secrecy_of,
)
from survey_app.services.case import find_case, submissions_of
from survey_app.services.refusal import Invalid, Refused
from survey_app.services.register import registration, registry
from survey_app.services.submission import list_submissions
from survey_app.services.upload import blob_bytes
from survey_app.web.access import role
from survey_app.web.catalogue import gettext as _
from survey_app.web.exported import send_exported
from survey_app.web.pages.attachments import as_download
from survey_app.web.place import actor, now, place, reading, today, writing
from survey_app.web.receiving import received
from survey_app.web.speech import describe_refusal
from survey_app.web.wording.labels import DIRECTIONS, DOCUMENTS

pages = Blueprint("registry", __name__)
READERS = (Role.STRATEGIST, Role.APPROVER, Role.ARCHIVIST)
REGISTRARS = tuple(RULES[Action.REGISTER].roles)
_FIELD_OF = {
    "day_unreadable": "day",
    "document_day_in_future": "day",
    "counterpart_missing": "counterpart",
    "subject_missing": "subject",
    "secrecy_ground_missing": "ground",
    "strike_reason_missing": "reason",
}


@pages.get("/cases/<diary_number>/registry")
@role(*READERS)
def show(diary_number: str) -> str:
    """Every document of the case, and the form for one more."""
    return _page(diary_number)


def _page(diary_number: str, refused: Refused | None = None) -> str:
    with reading() as session:
        case = find_case(session, actor(), diary_number)
        entries = registry.list_entries(session, actor(), diary_number)
        assert case.id is not None
        mine = set(submissions_of(session, case.id))
        authorities = [
            item.questionnaire.authority.name
            for item in list_submissions(session, actor())
            if item.id in mine
        ]
    return render_template(
        "registry/index.html",
        case=case,
        entries=[view_entry(diary_number, entry) for entry in entries],
        concealed=any(item.conceals_counterpart or item.conceals_subject for item in entries),
        requested=any(item.kind == "request" and not item.struck for item in entries),
        may_register=_may_register(case.unit_id),
        kinds=_labelled(DOCUMENTS, registration.KINDS),
        directions=_labelled(DIRECTIONS, registration.DIRECTIONS),
        authority=authorities[0] if authorities else "",
        error=_error(refused),
        typed=request.form,
        today=today(),
    )


def _may_register(unit_id: int) -> bool:
    return not RULES[Action.REGISTER].roles.isdisjoint(actor().roles_in(unit_id))


def _labelled(labels: dict[str, str], codes: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(code, _(labels[code])) for code in codes]


def _error(refused: Refused | None) -> dict[str, str] | None:
    if refused is None:
        return None
    field = str(refused.facts.get("field") or _FIELD_OF.get(refused.code, "file"))
    return {"field": field, "text": describe_refusal(refused), "href": f"#{field}"}


def view_entry(diary_number: str, entry: Entry) -> dict[str, Any]:
    """An entry as templates draw it; its words are Swedish, as those of the file are."""
    return {
        "number": entry.number,
        "days": days_of(entry),
        "counterpart": counterpart_of(entry),
        "matter": matter_of(entry),
        "secrecy": secrecy_of(entry),
        "remark": remark_of(entry),
        "struck": bool(entry.struck),
        "by_hand": entry.key.startswith("document:"),
        "file": _file_of(diary_number, entry),
        "url": url_for("registry.entry", diary_number=diary_number, number=entry.number),
    }


def _file_of(diary_number: str, entry: Entry) -> dict[str, str] | None:
    """Name and address of a document's file."""
    if entry.kind in ("answer", "correction", "completed", "round_answer"):
        url = url_for("archive.pdf", submission_id=entry.submission_id)
        return {"name": entry.file.name if entry.file else "PDF", "url": url}
    if entry.kind == "memo":
        url = url_for("memo.pdf", submission_id=entry.submission_id)
        return {"name": entry.file.name if entry.file else "PDF", "url": url}
    if entry.file is None:
        return None
    if entry.kind in ("given_copy", "refusal"):
        url = _given_url(diary_number, entry)
    elif entry.kind == "enclosure":
        url = url_for("attachments.download", submission_id=entry.submission_id,
                      sha256=entry.file.sha256)  # fmt: skip
    elif entry.kind == "receipt":
        url = url_for("handing_in.receipt", submission_id=entry.submission_id)
    else:
        url = url_for("registry.file", diary_number=diary_number, number=entry.number)
    return {"name": entry.file.name, "url": url}


def _given_url(diary_number: str, entry: Entry) -> str:
    """Where a copy that was given out is; only the archivist gets there."""
    if not actor().has(Role.ARCHIVIST):
        return ""
    given_id = entry.key.partition(":")[2]
    return url_for("giving_out.file", diary_number=diary_number, given_id=given_id, kind="pdf")


@pages.get("/cases/<diary_number>/registry.pdf")
@role(*READERS)
def pdf(diary_number: str) -> Response:
    """The list as PDF; ``?full=1`` with what is left out for the public."""
    public = not request.args.get("full")
    created = now().isoformat(timespec="seconds")
    with reading() as session:
        data = registry.registry_pdf(session, actor(), diary_number, created, public=public)
    name = _name(diary_number, "pdf", public=public)
    return send_exported("registry_pdf", data, name, "application/pdf", diary_number)


@pages.get("/cases/<diary_number>/registry.csv")
@role(*READERS)
def table(diary_number: str) -> Response:
    """The list as CSV for the diary system; ``?full=1`` as above."""
    public = not request.args.get("full")
    with reading() as session:
        entries = registry.list_entries(session, actor(), diary_number)
    data = registry_csv(diary_number, entries, public=public)
    name = _name(diary_number, "csv", public=public)
    return send_exported("registry_csv", data, name, "text/csv", diary_number)


def _name(diary_number: str, ending: str, *, public: bool) -> str:
    return f"{diary_number}-handlingar{'' if public else '-fullstandig'}.{ending}"


@pages.post("/cases/<diary_number>/registry")
@role(*REGISTRARS)
def register(diary_number: str) -> AnyResponse | tuple[str, int]:
    """Register a document that was not born here."""
    form = request.form
    day = read_date(form.get("day", ""))
    incoming = request.files.get("file")
    try:
        if day is None:
            raise Invalid("day_unreadable", typed=form.get("day", "")[:40])
        with ExitStack() as stack:
            upload = None
            if incoming is not None and incoming.filename:
                upload = stack.enter_context(received(incoming))
            with writing() as session:
                registration.register_document(
                    session, actor(), diary_number, kind=form.get("kind", ""),
                    direction=form.get("direction", ""), day=day,
                    counterpart=form.get("counterpart", ""), subject=form.get("subject", ""),
                    secrecy=_secrecy(), upload=upload, now=now(), today=today(), signer=place().key,
                )  # fmt: skip
    except Invalid as refused:
        return _page(diary_number, refused), refused.status
    flash(_("Handlingen är registrerad."), "success")
    return redirect(url_for("registry.show", diary_number=diary_number))


def _secrecy() -> registration.Secrecy:
    return registration.Secrecy(
        request.form.get("ground", ""),
        bool(request.form.get("conceals_counterpart")),
        bool(request.form.get("conceals_subject")),
    )


@pages.get("/cases/<diary_number>/registry/<int:number>")
@role(*READERS)
def entry(diary_number: str, number: int) -> str:
    """One document of the list."""
    return _entry_page(diary_number, number)


def _entry_page(diary_number: str, number: int, refused: Refused | None = None) -> str:
    with reading() as session:
        case = find_case(session, actor(), diary_number)
        found = registry.find_entry(session, actor(), diary_number, number)
    return render_template(
        "registry/entry.html",
        case=case,
        entry=view_entry(diary_number, found),
        secrecy=found,
        may_register=_may_register(case.unit_id),
        error=_error(refused),
        typed=request.form,
    )


@pages.get("/cases/<diary_number>/registry/<int:number>/file")
@role(*READERS)
def file(diary_number: str, number: int) -> Response:
    """The file of a document that was registered by hand, as it was received."""
    with reading() as session:
        found, blob = registry.find_file(session, actor(), diary_number, number)
        data = blob_bytes(session, found.sha256)
    return as_download(data, found.name, blob.media_type)


@pages.post("/cases/<diary_number>/registry/<int:number>/secrecy")
@role(*REGISTRARS)
def secrecy(diary_number: str, number: int) -> AnyResponse | tuple[str, int]:
    """Say what holds of a document's secrecy from now on."""
    try:
        with writing() as session:
            registration.mark_secrecy(
                session, actor(), diary_number, number, _secrecy(), now(), place().key
            )
    except Invalid as refused:
        return _entry_page(diary_number, number, refused), refused.status
    flash(_("Sekretessmarkeringen är ändrad."), "success")
    return redirect(url_for("registry.entry", diary_number=diary_number, number=number))


@pages.post("/cases/<diary_number>/registry/<int:number>/striking")
@role(*REGISTRARS)
def strike(diary_number: str, number: int) -> AnyResponse | tuple[str, int]:
    """Strike a document that was registered by mistake."""
    reason = request.form.get("reason", "")
    try:
        with writing() as session:
            registration.strike_document(
                session, actor(), diary_number, number, reason, now(), place().key
            )
    except Invalid as refused:
        return _entry_page(diary_number, number, refused), refused.status
    flash(_("Handlingen är överstruken. Numret står kvar i förteckningen."), "success")
    return redirect(url_for("registry.entry", diary_number=diary_number, number=number))
