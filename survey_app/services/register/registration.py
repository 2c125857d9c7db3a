"""Registering documents that were not born in the product; striking them, marking secrecy."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session

from survey_app.core.workflow import RULES, Action
from survey_app.export.registry import Entry
from survey_app.services.actor import Actor
from survey_app.services.audit import Signer, append_signed
from survey_app.services.case import find_case
from survey_app.services.line import read_line
from survey_app.services.refusal import Forbidden, Invalid
from survey_app.services.register.chain import (
    MARKED,
    REGISTERED,
    STRUCK,
    document_digest,
    mark_digest,
    strike_digest,
)
from survey_app.services.register.registry import find_entry
from survey_app.services.upload import Upload, store_upload
from survey_app.store.tables import Case, CaseDocument, SecrecyMark

KINDS = ("request", "completion", "extension", "decision", "other")
DIRECTIONS = ("in", "out", "own")
_LONGEST = {"counterpart": 200, "subject": 500, "ground": 200}


@dataclass(frozen=True, slots=True)
class Secrecy:
    """The legal ground of a document's secrecy, and what it makes the public's list leave out.

    An empty ground says that there is none, or no longer.
    """

    ground: str = ""
    conceals_counterpart: bool = False
    conceals_subject: bool = False


def register_document(
    session: Session,
    actor: Actor,
    diary_number: str,
    *,
    kind: str,
    direction: str,
    day: datetime.date,
    counterpart: str,
    subject: str,
    secrecy: Secrecy,
    upload: Upload | None,
    now: datetime.datetime,
    today: datetime.date,
    signer: Signer,
) -> CaseDocument:
    """Give a document its place in the list of a case. Raises NotFound, Forbidden, Invalid.

    kind, direction  one of ``KINDS``, one of ``DIRECTIONS``
    counterpart      whom it came from or was sent to; only the unit's own document may have none
    """
    case = hold_to_register(session, actor, diary_number)
    if kind not in KINDS or direction not in DIRECTIONS:
        raise Invalid("form_cut_off")
    if day > today:
        raise Invalid("document_day_in_future")
    counterpart = _line(counterpart, "counterpart")
    subject = _line(subject, "subject")
    if not counterpart and direction != "own":
        raise Invalid("counterpart_missing")
    if not subject:
        raise Invalid("subject_missing")
    mark = _checked(secrecy)
    document = add_document(
        session, actor, case, kind=kind, direction=direction, day=day, counterpart=counterpart,
        subject=subject, upload=upload, now=now, signer=signer,
    )  # fmt: skip
    if mark.ground:
        _mark(session, case, actor, f"document:{document.id}", mark, now, signer)
    return document


def add_document(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    kind: str,
    direction: str,
    day: datetime.date,
    subject: str,
    upload: Upload | None,
    now: datetime.datetime,
    signer: Signer,
    counterpart: str = "",
    made: str | None = None,
    submission_id: int | None = None,
) -> CaseDocument:
    """The place in the list of a document that has been looked at, in a case that is held: also
    one that the product made itself, by whoever may make it.

    made, submission_id  what it is, and of which submission
    """
    if upload is not None:
        store_upload(session, upload)
    assert case.id is not None
    document = CaseDocument(
        case_id=case.id,
        kind=kind,
        direction=direction,
        day=day,
        counterpart=counterpart,
        subject=subject,
        sha256=upload.sha256 if upload else None,
        name=upload.name if upload else None,
        author_id=actor.account_id,
        at=now,
        salt=secrets.token_hex(16),
        made=made,
        submission_id=submission_id,
    )
    session.add(document)
    session.flush()
    facts = {"document": document.id, "file": document.sha256, "row": document_digest(document)}
    _log(session, case, actor, now, signer, REGISTERED, facts)
    return document


def strike_document(
    session: Session,
    actor: Actor,
    diary_number: str,
    number: int,
    reason: str,
    now: datetime.datetime,
    signer: Signer,
) -> CaseDocument:
    """Strike a document that was registered by mistake; it keeps its number and can be read.

    Raises NotFound, Forbidden, Invalid (``not_registered_by_hand``, ``already_struck``,
    ``strike_reason_missing``).
    """
    case = hold_to_register(session, actor, diary_number)
    entry = find_entry(session, actor, diary_number, number)
    document = _document_of(session, entry)
    if document is None:
        raise Invalid("not_registered_by_hand")
    if document.struck is not None:
        raise Invalid("already_struck")
    why = _line(reason, "subject", "reason")
    if not why:
        raise Invalid("strike_reason_missing")
    document.struck, document.struck_by, document.struck_reason = now, actor.account_id, why
    session.add(document)
    session.flush()
    facts = {"document": document.id, "row": strike_digest(document)}
    _log(session, case, actor, now, signer, STRUCK, facts)
    return document


def mark_secrecy(
    session: Session,
    actor: Actor,
    diary_number: str,
    number: int,
    secrecy: Secrecy,
    now: datetime.datetime,
    signer: Signer,
) -> Entry:
    """Say what holds of a document's secrecy from now on. Raises NotFound, Forbidden, Invalid.

    Every earlier mark stays in the table; the newest holds.
    """
    case = hold_to_register(session, actor, diary_number)
    entry = find_entry(session, actor, diary_number, number)
    _mark(session, case, actor, entry.key, _checked(secrecy), now, signer)
    return find_entry(session, actor, diary_number, number)


def hold_to_register(session: Session, actor: Actor, diary_number: str) -> Case:
    """The case, held, if the actor may keep its register. Raises NotFound, Forbidden."""
    case = find_case(session, actor, diary_number, hold=True)
    if not RULES[Action.REGISTER].roles.intersection(actor.roles_in(case.unit_id)):
        raise Forbidden("not_your_role")
    return case


def _line(text: str, name: str, field: str = "") -> str:
    """One line: a register has no paragraphs. Raises Invalid if it is too long."""
    return read_line(text, _LONGEST[name], field or name)


def _checked(secrecy: Secrecy) -> Secrecy:
    ground = _line(secrecy.ground, "ground")
    if not ground and (secrecy.conceals_counterpart or secrecy.conceals_subject):
        raise Invalid("secrecy_ground_missing")
    return Secrecy(ground, secrecy.conceals_counterpart, secrecy.conceals_subject)


def _document_of(session: Session, entry: Entry) -> CaseDocument | None:
    kind, _, number = entry.key.partition(":")
    return session.get(CaseDocument, int(number)) if kind == "document" else None


def _mark(
    session: Session,
    case: Case,
    actor: Actor,
    key: str,
    secrecy: Secrecy,
    now: datetime.datetime,
    signer: Signer,
) -> None:
    assert case.id is not None
    mark = SecrecyMark(
        case_id=case.id,
        entry=key,
        ground=secrecy.ground,
        conceals_counterpart=secrecy.conceals_counterpart,
        conceals_subject=secrecy.conceals_subject,
        author_id=actor.account_id,
        at=now,
        salt=secrets.token_hex(16),
    )
    session.add(mark)
    session.flush()
    facts = {"entry": key, "mark": mark.id, "row": mark_digest(mark)}
    _log(session, case, actor, now, signer, MARKED, facts)


def _log(
    session: Session,
    case: Case,
    actor: Actor,
    now: datetime.datetime,
    signer: Signer,
    kind: str,
    facts: Mapping[str, object],
) -> None:
    assert case.id is not None
    chain = (case.id, case.audit_length, case.audit_head)
    append_signed(session, chain, signer, at=now, actor=actor.account_id, kind=kind, facts=facts)
    session.refresh(case)
