"""The audit chain vouches for every step of a submission's life and for what was approved."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from survey_app.core.content import canonical_json, sha256_of
from survey_app.services.audit import verify_chain
from survey_app.store.tables import Event, FrozenRecord, ReturnedQuestion, Snapshot
from tests.stage import Stage
from tests.workflow.decisions import SECOND


@pytest.fixture
def approved(stage: Stage, sent: int) -> int:
    """Sent back, taken back, endorsed twice (once in vain) and approved."""
    stage.send_back(sent, {"1": "Skriv mer"})
    stage.in_steps(2)
    stage.delegate(SECOND, step=1)
    stage.send(sent)
    stage.endorse(sent, SECOND)
    stage.withdraw(sent)
    stage.send(sent)
    stage.endorse(sent, SECOND)
    stage.approve(sent, turn=(2, 2))
    return sent


def breaks(stage: Stage) -> set[str]:
    with stage.database.reading() as session:
        return {item.code for item in verify_chain(session, 1, stage.key)}


def _forget(kind: str) -> Callable[[Session], None]:
    def forget(session: Session) -> None:
        session.execute(delete(ReturnedQuestion))
        session.execute(delete(Event).where(col(Event.kind) == kind))

    return forget


def _say(of_kind: str, /, **values: object) -> Callable[[Session], None]:
    return lambda session: session.execute(
        update(Event).where(col(Event.kind) == of_kind).values(**values)
    )  # type: ignore[return-value]


def _approve_other(session: Session) -> None:
    """Another answer, with every hash of the row made to match."""
    row = session.execute(select(FrozenRecord)).scalars().one()
    record = json.loads(row.body)
    record["content"]["sections"][0]["questions"][0]["value"] = "Något helt annat"
    record["approval"]["content_sha256"] = sha256_of(record["content"])
    row.body, row.sha256 = canonical_json(record).decode(), sha256_of(record)
    row.content_sha256 = record["approval"]["content_sha256"]


def _change_body(session: Session) -> None:
    row = session.execute(select(FrozenRecord)).scalars().one()
    row.body = row.body.replace("Beslut 1", "Beslut 9")


def _change_kept(session: Session) -> None:
    for row in session.execute(select(Snapshot)).scalars():
        row.body = row.body.replace("Vi har gjort mycket.", "Vi har gjort allt.")


FORGERIES: dict[str, tuple[Callable[[Session], None], str]] = {
    "a withdrawal never was": (_forget("withdrawn"), "changed_step"),
    "a return never was": (_forget("returned"), "changed_step"),
    "another returned": (_say("returned", actor_id=2), "changed_step"),
    "more was open": (_say("returned", facts='{"questions": ["1"], "versions": {}}'),
                      "changed_step"),
    "another approved": (_say("approved", actor_id=2), "changed_step"),
    "a step of another content": (_say("endorsed", content_sha256="0" * 64), "changed_step"),
    "a step of another kind": (_say("withdrawn", kind="endorsed"), "changed_step"),
    "something else is approved": (_approve_other, "changed_record"),
    "by another decision": (_change_body, "changed_record"),
    "by another delegation": (lambda session: session.execute(
        update(FrozenRecord).values(delegation_id=2)), "changed_record"),  # type: ignore[dict-item]
    "nothing is approved": (lambda session: session.execute(delete(FrozenRecord)),
                            "changed_record"),  # type: ignore[dict-item]
    "something else was read": (_change_kept, "changed_snapshot"),
}  # fmt: skip


def test_what_happened_holds(stage: Stage, approved: int) -> None:
    assert breaks(stage) == set()


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forgery_is_found(stage: Stage, approved: int, forgery: str) -> None:
    forge, code = FORGERIES[forgery]
    with stage.database.writing() as session:
        forge(session)
    assert code in breaks(stage)


def test_a_record_that_nobody_approved_is_found(stage: Stage, approved: int) -> None:
    [other] = stage.open("RS2502")
    with stage.database.writing() as session:
        row = session.execute(select(FrozenRecord)).scalars().one()
        session.add(FrozenRecord(
            submission_id=other, sha256="1" * 64, content_sha256=row.content_sha256, body="{}",
            approver_id=row.approver_id, delegation_id=row.delegation_id, at=row.at))  # fmt: skip
    with stage.database.reading() as session:
        [found] = verify_chain(session, 2, stage.key)
    assert found.code == "unlinked_record"
