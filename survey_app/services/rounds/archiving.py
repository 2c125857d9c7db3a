"""Archiving a round: what units handed over is kept as it was written, all at once.

Writing comes first, in a session that changes nothing, as in ``services.archives.archiving``.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import select, update
from sqlmodel import Session, col

from survey_app.core.workflow import RULES, Action, Role, State
from survey_app.services.actor import Actor
from survey_app.services.archives.archive import Copy
from survey_app.services.archives.archiving import (
    is_last,
    keep_case,
    keep_copies,
    write_case,
    write_copies,
)
from survey_app.services.archives.packaging import Packing
from survey_app.services.audit import Signer
from survey_app.services.refusal import ChangedMeanwhile, Forbidden, WrongState
from survey_app.services.rounds.heading import read_round_answers
from survey_app.services.rounds.units import add_events
from survey_app.services.rounds.view import RoundView, add_link, find_round
from survey_app.services.submission import Dossier
from survey_app.store.tables import FrozenRecord, RoundUnit, Submission


@dataclass(frozen=True, slots=True)
class PreparedRound:
    """What archiving a round keeps: copies by submission, and with the last of a case its
    document, of what ``of`` names."""

    copies: Mapping[int, Mapping[str, Copy]]
    of: tuple[str, ...] = ()
    case_pdf: bytes | None = None


def prepare_round(
    session: Session, actor: Actor, diary_number: str, round_id: int, packing: Packing
) -> PreparedRound:
    """Write what ``archive_round`` will keep. Raises NotFound, Forbidden, WrongState (it is not
    closed, or there is nothing to archive), Unavailable where no seal can be had."""
    view = find_round(session, actor, diary_number, round_id)
    dossiers = _to_archive(session, actor, view)
    copies = {dossier.id: write_copies(session, dossier, packing) for dossier in dossiers}
    case_id = dossiers[0].case_id
    if not is_last(session, case_id, set(copies)):
        return PreparedRound(copies)
    return PreparedRound(copies, *write_case(session, actor, case_id, packing))


def archive_round(
    session: Session,
    actor: Actor,
    diary_number: str,
    round_id: int,
    prepared: PreparedRound,
    now: datetime.datetime,
    signer: Signer,
    packing: Packing,
) -> int:
    """Archive all answers of a closed round; how many. With the last documents of the case its
    package is kept, too.

    Raises ChangedMeanwhile if the round or the case is another than was prepared.
    """
    view = find_round(session, actor, diary_number, round_id, hold=True)
    dossiers = _to_archive(session, actor, view)
    if {dossier.id for dossier in dossiers} != set(prepared.copies):
        raise ChangedMeanwhile("moved_meanwhile")
    records = _records(session, [dossier.id for dossier in dossiers])
    told = {}
    for dossier in dossiers:
        sha256 = records[dossier.id]
        hashes = keep_copies(session, dossier, prepared.copies[dossier.id], sha256, now)
        told[str(dossier.id)] = {"record": sha256, **hashes}
    session.execute(
        update(Submission)
        .where(col(Submission.id).in_(records))
        .values(state=State.ARCHIVED)
        .execution_options(synchronize_session=False)
    )
    steps = add_events(session, actor, records, "archived", now)
    facts = {"round": round_id, "copies": told, **steps}
    add_link(session, view.case, actor, now, signer, "round_archived", facts)
    if is_last(session, dossiers[0].case_id, ()):
        whole = replace(packing, signer=signer)
        keep_case(session, actor, dossiers[0], prepared.of, prepared.case_pdf, now, whole)
    return len(dossiers)


def count_to_archive(session: Session, view: RoundView) -> int:
    """How many answers of a round are to be archived."""
    return len(_left(session, view))


def _left(session: Session, view: RoundView) -> list[int]:
    query = (
        select(col(RoundUnit.submission_id))
        .join(Submission, col(Submission.id) == col(RoundUnit.submission_id))
        .where(
            col(RoundUnit.round_id) == view.id,
            col(Submission.state).in_(RULES[Action.ARCHIVE].states),
        )
        .order_by(col(RoundUnit.position))
    )
    return list(session.execute(query).scalars())


def _to_archive(session: Session, actor: Actor, view: RoundView) -> list[Dossier]:
    if Role.ARCHIVIST not in actor.roles_in(view.unit_id):
        raise Forbidden("not_your_role")
    ids = _left(session, view)
    if view.is_open or not ids:
        raise WrongState("round_not_to_archive")
    return read_round_answers(session, ids)


def _records(session: Session, submissions: list[int]) -> dict[int, str]:
    query = select(col(FrozenRecord.submission_id), col(FrozenRecord.sha256)).where(
        col(FrozenRecord.submission_id).in_(submissions)
    )
    return dict(session.execute(query).all())
