"""A removed case held against its audit chain: nothing of what went is left, all that stays is as
it was left, and a case is empty by the decision that its last link names or not at all.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlmodel import Session, col

from survey_app.core.content import sha256_of
from survey_app.services.removals.contents import belongs, left_behind, remains_digest
from survey_app.store.tables import AuditEntry, Case, CaseRemoval, FrozenRecord, table_of

CASE_REMOVED = "case_removed"

Fault = tuple[int, str]
"""The number of a link, 0 for none, and a code."""


def case_removal_digest(row: CaseRemoval) -> str:
    """How the chain names the decision, and holds it to its words, its day and its counts."""
    return sha256_of(
        [row.case_id, row.decision, row.ground, row.day.isoformat(), row.actor_id,
         row.at.astimezone(datetime.UTC).isoformat(), json.loads(row.counts), row.shown_sha256,
         row.package_sha256]
    )  # fmt: skip


def is_told_removed(entries: Sequence[AuditEntry]) -> bool:
    """Whether a link says that all that the case held was removed."""
    return any(entry.kind == CASE_REMOVED for entry in entries)


def judge_standing(session: Session, case_id: int) -> Iterator[Fault]:
    """Of a case that no link says to be removed: whether its rows say so all the same."""
    case, row = session.get(Case, case_id), session.get(CaseRemoval, case_id)
    if row is not None or (case is not None and case.removed is not None):
        yield 0, "removed_without_decision"


def judge_removed(session: Session, case_id: int, entries: Sequence[AuditEntry]) -> Iterator[Fault]:
    """Of a case that a link says to be removed: everything that is not as the link has it."""
    link = next(entry for entry in entries if entry.kind == CASE_REMOVED)
    told = json.loads(link.facts)
    for entry in entries:
        if entry.number > link.number:
            yield entry.number, "link_after_removal"
    case, row = session.get(Case, case_id), session.get(CaseRemoval, case_id)
    kept = None if row is None else _digest(row)
    if case is None or row is None or kept != told.get("decision") or case.removed != link.at:
        yield link.number, "changed_decision"
    if remains_digest(session, case_id) != told.get("remains"):
        yield link.number, "changed_remains"
    for _table in left_behind(session, case_id):
        yield link.number, "left_behind"


def _digest(row: CaseRemoval) -> str | None:
    try:
        return case_removal_digest(row)
    except ValueError:  # counts that are no JSON any more
        return None


def records_of(session: Session, case_id: int) -> dict[str, str]:
    """The hashes of the records of a case, by submission, for its link."""
    of_case = belongs(table_of(FrozenRecord), case_id)
    query = select(col(FrozenRecord.submission_id), col(FrozenRecord.sha256)).where(of_case)
    return {str(submission): sha256 for submission, sha256 in session.execute(query)}
