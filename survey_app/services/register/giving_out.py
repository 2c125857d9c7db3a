"""Giving out: a copy under masks, or a decision not to give out. Both are kept and logged.

Who asks is not found out (TF 2 kap. 18 §): there is no place for it here. A decision may be
addressed to somebody who gave a name, and the name then stands in the decision only.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from survey_app.core.characters import tidy
from survey_app.core.content import canonical_json
from survey_app.core.questionnaire import Questionnaire
from survey_app.core.record import Record, check_record
from survey_app.core.workflow import Action, Role
from survey_app.export.copy.masking import BrokenMask, Mask, MaskedCopy, mask_record, problems_of
from survey_app.export.copy.outline import Refusal, copy_outline, refusal_outline
from survey_app.export.copy.schema import FILE as SCHEMA_FILE
from survey_app.export.copy.schema import schema_bytes
from survey_app.export.package.zip_file import safe_name, write_zip
from survey_app.export.pdf.drawing import render
from survey_app.services.actor import Actor
from survey_app.services.archives.archive import JSON, PDF, ZIP, Copy
from survey_app.services.archives.packaging import stamp
from survey_app.services.audit import Signer, append_signed
from survey_app.services.case import find_case
from survey_app.services.refusal import Forbidden, Invalid, NotFound
from survey_app.services.register.chain import GIVEN, REFUSED, given_digest
from survey_app.services.register.entries import given_name
from survey_app.services.security.log import note
from survey_app.services.submission import Dossier, open_submission
from survey_app.services.upload import blob_bytes, store_bytes
from survey_app.store.tables import Account, Case, Event, FrozenRecord, GivenCopy, Unit

LONGEST = 2000
_MEDIA_TYPES = {"pdf": PDF, "zip": ZIP, "json": JSON}
FIELDS = ("what", "reasons", "ground", "decided_by")
"""What a refusal cannot do without (FL 32 §), by the name of its field."""


@dataclass(frozen=True, slots=True)
class Original:
    """What a copy is made from."""

    dossier: Dossier
    record: Record

    @property
    def questionnaire(self) -> Questionnaire:
        """The form, for what follows from what."""
        return self.dossier.questionnaire


@dataclass(frozen=True, slots=True)
class Given:
    """A row of the list of what was given out or refused. ``masks`` as ``GivenCopy`` keeps them."""

    row: GivenCopy
    by: str
    masks: Any

    @property
    def id(self) -> int:
        """The row's number."""
        assert self.row.id is not None
        return self.row.id

    @property
    def files(self) -> dict[str, str]:
        """The hashes of its files by kind: pdf, and of a copy zip and json."""
        row = self.row
        kept = {"pdf": row.pdf_sha256, "zip": row.zip_sha256, "json": row.json_sha256}
        return {kind: sha256 for kind, sha256 in kept.items() if sha256}


def open_original(
    session: Session, actor: Actor, submission_id: int, *, hold: bool = False
) -> Original:
    """The frozen record of an approved submission. Raises NotFound, Forbidden, WrongState."""
    dossier = open_submission(session, actor, submission_id, Action.GIVE_OUT, hold=hold)
    row = session.get(FrozenRecord, submission_id)
    assert row is not None
    return Original(dossier, check_record(json.loads(row.body)))


def find_problems(original: Original, masks: Sequence[Mask]) -> list[Invalid]:
    """Why masks cannot be made, all at once; the fact ``target`` names the mask."""
    if not masks:
        return [Invalid("nothing_masked", target="")]
    return [_invalid(broken) for mask in masks for broken in problems_of(mask, original.record)]


def _invalid(broken: BrokenMask) -> Invalid:
    return Invalid(f"mask_{broken.code}", target=broken.target, passage=broken.passage[:80])


def try_masks(
    original: Original, masks: Sequence[Mask], now: datetime.datetime, shown: Collection[str] = ()
) -> MaskedCopy:
    """The copy as it would be made now. Raises Invalid; its fact ``target`` names the mask."""
    if not masks:
        raise Invalid("nothing_masked", target="")
    try:
        return mask_record(original.record, original.questionnaire, masks, stamp(now), shown)
    except BrokenMask as broken:
        raise _invalid(broken) from broken


