"""What one unit answers in a round: from being asked to being handed over, and back.

Handed over, its content is kept as it was, and what results are made of stands in ``RoundValue``;
closing the round makes a record of it (``services.rounds.freezing``).
"""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlmodel import Session, col

from survey_app.core.content import Content, canonical_json
from survey_app.core.difference import questions_of
from survey_app.core.workflow import Action, Role
from survey_app.export.swedish import swedish_day
from survey_app.services.actor import Actor
from survey_app.services.approvals.returning import keep_snapshot
from survey_app.services.refusal import Invalid
from survey_app.services.rounds.heading import read_round_answers
from survey_app.services.submission import Dossier
from survey_app.store.tables import Round, RoundUnit, RoundValue


def own_round_answers(session: Session, actor: Actor, today: datetime.date) -> list[Dossier]:
    """What the actor's units were asked in rounds that have opened: what is open first, then the
    newest."""
    query = (
        select(col(RoundUnit.submission_id))
        .join(Round, col(Round.id) == col(RoundUnit.round_id))
        .where(
            col(RoundUnit.unit_id).in_(actor.units_as(Role.STRATEGIST)),
            col(Round.opens) <= today,
        )
        .order_by(col(RoundUnit.submission_id).desc())
    )
    found = read_round_answers(session, session.execute(query).scalars())
    return sorted(found, key=lambda dossier: not dossier.may(actor, Action.WRITE))


def require_ready(dossier: Dossier, now: datetime.datetime) -> None:
    """Raise Invalid unless the answer can be handed over: ``round_not_open_yet``,
    ``nothing_handed_over``, ``not_all_explained`` with all that is in its way."""
    assert dossier.request is not None
    opens = dossier.request.opens
    if opens is not None and opens > swedish_day(now):
        raise Invalid("round_not_open_yet", day=opens.isoformat())
    if all(given.value is None and given.blank is None for given in dossier.answers.values()):
        raise Invalid("nothing_handed_over")
    evaluation = dossier.evaluation
    if not evaluation.can_be_sent:
        stopping = [item for item in evaluation.problems if item.severity != "warning"]
        raise Invalid("not_all_explained", problems=stopping)


def keep_handed_over(
    session: Session, actor: Actor, dossier: Dossier, content: Content, sha256: str,
    now: datetime.datetime,
) -> None:  # fmt: skip
    """Keep the content as it is handed over, its values for the results, and by whom and when."""
    keep_snapshot(session, dossier.id, content, sha256, now)
    session.flush()
    drop_values(session, dossier.id)
    session.execute(insert(RoundValue), values_of(dossier.round_id, dossier.id, content))
    _note(session, dossier, handed_over_by=actor.account_id, handed_over_at=now)


def values_of(round_id: int, submission_id: int, content: Content) -> list[dict[str, Any]]:
    """The rows of ``RoundValue`` that a content makes."""
    return [
        {"round_id": round_id, "submission_id": submission_id, "question": question,
         "value": _json(entry["value"]), "blank": _json(entry["blank"]), "shown": entry["asked"]}
        for question, entry in questions_of(content).items()
    ]  # fmt: skip


def _json(value: Any) -> str | None:
    return None if value is None else canonical_json(value).decode()


def drop_values(session: Session, submission_id: int) -> None:
    """Forget what results are made of: it is not handed over any more."""
    session.execute(delete(RoundValue).where(col(RoundValue.submission_id) == submission_id))


def take_back(session: Session, dossier: Dossier) -> None:
    """The answer was sent back: it is not handed over any more."""
    drop_values(session, dossier.id)
    _note(session, dossier, handed_over_by=None, handed_over_at=None)


def _note(session: Session, dossier: Dossier, **columns: Any) -> None:
    session.execute(
        update(RoundUnit)
        .where(col(RoundUnit.submission_id) == dossier.id)
        .values(**columns)
        .execution_options(synchronize_session=False)
    )
