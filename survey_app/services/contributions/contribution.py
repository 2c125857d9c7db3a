"""Contributions (underlag): units are asked for some of the answers; what they write is theirs
until they hand it over, and stands still from then on unless it is sent back.

What units answer in rounds goes the same way; what is its own is in ``services.rounds.answer``.
"""

from __future__ import annotations

import datetime
import json
import secrets
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import exists, select, update
from sqlmodel import Session, col

from survey_app.core.characters import tidy
from survey_app.core.content import sha256_of
from survey_app.core.evaluation import NOTHING
from survey_app.core.workflow import (
    CONTRIBUTION_RULES,
    ROUND_RULES,
    Action,
    ContributionState,
    Role,
)
from survey_app.services.actor import Actor
from survey_app.services.answer import is_open
from survey_app.services.audit import Signer
from survey_app.services.completion import askable
from survey_app.services.contributions.chain import ASKED, SENT_BACK, request_facts
from survey_app.services.mail.notice import Kind, about, tell, with_role
from survey_app.services.mail.outbox import Reader
from survey_app.services.refusal import ChangedMeanwhile, Invalid
from survey_app.services.rounds.answer import keep_handed_over, require_ready, take_back
from survey_app.services.step import add_event
from survey_app.services.submission import Dossier, open_submission, read_heading
from survey_app.store.tables import (
    Account,
    Contribution,
    Event,
    Membership,
    ReturnedQuestion,
    Revision,
    Round,
    RoundUnit,
    Submission,
    Unit,
)

LONGEST_NOTE = 4000
_LIVE = (ContributionState.ASKED, ContributionState.HANDED_OVER)


def units_to_ask(session: Session, dossier: Dossier) -> list[Unit]:
    """The other units in which somebody can answer, by name."""
    answering = exists().where(
        col(Membership.unit_id) == col(Unit.id),
        col(Membership.role) == Role.STRATEGIST,
        col(Account.id) == col(Membership.account_id),
        col(Account.active).is_(True),
    )
    query = select(Unit).where(col(Unit.id) != dossier.unit_id, answering)
    return list(session.execute(query.order_by(col(Unit.name))).scalars())


def questions_to_ask(dossier: Dossier) -> list[str]:
    """The questions that units can be asked, in the authority's order: those that can be changed
    now, so that what comes can be inserted."""
    return [question for question in askable(dossier) if is_open(dossier, question)]


def ask_for_contributions(
    session: Session,
    actor: Actor,
    submission_id: int,
    *,
    units: Collection[int],
    questions: Collection[str],
    until: datetime.date | None,
    note: str,
    now: datetime.datetime,
    today: datetime.date,
    signer: Signer,
) -> list[int]:
    """Ask each unit for answers to some questions; the ids of the contributions, a unit each.

    Raises NotFound, Forbidden, WrongState, Invalid (``no_unit_chosen``, ``no_unit``,
    ``nothing_asked_of_units``, ``no_question``, ``until_passed``, ``note_too_long``,
    ``already_asked``).
    """
    main = open_submission(session, actor, submission_id, Action.ASK, hold=True)
    known = questions_to_ask(main)
    asked = [question for question in known if question in questions]
    if unknown := set(questions).difference(known):
        raise Invalid("no_question", question=min(unknown)[:64])
    if not asked:
        raise Invalid("nothing_asked_of_units")
    if until is not None and until < today:
        raise Invalid("until_passed")
    said = tidy(note.strip())
    if len(said) > LONGEST_NOTE:
        raise Invalid("note_too_long", max=LONGEST_NOTE)
    offered = {unit.id: unit for unit in units_to_ask(session, main)}
    if not units:
        raise Invalid("no_unit_chosen")
    if set(units).difference(offered):
        raise Invalid("no_unit")
    made = []
    for unit_id in dict.fromkeys(units):
        _require_new(session, main, offered[unit_id], asked)
        made.append(_ask(session, actor, main, unit_id, asked, until, said, now, signer))
    return made


def _require_new(session: Session, main: Dossier, unit: Unit, asked: list[str]) -> None:
    query = (
        select(col(Contribution.questions))
        .join(Submission, col(Submission.id) == col(Contribution.submission_id))
        .where(
            col(Submission.parent_id) == main.id,
            col(Submission.unit_id) == unit.id,
            col(Contribution.state).in_(_LIVE),
        )
    )
    before = {item for text in session.execute(query).scalars() for item in json.loads(text)}
    for question in asked:
        if question in before:
            number = main.questionnaire.by_id[question].number or question
            raise Invalid("already_asked", unit=unit.name, question=number)


