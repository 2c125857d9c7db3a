"""By what right somebody approves: by a delegation of their own, or standing in for its holder."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import Session, col

from survey_app.core.workflow import Role
from survey_app.services.actor import Actor
from survey_app.services.approvals.turn import Turn
from survey_app.services.refusal import Forbidden
from survey_app.services.submission import Dossier
from survey_app.store.tables import Account, Delegation, Membership, StandIn


@dataclass(frozen=True, slots=True)
class Authority:
    """A delegation that is valid today; of somebody else where one stands in for ``holder``."""

    delegation: Delegation
    stand_in: StandIn | None = None
    holder: Account | None = None

    @property
    def own_work(self) -> bool:
        """Whether it may be used on what one wrote oneself: never by a stand-in."""
        return self.stand_in is None and self.delegation.own_work

    def attestation(self, actor: Actor, now: datetime.datetime) -> dict[str, Any]:
        """What a record tells of who approved, when and by what right."""
        told: dict[str, Any] = {
            "approved_at": now.astimezone(datetime.UTC).isoformat(timespec="seconds"),
            "approver": {"name": actor.name, "title": actor.title, "email": actor.email},
            "delegation": _terms(self.delegation),
        }
        if self.stand_in is not None and self.holder is not None:
            told["stands_in_for"] = {
                "name": self.holder.name, "title": self.holder.title, **_terms(self.stand_in),
            }  # fmt: skip
        return told

    def ids(self) -> dict[str, int | None]:
        """What the audit chain tells of it."""
        told = {"delegation": self.delegation.id}
        return told if self.stand_in is None else {**told, "stand_in": self.stand_in.id}


def _terms(row: Delegation | StandIn) -> dict[str, str]:
    return {
        "decision": row.decision,
        "valid_from": row.valid_from.isoformat(),
        "valid_to": row.valid_to.isoformat(),
    }


def find_authority(
    session: Session,
    actor: Actor,
    dossier: Dossier,
    turn: Turn,
    day: datetime.date,
    *,
    hold: bool = False,
) -> Authority | None:
    """By what right the actor takes the step whose turn it is, on a day; None if by none.

    hold  nobody revokes it until the transaction ends
    A delegation of one's own goes first, one that also covers own work before others.
    """
    holds = _holds(dossier, day), _for_step(turn.of_delegation)
    own = (
        select(Delegation)
        .where(*holds, col(Delegation.account_id) == actor.account_id)
        .order_by(col(Delegation.own_work).desc(), col(Delegation.id))
        .limit(1)
    )
    found = session.execute(own.with_for_update(read=True) if hold else own).scalars().first()
    if found is not None:
        return Authority(found)
    others = (
        _standing_in(dossier, day)
        .where(*holds, col(StandIn.account_id) == actor.account_id)
        .order_by(col(StandIn.id))
        .limit(1)
    )
    if hold:
        others = others.with_for_update(read=True, of=(Delegation, StandIn))
    row = session.execute(others).first()
    return Authority(*row) if row else None


def require_authority(
    session: Session, actor: Actor, dossier: Dossier, turn: Turn, day: datetime.date
) -> Authority:
    """The same, held. Raises Forbidden (``no_delegation_today``, ``not_your_step``)."""
    found = find_authority(session, actor, dossier, turn, day, hold=True)
    if found is not None:
        return found
    raise Forbidden(
        "not_your_step" if _has_another_step(session, actor, dossier, day)
        else "no_delegation_today"
    )  # fmt: skip


def _has_another_step(session: Session, actor: Actor, dossier: Dossier, day: datetime.date) -> bool:
    return actor.account_id in {
        account for account, _step in _entitled(session, dossier, day, _holds(dossier, day))
    }


def entitled(session: Session, dossier: Dossier, turn: Turn, day: datetime.date) -> set[int]:
    """The accounts that may take a step on a day: holders and those who stand in for them, but
    none that took a step before."""
    wanted = and_(_holds(dossier, day), _for_step(turn.of_delegation))
    found = {account for account, _step in _entitled(session, dossier, day, wanted)}
    return {account for account in found if not turn.taken_by(account)}


def _entitled(
    session: Session, dossier: Dossier, day: datetime.date, holds: ColumnElement[bool]
) -> list[tuple[int, int | None]]:
    own = select(col(Delegation.account_id), col(Delegation.step)).where(holds)
    others = _standing_in(dossier, day).where(holds)
    rows = [(row.account_id, row.step) for row in session.execute(own)]
    rows += [(stand_in.account_id, delegation.step)
             for delegation, stand_in, _holder in session.execute(others)]  # fmt: skip
    return rows


def _holds(dossier: Dossier, day: datetime.date) -> ColumnElement[bool]:
    """Whether a delegation is valid for the submission on a day, and its holder an approver."""
    limit = col(Delegation.questionnaire)
    return and_(
        col(Delegation.unit_id) == dossier.unit_id,
        _is_approver(col(Delegation.account_id), dossier.unit_id),
        col(Delegation.revoked).is_(None),
        col(Delegation.valid_from) <= day,
        col(Delegation.valid_to) >= day,
        or_(limit.is_(None), limit == dossier.questionnaire.id),
    )


def _for_step(step: int | None) -> ColumnElement[bool]:
    return col(Delegation.step).is_(None) if step is None else col(Delegation.step) == step


def _is_approver(account: Mapped[int], unit_id: int) -> ColumnElement[bool]:
    """Whether somebody is an approver of the unit with an open account. Asked in the transaction
    that approves: the roles of an actor were read before it, and may have been taken away."""
    open_account = aliased(Account)
    return exists().where(
        col(Membership.account_id) == account,
        col(Membership.unit_id) == unit_id,
        col(Membership.role) == Role.APPROVER,
        col(open_account.id) == account,
        col(open_account.active).is_(True),
    )


def _standing_in(dossier: Dossier, day: datetime.date) -> Select[Delegation, StandIn, Account]:
    """Delegations with who stands in on a day, an approver too, and for whom."""
    return (
        select(Delegation, StandIn, Account)
        .join(StandIn, col(StandIn.delegation_id) == col(Delegation.id))
        .join(Account, col(Account.id) == col(Delegation.account_id))
        .where(
            _is_approver(col(StandIn.account_id), dossier.unit_id),
            col(StandIn.revoked).is_(None),
            col(StandIn.valid_from) <= day,
            col(StandIn.valid_to) >= day,
        )
    )
