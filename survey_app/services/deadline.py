"""The days by which submissions are to be handed in, for reminders and calendars."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import Select, and_, exists, or_, select
from sqlmodel import Session

from survey_app.core.workflow import Action, ContributionState, State
from survey_app.services.actor import Actor
from survey_app.services.rounds.heading import read_round_answers
from survey_app.services.submission import Dossier, read_heading
from survey_app.store.tables import (
    Case,
    Completion,
    Contribution,
    Round,
    RoundUnit,
    Submission,
    table_of,
)

_S, _R, _C, _U, _A, _K = (
    table_of(model).c for model in (Submission, Round, Completion, Contribution, RoundUnit, Case)
)
_HANDED_IN = (State.HANDED_IN, State.ARCHIVED)


def submissions_with_deadlines(session: Session) -> list[Dossier]:
    """The submissions of every unit that are still to be handed in by a day, without answers.

    One that a correction has replaced is handed in by it; a correction of what was handed in is
    not late. A completion has a day of its own. Extensions are reckoned with (``read_heading``).
    """
    ids = session.scalars(_still_to_hand_in().order_by(_S.id)).all()
    found = [read_heading(session, submission, hold=False) for submission in ids]
    return [dossier for dossier in found if dossier.deadline is not None]


def is_overdue(session: Session, dossier: Dossier, today: datetime.date) -> bool:
    """Whether it is still to be handed in though its last day, extended or not, is past."""
    if dossier.deadline is None or dossier.deadline >= today or dossier.request is not None:
        return False
    return session.scalar(_still_to_hand_in().where(_S.id == dossier.id)) is not None


def _still_to_hand_in() -> Select[Any]:
    """The ids of what has been neither handed in nor replaced."""
    replacing, other = (table_of(Submission).alias(name) for name in ("replacing", "other"))
    same = and_(
        other.c.round_id == _S.round_id,
        other.c.unit_id == _S.unit_id,
        other.c.parent_id.is_(None),
    )
    return (
        select(_S.id)
        .join_from(table_of(Submission), table_of(Round), _R.id == _S.round_id)
        .join(table_of(Case), _K.id == _R.case_id)
        .where(
            _S.parent_id.is_(None),
            _R.sort == "own",
            _K.removed.is_(None),
            ~exists().where(replacing.c.corrects == _S.id),
            or_(
                ~exists().where(same, other.c.state.in_(_HANDED_IN)),
                exists().where(_C.submission_id == _S.id) & _S.state.not_in(_HANDED_IN),
            ),
        )
    )


def contributions_with_deadlines(session: Session) -> list[Dossier]:
    """The contributions that units still owe by a day, without answers."""
    main = table_of(Submission).alias("main")
    ids = session.scalars(
        select(_S.id)
        .join_from(table_of(Submission), table_of(Contribution), _U.submission_id == _S.id)
        .join(main, main.c.id == _S.parent_id)
        .join(table_of(Round), _R.id == _S.round_id)
        .where(
            _R.closed_at.is_(None),
            _U.state == ContributionState.ASKED,
            _U.until.is_not(None),
            main.c.state.in_((State.DRAFT, State.AWAITING_APPROVAL)),
        )
        .order_by(_S.id)
    ).all()
    return [read_heading(session, submission, hold=False) for submission in ids]


def round_answers_with_deadlines(session: Session, today: datetime.date) -> list[Dossier]:
    """What units still owe in rounds that are open, by a day; without answers."""
    ids = session.scalars(
        select(_A.submission_id)
        .join_from(table_of(RoundUnit), table_of(Round), _R.id == _A.round_id)
        .where(_A.state == ContributionState.ASKED, _R.closed_at.is_(None), _R.opens <= today)
        .order_by(_A.submission_id)
    )
    found = read_round_answers(session, ids)
    return [dossier for dossier in found if dossier.deadline is not None]


def all_deadlines(session: Session, today: datetime.date) -> list[Dossier]:
    """Whatever any unit owes by a day, without answers."""
    return [
        *submissions_with_deadlines(session),
        *contributions_with_deadlines(session),
        *round_answers_with_deadlines(session, today),
    ]


def open_deadlines(session: Session, actor: Actor, today: datetime.date) -> list[Dossier]:
    """What is due in units where the actor may read, practice cases left out."""
    found = all_deadlines(session, today)
    own = [dossier for dossier in found if actor.roles_in(dossier.unit_id)]
    return [item for item in own if not item.practice and item.may(actor, Action.READ)]
