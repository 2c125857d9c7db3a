"""Answering a survey by a link. What is kept is what was answered, and nothing of who or when.

No account, session, address, time or audit link: a row more, in no order (``store.surveys``).
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update
from sqlmodel import Session, col

from survey_app.core.content import canonical_json, sha256_of
from survey_app.core.evaluation import Evaluation, Given, evaluate, sent_value
from survey_app.core.questionnaire import Questionnaire
from survey_app.core.tally import FEWEST, grown, tally_of
from survey_app.services.refusal import Invalid, NotFound, WrongState
from survey_app.services.specification import find_questionnaire
from survey_app.store.tables import AnswerLink, Ballot, Case, Round, Survey, Unit

SECRET_BYTES = 16
_LONGEST = 64


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody with a link is asked.

    single  the link answers once
    """

    round_id: int
    title: str
    note: str
    unit: str
    closes: datetime.date | None
    single: bool
    practice: bool
    questionnaire: Questionnaire


def hash_of(token: str) -> str:
    """How a link's secret is known."""
    return hashlib.sha256(token.encode()).hexdigest()


def find_asked(
    session: Session, token: str, today: datetime.date, *, sent_again: bool = False
) -> Asked:
    """What a link asks.

    sent_again  also if it was used, for what may be the same answer once more
    Raises NotFound (``link_unknown``: guessed, or revoked), WrongState (``link_not_open`` with its
    day, ``link_closed``, ``link_used``).
    """
    query = (
        select(AnswerLink, Round, Case, col(Unit.name))
        .join(Round, col(Round.id) == col(AnswerLink.round_id))
        .join(Case, col(Case.id) == col(Round.case_id))
        .join(Unit, col(Unit.id) == col(Case.unit_id))
        .where(col(AnswerLink.token_sha256) == hash_of(token[:_LONGEST]))
    )
    found = session.execute(query.execution_options(populate_existing=True)).first()
    if found is None or found[0].revoked:
        raise NotFound("link_unknown")
    link, row, case, unit = found
    if row.opens > today:
        raise WrongState("link_not_open", day=row.opens.isoformat())
    if row.closed_at is not None or (row.deadline is not None and row.deadline < today):
        raise WrongState("link_closed")
    if link.single and link.used and not sent_again:
        raise WrongState("link_used")
    form = find_questionnaire(session, row.specification)
    return Asked(row.id, row.title, row.note, unit, row.deadline, link.single, case.practice, form)


def cast_ballot(
    session: Session,
    token: str,
    answers: Mapping[str, Given],
    once: str,
    today: datetime.date,
) -> None:
    """Keep what somebody answered.

    answers  parsed, by question id
    once     a secret of the page that was answered: sent twice, it is one answer
    Raises as ``find_asked``, and Invalid (``ballot_refused``) with what is wrong in the answers.
    """
    asked = find_asked(session, token, today, sent_again=True)
    survey = session.execute(
        select(Survey).where(col(Survey.round_id) == asked.round_id).with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()  # fmt: skip
    asked = find_asked(session, token, today, sent_again=True)  # nobody closes it from now on
    values = _sent(asked.questionnaire, answers)
    body = canonical_json(values).decode()
    made = hash_of(f"{asked.round_id}.{once}")[:32]
    standing = session.get(Ballot, made)
    if standing is not None and standing.answers == body:
        return
    if asked.single:
        _use(session, token)
    identity = hash_of(f"{made}.{body}")[:32] if standing is not None else made
    if standing is not None and session.get(Ballot, identity) is not None:
        return
    session.add(Ballot(id=identity, round_id=asked.round_id, answers=body))
    session.flush()
    if survey.shown == "in_fives":
        _count(session, survey, asked.questionnaire)


def _use(session: Session, token: str) -> None:
    """Use up a link that answers once. Raises WrongState if it was."""
    used = session.execute(
        update(AnswerLink)
        .where(
            col(AnswerLink.token_sha256) == hash_of(token[:_LONGEST]),
            col(AnswerLink.used).is_(False),
        )
        .values(used=True)
        .execution_options(synchronize_session=False)
    )
    if used.rowcount != 1:  # type: ignore[attr-defined]
        raise WrongState("link_used")


def _sent(questionnaire: Questionnaire, answers: Mapping[str, Given]) -> dict[str, Any]:
    verdict = evaluate(questionnaire, answers)
    wrong = refusing(verdict)
    if wrong:
        raise Invalid("ballot_refused", problems=wrong)
    found = {
        question.id: sent_value(question, answers[question.id], verdict)
        for question in questionnaire.questions()
        if question.id in verdict.shown and question.id in answers
    }
    return {key: value for key, value in found.items() if value is not None}


def refusing(verdict: Evaluation) -> list[Any]:
    """What is so wrong that the answers are not taken."""
    return [problem for problem in verdict.problems if problem.severity in ("error", "blank")]


def _count(session: Session, survey: Survey, questionnaire: Questionnaire) -> None:
    """With each fifth answer, let what is shown follow."""
    counted = select(func.count()).where(col(Ballot.round_id) == survey.round_id)
    n = session.execute(counted).scalar_one()
    if n % FEWEST:
        return
    fresh = tally_of(questionnaire, read_ballots(session, survey.round_id))
    survey.tally = json.dumps(grown(json.loads(survey.tally), fresh), sort_keys=True)
    survey.counted = n
    session.add(survey)
    session.flush()


def read_ballots(session: Session, round_id: int) -> list[dict[str, Any]]:
    """What was answered, in the order of ids that are chance."""
    query = select(col(Ballot.answers)).where(col(Ballot.round_id) == round_id)
    rows = session.execute(query.order_by(col(Ballot.id))).scalars()
    return [json.loads(body) for body in rows]


def digest_of(session: Session, round_id: int) -> str:
    """How the chain names all ballots of a survey."""
    query = select(col(Ballot.id), col(Ballot.answers)).where(col(Ballot.round_id) == round_id)
    rows = session.execute(query.order_by(col(Ballot.id))).all()
    return sha256_of([[made, body] for made, body in rows])
