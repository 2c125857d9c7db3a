"""Rounds: a coordinator asks many units to answer one questionnaire by a day.

What each unit answers is its own until it hands it over (``services.rounds.answer``).
"""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Sequence

from sqlmodel import Session

from survey_app.core.characters import tidy
from survey_app.core.questionnaire import Questionnaire
from survey_app.core.workflow import ContributionState, Role
from survey_app.services.actor import Actor
from survey_app.services.audit import Signer
from survey_app.services.case import find_case
from survey_app.services.line import read_line
from survey_app.services.mail.notice import Kind
from survey_app.services.refusal import Forbidden, Invalid
from survey_app.services.rounds.chain import round_digest
from survey_app.services.rounds.freezing import freeze
from survey_app.services.rounds.units import add_events, ask_units, tell_units, units_of
from survey_app.services.rounds.view import add_link, hold_round
from survey_app.services.specification import find_questionnaire
from survey_app.store.tables import Case, Round

LONGEST_TITLE, LONGEST_NOTE = 200, 4000


def open_round(
    session: Session,
    actor: Actor,
    diary_number: str,
    *,
    specification: str,
    title: str,
    opens: datetime.date,
    deadline: datetime.date | None,
    units: Sequence[int],
    note: str,
    now: datetime.datetime,
    today: datetime.date,
    signer: Signer,
) -> Round:
    """Ask units to answer a questionnaire, in the order in which they are named.

    specification  the SHA-256 of the questionnaire
    title          of the round; the questionnaire's where it is empty
    opens          the day from which the units see it
    Raises NotFound, Forbidden, Invalid (``form_needs_approval``, ``line_too_long``,
    ``note_too_long``, ``deadline_before_opening``, ``until_passed``, ``no_units_chosen``,
    ``no_unit``).
    """
    case = find_case_to_ask_in(session, actor, diary_number, hold=True)
    questionnaire = find_questionnaire(session, specification)
    if questionnaire.settled_by == "approver" or any(
        question.filled_by == "approver" for question in questionnaire.questions()
    ):
        raise Invalid("form_needs_approval")
    if questionnaire.anonymous:
        raise Invalid("form_is_anonymous")
    if not units:
        raise Invalid("no_units_chosen")
    row = add_round(
        session, actor, case, questionnaire, specification=specification, sort="units",
        title=title, opens=opens, deadline=deadline, note=note, now=now, today=today,
    )  # fmt: skip
    made = ask_units(session, row, units, now)
    assert row.id is not None
    told = add_events(session, actor, made.values(), "round_asked", now)
    facts = {"round": row.id, "specification": specification, "units": made,
             "row": round_digest(row), **told}  # fmt: skip
    add_link(session, case, actor, now, signer, "round_opened", facts)
    tell_units(session, row, Kind.ROUND_ASKED, made.values(), f"{row.id}", now, today)
    return row


def find_case_to_ask_in(
    session: Session, actor: Actor, diary_number: str, *, hold: bool = False
) -> Case:
    """The case, if the actor may ask others in it. Raises NotFound, Forbidden."""
    case = find_case(session, actor, diary_number, hold=hold)
    if Role.STRATEGIST not in actor.roles_in(case.unit_id):
        raise Forbidden("not_your_role")
    return case


def add_round(
    session: Session,
    actor: Actor,
    case: Case,
    questionnaire: Questionnaire,
    *,
    specification: str,
    sort: str,
    title: str,
    opens: datetime.date,
    deadline: datetime.date | None,
    note: str,
    now: datetime.datetime,
    today: datetime.date,
) -> Round:
    """A round of a case that is held, with nobody asked yet.

    sort  "units", or "anonymous": answered by links (``services.surveys.survey``)
    Raises Invalid (``line_too_long``, ``note_too_long``, ``deadline_before_opening``,
    ``until_passed``).
    """
    assert case.id is not None
    _require_days(opens, deadline, today)
    row = Round(
        case_id=case.id,
        specification=specification,
        deadline=deadline,
        sort=sort,
        title=_title(title, questionnaire),
        opens=opens,
        note=_note(note),
        salt=secrets.token_hex(16),
        opened_by=actor.account_id,
        opened_at=now,
    )
    session.add(row)
    session.flush()
    return row


def _require_days(
    opens: datetime.date, deadline: datetime.date | None, today: datetime.date
) -> None:
    if deadline is not None and deadline < opens:
        raise Invalid("deadline_before_opening")
    if deadline is not None and deadline < today:
        raise Invalid("until_passed")


def _title(text: str, questionnaire: Questionnaire) -> str:
    title = read_line(text, LONGEST_TITLE, "title")
    return title or (questionnaire.short_title or questionnaire.title).sv[:LONGEST_TITLE]


def _note(text: str) -> str:
    note = tidy(text.strip())
    if len(note) > LONGEST_NOTE:
        raise Invalid("note_too_long", max=LONGEST_NOTE)
    return note


def close_round(
    session: Session,
    actor: Actor,
    diary_number: str,
    round_id: int,
    now: datetime.datetime,
    today: datetime.date,
    signer: Signer,
) -> list[str]:
    """Close a round for good: what was handed over becomes records, whose hashes are returned.

    Raises NotFound, Forbidden, WrongState (``round_closed``).
    """
    view = hold_round(session, actor, diary_number, round_id)
    records = freeze(session, round_id)
    view.row.closed_at, view.row.closed_by = now, actor.account_id
    session.add(view.row)
    session.flush()
    told = add_events(session, actor, records, "round_closed", now)
    facts = {"round": round_id, "records": {str(key): value for key, value in records.items()},
             **told}  # fmt: skip
    number = add_link(session, view.case, actor, now, signer, "round_closed", facts)
    waiting = [
        row.submission_id for row in units_of(session, round_id).values()
        if row.state != ContributionState.RECALLED
    ]  # fmt: skip
    tell_units(session, view.row, Kind.ROUND_CLOSED, waiting, number, now, today)
    return list(records.values())
