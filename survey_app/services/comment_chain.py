"""Comments held against the audit chain: each as it was written, gone only by a decision.

A link names a comment by a salted hash of what it says, so that nothing can be guessed from there.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Iterator

from sqlalchemy import select
from sqlmodel import Session, col

from survey_app.core.content import sha256_of
from survey_app.services.removals.tombstone import REMOVED
from survey_app.store.tables import AuditEntry, Comment, Round, Submission

ADDED = "comment_added"

Fault = tuple[int, str]
"""The number of a link, 0 for none, and a code."""


def comment_digest(row: Comment) -> str:
    """How the chain names a comment."""
    moment = row.at.astimezone(datetime.UTC).isoformat()
    return sha256_of(
        [row.salt, row.submission_id, row.question, row.author_id, moment, row.text]
    )  # fmt: skip


def judge_comments(
    session: Session, case_id: int, entries: Iterable[AuditEntry]
) -> Iterator[Fault]:
    """Every comment that is not as its link says, is gone without a decision, or has no link."""
    told: dict[int, Fault] = {}
    removed: dict[int, str] = {}
    for entry in entries:
        if entry.kind == ADDED:
            facts = json.loads(entry.facts)
            told[facts.get("comment", 0)] = entry.number, str(facts.get("row"))
        elif entry.kind == REMOVED:
            gone: dict[str, str] = json.loads(entry.facts).get("comments", {})
            removed |= {int(key): digest for key, digest in gone.items()}
    there = _rows(session, case_id)
    for key, (number, digest) in told.items():
        if key not in there and removed.get(key) != digest:
            yield number, "missing_comment"
        elif there.pop(key, digest) != digest:
            yield number, "changed_comment"
    for _ in there:
        yield 0, "unlinked_comment"


def _rows(session: Session, case_id: int) -> dict[int | None, str]:
    query = (
        select(Comment)
        .join(Submission, col(Submission.id) == col(Comment.submission_id))
        .join(Round, col(Round.id) == col(Submission.round_id))
        .where(col(Round.case_id) == case_id)
    )
    return {row.id: comment_digest(row) for row in session.execute(query).scalars()}
