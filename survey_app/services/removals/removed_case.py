"""Cases whose contents were removed by decision: whoever asks for them is told so."""

from __future__ import annotations

import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, select
from sqlmodel import Session, col

from survey_app.core.workflow import Role
from survey_app.export.swedish import swedish_day
from survey_app.services.actor import Actor
from survey_app.services.refusal import Gone, NotFound, Refused
from survey_app.store.tables import (
    Account,
    Case,
    CaseDocument,
    CaseRemoval,
    FrozenRecord,
    Round,
    Submission,
)

READERS = (Role.STRATEGIST, Role.APPROVER, Role.ARCHIVIST)


class Removed(NamedTuple):
    """A removed case, and the decision; ``by`` is the name of who carried it out."""

    case: Case
    removal: CaseRemoval
    by: str


class Remains(NamedTuple):
    """What is still known of a removed case: the hashes of what was approved or handed over, with
    the day, oldest first; and the lines of the register, emptied."""

    removed: Removed
    records: list[tuple[str, datetime.datetime]]
    documents: list[CaseDocument]


def removed_case(session: Session | Connection, case_id: int, number: str) -> Gone:
    """The refusal that says what was here, and by which decision it is gone."""
    found = session.execute(
        select(col(CaseRemoval.decision), col(CaseRemoval.at)).where(
            col(CaseRemoval.case_id) == case_id
        )
    ).first()
    decision, at = found or ("?", datetime.datetime.fromtimestamp(0, datetime.UTC))
    return Gone(
        "case_removed", number=number, day=swedish_day(at).isoformat(), decision=decision
    )  # fmt: skip


def refusal_of_removed(session: Session | Connection, row: Any, actor: Actor | None) -> Refused:
    """The refusal for a submission of a removed case; for who reads in none of the units whose it
    was, there is no such submission.

    row  with ``case_id``, ``diary_number``, ``unit_id`` and the ``case_unit``
    """
    if actor is not None and {row.unit_id, row.case_unit}.isdisjoint(actor.units_as(*READERS)):
        return NotFound("no_submission")
    return removed_case(session, row.case_id, row.diary_number)


def list_removed(session: Session, actor: Actor) -> list[Removed]:
    """The removed cases of the units in which the actor may read, by when they were opened."""
    query = (
        select(Case, CaseRemoval, col(Account.name))
        .join(CaseRemoval, col(CaseRemoval.case_id) == col(Case.id))
        .join(Account, col(Account.id) == col(CaseRemoval.actor_id))
        .where(col(Case.unit_id).in_(actor.units_as(*READERS)), col(Case.removed).is_not(None))
        .order_by(col(Case.id))
    )
    return [Removed(*row) for row in session.execute(query)]


def read_remains(session: Session, actor: Actor, case: Case) -> Remains | None:
    """What is still known of a case; None where it is not removed."""
    removed = [item for item in list_removed(session, actor) if item.case.id == case.id]
    if not removed:
        return None
    records = (
        select(col(FrozenRecord.sha256), col(FrozenRecord.at))
        .join(Submission, col(Submission.id) == col(FrozenRecord.submission_id))
        .join(Round, col(Round.id) == col(Submission.round_id))
        .where(col(Round.case_id) == case.id)
        .order_by(col(FrozenRecord.at), col(FrozenRecord.submission_id))
    )
    documents = select(CaseDocument).where(col(CaseDocument.case_id) == case.id)
    listed = session.execute(documents.order_by(col(CaseDocument.day), col(CaseDocument.id)))
    return Remains(
        removed[0],
        [(sha256, at) for sha256, at in session.execute(records)],
        list(listed.scalars()),
    )
