"""Exports: every copy of something approved is made from its frozen record, or is the kept one."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlmodel import Session, col

from survey_app.core.content import canonical_json
from survey_app.core.record import Record, check_record
from survey_app.core.workflow import Action
from survey_app.export.case_document import case_document as render_case
from survey_app.export.case_document import papers_document
from survey_app.export.outline import draft_outline
from survey_app.export.package.contents import Received
from survey_app.export.package.zip_file import build_package
from survey_app.export.pdf.drawing import render
from survey_app.export.record_pdf import record_pdf
from survey_app.services.actor import Actor
from survey_app.services.archives.packaging import (
    Packing,
    papers_of,
    part_of,
    signing_of,
    stamp,
)
from survey_app.services.case import (
    awaited_submissions,
    corrected_submissions,
    current_submissions,
    find_case,
    has_open_round,
    round_answers_of,
)
from survey_app.services.refusal import NotFound, WrongState
from survey_app.services.register.board_decision import decisions_of, standing_minutes
from survey_app.services.register.registry import registry_files
from survey_app.services.rounds.heading import read_round_answers
from survey_app.services.submission import Dossier, open_submission, read_answers
from survey_app.services.upload import blob_bytes
from survey_app.store.tables import Case, CaseDocument, FrozenRecord, StoredCopy, Unit

PDF, JSON, ZIP = "application/pdf", "application/json", "application/zip"
_MEDIA_TYPES = {"pdf": PDF, "json": JSON, "zip": ZIP}


@dataclass(frozen=True, slots=True)
class Copy:
    """A file to hand over."""

    name: str
    data: bytes
    media_type: str


def name_of(dossier: Dossier, ending: str, *, draft: bool = False) -> str:
    """The name of a submission's file: ``RS250393-gnv-2025.pdf``."""
    mark = "UTKAST-" if draft else ""
    correction = f"-rattelse-{dossier.id}" if dossier.corrects else ""
    if dossier.request is not None:  # one of many to the same questionnaire
        correction = f"-svar-{dossier.id}"
    return f"{mark}{dossier.diary_number}-{dossier.questionnaire.id}{correction}.{ending}"


def record_of(session: Session, submission_id: int) -> Record | None:
    """The frozen record, held against its own approval; None before approval."""
    row = session.get(FrozenRecord, submission_id)
    return check_record(json.loads(row.body)) if row else None


def export_pdf(session: Session, actor: Actor, submission_id: int, now: datetime.datetime) -> Copy:
    """The PDF of a submission: the kept copy if it is archived, else made from the record; before
    approval a draft, stamped UTKAST. Raises NotFound."""
    return _export(session, actor, submission_id, "pdf", now)


def export_json(session: Session, actor: Actor, submission_id: int) -> Copy:
    """The canonical JSON of the record; before approval the draft's content. Raises NotFound."""
    return _export(session, actor, submission_id, "json", None)


def _export(
    session: Session,
    actor: Actor,
    submission_id: int,
    kind: str,
    now: datetime.datetime | None,
) -> Copy:
    dossier = open_submission(session, actor, submission_id, Action.READ)
    kept = session.execute(
        select(StoredCopy).where(
            col(StoredCopy.submission_id) == submission_id, col(StoredCopy.kind) == kind
        )
    ).scalars().first()  # fmt: skip
    if kept is not None:
        return Copy(kept.name, blob_bytes(session, kept.sha256), _MEDIA_TYPES[kind])
    record = record_of(session, submission_id)
    name = name_of(dossier, kind, draft=record is None)
    if kind == "json":
        return Copy(name, canonical_json(record or dossier.content(draft=True)), JSON)
    if record is not None:
        return Copy(name, record_pdf(record), PDF)
    assert now is not None
    return Copy(name, render(draft_outline(dossier.content(draft=True), stamp(now))), PDF)


