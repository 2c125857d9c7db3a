"""Settling a report: its files are written once and become documents of the case.

What was shown is what is written, and what was written is what is kept, or nothing is: writing
comes first, in a session that changes nothing.
"""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from survey_app.core.content import canonical_json, sha256_of
from survey_app.export.pdf.drawing import render as render_pdf
from survey_app.export.report import report_outline
from survey_app.export.word.container import MEDIA_TYPE as DOCX
from survey_app.export.word.drawing import render as render_docx
from survey_app.services.actor import Actor
from survey_app.services.audit import Signer
from survey_app.services.refusal import ChangedMeanwhile, Invalid, WrongState
from survey_app.services.register.registration import add_document
from survey_app.services.reports.answers import read_rounds
from survey_app.services.reports.document import Document, report_document
from survey_app.services.reports.report import ReportView, find_report, hold_report, require_writer
from survey_app.services.rounds.view import add_link
from survey_app.services.upload import blob_bytes, safe_name, store_bytes
from survey_app.store.tables import CaseDocument

MADE = "report"
MEDIA_TYPES = {"pdf": "application/pdf", "docx": DOCX, "json": "application/json"}
"""The files of a report, the first of which is the document that is read."""
_IN_WORDS = {"pdf": "", "docx": " (Word)", "json": " (JSON med källor)"}


@dataclass(frozen=True, slots=True)
class PreparedReport:
    """The files of a report that is to be settled, and a hash of what they say."""

    files: dict[str, bytes]
    said: str


def report_files(document: Document, made_at: str | None = None) -> dict[str, bytes]:
    """All files of a report, by ending. The same report and moment give the same bytes."""
    return {kind: report_file(document, kind, made_at) for kind in MEDIA_TYPES}


def report_file(document: Document, kind: str, made_at: str | None = None) -> bytes:
    """One file of a report: ``pdf``, ``docx`` or ``json``."""
    if kind == "json":
        return canonical_json(document)
    outline = report_outline(document, made_at)
    return render_pdf(outline) if kind == "pdf" else render_docx(outline)


def draft_document(
    session: Session, actor: Actor, diary_number: str, report_id: int
) -> tuple[ReportView, Document]:
    """A report as it stands now. Raises NotFound."""
    view = find_report(session, actor, diary_number, report_id)
    return view, report_document(view, read_rounds(session, report_id))


def read_for_settling(
    session: Session, actor: Actor, diary_number: str, report_id: int
) -> tuple[ReportView, str]:
    """A report to be read and settled, and the hash of what it says, for its page to carry.

    Raises NotFound, Forbidden.
    """
    view = find_report(session, actor, diary_number, report_id)
    require_writer(actor, view.case)
    return view, _said(report_document(view, read_rounds(session, report_id)))


def prepare_settling(
    session: Session, actor: Actor, diary_number: str, report_id: int, *, shown_sha256: str,
    now: datetime.datetime,
) -> PreparedReport:  # fmt: skip
    """Write what ``settle_report`` will keep: exactly what was shown.

    shown_sha256  the report's hash as the page carried it on which it was read
    Raises NotFound, Forbidden, WrongState (``report_settled``), Invalid (``report_round_open``,
    ``report_outdated``, ``report_source_waiting``), ChangedMeanwhile (``report_changed``).
    """
    view = find_report(session, actor, diary_number, report_id)
    require_writer(actor, view.case)
    require_ready(view)
    document = _settled(session, actor, view, now)
    said = _said(document)
    if said != shown_sha256:
        raise ChangedMeanwhile("report_changed")
    return PreparedReport(report_files(document), said)


def settled_already(
    session: Session, actor: Actor, diary_number: str, report_id: int, shown_sha256: str
) -> bool:
    """Whether the actor has settled exactly what was shown: a second click. Raises NotFound."""
    view = find_report(session, actor, diary_number, report_id)
    kept = kept_file(session, view, "json")
    if kept is None or view.row.settled_by != actor.account_id:
        return False
    return _said(json.loads(blob_bytes(session, kept))) == shown_sha256


def require_ready(view: ReportView) -> None:
    """Raise what stands in the way of settling a report: WrongState, Invalid."""
    if not view.is_draft:
        raise WrongState("report_settled")
    if any(row.closed_at is None for row in view.rounds):
        raise Invalid("report_round_open")
    if view.outdated:
        raise Invalid("report_outdated")
    if waiting := view.waiting():
        raise Invalid("report_source_waiting", n=len(waiting))


def _settled(session: Session, actor: Actor, view: ReportView, now: datetime.datetime) -> Document:
    moment = now.astimezone(datetime.UTC).isoformat(timespec="seconds")
    by = {"at": moment, "by": {"name": actor.name, "title": actor.title}}
    return report_document(view, read_rounds(session, view.id), by)


def _said(document: Document) -> str:
    return sha256_of({**document, "settled": None})


def settle_report(
    session: Session, actor: Actor, diary_number: str, report_id: int, prepared: PreparedReport,
    now: datetime.datetime, today: datetime.date, signer: Signer,
) -> list[CaseDocument]:  # fmt: skip
    """Keep a report's files as documents of the case; the report can no longer be changed.

    Raises as ``prepare_settling``; ChangedMeanwhile if it is another one than was prepared.
    """
    view = hold_report(session, actor, diary_number, report_id)
    require_ready(view)
    if _said(_settled(session, actor, view, now)) != prepared.said:
        raise ChangedMeanwhile("report_changed")
    documents = [
        _add(session, actor, view, kind, data, now, today, signer)
        for kind, data in prepared.files.items()
    ]
    row = view.row
    row.state, row.settled_at, row.settled_by = "settled", now, actor.account_id
    row.settled_document_id = documents[0].id
    session.add(row)
    session.flush()
    facts = {"report": view.id, "edition": row.edition,
             "files": {kind: document.sha256 for kind, document in
                       zip(prepared.files, documents, strict=True)}}  # fmt: skip
    add_link(session, view.case, actor, now, signer, "report_settled", facts)
    return documents


def _add(
    session: Session, actor: Actor, view: ReportView, kind: str, data: bytes,
    now: datetime.datetime, today: datetime.date, signer: Signer,
) -> CaseDocument:  # fmt: skip
    edition = f", version {view.row.edition}" if view.row.edition > 1 else ""
    name = file_name(view, kind)
    upload = store_bytes(session, data, name, MEDIA_TYPES[kind])
    return add_document(
        session, actor, view.case, kind="other", direction="own", day=today, counterpart="",
        subject=f"{view.row.title}{edition}{_IN_WORDS[kind]}", upload=upload, made=MADE, now=now,
        signer=signer,
    )  # fmt: skip


def kept_file(session: Session, view: ReportView, kind: str) -> str | None:
    """The SHA-256 of a settled report's file; None of a draft, which has none."""
    if view.is_draft:
        return None
    query = select(col(CaseDocument.sha256)).where(
        col(CaseDocument.case_id) == view.case.id,
        col(CaseDocument.made) == MADE,
        col(CaseDocument.name) == file_name(view, kind),
    )
    return session.execute(query).scalars().first()


def file_name(view: ReportView, kind: str) -> str:
    """``RS241041-sammanstallning-1.pdf``; of a later edition ``RS241041-sammanstallning-1-v2``."""
    edition = f"-v{view.row.edition}" if view.row.edition > 1 else ""
    return safe_name(f"{view.case.diary_number}-sammanstallning-{view.id}{edition}.{kind}")
