"""How the audit chain vouches for the steps of a submission's life, and for what was approved.

Whoever takes an event away lets a step count that was void; whoever changes one puts words into
somebody's mouth; and whoever changes a record changes what was approved. The link of a step names
its event, of an endorsement the hash of what was attested, of a return that of what it sent back,
of an approval that of the record and by what right.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Select, select
from sqlmodel import Session, SQLModel, col

from survey_app.core.content import sha256_of
from survey_app.store.tables import AuditEntry, Event, FrozenRecord, Round, Snapshot, Submission

APPROVED = "approved"
Fault = tuple[int, str]
"""The number of a link, 0 for none, and a code."""


def judge_steps(session: Session, case_id: int, entries: Iterable[AuditEntry]) -> Iterator[Fault]:
    """Every event, record and kept content that is not as its link says, or has none."""
    links = [(entry, json.loads(entry.facts)) for entry in entries]
    yield from _judge_events(session, case_id, links)
    yield from _judge_records(session, case_id, links)
    for kept in session.execute(_of_case(Snapshot, case_id)).scalars():
        if _hash(kept.body) != kept.sha256:
            yield 0, "changed_snapshot"


def _of_case(table: type[SQLModel], case_id: int) -> Select[Any]:
    """The rows of a table whose submissions are a case's."""
    named: Any = table
    return (
        select(table)
        .join(Submission, col(Submission.id) == col(named.submission_id))
        .join(Round, col(Round.id) == col(Submission.round_id))
        .where(col(Round.case_id) == case_id)
    )


def _hash(body: str) -> str:
    """Of a document that is kept as canonical JSON."""
    return hashlib.sha256(body.encode()).hexdigest()


def _judge_events(
    session: Session, case_id: int, links: list[tuple[AuditEntry, dict[str, Any]]]
) -> Iterator[Fault]:
    there = {event.id: event for event in session.execute(_of_case(Event, case_id)).scalars()}
    for entry, facts in links:
        if "event" in facts:
            event = there.pop(facts["event"], None)
            if event is None or not _is_as_told(event, entry, facts):
                yield entry.number, "changed_step"
        for key, submission in facts.get("events", {}).items():  # one step of many units
            if not _is_one_of(there.pop(int(key), None), submission, entry, facts):
                yield entry.number, "changed_step"
    for _ in there:
        yield 0, "unlinked_step"


def _is_one_of(
    event: Event | None, submission: int, entry: AuditEntry, facts: dict[str, Any]
) -> bool:
    """Whether an event is one of those that one link tells of many units of a round."""
    if event is None or json.loads(event.facts):
        return False
    kept = event.submission_id, event.kind, event.actor_id, event.at, event.content_sha256
    return kept == (submission, facts.get("step"), entry.actor_id, entry.at, None)


def _is_as_told(event: Event, entry: AuditEntry, facts: dict[str, Any]) -> bool:
    kept = event.submission_id, event.kind, event.actor_id, event.at, event.content_sha256
    said = facts.get("submission"), entry.kind, entry.actor_id, entry.at, facts.get("content")
    if kept != said:
        return False
    told = json.loads(event.facts)
    if "attestation" in facts:
        return bool(facts["attestation"] == sha256_of(told.get("attestation")))
    return "told" not in facts or bool(facts["told"] == sha256_of(told))


def _judge_records(
    session: Session, case_id: int, links: list[tuple[AuditEntry, dict[str, Any]]]
) -> Iterator[Fault]:
    # Of what units handed over in rounds, ``round_chain`` judges.
    approved = _of_case(FrozenRecord, case_id).where(col(FrozenRecord.basis) != "handed_over")
    rows = session.execute(approved).scalars()
    there = {
        row.submission_id: (row.sha256, _hash(row.body), row.content_sha256, row.approver_id,
                            row.delegation_id, row.stand_in_id, row.at)
        for row in rows
    }  # fmt: skip
    for entry, facts in links:
        if entry.kind == APPROVED:
            said = (facts.get("record"), facts.get("record"), facts.get("content"), entry.actor_id,
                    facts.get("delegation"), facts.get("stand_in"), entry.at)  # fmt: skip
            if there.pop(facts.get("submission"), None) != said:
                yield entry.number, "changed_record"
    for _ in there:
        yield 0, "unlinked_record"