def _ask(
    session: Session, actor: Actor, main: Dossier, unit_id: int, asked: list[str],
    until: datetime.date | None, note: str, now: datetime.datetime, signer: Signer,
) -> int:  # fmt: skip
    child = Submission(round_id=main.round_id, unit_id=unit_id, parent_id=main.id, created=now)
    session.add(child)
    session.flush()
    assert child.id is not None
    row = Contribution(
        submission_id=child.id, questions=json.dumps(asked), note=note, until=until,
        author_id=actor.account_id, at=now, salt=secrets.token_hex(16),
    )  # fmt: skip
    session.add(row)
    session.flush()
    dossier = read_heading(session, child.id, hold=False)
    event = add_event(
        session, actor, dossier, ASKED, now, signer,
        content_sha256=None, facts={}, audit=request_facts(row, main.id),
    )  # fmt: skip
    _tell(session, dossier, Kind.CONTRIBUTION_ASKED, event, _writers(session, dossier))
    return child.id


def own_contributions(session: Session, actor: Actor) -> list[Dossier]:
    """What the actor's units were asked for, with answers: what is open first, then the newest."""
    query = (
        select(col(Submission.id))
        .join(Contribution, col(Contribution.submission_id) == col(Submission.id))
        .where(col(Submission.unit_id).in_(actor.units_as(Role.STRATEGIST)))
        .order_by(col(Submission.id).desc())
    )
    ids = [item for item in session.execute(query).scalars() if item is not None]
    found = [open_submission(session, actor, item, Action.READ) for item in ids]
    return sorted(found, key=lambda dossier: not dossier.may(actor, Action.WRITE))


def hand_over(
    session: Session, actor: Actor, contribution_id: int, now: datetime.datetime, signer: Signer
) -> Dossier:
    """The unit says that it is ready: what stands now is what the other unit sees and may use.

    Raises NotFound, Forbidden, WrongState, Invalid (``nothing_handed_over``; in a round what
    ``require_ready`` raises, too).
    """
    dossier = open_submission(session, actor, contribution_id, Action.HAND_OVER, hold=True)
    by = {"name": actor.name, "title": actor.title, "email": actor.email}
    return keep_as_handed_over(session, actor, dossier, by, now, signer)


def keep_as_handed_over(
    session: Session, actor: Actor, dossier: Dossier, by: dict[str, str], now: datetime.datetime,
    signer: Signer,
) -> Dossier:  # fmt: skip
    """Hand over what stands; the caller has asked whether the actor may. Raises as ``hand_over``.

    by  who is told to have handed over an answer in a round: name, title, email
    """
    content = dossier.content()
    sha256 = sha256_of(content)
    facts: dict[str, Any]
    audit: dict[str, Any] = {}
    if dossier.contributes:
        facts = {"revisions": _standing(session, dossier)}
        if not facts["revisions"]:
            raise Invalid("nothing_handed_over")
    else:
        require_ready(dossier, now)
        keep_handed_over(session, actor, dossier, content, sha256, now)
        facts = {"by": by}
        audit = {"by": sha256_of(by), "told": sha256_of(facts)}
    session.execute(
        update(ReturnedQuestion)
        .where(col(ReturnedQuestion.submission_id) == dossier.id)
        .values(settled=True)
        .execution_options(synchronize_session=False)
    )
    event = _move(
        session, actor, dossier, Action.HAND_OVER, "handed_over", now, signer,
        content_sha256=sha256, facts=facts, audit=audit,
    )  # fmt: skip
    _tell(session, dossier, about(dossier, "handed_over"), event, _askers(session, dossier))
    return dossier


def _standing(session: Session, dossier: Dossier) -> dict[str, int]:
    """The revision that stands, by question, of all that has an answer, or a reason for none."""
    query = select(col(Revision.id), col(Revision.question), col(Revision.version)).where(
        col(Revision.submission_id) == dossier.id, col(Revision.accepted).is_(True)
    )
    return {
        question: revision
        for revision, question, version in session.execute(query)
        if version == dossier.version_of(question) and dossier.answers[question] != NOTHING
    }


