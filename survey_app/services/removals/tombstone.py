"""Tombstones: what stands where working material was removed by decision, held against the chain.

A removed revision keeps its row (who, when, which question) without value and salt. The link
``working_material_removed`` names each by its id and by the hash under which the chain knew its
value. What is gone without being named there, or named there and not gone, is a break.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from survey_app.core.content import sha256_of
from survey_app.store.tables import AuditEntry, Removal, Revision

REMOVED = "working_material_removed"
IMPORTED = "answers_imported"
"""Tells many values of one submission: by question, the hash and the version."""
_ACCEPTED = {"answer_saved": True, "answer_kept_aside": False}

Fault = tuple[int, str]
"""The number of a link, 0 for none, and a code."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a link tells of a value: where it stood, and who wrote it."""

    number: int
    submission: int | None
    question: str | None
    version: int | None
    accepted: bool | None
    actor: int
    at: datetime.datetime


@dataclass(slots=True)
class Vouched:
    """What the links of a case vouch for.

    values   by the hash of the value
    removed  by the id of a revision: its submission, the decision's id, the hash of its value
    decided  by the id of a decision: the number of its link, the hash of the decision
    """

    values: dict[str, Told] = field(default_factory=dict)
    removed: dict[int, tuple[int, int, str]] = field(default_factory=dict)
    decided: dict[int, Fault] = field(default_factory=dict)


def value_digest(salt: str, value: str | None, blank: str | None) -> str:
    """How a link names a value of the history without telling it."""
    return hashlib.sha256(f"{salt}:{value}:{blank}".encode()).hexdigest()


def read_links(entries: Iterable[AuditEntry]) -> Vouched:
    """What the links tell of values and removals."""
    vouched = Vouched()
    for entry in entries:
        facts = json.loads(entry.facts)
        if entry.kind == REMOVED:
            _read_removal(vouched, entry.number, facts)
        elif entry.kind == IMPORTED:
            for question, (digest, version) in facts["values"].items():
                vouched.values[digest] = Told(
                    entry.number, facts["submission"], question, version, True, entry.actor_id,
                    entry.at,
                )  # fmt: skip
        elif digest := facts.get("value"):
            vouched.values[digest] = Told(
                entry.number, facts.get("submission"), facts.get("question"),
                facts.get("version"), _ACCEPTED.get(entry.kind), entry.actor_id, entry.at,
            )  # fmt: skip
    return vouched


def _read_removal(vouched: Vouched, number: int, facts: dict[str, Any]) -> None:
    removal = facts.get("removal", 0)
    vouched.decided[removal] = number, str(facts.get("decision"))
    for revision, digest in facts.get("revisions", {}).items():
        vouched.removed[int(revision)] = facts.get("submission", 0), removal, digest


def removal_digest(removal: Removal) -> str:
    """How the chain names a decision, and holds it to its words, its day and its counts."""
    return sha256_of(
        {
            "submission": removal.submission_id,
            "decision": removal.decision,
            "counts": json.loads(removal.counts),
            "actor": removal.actor_id,
            "at": removal.at.astimezone(datetime.UTC).isoformat(),
        }
    )


def judge_removals(
    session: Session,
    case_id: int,
    vouched: Vouched,
    tombstones: list[Revision],
    held: set[tuple[int, str]],
) -> Iterator[Fault]:
    """Every place where what is gone is not what was decided.

    tombstones  the case's revisions that name a decision
    held        submission and hash of every value that is still there
    """
    standing = set()
    for stone in tombstones:
        standing.add(stone.id)
        if code := _fault_of(stone, vouched):
            yield 0, code
    for revision, (_, removal, _) in vouched.removed.items():
        if revision not in standing:
            yield vouched.decided[removal][0], "missing_tombstone"
    gone = {(submission, digest) for submission, _, digest in vouched.removed.values()}
    for digest, told in vouched.values.items():
        if told.submission is not None and (told.submission, digest) not in held | gone:
            yield told.number, "missing_value"
    yield from _judge_decisions(session, case_id, vouched)


def _fault_of(stone: Revision, vouched: Vouched) -> str:
    assert stone.id is not None
    submission, removal, digest = vouched.removed.get(stone.id, (0, 0, ""))
    if (submission, removal) != (stone.submission_id, stone.removal_id):
        return "removed_without_decision"
    if (stone.value, stone.blank, stone.salt) != (None, None, ""):
        return "filled_tombstone"
    told = vouched.values.get(digest)
    kept = stone.question, stone.version, stone.accepted, stone.author_id, stone.at
    if told is None or kept != (
        told.question, told.version, told.accepted, told.actor, told.at
    ):  # fmt: skip
        return "changed_tombstone"
    return ""


def _judge_decisions(session: Session, case_id: int, vouched: Vouched) -> Iterator[Fault]:
    query = select(Removal).where(col(Removal.case_id) == case_id)
    there = {row.id: removal_digest(row) for row in session.execute(query).scalars()}
    for removal, (number, digest) in vouched.decided.items():
        if there.pop(removal, None) != digest:
            yield number, "changed_decision"
    for _ in there:
        yield 0, "unlinked_decision"
