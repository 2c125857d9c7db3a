"""The decisions taken by delegation in a period, from the records of what was approved: to be
reported to the board (6 kap. 40 § and 7 kap. 8 § kommunallagen, 2017:725).

What secrecy marks conceal in the registrar's list is left out here, too.
"""

from __future__ import annotations

import datetime
import json
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from survey_app.core.workflow import Role
from survey_app.export import attested
from survey_app.export.decisions import Decided, DecisionList, without_decider, without_matter
from survey_app.export.registry import Entry
from survey_app.export.swedish import STOCKHOLM
from survey_app.services.actor import Actor
from survey_app.services.entries import entries_of
from survey_app.services.refusal import Forbidden, Invalid
from survey_app.store.tables import Case, FrozenRecord, Round, Submission, Unit

READERS = (Role.ARCHIVIST, Role.APPROVER, Role.ADMINISTRATOR)
_KINDS = {
    "answer": "Svaret på {title} till {authority} godkänt",
    "correction": "Rättelse av svaret på {title} till {authority} godkänd",
    "completed": "Komplettering av svaret på {title} till {authority} godkänd",
}


def list_decisions(
    session: Session,
    actor: Actor,
    unit_id: int,
    first: datetime.date,
    last: datetime.date,
    *,
    practice: bool = False,
) -> DecisionList:
    """What was approved for a unit from one Swedish day to another, both with them, oldest first.

    practice  exercises too, marked as such: they are no decisions
    Raises Forbidden, Invalid (``period_reversed``).
    """
    if unit_id not in actor.units_as(*READERS):
        raise Forbidden("not_your_role")
    if first > last:
        raise Invalid("period_reversed")
    unit = session.get(Unit, unit_id)
    assert unit is not None
    query = (
        select(FrozenRecord, Case)
        .join(Submission, col(Submission.id) == col(FrozenRecord.submission_id))
        .join(Round, col(Round.id) == col(Submission.round_id))
        .join(Case, col(Case.id) == col(Round.case_id))
        .where(
            col(Submission.unit_id) == unit_id,
            col(FrozenRecord.at) >= _midnight(first),
            col(FrozenRecord.at) < _midnight(last + datetime.timedelta(days=1)),
        )
        .order_by(col(FrozenRecord.at), col(FrozenRecord.submission_id))
    )
    if not practice:
        query = query.where(col(Case.practice).is_(False))
    rows = [(record, case) for record, case in session.execute(query)]
    listed: dict[int, dict[str, Entry]] = {
        case_id: {entry.key: entry for entry in entries_of(session, case_id)}
        for case_id in {case.id for _record, case in rows}
    }
    decisions = tuple(_decided(record, case, listed[case.id or 0]) for record, case in rows)
    return DecisionList(unit.name, first.isoformat(), last.isoformat(), decisions)


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), STOCKHOLM)


def _decided(row: FrozenRecord, case: Case, entries: dict[str, Entry]) -> Decided:
    record: dict[str, Any] = json.loads(row.body)
    approval, form = record["approval"], record["content"]["questionnaire"]
    answer = entries[f"record:{row.submission_id}"]
    mark = entries[f"approval:{row.submission_id}"]
    authority = "utelämnad mottagare" if answer.conceals_counterpart else form["authority"]
    what = _KINDS[answer.kind].format(title=form["title"], authority=authority)
    steps = attested.steps_of(approval)
    step = f"Steg {len(steps) + 1} av {len(steps) + 1}" if steps else ""
    exception = "Undantag för eget arbete" if approval.get("own_work_reason") else ""
    told = Decided(
        diary_number=case.diary_number,
        matter=case.title,
        what=f"{what} (handling {answer.number})",
        day=row.at.astimezone(STOCKHOLM).date().isoformat(),
        who=attested.who(approval),
        right=". ".join(filter(None, (_right(approval), exception, step))),
        steps=tuple(f"Tillstyrkt i {attested.endorsed(item)}" for item in steps),
        practice=case.practice,
        submission_id=row.submission_id,
    )
    if answer.conceals_subject:
        told = without_matter(told)
    if mark.conceals_subject or mark.conceals_counterpart:
        told = without_decider(told)
    return told


def _right(approval: dict[str, Any]) -> str:
    delegation = approval["delegation"]
    said = f"Delegation: {delegation['decision']} ({attested.validity(delegation)})"
    holder = approval.get("stands_in_for")
    if not holder:
        return said
    return f"{said}. Ersättare enligt {holder['decision']} ({attested.validity(holder)})"
