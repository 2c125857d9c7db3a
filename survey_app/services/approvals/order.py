"""How many steps an approval takes, as it was decided for a unit or one of its questionnaires."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, select, update
from sqlmodel import Session, col

from survey_app.core.workflow import Role
from survey_app.services.actor import Actor, hold_roles
from survey_app.services.approvals.basis import read_decision
from survey_app.services.refusal import Forbidden, Invalid, NotFound
from survey_app.store.tables import ApprovalOrder

MOST_STEPS = 4


def steps_needed(session: Session, unit_id: int, questionnaire: str) -> int:
    """In how many steps a questionnaire is approved in a unit; 1 where nothing was decided.

    What was decided for the questionnaire goes before what was decided for all.
    """
    query = (
        select(ApprovalOrder)
        .where(col(ApprovalOrder.unit_id) == unit_id, col(ApprovalOrder.ended).is_(None))
        .order_by(col(ApprovalOrder.id).desc())
    )
    found: Sequence[ApprovalOrder] = session.execute(query).scalars().all()
    for limited_to in (questionnaire, None):
        for order in found:
            if order.questionnaire == limited_to:
                return order.steps
    return 1


def set_order(
    session: Session,
    actor: Actor,
    *,
    unit_id: int,
    questionnaire: str | None,
    steps: int,
    decision: str,
    now: datetime.datetime,
) -> ApprovalOrder:
    """Register in how many steps is approved from now on; it takes the place of what held.

    Raises Forbidden, Invalid (``steps_out_of_range``, ``decision_missing``).
    """
    if Role.ADMINISTRATOR not in actor.roles_in(unit_id):
        raise Forbidden("not_your_role")
    hold_roles(session, actor)
    if not 1 <= steps <= MOST_STEPS:
        raise Invalid("steps_out_of_range", max=MOST_STEPS)
    decision = read_decision(decision)
    session.execute(
        update(ApprovalOrder)
        .where(
            and_(col(ApprovalOrder.unit_id) == unit_id, col(ApprovalOrder.ended).is_(None)),
            _limited_to(questionnaire),
        )
        .values(ended=now)
        .execution_options(synchronize_session=False)
    )
    order = ApprovalOrder(
        unit_id=unit_id, questionnaire=questionnaire, steps=steps, decision=decision,
        set_by=actor.account_id, at=now,
    )  # fmt: skip
    session.add(order)
    session.flush()
    return order


def _limited_to(questionnaire: str | None) -> ColumnElement[bool]:
    limit = col(ApprovalOrder.questionnaire)
    return limit.is_(None) if questionnaire is None else limit == questionnaire


def end_order(
    session: Session, actor: Actor, order_id: int, now: datetime.datetime
) -> ApprovalOrder:
    """Let what was decided no longer hold. Raises NotFound."""
    order = session.get(ApprovalOrder, order_id)
    if order is None or Role.ADMINISTRATOR not in actor.roles_in(order.unit_id):
        raise NotFound("no_approval_order")
    if order.ended is None:
        order.ended = now
        session.add(order)
    return order


def list_orders(session: Session, actor: Actor) -> list[ApprovalOrder]:
    """What holds in the units that the actor administers."""
    query = (
        select(ApprovalOrder)
        .where(
            col(ApprovalOrder.unit_id).in_(actor.units_as(Role.ADMINISTRATOR)),
            col(ApprovalOrder.ended).is_(None),
        )
        .order_by(col(ApprovalOrder.id))
    )
    return list(session.execute(query).scalars())
