"""Removal (gallring) of a whole case by decision: what it holds goes, what vouches for it stays.

All of it goes in one transaction. What stays is the register's line, ids, days and hashes, and the
chain, whose last link names the records that were, how much went, and the decision. Backups that
were made before still hold what they held.
"""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from sqlalchemy import func, select
from sqlmodel import Session, col

from survey_app.core.content import sha256_of
from survey_app.core.workflow import Role
from survey_app.export.swedish import swedish_day
from survey_app.services.actor import Actor
from survey_app.services.audit import Signer, append_signed
from survey_app.services.case import find_case, has_open_round, left_to_archive
from survey_app.services.line import LONGEST_DECISION, read_line
from survey_app.services.refusal import ChangedMeanwhile, Forbidden, Invalid, WrongState
from survey_app.services.removals.burial import overwrite
from survey_app.services.removals.chain import (
    CASE_REMOVED,
    case_removal_digest,
    records_of,
)
from survey_app.services.removals.contents import blobs_of, count_rows, empty, remains_digest
from survey_app.services.security.log import note
from survey_app.services.upload import remove_unused
from survey_app.store.tables import (
    AuditEntry,
    Case,
    CaseRemoval,
    Report,
    SecurityEntry,
)

COUNTED: dict[str, str] = {
    "record": "records",
    "answer": "answers",
    "revision": "wordings",
    "round_unit": "round_answers",
    "ballot": "ballots",
    "contribution": "contributions",
    "attachment": "enclosures",
    "handing_in": "receipts",
    "stored_copy": "stored_copies",
    "given_copy": "given_copies",
    "case_document": "documents",
    "board_decision": "board_decisions",
    "report": "reports",
    "comment": "comments",
    "task": "tasks",
    "snapshot": "snapshots",
    "word_file": "word_files",
    "table_file": "table_files",
    "outbox": "mails",
}
"""What is told of what goes: by the table in which a row is one, its sort."""

GOES_ALONG = frozenset({
    "answer_link", "completion", "confirmation", "event", "extension", "kept_reason", "mention",
    "presence", "proposal", "report_piece", "report_revision", "report_source", "returned_question",
    "round_value", "secrecy_mark", "sign_in_flow", "survey", "transcribed_field", "version_change",
})  # fmt: skip
"""The tables whose rows are part of something that is counted, or tell of it."""

_FLEETING = {"presence", "outbox", "confirmation", "sign_in_flow"}
"""What comes and goes by itself, so that it makes nobody look again."""

Keeping = Literal["package", "nothing"]
"""What is kept of the case elsewhere: the package that was fetched; or, by the decision, nothing"""


class Obstacle(NamedTuple):
    """What stands in the way of a removal: a code, and how many."""

    code: Literal["round_open", "not_archived", "report_draft"]
    n: int


class Fetched(NamedTuple):
    """The package of the case that was fetched last; ``current`` if nothing happened since."""

    at: datetime.datetime
    sha256: str
    current: bool


