"""Archiving: the copies of what was handed in are written once, sealed if so set, and kept.

Writing and sealing come first, in a session that changes nothing, so that nobody waits for them to
save; then all is kept in one short transaction.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from sqlmodel import Session

from survey_app.core.content import canonical_json
from survey_app.core.workflow import Action
from survey_app.export.case_document import case_document
from survey_app.export.record_pdf import record_pdf
from survey_app.services.actor import Actor
from survey_app.services.archives.archive import (
    JSON,
    PDF,
    Copy,
    approved_of,
    case_package,
    name_of,
    owner_of,
    record_of,
    records_of,
)
from survey_app.services.archives.packaging import Packing
from survey_app.services.audit import Signer
from survey_app.services.case import has_open_round, left_to_archive
from survey_app.services.refusal import ChangedMeanwhile
from survey_app.services.register.board_decision import decisions_of, standing_minutes
from survey_app.services.step import take_step
from survey_app.services.submission import Dossier, open_submission
from survey_app.services.upload import blob_bytes, store_bytes
from survey_app.store.tables import Case, FrozenRecord, StoredCopy


@dataclass(frozen=True, slots=True)
class Prepared:
    """What archiving keeps, written beforehand.

    case_pdf  with the last submission of a case its document, of what ``of`` names
    """

    copies: Mapping[str, Copy]
    of: tuple[str, ...] = ()
    case_pdf: bytes | None = None


def prepare_archiving(
    session: Session, actor: Actor, submission_id: int, packing: Packing | None = None
) -> Prepared:
    """Write what ``archive_submission`` will keep. It stays true: a record never changes.

    packing  what seals the PDFs, and whether they carry the record
    Raises NotFound, Forbidden, WrongState, and Unavailable where no seal can be had.
    """
    packing = packing or Packing()
    dossier = open_submission(session, actor, submission_id, Action.ARCHIVE)
    copies = write_copies(session, dossier, packing)
    if not is_last(session, dossier.case_id, {submission_id}):
        return Prepared(copies)
    return Prepared(copies, *write_case(session, actor, dossier.case_id, packing))


def is_last(session: Session, case_id: int, archiving: Collection[int]) -> bool:
    """Whether nothing of a case is left to archive, or to come in, but these."""
    return not has_open_round(session, case_id) and left_to_archive(session, case_id).issubset(
        archiving
    )


def write_copies(session: Session, dossier: Dossier, packing: Packing) -> dict[str, Copy]:
    """The PDF and the JSON of what is archived, by their kinds."""
    record = record_of(session, dossier.id)
    assert record is not None
    sealed_by = packing.seal.holder if packing.seal else ""
    pdf = _sealed(record_pdf(record, sealed_by=sealed_by, with_json=packing.with_json), packing)
    return {
        "pdf": Copy(name_of(dossier, "pdf"), pdf, PDF),
        "json": Copy(name_of(dossier, "json"), canonical_json(record), JSON),
    }


def write_case(
    session: Session, actor: Actor, case_id: int, packing: Packing
) -> tuple[tuple[str, ...], bytes]:
    """What the document of a case is of, and the document."""
    dossiers = approved_of(session, actor, case_id)
    case = session.get(Case, case_id)
    assert case is not None
    whole = case_document(
        records_of(session, dossiers),
        lambda sha256: blob_bytes(session, sha256),
        sealed_by=packing.seal.holder if packing.seal else "",
        minutes=standing_minutes(session, case),
        owner=owner_of(session, case)["name"],
    )
    return _parts_of(session, case, dossiers), _sealed(whole, packing)


def _parts_of(session: Session, case: Case, dossiers: Iterable[Dossier]) -> tuple[str, ...]:
    """The submissions of a case, and what boards decided in it."""
    decided = [item.id for item in decisions_of(session, case) if not item.struck]
    return (*(f"submission {dossier.id}" for dossier in dossiers),
            *(f"decision {number}" for number in decided))  # fmt: skip


def _sealed(data: bytes, packing: Packing) -> bytes:
    return packing.seal.apply(data) if packing.seal else data


def archive_submission(
    session: Session,
    actor: Actor,
    submission_id: int,
    prepared: Prepared,
    now: datetime.datetime,
    signer: Signer,
    packing: Packing | None = None,
) -> Dossier:
    """Archive what was handed in: PDF and JSON are written once, hashed and kept.

    With the last submission of the case its package is kept too.

    prepared  by ``prepare_archiving``
    packing   how; usually by ``services.archives.packaging.packing_by``
    Raises ChangedMeanwhile if the case is another than the one that was prepared.
    """
    packing = replace(packing or Packing(), signer=signer)
    dossier = open_submission(session, actor, submission_id, Action.ARCHIVE, hold=True)
    record = session.get(FrozenRecord, submission_id)
    assert record is not None
    hashes = keep_copies(session, dossier, prepared.copies, record.sha256, now)
    take_step(
        session, actor, dossier, Action.ARCHIVE, now, signer,
        content_sha256=record.content_sha256, audit={"record": record.sha256, **hashes},
    )  # fmt: skip
    if is_last(session, dossier.case_id, ()):
        keep_case(session, actor, dossier, prepared.of, prepared.case_pdf, now, packing)
    return dossier


def keep_copies(
    session: Session, dossier: Dossier, copies: Mapping[str, Copy], sha256: str,
    now: datetime.datetime,
) -> dict[str, str]:  # fmt: skip
    """Keep what ``write_copies`` wrote; the hashes by kind. Raises ChangedMeanwhile unless it is
    of the record with a hash."""
    hashes = {
        kind: _keep(session, dossier, kind, copy, now, dossier.id) for kind, copy in copies.items()
    }
    if hashes["json"] != sha256:
        raise ChangedMeanwhile("moved_meanwhile")
    return hashes


def keep_case(
    session: Session, actor: Actor, dossier: Dossier, of: tuple[str, ...], case_pdf: bytes | None,
    now: datetime.datetime, packing: Packing,
) -> None:  # fmt: skip
    """Keep the package of a case that is archived to its last document.

    of, case_pdf  by ``write_case``
    Raises ChangedMeanwhile if that is of something else.
    """
    case = session.get(Case, dossier.case_id)
    assert case is not None
    if of != _parts_of(session, case, approved_of(session, actor, dossier.case_id)):
        raise ChangedMeanwhile("moved_meanwhile")
    package = case_package(
        session, actor, dossier.diary_number, now,
        draft=False, packing=packing, case_pdf=case_pdf,
    )  # fmt: skip
    _keep(session, dossier, "zip", package, now, None)


def _keep(
    session: Session,
    dossier: Dossier,
    kind: str,
    copy: Copy,
    now: datetime.datetime,
    submission_id: int | None,
) -> str:
    upload = store_bytes(session, copy.data, copy.name, copy.media_type)
    session.add(
        StoredCopy(
            case_id=dossier.case_id,
            submission_id=submission_id,
            kind=kind,
            name=copy.name,
            sha256=upload.sha256,
            at=now,
        )
    )
    session.flush()
    return upload.sha256