def dossiers_of(
    session: Session, actor: Actor, case_id: int, *, draft: bool = False
) -> list[Dossier]:
    """The submissions of a case that no correction has replaced; memos in draft only where all
    that is in draft is wanted."""
    ids = current_submissions if draft else awaited_submissions
    return [
        open_submission(session, actor, submission_id, Action.READ)
        for submission_id in ids(session, case_id)
    ]


def approved_of(session: Session, actor: Actor, case_id: int) -> list[Dossier]:
    """What the archive gets of a case: the current submissions, then those that were corrected,
    then what units answered in rounds that are closed."""
    corrected = corrected_submissions(session, case_id)
    return [
        *dossiers_of(session, actor, case_id),
        *(open_submission(session, actor, item, Action.READ) for item in corrected),
        *read_round_answers(session, round_answers_of(session, case_id)),
    ]


def records_of(session: Session, dossiers: list[Dossier]) -> list[Record]:
    """Their frozen records. Raises WrongState if one is not approved yet."""
    records = [record_of(session, dossier.id) for dossier in dossiers]
    found = [record for record in records if record is not None]
    if not found or len(found) < len(records):
        raise WrongState("not_yet_approved")
    return found


def case_package(
    session: Session,
    actor: Actor,
    diary_number: str,
    now: datetime.datetime,
    *,
    draft: bool,
    packing: Packing | None = None,
    case_pdf: bytes | None = None,
) -> Copy:
    """A case as one ZIP; ``draft`` gives it as it is now. Raises NotFound, WrongState.

    A case that is archived has its E-ARK package already, and gets that one, unless a board has
    decided since. Without ``packing``
    it is an E-ARK package without signature.

    case_pdf  the case document, if it was made already
    """
    packing = packing or Packing()
    case = find_case(session, actor, diary_number)
    assert case.id is not None
    if not draft and packing.packed_as == "eark":
        kept = _kept_package(session, case)
        if kept is not None:
            return kept
    papers = papers_of(session, case.id)
    if draft:
        dossiers = _so_far(session, actor, case.id, papers)
        documents = [dossier.content(draft=True) for dossier in dossiers]
    else:
        dossiers = approved_of(session, actor, case.id)
        whole = not papers or has_open_round(session, case.id)
        documents = records_of(session, dossiers) if dossiers or whole else []
    parts = [
        part_of(session, dossier, document, draft=draft)
        for document, dossier in zip(documents, dossiers, strict=True)
    ]
    created = stamp(now)
    registry = _registry(session, actor, diary_number, created)
    minutes = standing_minutes(session, case)
    owner = owner_of(session, case)
    if not documents:
        case_pdf = papers_document(
            _heading(case), owner["name"], [paper.name for paper in papers], created,
            draft=draft, minutes=minutes,
        )  # fmt: skip
    elif minutes and case_pdf is None:
        case_pdf = render_case(
            documents, lambda sha256: blob_bytes(session, sha256),
            draft_made_at=created if draft else None, minutes=minutes, owner=owner["name"],
        )  # fmt: skip
    data = build_package(
        _heading(case),
        parts,
        lambda sha256: registry.get(sha256) or blob_bytes(session, sha256),
        created,
        draft,
        packed_as=packing.packed_as,
        papers=[*papers, *_papers(registry)],
        delivery=packing.delivery,
        signing=signing_of(session, case.id, packing.signer),
        case_pdf=case_pdf,
        owner=owner,
    )
    mark = "UTKAST-" if draft else ""
    kind = "" if packing.packed_as == "eark" else "-bagit"
    return Copy(f"{mark}{diary_number}{kind}.zip", data, ZIP)


def _registry(session: Session, actor: Actor, diary_number: str, created: str) -> dict[str, bytes]:
    """The registrar's list as PDF and CSV, by SHA-256."""
    files = registry_files(session, actor, diary_number, created)
    return {hashlib.sha256(data).hexdigest(): data for data in files}


def _papers(registry: Mapping[str, bytes]) -> list[Received]:
    kinds = (("handlingar.pdf", PDF), ("handlingar.csv", "text/csv"))
    return [
        Received(name, sha256, media_type)
        for sha256, (name, media_type) in zip(registry, kinds, strict=True)
    ]


