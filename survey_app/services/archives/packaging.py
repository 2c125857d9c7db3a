"""What goes into the package of a case, gathered from the tables."""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlmodel import Session, col

from survey_app.config import Settings
from survey_app.core.content import Content
from survey_app.core.record import Record
from survey_app.export.package.contents import Part, Received
from survey_app.export.package.delivery import Delivery
from survey_app.export.package.event import KINDS, Event, Person, endorsement_event
from survey_app.export.package.manifest import Format
from survey_app.export.package.signature import AuditHead, Signing
from survey_app.export.seal import Seal
from survey_app.services.audit import Signer
from survey_app.services.refusal import NotFound
from survey_app.services.submission import Dossier
from survey_app.services.upload import blob_bytes
from survey_app.store.tables import (
    Account,
    Answer,
    Blob,
    Case,
    CaseDocument,
    HandingIn,
    Specification,
    StoredCopy,
)
from survey_app.store.tables import Event as EventRow

_LABELS = {"day": "Inlämnat", "receipt_number": "Kvittonummer"}


@dataclass(frozen=True, slots=True)
class Packing:
    """How a package is made.

    signer     what signs it; None leaves it unsigned
    seal       what seals the PDFs that are made for it
    with_json  archived PDFs carry the record inside (PDF/A-3a)
    """

    packed_as: Format = "eark"
    delivery: Delivery = field(default_factory=Delivery)
    signer: Signer | None = None
    seal: Seal | None = None
    with_json: bool = False


def packing_by(settings: Settings, signer: Signer, packed_as: Format = "eark") -> Packing:
    """How this installation makes packages."""
    usual = Delivery()
    delivery = Delivery(
        profile=settings.sip_profile or usual.profile,
        reference_code=settings.reference_code or usual.reference_code,
        submission_agreement=settings.submission_agreement,
    )
    return Packing(packed_as, delivery, signer, with_json=settings.pdfa == "3a")


def stamp(moment: datetime.datetime) -> str:
    """A moment as exports write it: ISO, UTC, seconds."""
    return moment.astimezone(datetime.UTC).isoformat(timespec="seconds")


def part_of(session: Session, dossier: Dossier, document: Record | Content, *, draft: bool) -> Part:
    """A submission with all that belongs to it in a package."""
    specification = session.get(Specification, dossier.specification)
    if specification is None:
        raise NotFound("no_questionnaire")
    return Part(
        document,
        specification.body.encode(),
        events=tuple(_events(session, dossier)),
        receipt=receipt_of(session, dossier.id),
        pdf=None if draft else _kept_pdf(session, dossier.id),
    )


def _events(session: Session, dossier: Dossier) -> list[Event]:
    query = (
        select(EventRow, col(Account.name), col(Account.title))
        .join(Account, col(Account.id) == col(EventRow.actor_id))
        .where(col(EventRow.submission_id) == dossier.id)
        .order_by(col(EventRow.id))
    )
    steps = [
        endorsement_event(json.loads(row.facts)["attestation"])
        if row.kind == "endorsed"
        else Event(row.kind, stamp(row.at), (Person(name, title),), _facts(row.facts))
        for row, name, title in session.execute(query)
        if row.kind in KINDS  # what is done with the archive copy later is no part of it
    ]
    return [*_writing(session, dossier.id), *steps]


def _facts(text: str) -> dict[str, str]:
    told = json.loads(text)
    return {label: str(told[key]) for key, label in _LABELS.items() if told.get(key)}


def _writing(session: Session, submission_id: int) -> list[Event]:
    """That the answers were written: by whom, and when the last of them was saved."""
    rows = session.execute(
        select(col(Answer.at), col(Account.name), col(Account.title))
        .join(Account, col(Account.id) == col(Answer.author_id))
        .where(col(Answer.submission_id) == submission_id)
        .order_by(col(Answer.author_id))
    ).all()
    if not rows:
        return []
    people = dict.fromkeys(Person(name, title) for _, name, title in rows)
    return [Event("written", stamp(max(at for at, _, _ in rows)), tuple(people))]


def receipt_of(session: Session, submission_id: int) -> Received | None:
    """The receipt of a submission, if it was handed in with one."""
    row = session.get(HandingIn, submission_id)
    if row is None or row.receipt_sha256 is None:
        return None
    return _received(session, row.receipt_name or "kvitto", row.receipt_sha256)


def _received(session: Session, name: str, sha256: str) -> Received:
    blob = session.get(Blob, sha256)
    return Received(name, sha256, blob.media_type if blob else "application/octet-stream")


def _kept_pdf(session: Session, submission_id: int) -> bytes | None:
    sha256 = session.execute(
        select(col(StoredCopy.sha256)).where(
            col(StoredCopy.submission_id) == submission_id, col(StoredCopy.kind) == "pdf"
        )
    ).scalars().first()  # fmt: skip
    return blob_bytes(session, sha256) if sha256 else None


def papers_of(session: Session, case_id: int) -> list[Received]:
    """The documents of the case that came or went as files, and were not struck."""
    rows = session.execute(
        select(CaseDocument)
        .where(col(CaseDocument.case_id) == case_id, col(CaseDocument.struck).is_(None))
        .order_by(col(CaseDocument.id))
    ).scalars()
    return [_received(session, row.name or row.kind, row.sha256) for row in rows if row.sha256]


def signing_of(session: Session, case_id: int, signer: Signer | None) -> Signing | None:
    """What signs a package of a case now: the key, and the head of the chain as it stands."""
    if signer is None:
        return None
    number, sha256 = session.execute(
        select(col(Case.audit_length), col(Case.audit_head)).where(col(Case.id) == case_id)
    ).one()
    return Signing(
        AuditHead(case=case_id, number=number, sha256=sha256), signer.public_key, signer.sign
    )
