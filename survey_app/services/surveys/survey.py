"""Surveys: rounds that people answer by a link, without an account and without saying who they are.

What each answered is a ballot (``services.surveys.ballot``). The coordinator sees how many there
are in steps of five, and what they say together; a single ballot is shown to nobody. When the
survey is closed the result becomes a document of the case (``services.surveys.result``), and the
archivist removes the ballots by a decision.
"""

from __future__ import annotations

import datetime
import json
import secrets
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from survey_app.core.tally import FEWEST, Tally, grown, tally_of, texts_of
from survey_app.core.workflow import Role
from survey_app.services.actor import Actor
from survey_app.services.audit import Signer
from survey_app.services.line import LONGEST_DECISION, read_line
from survey_app.services.refusal import Forbidden, Invalid, WrongState
from survey_app.services.rounds.chain import round_digest
from survey_app.services.rounds.round import add_round, find_case_to_ask_in
from survey_app.services.rounds.view import RoundView, add_link, find_round, hold_round
from survey_app.services.specification import find_questionnaire
from survey_app.services.surveys.ballot import digest_of, read_ballots
from survey_app.store.tables import AnswerLink, Ballot, Round, Survey

SORT = "anonymous"
SHOWN = ("after_closing", "in_fives")


@dataclass(frozen=True, slots=True)
class SurveyView:
    """A survey as its coordinator may see it.

    at_least  how many have answered, rounded down to a multiple of five while it is open, so that
              nobody can tell when one came; the very number when it is closed
    """

    round: RoundView
    row: Survey
    links: list[AnswerLink]
    at_least: int


def open_survey(
    session: Session,
    actor: Actor,
    diary_number: str,
    *,
    specification: str,
    title: str,
    opens: datetime.date,
    closes: datetime.date | None,
    shown: str,
    note: str,
    now: datetime.datetime,
    today: datetime.date,
    signer: Signer,
) -> Round:
    """Open a survey in a case. Nobody can answer before it has links.

    opens, closes  the first and the last Swedish day on which it can be answered
    shown          one of ``SHOWN``
    note           what those who answer are told, beside the questionnaire's own words
    Raises NotFound, Forbidden, Invalid (``form_not_anonymous``, ``line_too_long``,
    ``note_too_long``, ``deadline_before_opening``, ``until_passed``).
    """
    case = find_case_to_ask_in(session, actor, diary_number, hold=True)
    questionnaire = find_questionnaire(session, specification)
    if not questionnaire.anonymous:
        raise Invalid("form_not_anonymous")
    if shown not in SHOWN:
        raise Invalid("form_cut_off")
    row = add_round(
        session, actor, case, questionnaire, specification=specification, sort=SORT,
        title=title, opens=opens, deadline=closes, note=note, now=now, today=today,
    )  # fmt: skip
    assert row.id is not None
    session.add(Survey(round_id=row.id, shown=shown, salt=secrets.token_hex(16)))
    session.flush()
    facts = {"round": row.id, "specification": specification, "shown": shown,
             "row": round_digest(row)}  # fmt: skip
    add_link(session, case, actor, now, signer, "round_opened", facts)
    return row


def find_survey(session: Session, actor: Actor, diary_number: str, round_id: int) -> SurveyView:
    """A survey in a case of a unit in which the actor may read. Raises NotFound."""
    return _view(session, find_round(session, actor, diary_number, round_id, sort=SORT))


def hold_survey(session: Session, actor: Actor, diary_number: str, round_id: int) -> SurveyView:
    """The survey, held, if the actor may change it. Raises NotFound, Forbidden, WrongState."""
    return _view(session, hold_round(session, actor, diary_number, round_id, sort=SORT))


