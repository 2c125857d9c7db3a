"""The register held against the audit chain: what was registered, struck, marked and given out, as
it was.

A link names a row by a salted hash of what it says, so that a secret subject cannot be guessed
from there.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Select, select
from sqlmodel import Session, col

from survey_app.core.content import sha256_of
from survey_app.store.tables import (
    AuditEntry,
    BoardDecision,
    CaseDocument,
    Completion,
    Extension,
    GivenCopy,
    SecrecyMark,
)

REGISTERED, STRUCK, MARKED = "document_registered", "document_struck", "secrecy_marked"
GIVEN, REFUSED = "copy_given", "giving_out_refused"
EXTENDED, COMPLETED = "deadline_extended", "completion_opened"
DECIDED = "board_decision_recorded"
_NAMED = {
    REGISTERED: "document",
    STRUCK: "document",
    MARKED: "mark",
    GIVEN: "given_copy",
    REFUSED: "given_copy",
    EXTENDED: "extension",
    COMPLETED: "submission",
    DECIDED: "decision",
}
"""By the kind of a link: what it calls the id of its row."""

Fault = tuple[int, str]
"""The number of a link, 0 for none, and a code."""


def document_digest(row: CaseDocument) -> str:
    """How the chain names a registered document."""
    # Nothing that was registered before they were has these.
    made = [item for item in (row.made, row.submission_id) if item]
    return sha256_of(
        [row.salt, row.kind, row.direction, row.day.isoformat(), row.counterpart, row.subject,
         row.sha256, row.name, row.author_id, _moment(row.at), *made]
    )  # fmt: skip


def strike_digest(row: CaseDocument) -> str:
    """How the chain names the striking of a document."""
    moment = _moment(row.struck) if row.struck else None
    return sha256_of([row.salt, row.struck_reason, row.struck_by, moment])


def mark_digest(row: SecrecyMark) -> str:
    """How the chain names a mark of secrecy."""
    return sha256_of(
        [row.salt, row.entry, row.ground, row.conceals_counterpart, row.conceals_subject,
         row.author_id, _moment(row.at)]
    )  # fmt: skip


def given_digest(row: GivenCopy) -> str:
    """How the chain names a copy that was given out, or a refusal. Its hashes of files, which
    nobody can guess, do for a salt."""
    return sha256_of(
        [row.kind, row.submission_id, row.masks, row.pdf_sha256, row.json_sha256, row.zip_sha256,
         row.actor_id, _moment(row.at)]
    )  # fmt: skip


def extension_digest(row: Extension) -> str:
    """How the chain names more time from the authority."""
    return sha256_of(
        [row.salt, row.round_id, row.completion_id, row.document_id, row.until.isoformat(),
         row.reason, row.author_id, _moment(row.at)]
    )  # fmt: skip


def completion_digest(row: Completion) -> str:
    """How the chain names what was asked to be completed."""
    until = row.until.isoformat() if row.until else None
    return sha256_of(
        [row.salt, row.submission_id, row.document_id, until, row.questions, row.author_id,
         _moment(row.at)]
    )  # fmt: skip


def decision_digest(row: BoardDecision) -> str:
    """How the chain names what a board decided."""
    return sha256_of(
        [row.salt, row.document_id, row.body, row.paragraph, row.day.isoformat(), row.matter,
         row.about, row.decision, row.recipients, row.background, row.author_id, _moment(row.at)]
    )  # fmt: skip


def _of_documents(table: type[Extension] | type[Completion], case_id: int) -> Select[Any]:
    """The rows of a table whose documents are a case's."""
    return (
        select(table)
        .join(CaseDocument, col(CaseDocument.id) == col(table.document_id))
        .where(col(CaseDocument.case_id) == case_id)
    )


def _moment(moment: datetime.datetime) -> str:
    return moment.astimezone(datetime.UTC).isoformat()


def judge_register(
    session: Session, case_id: int, entries: Iterable[AuditEntry]
) -> Iterator[Fault]:
    """Every row of the register that is not as its links say, or has none."""
    told: dict[tuple[str, int], tuple[int, str]] = {}
    for entry in entries:
        if entry.kind in _NAMED:
            facts = json.loads(entry.facts)
            row = facts.get(_NAMED[entry.kind], 0)
            told[entry.kind, row] = entry.number, str(facts.get("row"))
    there = _rows(session, case_id)
    for key, (number, digest) in told.items():
        if there.pop(key, None) != digest:
            yield number, "changed_register"
    for _ in there:
        yield 0, "unlinked_register"


def _rows(session: Session, case_id: int) -> dict[tuple[str, int | None], str]:
    documents = select(CaseDocument).where(col(CaseDocument.case_id) == case_id)
    marks = select(SecrecyMark).where(col(SecrecyMark.case_id) == case_id)
    found: dict[tuple[str, int | None], str] = {}
    for row in session.execute(documents).scalars():
        found[REGISTERED, row.id] = document_digest(row)
        if row.struck or row.struck_by or row.struck_reason:
            found[STRUCK, row.id] = strike_digest(row)
    for extension in session.execute(_of_documents(Extension, case_id)).scalars():
        found[EXTENDED, extension.id] = extension_digest(extension)
    for completion in session.execute(_of_documents(Completion, case_id)).scalars():
        found[COMPLETED, completion.submission_id] = completion_digest(completion)
    decisions = select(BoardDecision).where(col(BoardDecision.case_id) == case_id)
    for decision in session.execute(decisions).scalars():
        found[DECIDED, decision.id] = decision_digest(decision)
    for mark in session.execute(marks).scalars():
        found[MARKED, mark.id] = mark_digest(mark)
    given = select(GivenCopy).where(col(GivenCopy.case_id) == case_id)
    for copy in session.execute(given).scalars():
        found[GIVEN if copy.kind == "copy" else REFUSED, copy.id] = given_digest(copy)
    return found
