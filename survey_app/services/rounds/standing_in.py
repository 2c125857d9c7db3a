"""Handing over for units in which nobody has an account: what came from them was imported.

Who did it is told in the record, and on whose behalf.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from survey_app.core.workflow import ContributionState
from survey_app.services.actor import Actor
from survey_app.services.audit import Signer
from survey_app.services.contributions.contribution import keep_as_handed_over
from survey_app.services.refusal import Invalid
from survey_app.services.rounds.heading import read_round_answers
from survey_app.services.rounds.view import RoundView, hold_round
from survey_app.services.submission import read_answers, read_heading
from survey_app.store.tables import Account, Answer, Membership, Revision, RoundUnit


class Waiting(NamedTuple):
    """A unit without an account, of which answers are there. ``left``: how many questions stand in
    the way of handing them over."""

    unit: str
    submission_id: int
    answered: int
    left: int


def list_waiting(session: Session, view: RoundView) -> list[Waiting]:
    """The units for which the coordinator may hand over, in the order of the round."""
    found = []
    for dossier in read_round_answers(session, _unreached(session, view.id)):
        read_answers(session, dossier)
        given = [item for item in dossier.answers.values() if item.value is not None or item.blank]
        problems = dossier.evaluation.problems
        left = {item.question for item in problems if item.severity != "warning"}
        found.append(Waiting(dossier.unit_name, dossier.id, len(given), len(left)))
    return found


def _unreached(session: Session, round_id: int) -> list[int]:
    """Submissions that have answers, all of them imported, and nobody to hand them over."""
    there = (
        select(col(Membership.unit_id))
        .join(Account, col(Account.id) == col(Membership.account_id))
        .where(col(Membership.role) == "strategist", col(Account.active).is_(True))
    )
    answered = select(col(Answer.submission_id)).where(
        col(Answer.submission_id) == col(RoundUnit.submission_id)
    )
    own = select(col(Revision.submission_id)).where(
        col(Revision.submission_id) == col(RoundUnit.submission_id),
        col(Revision.imported_from).is_(None),
    )
    query = (
        select(col(RoundUnit.submission_id))
        .where(
            col(RoundUnit.round_id) == round_id,
            col(RoundUnit.state) == ContributionState.ASKED,
            col(RoundUnit.unit_id).not_in(there),
            answered.exists(),
            ~own.exists(),
        )
        .order_by(col(RoundUnit.position))
    )
    return list(session.execute(query).scalars())


def hand_over_for(
    session: Session,
    actor: Actor,
    diary_number: str,
    round_id: int,
    submissions: Collection[int],
    now: datetime.datetime,
    signer: Signer,
) -> int:
    """Hand over what was imported, for units in which nobody can; of how many units that was.

    Raises NotFound, Forbidden, WrongState, Invalid (``no_units_chosen``, ``unit_has_account``,
    ``round_not_open_yet``, ``not_all_explained``).
    """
    view = hold_round(session, actor, diary_number, round_id)
    if not submissions:
        raise Invalid("no_units_chosen")
    waiting = _unreached(session, round_id)
    if set(submissions).difference(waiting):
        raise Invalid("unit_has_account")
    for submission_id in submissions:
        dossier = read_heading(session, submission_id, hold=False)
        read_answers(session, dossier)
        title = f"{actor.title}, {view.unit_name}, för {dossier.unit_name} efter inläst fil"
        by = {"name": actor.name, "title": title, "email": actor.email}
        keep_as_handed_over(session, actor, dossier, by, now, signer)
    return len(submissions)