@dataclass(frozen=True, slots=True)
class CaseContents:
    """What there is of a case.

    counts     how much of each sort goes, and of ``files`` that nothing else names
    shared     files of it that other cases have too, and keep
    obstacles  what stands in the way
    package    None where it was never fetched
    sha256     the hash of what is shown, so that exactly this is removed
    """

    case: Case
    counts: dict[str, int]
    shared: int
    obstacles: list[Obstacle]
    package: Fetched | None
    sha256: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided: its words, what it rests on, its day, and what is kept elsewhere."""

    decision: str
    ground: str
    day: datetime.date | None
    keeping: str


def survey_case(session: Session, actor: Actor, diary_number: str) -> CaseContents:
    """What there is of a case, and what stands in the way. Raises NotFound, Forbidden, Gone."""
    return _survey(session, _for_archivist(actor, find_case(session, actor, diary_number)))


def _for_archivist(actor: Actor, case: Case) -> Case:
    if Role.ARCHIVIST not in actor.roles_in(case.unit_id):
        raise Forbidden("not_your_role")
    return case


def _survey(session: Session, case: Case) -> CaseContents:
    assert case.id is not None
    rows = count_rows(session, case.id)
    own, shared = blobs_of(session, case.id)
    counts = {sort: rows[table] for table, sort in COUNTED.items()}
    counts["files"] = len(own - shared)
    lasting = {name: count for name, count in rows.items() if name not in _FLEETING}
    return CaseContents(
        case=case,
        counts={sort: count for sort, count in counts.items() if count},
        shared=len(shared),
        obstacles=list(_obstacles(session, case.id)),
        package=_last_package(session, case),
        sha256=sha256_of(
            [case.diary_number, case.audit_head, lasting, sorted(own), sorted(shared)]
        ),
    )


def _obstacles(session: Session, case_id: int) -> list[Obstacle]:
    drafts = select(func.count()).where(
        col(Report.case_id) == case_id, col(Report.state) == "draft"
    )
    found = (
        Obstacle("round_open", int(has_open_round(session, case_id))),
        Obstacle("not_archived", len(left_to_archive(session, case_id))),
        Obstacle("report_draft", session.execute(drafts).scalar_one()),
    )
    return [obstacle for obstacle in found if obstacle.n]


def _last_package(session: Session, case: Case) -> Fetched | None:
    """As the security log has it; every fetching is noted there with the hash of the file."""
    fetched = (
        select(col(SecurityEntry.at), col(SecurityEntry.facts))
        .where(
            col(SecurityEntry.kind) == "exported",
            col(SecurityEntry.unit_id) == case.unit_id,
            col(SecurityEntry.facts).contains('"what":"package"', autoescape=True),
            col(SecurityEntry.facts).contains(f'"of":{{"case":{case.id}}}', autoescape=True),
        )
        .order_by(col(SecurityEntry.number).desc())
    )
    last = select(func.max(col(AuditEntry.at))).where(col(AuditEntry.case_id) == case.id)
    changed = session.execute(last).scalar_one()
    for at, facts in session.execute(fetched.limit(1)):
        return Fetched(at, json.loads(facts)["sha256"], at >= changed)
    return None


def remove_case(
    session: Session, actor: Actor, diary_number: str, decided: Decision, *, confirmed: bool,
    shown_sha256: str, now: datetime.datetime, signer: Signer,
) -> CaseRemoval:  # fmt: skip
    """Remove exactly what was shown of a case, by a decision.

    Raises NotFound, Forbidden, WrongState (``case_already_removed``, ``case_not_finished``),
    ChangedMeanwhile (``case_changed``), Invalid (as ``_read``; ``case_removal_not_confirmed``).
    """
    case = _for_archivist(actor, find_case(session, actor, diary_number, hold=True, removed=True))
    if case.removed is not None:
        raise WrongState("case_already_removed", number=case.diary_number)
    contents = _survey(session, case)
    if contents.obstacles:
        raise WrongState("case_not_finished")
    if contents.sha256 != shown_sha256:
        raise ChangedMeanwhile("case_changed")
    row = _read(decided, contents, actor, now)
    if not confirmed:
        raise Invalid("case_removal_not_confirmed", field="confirmed")
    overwrite(session)
    _remove(session, case, row, signer)
    note(session, "case_removed", by=actor.account_id, unit=case.unit_id, case=row.case_id,
         decision=case_removal_digest(row))  # fmt: skip
    return row


def _read(
    decided: Decision, contents: CaseContents, actor: Actor, now: datetime.datetime
) -> CaseRemoval:
    """The row of a decision. Raises Invalid with the ``field``: ``removal_decision_missing``,
    ``removal_ground_missing``, ``line_too_long``, ``day_unreadable``, ``decision_day_in_future``,
    ``keeping_missing``, ``package_not_fetched``."""
    assert contents.case.id is not None
    decision = read_line(decided.decision, LONGEST_DECISION, "decision")
    ground = read_line(decided.ground, LONGEST_DECISION, "ground")
    if not decision:
        raise Invalid("removal_decision_missing", field="decision")
    if not ground:
        raise Invalid("removal_ground_missing", field="ground")
    if decided.day is None:
        raise Invalid("day_unreadable", field="day")
    if decided.day > swedish_day(now):
        raise Invalid("decision_day_in_future", field="day")
    return CaseRemoval(
        case_id=contents.case.id, decision=decision, ground=ground, day=decided.day,
        actor_id=actor.account_id, at=now, counts=json.dumps(contents.counts),
        shown_sha256=contents.sha256, package_sha256=_kept_package(decided.keeping, contents),
    )  # fmt: skip


def _kept_package(keeping: str, contents: CaseContents) -> str | None:
    if keeping not in ("package", "nothing"):
        raise Invalid("keeping_missing", field="keeping")
    if keeping == "nothing":
        return None
    if contents.package is None or not contents.package.current:
        raise Invalid("package_not_fetched", field="keeping")
    return contents.package.sha256


def _remove(session: Session, case: Case, row: CaseRemoval, signer: Signer) -> None:
    key, chain = row.case_id, (row.case_id, case.audit_length, case.audit_head)
    records = records_of(session, key)
    own, _shared = blobs_of(session, key)
    empty(session, key)
    remove_unused(session, own)
    case.removed = row.at
    session.add_all([case, row])
    session.flush()
    facts: dict[str, Any] = {
        "records": records,
        "counts": json.loads(row.counts),
        "decision": case_removal_digest(row),
        "remains": remains_digest(session, key),
        "package": row.package_sha256,
    }
    append_signed(session, chain, signer, at=row.at, actor=row.actor_id, kind=CASE_REMOVED,
                  facts=facts)  # fmt: skip
