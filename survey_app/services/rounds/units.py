"""The units of a round: asked, asked later, given more time, let off, told."""

from __future__ import annotations

import datetime
import json
import secrets
from collections.abc import Collection, Iterable, Sequence
from difflib import get_close_matches
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlmodel import Session, col

from survey_app.core.characters import tidy
from survey_app.core.content import sha256_of
from survey_app.core.workflow import ContributionState, Role
from survey_app.services.actor import Actor
from survey_app.services.audit import Signer
from survey_app.services.contributions import contribution
from survey_app.services.line import read_line
from survey_app.services.mail.notice import Kind, tell, with_role
from survey_app.services.refusal import Invalid, WrongState
from survey_app.services.rounds.heading import read_round_answers
from survey_app.services.rounds.view import add_link, hold_round
from survey_app.store.tables import Event, Round, RoundUnit, Submission, Unit

LONGEST_REASON = 1000


def ask_units(
    session: Session, row: Round, units: Sequence[int], now: datetime.datetime
) -> dict[str, int]:
    """Open what each unit answers in, after those that are there; the submission by unit."""
    assert row.id is not None
    wanted = list(dict.fromkeys(units))
    known = session.execute(select(col(Unit.id)).where(col(Unit.id).in_(wanted))).scalars()
    if set(wanted).difference(item for item in known if item is not None):
        raise Invalid("no_unit")
    last = session.execute(
        select(func.max(col(RoundUnit.position))).where(col(RoundUnit.round_id) == row.id)
    ).scalar()
    first = 0 if last is None else last + 1
    made = [Submission(round_id=row.id, unit_id=unit, created=now) for unit in wanted]
    session.add_all(made)
    session.flush()
    session.execute(
        insert(RoundUnit),
        [
            {"round_id": row.id, "unit_id": item.unit_id, "submission_id": item.id,
             "position": place, "state": ContributionState.ASKED}
            for place, item in enumerate(made, first)
        ],
    )  # fmt: skip
    return {str(item.unit_id): item.id or 0 for item in made}


def add_events(
    session: Session, actor: Actor, submissions: Iterable[int], kind: str, now: datetime.datetime
) -> dict[str, Any]:
    """Note the same step for many units; what the link that the caller adds shall tell of it."""
    rows = [
        {"submission_id": item, "kind": kind, "actor_id": actor.account_id, "at": now,
         "facts": "{}"}
        for item in submissions
    ]  # fmt: skip
    if not rows:
        return {}
    made = session.execute(
        insert(Event).returning(col(Event.id), col(Event.submission_id)), rows
    ).all()
    return {"step": kind, "events": {str(event): submission for event, submission in made}}


def units_outside(session: Session, round_id: int | None = None) -> list[Unit]:
    """The units that a round can still ask, by name; of no round, all."""
    asked = select(col(RoundUnit.unit_id)).where(
        col(RoundUnit.round_id) == round_id, col(RoundUnit.state) != ContributionState.RECALLED
    )
    query = select(Unit).where(col(Unit.id).not_in(asked)).order_by(col(Unit.name))
    return list(session.execute(query).scalars())


def units_named(session: Session, text: str) -> list[int]:
    """The units whose names stand in a text, one a line, whatever the case and the spaces.

    Raises Invalid for a name that no unit has: ``unit_name_unknown``, or ``unit_name_near``, which
    says what may be meant. Nothing is guessed.
    """
    query = select(col(Unit.name), col(Unit.id))
    known = {_squeezed(name): (name, unit) for name, unit in session.execute(query)}
    found = []
    for line in filter(None, map(str.strip, tidy(text).splitlines())):
        if (unit := known.get(_squeezed(line))) is not None:
            found.append(unit[1])
            continue
        near = get_close_matches(_squeezed(line), known, 1, 0.6)
        if near:
            raise Invalid("unit_name_near", name=line[:80], near=known[near[0]][0])
        raise Invalid("unit_name_unknown", name=line[:80])
    return list(dict.fromkeys(found))


def _squeezed(name: str) -> str:
    return " ".join(name.casefold().split())


