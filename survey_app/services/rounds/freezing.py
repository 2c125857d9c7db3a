"""Freezing a round: what units handed over becomes records, one each, exactly as it was then."""

from __future__ import annotations

import datetime
import json
from typing import Any

from sqlalchemy import insert, select, update
from sqlmodel import Session, col

from survey_app.core.content import canonical_json, sha256_of
from survey_app.core.record import build_record
from survey_app.core.workflow import ContributionState, State
from survey_app.services.refusal import ChangedMeanwhile
from survey_app.store.tables import Event, FrozenRecord, RoundUnit, Snapshot, Submission

HANDED_OVER = "handed_over"
"""What such a record rests on: nobody approved it, the unit handed it over."""


def freeze(session: Session, round_id: int) -> dict[int, str]:
    """Make a record of every answer that is handed over; their hashes, by submission.

    The caller holds the case. Raises ChangedMeanwhile if a content is not the one that was handed
    over.
    """
    rows = [_record(*found) for found in handed_over(session, round_id)]
    if rows:
        session.execute(insert(FrozenRecord), rows)
        session.execute(
            update(Submission)
            .where(col(Submission.id).in_([row["submission_id"] for row in rows]))
            .values(state=State.HANDED_IN)
            .execution_options(synchronize_session=False)
        )
    return {row["submission_id"]: row["sha256"] for row in rows}


def handed_over(session: Session, round_id: int) -> list[tuple[RoundUnit, Event, str]]:
    """Each with the step by which it was handed over last, and its content as it was then."""
    query = (
        select(RoundUnit, Event, col(Snapshot.body))
        .join(Event, col(Event.submission_id) == col(RoundUnit.submission_id))
        .join(
            Snapshot,
            (col(Snapshot.submission_id) == col(RoundUnit.submission_id))
            & (col(Snapshot.sha256) == col(Event.content_sha256)),
        )
        .where(
            col(RoundUnit.round_id) == round_id,
            col(RoundUnit.state) == ContributionState.HANDED_OVER,
            col(Event.kind) == HANDED_OVER,
        )
        .order_by(col(RoundUnit.position), col(Event.id))
        .execution_options(populate_existing=True)
    )
    last = {row.submission_id: (row, event, body) for row, event, body in session.execute(query)}
    return list(last.values())


def _record(row: RoundUnit, event: Event, body: str) -> dict[str, Any]:
    content = json.loads(body)
    if sha256_of(content) != event.content_sha256:
        raise ChangedMeanwhile("content_changed")
    record = build_record(content, attestation(event))
    return {
        "submission_id": row.submission_id,
        "sha256": sha256_of(record),
        "content_sha256": event.content_sha256,
        "body": canonical_json(record).decode(),
        "basis": HANDED_OVER,
        "approver_id": event.actor_id,
        "at": event.at,
    }


def attestation(event: Event) -> dict[str, Any]:
    """What a record tells of who handed it over and when: there was no delegation to do it by."""
    return {
        "basis": HANDED_OVER,
        "approved_at": event.at.astimezone(datetime.UTC).isoformat(timespec="seconds"),
        "approver": json.loads(event.facts)["by"],
        "delegation": None,
        "own_work_reason": None,
        "fields": {},
    }
