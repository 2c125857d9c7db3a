"""Contributions held against the audit chain: each as it was asked for, and where its links say.

A link names the note by a salted hash. What a unit wrote is held to the chain as any answer is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from survey_app.core.workflow import ContributionState
from survey_app.services.removals.tombstone import REMOVED, value_digest
from survey_app.store.tables import AuditEntry, Contribution, Round, Submission

ASKED, SENT_BACK = "contribution_asked", "sent_back"
_LEADS_TO = {
    ASKED: ContributionState.ASKED,
    "handed_over": ContributionState.HANDED_OVER,
    SENT_BACK: ContributionState.ASKED,
    "recalled": ContributionState.RECALLED,
}

Fault = tuple[int, str]
"""The number of a link, 0 for none, and a code."""


def request_facts(row: Contribution, main: int) -> dict[str, Any]:
    """What the link of a request tells of it: ids, a day, a hash of the note."""
    return {
        "parent": main,
        "questions": _listed(row.questions),
        "note": value_digest(row.salt, row.note, None),
        "until": row.until.isoformat() if row.until else None,
    }


def _listed(text: str) -> Any:
    """A list in JSON; the text itself where somebody made something else of it."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def judge_contributions(
    session: Session, case_id: int, entries: Iterable[AuditEntry]
) -> Iterator[Fault]:
    """Every contribution that is not as its links say, is gone, or was never asked for.

    A note that was removed by decision is empty, and has no salt.
    """
    told: dict[int, tuple[int, int, dict[str, Any]]] = {}
    state: dict[int, ContributionState] = {}
    removed = set()
    for entry in entries:
        facts = json.loads(entry.facts)
        submission = facts.get("submission", 0)
        if entry.kind == ASKED:
            told[submission] = entry.number, entry.actor_id, facts
        elif entry.kind == SENT_BACK and submission in told and "until" in facts:
            told[submission][2]["until"] = facts["until"]
        elif entry.kind == REMOVED:
            removed.add(submission)
        if entry.kind in _LEADS_TO:
            state[submission] = _LEADS_TO[entry.kind]
    there = _rows(session, case_id)
    for submission, (number, asker, facts) in told.items():
        row, now = there.pop(submission, (None, {}))
        if submission in removed and row is not None and not (row.note or row.salt):
            now["note"] = facts.get("note")
        said = {key: facts.get(key) for key in now}
        if row is None or (said, asker, state[submission]) != (now, row.author_id, row.state):
            yield number, "changed_contribution"
    for _ in there:
        yield 0, "unlinked_contribution"


def _rows(session: Session, case_id: int) -> dict[int, tuple[Contribution, dict[str, Any]]]:
    query = (
        select(Contribution, col(Submission.parent_id))
        .join(Submission, col(Submission.id) == col(Contribution.submission_id))
        .join(Round, col(Round.id) == col(Submission.round_id))
        .where(col(Round.case_id) == case_id)
    )
    return {row.submission_id: (row, request_facts(row, main))
            for row, main in session.execute(query)}  # fmt: skip
