"""Following a round: who has answered, who is late, who is reminded. No form is read for it."""

from __future__ import annotations

import datetime
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, func, or_, select
from sqlmodel import Session, col

from survey_app.core.characters import tidy
from survey_app.core.kinds import KINDS
from survey_app.core.questionnaire import Question
from survey_app.core.workflow import ContributionState
from survey_app.export.swedish import swedish_day
from survey_app.services.actor import Actor
from survey_app.services.audit import Signer
from survey_app.services.mail.notice import Kind
from survey_app.services.refusal import Invalid
from survey_app.services.rounds.units import add_events, tell_units
from survey_app.services.rounds.view import RoundView, add_link, hold_round
from survey_app.store.tables import (
    Account,
    Answer,
    Event,
    Membership,
    ReturnedQuestion,
    RoundUnit,
    RoundValue,
    Unit,
    table_of,
)

REMINDED = "round_reminded"
LONGEST_REMINDER = 4000


@dataclass(frozen=True, slots=True)
class UnitLine:
    """How far one unit is.

    answered   how many questions have an answer, or a reason for having none
    due        the day that holds for the unit; ``extended`` if it is not the round's, with the
               ``reason`` where one was given
    reached    whether anybody there can answer
    """

    unit_id: int
    unit: str
    submission_id: int
    state: ContributionState
    sent_back: bool
    answered: int
    changed: datetime.datetime | None
    handed_over_at: datetime.datetime | None
    handed_over_by: str
    due: datetime.date | None
    extended: bool
    reason: str
    late: bool
    reminded: datetime.datetime | None
    reached: bool


@dataclass(frozen=True, slots=True)
class Following:
    """A round as its coordinator follows it.

    total      how many questions there are to answer
    completed  by question, how many of those who handed over answered it
    """

    units: list[UnitLine]
    total: int
    completed: Mapping[str, int]

    @property
    def counts(self) -> Mapping[ContributionState, int]:
        """How many units are where."""
        return Counter(line.state for line in self.units)


def questions_in(view: RoundView) -> list[Question]:
    """The questions that the units answer."""
    return [item for item in view.questionnaire.questions() if KINDS[item.kind].answered]


def follow_round(session: Session, view: RoundView, today: datetime.date) -> Following:
    """Where every unit is, in the order of the round."""
    lines = [_line(view, row, today) for row in session.execute(_lines(view.id))]
    answered = (
        select(col(RoundValue.question), func.count())
        .where(col(RoundValue.round_id) == view.id, col(RoundValue.value).is_not(None))
        .group_by(col(RoundValue.question))
    )
    return Following(lines, len(questions_in(view)), dict(session.execute(answered).all()))


def _lines(round_id: int) -> Select[Any]:
    by = table_of(Account).alias("by")
    mine = select(col(RoundUnit.submission_id)).where(col(RoundUnit.round_id) == round_id)
    counted = (
        select(
            col(Answer.submission_id), func.count().label("n"),
            func.max(col(Answer.at)).label("at"),
        )
        .where(
            col(Answer.submission_id).in_(mine),
            or_(col(Answer.value).is_not(None), col(Answer.blank).is_not(None)),
        )
        .group_by(col(Answer.submission_id))
        .subquery()
    )  # fmt: skip
    reminded = (
        select(col(Event.submission_id), func.max(col(Event.at)).label("at"))
        .where(col(Event.submission_id).in_(mine), col(Event.kind) == REMINDED)
        .group_by(col(Event.submission_id))
        .subquery()
    )
    last = (
        select(func.max(col(Event.id)))
        .where(col(Event.submission_id).in_(mine), col(Event.kind) == "round_extended")
        .group_by(col(Event.submission_id))
    )
    extended = (
        select(col(Event.submission_id), col(Event.facts)).where(col(Event.id).in_(last)).subquery()
    )
    back = select(col(ReturnedQuestion.submission_id)).where(
        col(ReturnedQuestion.submission_id).in_(mine), col(ReturnedQuestion.settled).is_(False)
    )
    there = (
        select(col(Membership.unit_id))
        .join(Account, col(Account.id) == col(Membership.account_id))
        .where(col(Membership.role) == "strategist", col(Account.active).is_(True))
    )
    return (
        select(
            RoundUnit, col(Unit.name).label("unit"), by.c.name.label("by"),
            counted.c.n, counted.c.at.label("changed"), reminded.c.at.label("reminded"),
            extended.c.facts.label("extended"),
            col(RoundUnit.submission_id).in_(back).label("back"),
            col(RoundUnit.unit_id).in_(there).label("reached"),
        )
        .join(Unit, col(Unit.id) == col(RoundUnit.unit_id))
        .outerjoin(by, by.c.id == col(RoundUnit.handed_over_by))
        .outerjoin(counted, counted.c.submission_id == col(RoundUnit.submission_id))
        .outerjoin(extended, extended.c.submission_id == col(RoundUnit.submission_id))
        .outerjoin(reminded, reminded.c.submission_id == col(RoundUnit.submission_id))
        .where(col(RoundUnit.round_id) == round_id)
        .order_by(col(RoundUnit.position))
    )  # fmt: skip


def _line(view: RoundView, found: Row[Any], today: datetime.date) -> UnitLine:
    row, unit, by, answered, changed, reminded, extended, back, reached = tuple(found)
    due = row.until or view.row.deadline
    done = swedish_day(row.handed_over_at) if row.handed_over_at else today
    return UnitLine(
        unit_id=row.unit_id,
        unit=unit,
        submission_id=row.submission_id,
        state=row.state,
        sent_back=bool(back),
        answered=answered or 0,
        changed=changed,
        handed_over_at=row.handed_over_at,
        handed_over_by=by or "",
        due=due,
        extended=row.until is not None,
        reason=_reason(row, extended),
        late=due is not None and done > due and row.state != ContributionState.RECALLED,
        reminded=reminded,
        reached=bool(reached),
    )


def _reason(row: RoundUnit, facts: str | None) -> str:
    """Why the unit has the day that it has; a day that was set as it was sent back has none."""
    told = json.loads(facts or "{}")
    same = row.until is not None and told.get("until") == row.until.isoformat()
    return str(told["reason"]) if same else ""


def remind_units(
    session: Session,
    actor: Actor,
    diary_number: str,
    round_id: int,
    said: str,
    now: datetime.datetime,
    today: datetime.date,
    signer: Signer,
) -> int:
    """Remind every unit that has not handed over, in the coordinator's own words; how many.

    Raises NotFound, Forbidden, WrongState, Invalid (``nobody_to_remind``, ``note_too_long``,
    ``round_not_open_yet``).
    """
    view = hold_round(session, actor, diary_number, round_id)
    if view.row.opens is not None and view.row.opens > today:
        raise Invalid("round_not_open_yet", day=view.row.opens.isoformat())
    text = tidy(said.strip())
    if len(text) > LONGEST_REMINDER:
        raise Invalid("note_too_long", max=LONGEST_REMINDER)
    waiting = list(
        session.execute(
            select(col(RoundUnit.submission_id))
            .where(
                col(RoundUnit.round_id) == round_id,
                col(RoundUnit.state) == ContributionState.ASKED,
            )
            .order_by(col(RoundUnit.position))
        ).scalars()
    )
    if not waiting:
        raise Invalid("nobody_to_remind")
    told = add_events(session, actor, waiting, REMINDED, now)
    facts = {"round": round_id, **told}
    number = add_link(session, view.case, actor, now, signer, "units_reminded", facts)
    tell_units(session, view.row, Kind.ROUND_REMINDER, waiting, number, now, today, said=text)
    return len(waiting)