def give_out(
    session: Session,
    actor: Actor,
    submission_id: int,
    masks: Sequence[Mask],
    *,
    now: datetime.datetime,
    signer: Signer,
    shown: Collection[str] = (),
    confirmed: bool = False,
) -> GivenCopy:
    """Make, keep and log a copy under masks.

    confirmed  that the archivist has read what may tell all the same (``MaskedCopy.concerns``)

    Raises Invalid: as ``try_masks``, and ``concerns_not_confirmed``.
    """
    original = open_original(session, actor, submission_id, hold=True)
    copy = try_masks(original, masks, now, shown)
    if copy.concerns and not confirmed:
        raise Invalid("concerns_not_confirmed")
    dossier = original.dossier
    files = _files(copy, lambda sha256: blob_bytes(session, sha256))
    hashes = {kind: _keep(session, kind, data) for kind, data in files.items()}
    row = GivenCopy(
        case_id=dossier.case_id,
        submission_id=submission_id,
        kind="copy",
        at=now,
        actor_id=actor.account_id,
        masks=json.dumps([mask.as_fact() for mask in copy.masks], ensure_ascii=False),
        pdf_sha256=hashes["pdf"],
        json_sha256=hashes["json"],
        zip_sha256=hashes["zip"],
    )
    session.add(row)
    event = Event(submission_id=submission_id, kind="copy_given", actor_id=actor.account_id, at=now)
    session.add(event)
    session.flush()
    facts = {"submission": submission_id, "event": event.id, "given_copy": row.id, **hashes}
    append_signed(
        session, dossier.chain, signer, at=now, actor=actor.account_id, kind=GIVEN,
        facts={**facts, "row": given_digest(row)},
    )  # fmt: skip
    note(
        session, "given_out", by=actor.account_id, unit=dossier.unit_id, case=dossier.case_id,
        given_copy=row.id, sha256=hashes["pdf"],
    )  # fmt: skip
    return row


def _keep(session: Session, kind: str, data: bytes) -> str:
    return store_bytes(session, data, f"kopia.{kind}", _MEDIA_TYPES[kind]).sha256


def _files(copy: MaskedCopy, fetch: Callable[[str], bytes]) -> dict[str, bytes]:
    """The copy's PDF and JSON, and both with schema and the files given out as a ZIP."""
    pdf, document = render(copy_outline(copy.document)), canonical_json(copy.document)
    members = {"kopia.pdf": pdf, "kopia.json": document, SCHEMA_FILE: schema_bytes()}
    for file in copy.enclosures:
        name = f"bilagor/{file['number']:02}-{safe_name(file['name'])}"
        members[name] = fetch(file["sha256"])
    return {"pdf": pdf, "json": document, "zip": write_zip(members)}


def refuse(
    session: Session,
    actor: Actor,
    diary_number: str,
    said: Mapping[str, str],
    now: datetime.datetime,
    signer: Signer,
) -> GivenCopy:
    """Write, keep and log a decision not to give out.

    said  ``what``, ``reasons``, ``ground``, ``decided_by`` and, where a name was given,
          ``addressee``

    Raises NotFound, Forbidden, Invalid (``refusal_incomplete``, whose fact ``fields`` names what
    is missing).
    """
    case = _archivists_case(session, actor, diary_number, hold=True)
    told = {key: tidy(said.get(key, "").strip())[:LONGEST] for key in (*FIELDS, "addressee")}
    missing = [key for key in FIELDS if not told[key]]
    if missing:
        raise Invalid("refusal_incomplete", fields=",".join(missing))
    unit = session.get(Unit, case.unit_id)
    assert unit is not None
    assert case.id is not None
    heading = {"diary_number": case.diary_number, "title": case.title, "practice": case.practice}
    decision = Refusal(case=heading, unit=unit.name, decided_at=stamp(now), **told)
    sha256 = _keep(session, "pdf", render(refusal_outline(decision)))
    row = GivenCopy(
        case_id=case.id,
        kind="refusal",
        at=now,
        actor_id=actor.account_id,
        masks=json.dumps({key: told[key] for key in FIELDS}, ensure_ascii=False),
        pdf_sha256=sha256,
    )
    session.add(row)
    session.flush()
    chain = (case.id, case.audit_length, case.audit_head)
    facts = {"given_copy": row.id, "pdf": sha256, "row": given_digest(row)}
    append_signed(session, chain, signer, at=now, actor=actor.account_id, kind=REFUSED, facts=facts)
    return row


def _archivists_case(
    session: Session, actor: Actor, diary_number: str, *, hold: bool = False
) -> Case:
    case = find_case(session, actor, diary_number, hold=hold)
    if Role.ARCHIVIST not in actor.roles_in(case.unit_id):
        raise Forbidden("not_your_role")
    return case


def list_given(session: Session, actor: Actor, diary_number: str) -> list[Given]:
    """What was given out of a case, or refused, newest first. Raises NotFound, Forbidden."""
    case = _archivists_case(session, actor, diary_number)
    query = (
        select(GivenCopy, col(Account.name))
        .join(Account, col(Account.id) == col(GivenCopy.actor_id))
        .where(col(GivenCopy.case_id) == case.id)
        .order_by(col(GivenCopy.id).desc())
    )
    return [Given(row, name, json.loads(row.masks)) for row, name in session.execute(query)]


def find_given(session: Session, actor: Actor, diary_number: str, given_id: int) -> Given:
    """One row of the list. Raises NotFound, Forbidden."""
    for given in list_given(session, actor, diary_number):
        if given.id == given_id:
            return given
    raise NotFound("no_given_copy")


def given_file(session: Session, actor: Actor, diary_number: str, given_id: int, kind: str) -> Copy:
    """A file as it was made, byte for byte: pdf, json or zip. Raises NotFound, Forbidden."""
    given = find_given(session, actor, diary_number, given_id)
    sha256 = given.files.get(kind)
    if sha256 is None:
        raise NotFound("no_given_copy")
    name = given_name(diary_number, given.row, kind)
    return Copy(name, blob_bytes(session, sha256), _MEDIA_TYPES[kind])
