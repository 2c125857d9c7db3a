"""Delegations: who may approve what, for which unit, from when to when, under which decision.

That a board may let an employee decide stands in 7 kap. 5 § kommunallagen (2017:725). The decision
is taken elsewhere; here it is registered, so that an approval can name it.
"""

from __future__ import annotations

import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from survey_app.core.workflow import Role
from survey_app.services.actor import Actor, hold_roles
from survey_app.services.approvals.basis import read_decision, require_order
from survey_app.services.approvals.order import MOST_STEPS
from survey_app.services.refusal import Forbidden, Invalid, NotFound
from survey_app.store.tables import Account, Delegation, Membership


def grant_delegation(
    session: Session,
    actor: Actor,
    *,
    account_id: int,
    unit_id: int,
    decision: str,
    valid_from: datetime.date,
    valid_to: datetime.date,
    questionnaire: str | None = None,
    own_work: bool = False,
    step: int | None = None,
) -> Delegation:
    """Register a delegation that has been decided.

    own_work  whether it also covers what its holder wrote
    step      which step it is for, where approving takes several; None is the last, which decides
    Only the unit's administrator registers, and never for themselves: a delegation is somebody
    else's decision. Raises Forbidden (``not_your_role``, ``delegation_to_oneself``), Invalid
    (``delegate_is_no_approver``, ``decision_missing``, ``dates_reversed``, ``no_such_step``,
    ``own_work_at_a_step``).
    """
    if Role.ADMINISTRATOR not in actor.roles_in(unit_id):
        raise Forbidden("not_your_role")
    if account_id == actor.account_id:
        raise Forbidden("delegation_to_oneself")
    hold_roles(session, actor)
    if session.get(Membership, (account_id, unit_id, Role.APPROVER)) is None:
        raise Invalid("delegate_is_no_approver")
    decision = read_decision(decision)
    require_order(valid_from, valid_to)
    if step is not None and not 1 <= step < MOST_STEPS:
        raise Invalid("no_such_step")
    if step is not None and own_work:
        raise Invalid("own_work_at_a_step")
    delegation = Delegation(
        account_id=account_id,
        unit_id=unit_id,
        questionnaire=questionnaire,
        decision=decision,
        valid_from=valid_from,
        valid_to=valid_to,
        own_work=own_work,
        step=step,
        granted_by=actor.account_id,
    )
    session.add(delegation)
    session.flush()
    return delegation


def revoke_delegation(
    session: Session, actor: Actor, delegation_id: int, now: datetime.datetime
) -> Delegation:
    """End a delegation at once. Raises NotFound."""
    delegation = session.get(Delegation, delegation_id)
    if delegation is None or Role.ADMINISTRATOR not in actor.roles_in(delegation.unit_id):
        raise NotFound("no_delegation")
    if delegation.revoked is None:
        delegation.revoked = now
        session.add(delegation)
    return delegation


def list_delegations(session: Session, actor: Actor) -> list[tuple[Delegation, str]]:
    """The delegations of the units that the actor administers, with the delegate's name."""
    query = (
        select(Delegation, col(Account.name))
        .join(Account, col(Account.id) == col(Delegation.account_id))
        .where(col(Delegation.unit_id).in_(actor.units_as(Role.ADMINISTRATOR)))
        .order_by(col(Delegation.valid_to).desc(), col(Delegation.id))
    )
    return [(delegation, name) for delegation, name in session.execute(query)]


def own_delegations(session: Session, actor: Actor, day: datetime.date) -> list[Delegation]:
    """The actor's own delegations that hold on a day or later."""
    query = (
        select(Delegation)
        .where(
            col(Delegation.account_id) == actor.account_id,
            col(Delegation.unit_id).in_(actor.units_as(Role.APPROVER)),
            col(Delegation.revoked).is_(None),
            col(Delegation.valid_to) >= day,
        )
        .order_by(col(Delegation.id))
    )
    return list(session.execute(query).scalars())
