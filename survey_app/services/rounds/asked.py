"""The units of a round, those recalled left out: who was asked, and how far each is."""

from __future__ import annotations

import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from survey_app.core.workflow import ContributionState
from survey_app.store.tables import RoundUnit, Unit


class AskedUnit(NamedTuple):
    """A unit of a round, and the submission in which it answers."""

    unit_id: int
    name: str
    number: str
    """Its organisation number."""
    submission_id: int
    state: ContributionState
    handed_over_at: datetime.datetime | None

    @property
    def handed_over(self) -> bool:
        """Whether its answers may be read."""
        return self.state == ContributionState.HANDED_OVER


def asked_units(session: Session, round_id: int) -> list[AskedUnit]:
    """The units of a round, in its order."""
    query = (
        select(
            col(RoundUnit.unit_id), col(Unit.name), col(Unit.organisation_number),
            col(RoundUnit.submission_id), col(RoundUnit.state), col(RoundUnit.handed_over_at),
        )
        .join(Unit, col(Unit.id) == col(RoundUnit.unit_id))
        .where(
            col(RoundUnit.round_id) == round_id,
            col(RoundUnit.state) != ContributionState.RECALLED,
        )
        .order_by(col(RoundUnit.position))
    )  # fmt: skip
    return [AskedUnit(*row) for row in session.execute(query)]