def _view(session: Session, view: RoundView) -> SurveyView:
    row = session.get(Survey, view.id)
    assert row is not None
    query = select(AnswerLink).where(col(AnswerLink.round_id) == view.id)
    links = session.execute(
        query.order_by(col(AnswerLink.single), col(AnswerLink.label), col(AnswerLink.token_sha256))
    )
    if not view.is_open:
        return SurveyView(view, row, list(links.scalars()), row.counted)
    counted = select(func.count()).where(col(Ballot.round_id) == view.id)
    n = session.execute(counted).scalar_one()
    return SurveyView(view, row, list(links.scalars()), n - n % FEWEST)


def read_tally(survey: SurveyView) -> dict[str, Tally] | None:
    """What may be shown of the answers now, by question; None if nothing yet.

    Read from what was counted last, never from the ballots: two looks at the page differ by five
    answers or not at all.
    """
    tally: dict[str, Tally] = json.loads(survey.row.tally)
    if survey.round.is_open and survey.row.shown != "in_fives":
        return None
    return tally or None


def read_texts(session: Session, survey: SurveyView) -> dict[str, list[str]]:
    """The free texts by question, when the survey is closed and as long as the ballots are kept."""
    if survey.round.is_open:
        return {}
    ballots = read_ballots(session, survey.round.id)
    return texts_of(survey.round.questionnaire, ballots, survey.row.salt)


def close_survey(
    session: Session,
    actor: Actor,
    diary_number: str,
    round_id: int,
    now: datetime.datetime,
    signer: Signer,
) -> SurveyView:
    """Close a survey for good, and count what was answered. Raises NotFound, Forbidden,
    WrongState (``round_closed``)."""
    survey = hold_survey(session, actor, diary_number, round_id)
    row, view = hold_counting(session, round_id), survey.round
    ballots = read_ballots(session, round_id)
    fresh = tally_of(view.questionnaire, ballots)
    tally = grown(json.loads(row.tally), fresh) if row.shown == "in_fives" else fresh
    row.tally, row.counted = json.dumps(tally, sort_keys=True), len(ballots)
    view.row.closed_at, view.row.closed_by = now, actor.account_id
    session.add_all([row, view.row])
    session.flush()
    facts = {"round": round_id, "records": {}, "ballots": len(ballots),
             "digest": digest_of(session, round_id)}  # fmt: skip
    add_link(session, view.case, actor, now, signer, "round_closed", facts)
    return _view(session, view)


def hold_counting(session: Session, round_id: int) -> Survey:
    """The survey's row, kept to this transaction: ballots are cast and counted one by one."""
    query = select(Survey).where(col(Survey.round_id) == round_id).with_for_update()
    row: Survey = session.execute(query.execution_options(populate_existing=True)).scalar_one()
    return row


def weed_ballots(
    session: Session,
    actor: Actor,
    diary_number: str,
    round_id: int,
    decision: str,
    now: datetime.datetime,
    signer: Signer,
) -> int:
    """Remove the single answers and the links of a closed survey, by a decision; how many answers.

    The result stays. Raises NotFound, Forbidden, WrongState (``round_not_closed``), Invalid
    (``weeding_decision_missing``, ``line_too_long``, ``ballots_weeded_already``).
    """
    view = find_round(session, actor, diary_number, round_id, hold=True, sort=SORT)
    if Role.ARCHIVIST not in actor.roles_in(view.unit_id):
        raise Forbidden("not_your_role")
    if view.is_open:
        raise WrongState("round_not_closed")
    row = hold_counting(session, round_id)
    if row.weeded:
        raise Invalid("ballots_weeded_already")
    told = read_line(decision, LONGEST_DECISION, "decision")
    if not told:
        raise Invalid("weeding_decision_missing")
    session.execute(delete(Ballot).where(col(Ballot.round_id) == round_id))
    session.execute(delete(AnswerLink).where(col(AnswerLink.round_id) == round_id))
    row.weeded = told
    session.add(row)
    session.flush()
    facts = {"round": round_id, "ballots": row.counted}
    add_link(session, view.case, actor, now, signer, "ballots_weeded", facts)
    return row.counted
