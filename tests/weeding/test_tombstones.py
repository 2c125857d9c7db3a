"""Tombstones: that the chain still tells all, in corrections and in every database too."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlmodel import Session, col

from survey_app.core.workflow import State
from survey_app.services.audit import verify_chain
from survey_app.services.case import correct_submission
from survey_app.store.migration import current_revision, migrate, migrate_down
from survey_app.store.tables import Answer, AuditEntry, Removal, Revision
from tests.stage import Stage, build_stage

from .material import DRAFT, breaks, count, remove, survey, work


def one(session: Session, **values: Any) -> None:
    """Change the first tombstone."""
    stone = session.execute(
        select(Revision).where(col(Revision.removal_id).is_not(None)).limit(1)
    ).scalar_one()
    session.execute(update(Revision).where(col(Revision.id) == stone.id).values(**values))


def live(session: Session) -> Any:
    return col(Revision.id) == session.execute(
        select(func.min(Revision.id)).where(col(Revision.removal_id).is_(None))
    ).scalar_one()  # fmt: skip


def own_decision(**values: Any) -> Removal:
    """A decision that no link knows."""
    now = datetime.datetime.now(datetime.UTC)
    return Removal(case_id=1, submission_id=1, decision="Eget", counts="{}", actor_id=1, at=now,
                   **values)  # fmt: skip


TAMPERINGS: dict[str, tuple[Callable[[Session], object], str]] = {
    "delete a tombstone": (lambda session: session.execute(delete(Revision).where(
        col(Revision.removal_id).is_not(None))), "missing_tombstone"),
    "delete a value": (lambda session: session.execute(delete(Revision).where(live(session))),
                       "missing_value"),
    "delete a value and its answer": (lambda session: (
        session.execute(delete(Revision).where(col(Revision.question) == "1",
                                               col(Revision.removal_id).is_(None))),
        session.execute(delete(Answer).where(col(Answer.question) == "1"))), "missing_value"),
    "delete an answer": (lambda session: session.execute(delete(Answer).where(
        col(Answer.question) == "1")), "missing_answer"),
    "pass a value off as removed": (lambda session: session.execute(
        update(Revision).where(live(session)).values(value=None, salt="", removal_id=1)),
        "removed_without_decision"),
    "empty a value": (lambda session: session.execute(
        update(Revision).where(live(session)).values(value=None, salt="")), "unlinked_value"),
    "fill a tombstone": (lambda session: one(session, value='"Nytt"'), "filled_tombstone"),
    "a reason in a tombstone": (lambda session: one(session, blank="{}"), "filled_tombstone"),
    "a salt in a tombstone": (lambda session: one(session, salt="0" * 32), "filled_tombstone"),
    "another submission": (lambda session: one(session, submission_id=2),
                           "removed_without_decision"),
    "by another decision": (lambda session: (
        session.add(own_decision(id=2)), session.flush(), one(session, removal_id=2)),
        "removed_without_decision"),
    "another author": (lambda session: one(session, author_id=3), "changed_tombstone"),
    "another time": (lambda session: one(
        session, at=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)), "changed_tombstone"),
    "another question": (lambda session: one(session, question="3"), "changed_tombstone"),
    "another version": (lambda session: one(session, version=9), "changed_tombstone"),
    "a loser made a winner": (lambda session: session.execute(
        update(Revision).where(col(Revision.removal_id).is_not(None)).values(accepted=True)),
        "changed_tombstone"),
    "no decision any more": (lambda session: one(session, removal_id=None), "unlinked_value"),
    "other words of the decision": (lambda session: session.execute(
        update(Removal).values(decision="Ett annat beslut")), "changed_decision"),
    "other counts": (lambda session: session.execute(update(Removal).values(counts="{}")),
                     "changed_decision"),
    "a decision of one's own": (lambda session: session.add(own_decision()), "unlinked_decision"),
    "one more in the link": (lambda session: session.execute(
        update(AuditEntry).where(col(AuditEntry.kind) == "working_material_removed").values(
            facts=func.replace(AuditEntry.facts, '"revisions":{', '"revisions":{"99":"x",'))),
        "changed"),
}  # fmt: skip


def test_tampering_with_what_is_gone_is_found(stage: Stage) -> None:
    """Each in a transaction of its own that is rolled back."""
    submission = work(stage)
    remove(stage, submission)
    assert (submission, correct(stage, submission)) == (1, 2)
    assert breaks(stage) == set()
    for tampering, (tamper, code) in TAMPERINGS.items():
        with contextlib.suppress(InterruptedError), stage.database.writing() as session:
            tamper(session)
            session.flush()
            session.expire_all()
            found = {item.code for item in verify_chain(session, 1, stage.key)}
            raise InterruptedError
        assert code in found, tampering
    assert breaks(stage) == set()
    assert len(TAMPERINGS) >= 12


def correct(stage: Stage, submission: int) -> int:
    with stage.database.writing() as session:
        made = correct_submission(session, stage.actor("strategist"), submission, stage.now)
        assert made.id is not None
        return made.id


def test_a_correction_carries_no_tombstones(stage: Stage) -> None:
    submission = work(stage)
    before = correct(stage, submission)
    remove(stage, submission)
    with stage.database.reading() as session:
        copied = session.execute(
            select(col(Revision.value)).where(col(Revision.submission_id) == before)
        ).scalars().all()  # fmt: skip
    assert any(DRAFT in str(value) for value in copied), "an open correction keeps what it has"
    other = work(stage, "RS2502")
    remove(stage, other)
    after = correct(stage, other)
    stage.save(after, "1", "Rättad text", stage.read(after).version_of("1"))
    with stage.database.reading() as session:
        stones = session.execute(
            select(func.count()).where(
                col(Revision.submission_id) == after, col(Revision.removal_id).is_not(None)
            )
        ).scalar_one()
    assert stones == 0
    assert breaks(stage) == set()


def test_a_correction_can_be_weeded_too(stage: Stage) -> None:
    """Its history is that of the first submission, copied, and what came after."""
    submission = work(stage)
    correction = correct(stage, submission)
    stage.save(correction, "3", "Tillagt", 0)
    stage.send(correction)
    stage.approve(correction)
    stage.hand_in(correction)
    assert survey(stage, correction).counts["older"] == 3
    for weeded in (correction, submission):
        remove(stage, weeded)
        assert breaks(stage) == set()


def test_on_postgresql(tmp_path: Path, postgresql_url: str) -> None:
    stage = build_stage(tmp_path, {"DATABASE_URL": postgresql_url})
    submission = _plain_work(stage)
    remove(stage, submission)
    assert breaks(stage) == set()
    _down_and_up(stage)
    stage.database.close()


def test_down_and_up_with_tombstones(stage: Stage) -> None:
    remove(stage, work(stage))
    _down_and_up(stage)


def _plain_work(stage: Stage) -> int:
    [submission] = stage.open("RS2501")
    stage.bring(submission, State.DRAFT)
    stage.save(submission, "3", DRAFT, 0)
    stage.save(submission, "3", "Bättre", 1)
    stage.send(submission)
    stage.approve(submission)
    stage.hand_in(submission)
    return submission


def _down_and_up(stage: Stage) -> None:
    before = count(stage, Revision)
    head = current_revision(stage.database)
    migrate_down(stage.database, "0002")
    migrate(stage.database)
    assert current_revision(stage.database) == head
    assert count(stage, Revision) == before, "rows stay; the decisions went with their table"
    assert count(stage, Removal) == 0
