"""Whose turn it is to approve: which steps were taken upon exactly this content, and what is left.

A step that was taken is an event with the hash of the content as it was shown. It holds until the
submission is taken back, returned or sent anew, and only while the content has that hash. What a
delegation was worth when the step was taken is not asked again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from survey_app.services.approvals.order import steps_needed
from survey_app.services.submission import Dossier
from survey_app.store.tables import Event

_VOIDING = ("sent", "withdrawn", "returned")


@dataclass(frozen=True, slots=True)
class Endorsement:
    """A step that was taken: by whom, and what stands of it in the record."""

    account_id: int
    attestation: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Turn:
    """The step that is to be taken, from 1, of how many; and those before it."""

    step: int
    steps: int
    taken: tuple[Endorsement, ...] = ()

    @property
    def last(self) -> bool:
        """Whether the step decides."""
        return self.step >= self.steps

    @property
    def of_delegation(self) -> int | None:
        """What a delegation for this step says of its step."""
        return None if self.last else self.step

    def taken_by(self, account_id: int) -> bool:
        """Whether somebody took one of the steps before."""
        return any(endorsement.account_id == account_id for endorsement in self.taken)


def find_turn(session: Session, dossier: Dossier, content_sha256: str) -> Turn:
    """Whose turn it is for a content."""
    needed = steps_needed(session, dossier.unit_id, dossier.questionnaire.id)
    taken = _taken(session, dossier.id, content_sha256)
    step = len(taken) + 1
    return Turn(step, max(step, needed), taken)


def _taken(session: Session, submission_id: int, content_sha256: str) -> tuple[Endorsement, ...]:
    of_submission = col(Event.submission_id) == submission_id
    since = (
        select(func.coalesce(func.max(Event.id), 0))
        .where(of_submission, col(Event.kind).in_(_VOIDING))
        .scalar_subquery()
    )
    query = (
        select(Event)
        .where(
            of_submission,
            col(Event.kind) == "endorsed",
            col(Event.content_sha256) == content_sha256,
            col(Event.id) > since,
        )
        .order_by(col(Event.id))
    )
    return tuple(
        Endorsement(event.actor_id, json.loads(event.facts)["attestation"])
        for event in session.execute(query).scalars()
    )
