"""How the audit chain vouches for the steps of an approval that was not decided yet.

A step that was taken stands as an event until the record takes it in; whoever changed the event
meanwhile would put words into somebody's mouth. Its link holds the hash of what was attested.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from sqlalchemy import select
from sqlmodel import Session, col

from survey_app.core.content import sha256_of
from survey_app.store.tables import AuditEntry, Event, Round, Submission

ENDORSED = "endorsed"


def judge_steps(
    session: Session, case_id: int, entries: Iterable[AuditEntry]
) -> Iterator[tuple[int, str]]:
    """Every step that is not as its link says, or has none; and every link without its step."""
    told: dict[int, tuple[int, str, int, str]] = {}
    for entry in entries:
        if entry.kind == ENDORSED:
            facts = json.loads(entry.facts)
            said = str(facts.get("content")), entry.actor_id, str(facts.get("attestation"))
            told[facts.get("event", 0)] = entry.number, *said
    rows = session.execute(
        select(Event)
        .join(Submission, col(Submission.id) == col(Event.submission_id))
        .join(Round, col(Round.id) == col(Submission.round_id))
        .where(col(Round.case_id) == case_id, col(Event.kind) == ENDORSED)
    ).scalars()
    there = {
        event.id: (event.content_sha256, event.actor_id,
                   sha256_of(json.loads(event.facts).get("attestation")))
        for event in rows
    }  # fmt: skip
    for event_id, (number, *attested) in told.items():
        if there.pop(event_id, None) != tuple(attested):
            yield number, "changed_step"
    for _ in there:
        yield 0, "unlinked_step"
