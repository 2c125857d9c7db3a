"""A step before the last, where approving takes several: who takes it attests what was shown."""

from __future__ import annotations

import datetime

from sqlmodel import Session

from survey_app.core.content import sha256_of
from survey_app.core.workflow import Action
from survey_app.services.accounts.confirmation import Confirmation
from survey_app.services.actor import Actor
from survey_app.services.approvals.approval import four_eyes, require_confirmation, require_shown
from survey_app.services.approvals.authority import require_authority
from survey_app.services.approvals.kept_reason import forget_reasons
from survey_app.services.approvals.turn import find_turn
from survey_app.services.audit import Signer
from survey_app.services.refusal import ChangedMeanwhile
from survey_app.services.step import take_step
from survey_app.services.submission import open_submission
from survey_app.store.tables import Event


def endorse(
    session: Session,
    actor: Actor,
    submission_id: int,
    *,
    shown_sha256: str,
    shown_turn: tuple[int, int],
    confirmation: Confirmation,
    now: datetime.datetime,
    today: datetime.date,
    signer: Signer,
) -> Event:
    """Attest exactly what was shown, for the next to decide. Nothing is frozen by it.

    What was attested is void once the content has another hash, or the submission is taken back
    or returned. Raises as ``approve`` does.
    """
    dossier = open_submission(session, actor, submission_id, Action.ENDORSE, hold=True)
    require_confirmation(actor, confirmation, now)
    sha256 = sha256_of(dossier.content())
    turn = find_turn(session, dossier, sha256)
    authority = require_authority(session, actor, dossier, turn, today)
    require_shown(dossier, sha256, shown_sha256, turn, shown_turn)
    if turn.last:
        raise ChangedMeanwhile("steps_changed")
    four_eyes(session, dossier, actor, authority, turn)
    attestation = {
        "step": turn.step, **authority.attestation(actor, now),
        "identified": confirmation.told(), "content_sha256": sha256,
    }  # fmt: skip
    forget_reasons(session, submission_id, actor.account_id)
    return take_step(
        session, actor, dossier, Action.ENDORSE, now, signer,
        content_sha256=sha256,
        facts={"steps": turn.steps, "attestation": attestation},
        audit={"step": turn.step, "attestation": sha256_of(attestation), **authority.ids()},
    )  # fmt: skip