def send_back(
    session: Session,
    actor: Actor,
    contribution_id: int,
    reasons: Mapping[str, str],
    now: datetime.datetime,
    signer: Signer,
    *,
    today: datetime.date,
    until: datetime.date | None = None,
) -> Dossier:
    """Send named questions back to the unit, each with a reason; only those open again.

    until  a new day by which it is to be handed over, ``today`` or later; None leaves it as it was
    Raises NotFound, Forbidden, WrongState, Invalid (``nothing_returned``, ``no_question``,
    ``return_reason_missing``, ``until_passed``).
    """
    dossier = open_submission(session, actor, contribution_id, Action.SEND_BACK, hold=True)
    if not reasons:
        raise Invalid("nothing_returned")
    for question, reason in reasons.items():
        if question not in dossier.questionnaire.by_id:
            raise Invalid("no_question", question=question[:64])
        if not reason.strip():
            raise Invalid("return_reason_missing", question=question)
    told: dict[str, Any] = {"questions": list(reasons)}
    if until is not None:
        told |= _move_day(session, dossier, until, today)
    event = _move(
        session, actor, dossier, Action.SEND_BACK, SENT_BACK, now, signer,
        facts={"questions": list(reasons)}, audit=told,
    )  # fmt: skip
    assert event.id is not None
    for question, reason in reasons.items():
        session.add(
            ReturnedQuestion(
                event_id=event.id, submission_id=dossier.id, question=question,
                reason=tidy(reason.strip()),
            )
        )  # fmt: skip
    if not dossier.contributes:
        take_back(session, dossier)
    _tell(
        session, dossier, about(dossier, "sent_back"), event, _writers(session, dossier),
        questions=len(reasons),
    )  # fmt: skip
    return dossier


def _move_day(
    session: Session, dossier: Dossier, until: datetime.date, today: datetime.date
) -> dict[str, str]:
    """Give the unit another day; what the link tells of it."""
    if until < today:
        raise Invalid("until_passed")
    assert dossier.request is not None
    table = Contribution if dossier.contributes else RoundUnit
    session.execute(
        update(table)
        .where(col(table.submission_id) == dossier.id)
        .values(until=until)
        .execution_options(synchronize_session="fetch")
    )
    dossier.deadline = until
    if dossier.contributes:
        dossier.first_deadline = until
    dossier.request = dossier.request._replace(until=until)
    return {"until": until.isoformat()}


def recall(
    session: Session, actor: Actor, contribution_id: int, now: datetime.datetime, signer: Signer
) -> Dossier:
    """Withdraw a request: the unit need not answer any more. Raises NotFound, Forbidden,
    WrongState (it was handed over)."""
    dossier = open_submission(session, actor, contribution_id, Action.RECALL, hold=True)
    event = _move(session, actor, dossier, Action.RECALL, "recalled", now, signer)
    _tell(session, dossier, about(dossier, "recalled"), event, _writers(session, dossier))
    return dossier


def _move(
    session: Session, actor: Actor, dossier: Dossier, action: Action, kind: str,
    now: datetime.datetime, signer: Signer, *, content_sha256: str | None = None,
    facts: dict[str, Any] | None = None, audit: dict[str, Any] | None = None,
) -> Event:  # fmt: skip
    assert dossier.request is not None
    rules = CONTRIBUTION_RULES if dossier.contributes else ROUND_RULES
    table = Contribution if dossier.contributes else RoundUnit
    becomes = rules[action].becomes
    assert becomes is not None
    moved = session.execute(
        update(table)
        .where(
            col(table.submission_id) == dossier.id,
            col(table.state) == dossier.request.state,
        )
        .values(state=becomes)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise ChangedMeanwhile("moved_meanwhile")
    event = add_event(
        session, actor, dossier, kind, now, signer,
        content_sha256=content_sha256, facts=facts or {}, audit=audit or {},
    )  # fmt: skip
    dossier.request = dossier.request._replace(state=becomes)
    return event


def _tell(
    session: Session, dossier: Dossier, kind: Kind, event: Event, readers: Iterable[Reader],
    **more: Any,
) -> None:  # fmt: skip
    assert dossier.request is not None
    others = [reader for reader in readers if reader.account_id != event.actor_id]
    tell(session, dossier, kind, str(event.id), others, event.at, title=dossier.request.title,
         asked_by=dossier.request.unit_name, **more)  # fmt: skip


def _writers(session: Session, dossier: Dossier) -> list[Reader]:
    return with_role(session, dossier.unit_id, Role.STRATEGIST)


def _askers(session: Session, dossier: Dossier) -> list[Reader]:
    """Who asked; if they no longer write there, all who do."""
    assert dossier.request is not None
    there = with_role(session, dossier.request.unit_id, Role.STRATEGIST)
    asked = select(col(Contribution.author_id)).where(col(Contribution.submission_id) == dossier.id)
    opened = select(col(Round.opened_by)).where(col(Round.id) == dossier.round_id)
    asking = session.execute(asked if dossier.contributes else opened).scalar()
    return [reader for reader in there if reader.account_id == asking] or there
