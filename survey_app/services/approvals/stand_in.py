"""Who stands in for the holder of a delegation: named by the holder or an administrator."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from survey_app.core.workflow import Role
from survey_app.services.actor import Actor
from survey_app.services.approvals.basis import read_decision, require_order
from survey_app.services.refusal import Invalid, NotFound
from survey_app.store.tables import Account, Delegation, Membership, StandIn


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody who stands in, with the names."""

    stand_in: StandIn
    name: str
    holder: str


def name_stand_in(
    session: Session,
    actor: Actor,
    *,
    delegation_id: int,
    account_id: int,
    decision: str,
    valid_from: datetime.date,
    valid_to: datetime.date,
) -> StandIn:
    """Register who stands in for the holder of a delegation, from when to when.

    Only the holder and the unit's administrator do. Raises NotFound, Invalid
    (``stand_in_for_oneself``, ``stand_in_is_no_approver``, ``decision_missing``,
    ``dates_reversed``, ``stand_in_outside_delegation``).
    """
    delegation = _delegation(session, actor, delegation_id)
    if account_id == delegation.account_id:
        raise Invalid("stand_in_for_oneself")
    if session.get(Membership, (account_id, delegation.unit_id, Role.APPROVER)) is None:
        raise Invalid("stand_in_is_no_approver")
    decision = read_decision(decision)
    require_order(valid_from, valid_to)
    if valid_from < delegation.valid_from or valid_to > delegation.valid_to:
        raise Invalid("stand_in_outside_delegation")
    stand_in = StandIn(
        delegation_id=delegation_id, account_id=account_id, decision=decision,
        valid_from=valid_from, valid_to=valid_to, named_by=actor.account_id,
    )  # fmt: skip
    session.add(stand_in)
    session.flush()
    return stand_in


def _delegation(session: Session, actor: Actor, delegation_id: int) -> Delegation:
    delegation = session.get(Delegation, delegation_id)
    if delegation is None or not _may_name(actor, delegation):
        raise NotFound("no_delegation")
    if delegation.revoked is not None:
        raise Invalid("delegation_revoked")
    return delegation


def _may_name(actor: Actor, delegation: Delegation) -> bool:
    roles = actor.roles_in(delegation.unit_id)
    holder = delegation.account_id == actor.account_id and Role.APPROVER in roles
    return holder or Role.ADMINISTRATOR in roles


def revoke_stand_in(
    session: Session, actor: Actor, stand_in_id: int, now: datetime.datetime
) -> StandIn:
    """Let somebody stand in no longer, at once. Raises NotFound."""
    stand_in = session.get(StandIn, stand_in_id)
    delegation = session.get(Delegation, stand_in.delegation_id) if stand_in else None
    if stand_in is None or delegation is None or not _may_name(actor, delegation):
        raise NotFound("no_stand_in")
    if stand_in.revoked is None:
        stand_in.revoked = now
        session.add(stand_in)
    return stand_in


def list_stand_ins(session: Session, actor: Actor) -> list[Listed]:
    """Who stands in for the actor, or for anybody in a unit that the actor administers."""
    holder = aliased(Account)
    query = (
        select(StandIn, col(Account.name), col(holder.name))
        .join(Delegation, col(Delegation.id) == col(StandIn.delegation_id))
        .join(Account, col(Account.id) == col(StandIn.account_id))
        .join(holder, col(holder.id) == col(Delegation.account_id))
        .where(
            or_(
                col(Delegation.account_id) == actor.account_id,
                col(Delegation.unit_id).in_(actor.units_as(Role.ADMINISTRATOR)),
            )
        )
        .order_by(col(StandIn.valid_to).desc(), col(StandIn.id))
    )
    return [Listed(*row) for row in session.execute(query)]


def list_approvers(session: Session, actor: Actor) -> list[tuple[Account, int]]:
    """Who could stand in, each with a unit: the approvers of the units that the actor approves
    for or administers."""
    query = (
        select(Account, col(Membership.unit_id))
        .join(Membership, col(Membership.account_id) == col(Account.id))
        .where(
            col(Membership.unit_id).in_(actor.units_as(Role.APPROVER, Role.ADMINISTRATOR)),
            col(Membership.role) == Role.APPROVER,
            col(Account.active).is_(True),
        )
        .order_by(col(Account.name), col(Account.id))
    )
    return [(account, unit) for account, unit in session.execute(query)]
