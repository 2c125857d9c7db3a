"""Handing in: the authority has its own form and no API, so a person types it in; we keep when,
under what receipt, and the receipt itself."""

from __future__ import annotations

import datetime

from sqlmodel import Session

from survey_app.core.characters import tidy
from survey_app.core.workflow import Action
from survey_app.export.memo import LAYOUT
from survey_app.services.actor import Actor
from survey_app.services.audit import Signer
from survey_app.services.refusal import Invalid
from survey_app.services.step import take_step
from survey_app.services.submission import Dossier, open_submission
from survey_app.services.transcription import read_transcription
from survey_app.services.upload import Upload, store_upload
from survey_app.store.tables import FrozenRecord, HandingIn


def hand_in(
    session: Session,
    actor: Actor,
    submission_id: int,
    *,
    day: datetime.date,
    receipt_number: str,
    receipt: Upload | None,
    now: datetime.datetime,
    today: datetime.date,
    signer: Signer,
) -> Dossier:
    """Record that the approved answers were handed in. Raises Invalid.

    day             when; not after today, and not before the approval
    receipt_number  of the authority's receipt; a board to which a memo goes may give none
    """
    dossier = open_submission(session, actor, submission_id, Action.HAND_IN, hold=True)
    record = session.get(FrozenRecord, submission_id)
    assert record is not None
    if day > today:
        raise Invalid("day_in_future")
    if day < record.at.date() - datetime.timedelta(days=1):
        raise Invalid("day_before_approval")
    number = tidy(receipt_number.strip())[:200]
    if not number and dossier.questionnaire.layout != LAYOUT:
        raise Invalid("receipt_number_missing")
    if receipt is not None:
        store_upload(session, receipt)
    session.add(
        HandingIn(
            submission_id=submission_id,
            day=day,
            receipt_number=number,
            receipt_sha256=receipt.sha256 if receipt else None,
            receipt_name=receipt.name if receipt else None,
        )
    )
    typed = read_transcription(session, dossier)
    facts = {"day": day.isoformat(), "receipt_number": number,
             "typed": typed.done, "fields": len(typed.fields)}  # fmt: skip
    audit = {"record": record.sha256, "receipt": receipt.sha256 if receipt else ""}
    take_step(
        session, actor, dossier, Action.HAND_IN, now, signer,
        content_sha256=record.content_sha256, facts=facts, audit=audit,
    )  # fmt: skip
    return dossier