def add_units(
    session: Session,
    actor: Actor,
    diary_number: str,
    round_id: int,
    units: Collection[int],
    now: datetime.datetime,
    today: datetime.date,
    signer: Signer,
) -> list[int]:
    """Ask more units; the ids of what they answer in. One that was recalled is asked again.

    Raises NotFound, Forbidden, WrongState (``round_closed``), Invalid (``no_units_chosen``,
    ``no_unit``, ``unit_in_round_already``).
    """
    view = hold_round(session, actor, diary_number, round_id)
    if not units:
        raise Invalid("no_units_chosen")
    there = units_of(session, round_id)
    for unit in units:
        if unit in there and there[unit].state != ContributionState.RECALLED:
            raise Invalid("unit_in_round_already", unit=_name(session, unit))
    again = {str(unit): there[unit].submission_id for unit in units if unit in there}
    fresh = [unit for unit in units if unit not in there]
    made = ask_units(session, view.row, fresh, now) if fresh else {}
    if again:
        session.execute(
            update(RoundUnit)
            .where(col(RoundUnit.submission_id).in_(again.values()))
            .values(state=ContributionState.ASKED)
            .execution_options(synchronize_session=False)
        )
    asked = {**again, **made}
    told = add_events(session, actor, asked.values(), "round_asked", now)
    facts = {"round": round_id, "units": asked, **told}
    number = add_link(session, view.case, actor, now, signer, "round_unit_added", facts)
    tell_units(session, view.row, Kind.ROUND_ASKED, asked.values(), number, now, today)
    return list(asked.values())


def recall_unit(
    session: Session,
    actor: Actor,
    diary_number: str,
    round_id: int,
    unit_id: int,
    now: datetime.datetime,
    signer: Signer,
) -> None:
    """A unit need not answer any more. Raises NotFound, Forbidden, WrongState (it has handed
    over, or the round is closed), Invalid (``unit_not_in_round``)."""
    hold_round(session, actor, diary_number, round_id)
    row = _unit_in(session, round_id, unit_id)
    contribution.recall(session, actor, row.submission_id, now, signer)


def extend_unit(
    session: Session,
    actor: Actor,
    diary_number: str,
    round_id: int,
    unit_id: int,
    *,
    until: datetime.date,
    reason: str,
    now: datetime.datetime,
    today: datetime.date,
    signer: Signer,
) -> None:
    """Give a unit until another day. Raises NotFound, Forbidden, WrongState, Invalid
    (``unit_not_in_round``, ``until_passed``, ``extension_reason_missing``, ``line_too_long``)."""
    view = hold_round(session, actor, diary_number, round_id)
    row = _unit_in(session, round_id, unit_id)
    if row.state != ContributionState.ASKED:
        raise WrongState("wrong_state", action="extend", state=row.state.value)
    if until < today:
        raise Invalid("until_passed")
    why = read_line(reason, LONGEST_REASON, "reason")
    if not why:
        raise Invalid("extension_reason_missing")
    salt = secrets.token_hex(16)
    row.until = until
    session.add(row)
    told = {"until": until.isoformat(), "reason": why, "salt": salt}
    event = Event(
        submission_id=row.submission_id, kind="round_extended", actor_id=actor.account_id, at=now,
        facts=json.dumps(told, ensure_ascii=False),
    )  # fmt: skip
    session.add(event)
    session.flush()
    facts = {"round": round_id, "submission": row.submission_id, "event": event.id,
             "until": until.isoformat(), "told": sha256_of(told)}  # fmt: skip
    number = add_link(session, view.case, actor, now, signer, "round_extended", facts)
    tell_units(session, view.row, Kind.ROUND_EXTENDED, [row.submission_id], number, now, today,
          reason=why)  # fmt: skip


def units_of(session: Session, round_id: int) -> dict[int, RoundUnit]:
    query = select(RoundUnit).where(col(RoundUnit.round_id) == round_id)
    query = query.execution_options(populate_existing=True)
    return {row.unit_id: row for row in session.execute(query).scalars()}


def _unit_in(session: Session, round_id: int, unit_id: int) -> RoundUnit:
    row = units_of(session, round_id).get(unit_id)
    if row is None:
        raise Invalid("unit_not_in_round")
    return row


def _name(session: Session, unit_id: int) -> str:
    unit = session.get(Unit, unit_id)
    return unit.name if unit else ""


def tell_units(
    session: Session, row: Round, kind: Kind, submissions: Iterable[int], event: str,
    now: datetime.datetime, today: datetime.date, **more: Any,
) -> int:  # fmt: skip
    """Tell those who write for the units, how many; of a round that opens later, nobody yet
    (``services.rounds.opening``)."""
    if row.opens is not None and row.opens > today:
        return 0
    told = 0
    for dossier in read_round_answers(session, submissions):
        assert dossier.request is not None
        readers = with_role(session, dossier.unit_id, Role.STRATEGIST)
        told += tell(
            session, dossier, kind, f"{event}-{dossier.id}", readers, now,
            asked_by=dossier.request.unit_name, title=dossier.request.title,
            handed_over=dossier.request.state == ContributionState.HANDED_OVER, **more,
        )  # fmt: skip
    return told