def owner_of(session: Session, case: Case) -> dict[str, str]:
    """Whose case it is."""
    unit = session.get(Unit, case.unit_id)
    assert unit is not None
    return {"name": unit.name, "organisation_number": unit.organisation_number or ""}


def _heading(case: Case) -> dict[str, str | bool]:
    return {"diary_number": case.diary_number, "title": case.title, "practice": case.practice}


def _kept_package(session: Session, case: Case) -> Copy | None:
    """The newest package, unless a correction has been opened, or archived, or a board's decision
    recorded, or a document made by the product since."""
    case_id = case.id
    assert case_id is not None
    copies = session.execute(
        select(StoredCopy)
        .where(col(StoredCopy.case_id) == case_id)
        .order_by(col(StoredCopy.id).desc())
    ).scalars().all()  # fmt: skip
    archived = {copy.submission_id for copy in copies}
    if not copies or copies[0].kind != "zip":
        return None  # with the last submission its package is the last that is kept
    if any(item.at > copies[0].at for item in decisions_of(session, case)):
        return None
    since = select(col(CaseDocument.id)).where(
        col(CaseDocument.case_id) == case_id,
        col(CaseDocument.made).is_not(None),
        col(CaseDocument.at) > copies[0].at,
    )
    if session.execute(since.limit(1)).first() is not None:
        return None
    current = [*awaited_submissions(session, case_id), *round_answers_of(session, case_id)]
    if not archived.issuperset(current):
        return None
    return Copy(copies[0].name, blob_bytes(session, copies[0].sha256), ZIP)


def _so_far(session: Session, actor: Actor, case_id: int, papers: list[Received]) -> list[Dossier]:
    """What a draft of the case holds: its submissions, and what units have handed over; nothing
    only where it has papers."""
    answers = read_round_answers(session, round_answers_of(session, case_id, closed=False))
    for dossier in answers:
        read_answers(session, dossier)
    found = [*dossiers_of(session, actor, case_id, draft=True), *answers]
    if not found and not papers:
        raise WrongState("nothing_to_pack")
    return found


def case_document(session: Session, actor: Actor, diary_number: str) -> Copy:
    """The approved case as one PDF in the shape of the source. Raises NotFound, WrongState."""
    case = find_case(session, actor, diary_number)
    assert case.id is not None
    records = records_of(session, approved_of(session, actor, case.id))
    minutes = standing_minutes(session, case)
    data = render_case(
        records, lambda sha256: blob_bytes(session, sha256), minutes=minutes,
        owner=owner_of(session, case)["name"],
    )  # fmt: skip
    return Copy(f"{diary_number}.pdf", data, PDF)


def kept_since(session: Session, sha256: str) -> datetime.datetime | None:
    """Since when a file, by its SHA-256, has been kept here as an archive copy; None if it is not.

    For who holds the file already: that it is the same tells nothing of what is in it.
    """
    query = select(func.min(col(StoredCopy.at))).where(col(StoredCopy.sha256) == sha256)
    found: datetime.datetime | None = session.execute(query).scalar()
    return found


def list_copies(session: Session, actor: Actor, diary_number: str) -> list[StoredCopy]:
    """The kept copies of a case, newest first. Raises NotFound."""
    case = find_case(session, actor, diary_number)
    query = select(StoredCopy).where(col(StoredCopy.case_id) == case.id)
    return list(session.execute(query.order_by(col(StoredCopy.id).desc())).scalars())


def kept_copy(session: Session, actor: Actor, diary_number: str, copy_id: int) -> Copy:
    """A kept copy, byte for byte. Raises NotFound."""
    for copy in list_copies(session, actor, diary_number):
        if copy.id == copy_id:
            return Copy(copy.name, blob_bytes(session, copy.sha256), _MEDIA_TYPES[copy.kind])
    raise NotFound("no_copy")
