"""The decisions taken by delegation in a period: what was approved, from the records, and what was
not given out. They are reported to the board (6 kap. 40 § and 7 kap. 8 § kommunallagen, 2017:725).

Who refuses to give out a document as the authority decides in the board's place (OSL 6 kap. 3 §,
KL 7 kap. 5 §); a copy under masks is no such decision until somebody asks for one. What secrecy
marks conceal in the registrar's list is left out here, too.
"""

from __future__ import annotations

import datetime
import json
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from survey_app.core.workflow import Role
from survey_app.export import attested
from survey_app.export.decisions import (
    WITHHELD,
    Decided,
    DecisionList,
    without_decider,
    without_matter,
)
from survey_app.export.memo import is_memo
from survey_app.export.registry import Entry
from survey_app.export.swedish import STOCKHOLM
from survey_app.services.actor import Actor
from survey_app.services.refusal import Forbidden, Invalid
from survey_app.services.register.entries import entries_of
from survey_app.store.tables import Case, FrozenRecord, GivenCopy, Round, Submission, Unit

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
    """What was decided for a unit from one Swedish day to another, both with them, oldest first.

    practice  exercises too, marked as such: they are no decisions
    Raises Forbidden, Invalid (``period_reversed``, ``period_unreadable``).
    """
    if unit_id not in actor.units_as(*READERS):
        raise Forbidden("not_your_role")
    if first > last:
        raise Invalid("period_reversed")
    unit = session.get(Unit, unit_id)
    assert unit is not None
    rows = _rows(session, unit_id, *_moments(first, last), practice=practice)
    listed: dict[int, dict[str, Entry]] = {
        case_id: {entry.key: entry for entry in entries_of(session, case_id)}
        for case_id in {case.id or 0 for _row, case in rows}
    }
    decisions = tuple(
        _approved(row, case, listed[case.id or 0]) if isinstance(row, FrozenRecord)
        else _refused(row, case, listed[case.id or 0])
        for row, case in rows
    )  # fmt: skip
    return DecisionList(unit.name, first.isoformat(), last.isoformat(), decisions)


def _rows(
    session: Session, unit_id: int, since: datetime.datetime, before: datetime.datetime, *,
    practice: bool,
) -> list[tuple[FrozenRecord | GivenCopy, Case]]:  # fmt: skip
    approved = (
        select(FrozenRecord, Case)
        .join(Submission, col(Submission.id) == col(FrozenRecord.submission_id))
        .join(Round, col(Round.id) == col(Submission.round_id))
        .join(Case, col(Case.id) == col(Round.case_id))
        .where(col(Submission.unit_id) == unit_id, col(FrozenRecord.basis) == "approved")
        .where(col(Case.removed).is_(None))
        .where(col(FrozenRecord.at) >= since, col(FrozenRecord.at) < before)
        .order_by(col(FrozenRecord.submission_id))
    )
    refused = (
        select(GivenCopy, Case)
        .join(Case, col(Case.id) == col(GivenCopy.case_id))
        .where(col(Case.unit_id) == unit_id, col(GivenCopy.kind) == "refusal")
        .where(col(GivenCopy.at) >= since, col(GivenCopy.at) < before)
        .order_by(col(GivenCopy.id))
    )
    found: list[tuple[FrozenRecord | GivenCopy, Case]] = [
        (row, case)
        for row, case in (*session.execute(approved), *session.execute(refused))
        if (practice or not case.practice) and not _is_memo(row)
    ]
    return sorted(found, key=lambda item: item[0].at)


def _is_memo(row: FrozenRecord | GivenCopy) -> bool:
    """A memo proposes what a board decides: whoever approves it decides nothing."""
    return isinstance(row, FrozenRecord) and is_memo(json.loads(row.body)["content"])


def _moments(
    first: datetime.date, last: datetime.date
) -> tuple[datetime.datetime, datetime.datetime]:
    """From the midnight before a period to the one after it."""
    try:
        return _midnight(first), _midnight(last + datetime.timedelta(days=1))
    except OverflowError as error:  # the calendar's own ends
        raise Invalid("period_unreadable") from error


def _midnight(day: datetime.date) -> datetime.datetime:
    local = datetime.datetime.combine(day, datetime.time(), STOCKHOLM)
    return local.astimezone(datetime.UTC)


def _day(moment: datetime.datetime) -> str:
    return moment.astimezone(STOCKHOLM).date().isoformat()


def _approved(row: FrozenRecord, case: Case, entries: dict[str, Entry]) -> Decided:
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
        day=_day(row.at),
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


def _refused(row: GivenCopy, case: Case, entries: dict[str, Entry]) -> Decided:
    """The decision says itself who took it and by which delegation."""
    entry, said = entries[f"given:{row.id}"], json.loads(row.masks)
    told = Decided(
        diary_number=case.diary_number,
        matter=case.title,
        what=f"Avslag på begäran om handling: {_line(said['what'])} (handling {entry.number})",
        day=_day(row.at),
        who=_line(said["decided_by"]),
        right=f"Lagrum: {_line(said['ground'])}",
        practice=case.practice,
    )
    if entry.conceals_subject or entry.conceals_counterpart:
        return without_decider(without_matter(told))
    if any(other.conceals_subject for key, other in entries.items() if key.startswith("record:")):
        told = replace(told, matter=WITHHELD)
    return told


def _line(text: str) -> str:
    return " ".join(text.split())


def _right(approval: dict[str, Any]) -> str:
    delegation = approval["delegation"]
    said = f"Delegation: {delegation['decision']} ({attested.validity(delegation)})"
    holder = approval.get("stands_in_for")
    if not holder:
        return said
    return f"{said}. Ersättare enligt {holder['decision']} ({attested.validity(holder)})"
