"""How the audit chain vouches for rounds: their terms, and the records that closing them made."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from sqlalchemy import select
from sqlmodel import Session, col

from survey_app.core.content import sha256_of
from survey_app.store.tables import AuditEntry, FrozenRecord, Round, Submission

Digests = tuple[str, ...]
Fault = tuple[int, str]
"""The number of a link, 0 for none, and a code."""

OPENED, CLOSED, HANDED_OVER = "round_opened", "round_closed", "handed_over"


def round_digest(row: Round) -> str:
    """How the chain names what a round was opened with."""
    days = [day.isoformat() if day else None for day in (row.opens, row.deadline)]
    return sha256_of([row.salt, row.sort, row.specification, row.title, row.note, *days])


def judge_rounds(session: Session, case_id: int, entries: Iterable[AuditEntry]) -> Iterator[Fault]:
    """Every round, and every record of one, that is not as its link says, or has none.

    A record must hold the content that its unit handed over last, and name who did.
    """
    opened: dict[int, tuple[int, Digests]] = {}
    closed: dict[int, tuple[int, Digests]] = {}
    handed: dict[int, Digests] = {}
    for entry in entries:
        facts = json.loads(entry.facts)
        if entry.kind == OPENED:
            opened[facts["round"]] = entry.number, (facts["row"],)
        elif entry.kind == HANDED_OVER:
            handed[facts["submission"]] = str(facts.get("content")), str(facts.get("by"))
        elif entry.kind == CLOSED:
            for key, sha256 in facts["records"].items():
                closed[int(key)] = entry.number, (sha256, *handed.get(int(key), ()))
    yield from _compare(opened, _rounds(session, case_id))
    yield from _compare(closed, _records(session, case_id))


def _rounds(session: Session, case_id: int) -> dict[int | None, Digests]:
    query = select(Round).where(col(Round.case_id) == case_id, col(Round.sort) != "own")
    return {row.id: (round_digest(row),) for row in session.execute(query).scalars()}


def _records(session: Session, case_id: int) -> dict[int | None, Digests]:
    query = (
        select(FrozenRecord)
        .join(Submission, col(Submission.id) == col(FrozenRecord.submission_id))
        .join(Round, col(Round.id) == col(Submission.round_id))
        .where(col(Round.case_id) == case_id, col(FrozenRecord.basis) == "handed_over")
    )
    return {row.submission_id: _told_by(row) for row in session.execute(query).scalars()}


def _told_by(row: FrozenRecord) -> Digests:
    record = json.loads(row.body)
    approver = record.get("approval", {}).get("approver")
    return sha256_of(record), sha256_of(record.get("content")), sha256_of(approver)


def _compare(
    told: dict[int, tuple[int, Digests]], there: dict[int | None, Digests]
) -> Iterator[Fault]:
    for key, (number, digests) in told.items():
        if there.pop(key, None) != digests:
            yield number, "changed_round"
    for _ in there:
        yield 0, "unlinked_round"
