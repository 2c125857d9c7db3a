"""A round as it stands: found in its case, held to be changed, told to the case's chain.

A round belongs to a case of the coordinator's unit; its strategists open, change and close it.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from survey_app.core.questionnaire import Questionnaire
from survey_app.core.workflow import ContributionState, Role
from survey_app.services.actor import Actor
from survey_app.services.audit import Facts, Signer, append_signed
from survey_app.services.case import find_case
from survey_app.services.refusal import Forbidden, NotFound, WrongState
from survey_app.services.specification import find_questionnaire
from survey_app.store.tables import Account, Case, Round, RoundUnit, Unit


@dataclass(slots=True)
class RoundView:
    """A round with what belongs to it, as it is in one moment.

    unit_id, unit_name  whose case it is in: who asks
    opened_by           the name of who opened it
    chain               the case's id, and length and head of its audit chain
    """

    row: Round
    case: Case
    unit_name: str
    questionnaire: Questionnaire
    opened_by: str
    chain: tuple[int, int, str]

    @property
    def id(self) -> int:
        assert self.row.id is not None
        return self.row.id

    @property
    def unit_id(self) -> int:
        return self.case.unit_id

    @property
    def is_open(self) -> bool:
        """Whether it is not closed yet; it may open later."""
        return self.row.closed_at is None

    def may_change(self, actor: Actor) -> bool:
        """Whether the actor is among those who see to it."""
        return self.is_open and Role.STRATEGIST in actor.roles_in(self.unit_id)


def find_round(
    session: Session, actor: Actor, diary_number: str, round_id: int, *, hold: bool = False,
    sort: str = "units",
) -> RoundView:  # fmt: skip
    """A round in a case of a unit in which the actor may read. Raises NotFound.

    hold  keeps the case to this transaction until it ends, as it is now
    sort  "units", or "anonymous": answered by links (``services.surveys.survey``)
    """
    case = find_case(session, actor, diary_number, hold=hold)
    query = (
        select(Round, col(Unit.name), col(Account.name))
        .join(Case, col(Case.id) == col(Round.case_id))
        .join(Unit, col(Unit.id) == col(Case.unit_id))
        .join(Account, col(Account.id) == col(Round.opened_by))
        .where(
            col(Round.id) == round_id,
            col(Round.case_id) == case.id,
            col(Round.sort) == sort,
        )
        .execution_options(populate_existing=True)
    )
    found = session.execute(query).first()
    if found is None:
        raise NotFound("no_round")
    row, unit_name, opened_by = found
    questionnaire = find_questionnaire(session, row.specification)
    return RoundView(row, case, unit_name, questionnaire, opened_by, _chain(case))


def count_rounds(session: Session, case_id: int) -> list[dict[str, Any]]:
    """The rounds of a case to others than its own unit, in the order in which they were opened:
    ``round``, how many units ``handed_over``, of ``all`` that were not recalled."""
    return rounds_by_case(session, [case_id]).get(case_id, [])


def rounds_by_case(session: Session, cases: Collection[int]) -> dict[int, list[dict[str, Any]]]:
    """The same of many cases, by case; two statements, however many there are."""
    counted = (
        select(col(RoundUnit.round_id), col(RoundUnit.state), func.count())
        .join(Round, col(Round.id) == col(RoundUnit.round_id))
        .where(col(Round.case_id).in_(cases))
        .group_by(col(RoundUnit.round_id), col(RoundUnit.state))
    )
    counts = {(round_id, state): n for round_id, state, n in session.execute(counted)}
    query = select(Round).where(col(Round.case_id).in_(cases), col(Round.sort) != "own")
    found: dict[int, list[dict[str, Any]]] = {}
    for row in session.execute(query.order_by(col(Round.id))).scalars():
        handed_over = counts.get((row.id, ContributionState.HANDED_OVER), 0)
        asked = counts.get((row.id, ContributionState.ASKED), 0)
        told = {"round": row, "handed_over": handed_over, "all": handed_over + asked}
        found.setdefault(row.case_id, []).append(told)
    return found


def hold_round(
    session: Session, actor: Actor, diary_number: str, round_id: int, *, sort: str = "units"
) -> RoundView:
    """The round, held, if the actor may change it. Raises NotFound, Forbidden, WrongState."""
    return find_changeable(session, actor, diary_number, round_id, hold=True, sort=sort)


def find_changeable(
    session: Session, actor: Actor, diary_number: str, round_id: int, *, hold: bool = False,
    sort: str = "units",
) -> RoundView:  # fmt: skip
    """The round, if the actor may change it; to be looked at before. Raises as ``hold_round``."""
    view = find_round(session, actor, diary_number, round_id, hold=hold, sort=sort)
    if Role.STRATEGIST not in actor.roles_in(view.unit_id):
        raise Forbidden("not_your_role")
    if not view.is_open:
        raise WrongState("round_closed", unit=view.unit_name)
    return view


def add_link(
    session: Session, case: Case, actor: Actor, now: datetime.datetime, signer: Signer, kind: str,
    facts: Facts,
) -> str:  # fmt: skip
    """Add a signed link to the case's chain; its name, for the keys of messages."""
    chain = append_signed(
        session, _chain(case), signer, at=now, actor=actor.account_id, kind=kind, facts=facts
    )
    session.refresh(case)
    return f"{chain[0]}.{chain[1]}"


def _chain(case: Case) -> tuple[int, int, str]:
    assert case.id is not None
    return case.id, case.audit_length, case.audit_head
