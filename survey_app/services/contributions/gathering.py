"""What units have contributed to a submission, beside each question, and put into its answers."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from survey_app.core.evaluation import NOTHING, Given
from survey_app.core.gathering import put_together
from survey_app.core.workflow import Action, ContributionState
from survey_app.services.actor import Actor
from survey_app.services.answer import Saved, Stale, find_writable, save_answer
from survey_app.services.carrying import take_files
from survey_app.services.meaning import given_of
from survey_app.services.refusal import Invalid, NotFound
from survey_app.services.submission import Dossier, open_submission
from survey_app.store.tables import (
    Account,
    Contribution,
    Event,
    Revision,
    Submission,
    Unit,
    table_of,
)


class Insertion(NamedTuple):
    """That something of a contribution was put into an answer: which revision, by whom, when."""

    revision: int
    by: str
    at: datetime.datetime


@dataclass(slots=True)
class Gathered:
    """One contribution as the unit that asked for it may know it.

    questions  ids of what was asked for
    sent_back  it was handed over once, and is being changed
    answers    what was handed over, with the revision in which it stands, by question; empty
               unless it is handed over now
    insertions what was put into the main answers, the newest for each question
    """

    id: int
    unit_name: str
    state: ContributionState
    questions: tuple[str, ...]
    note: str
    until: datetime.date | None
    asked_by: str
    asked_at: datetime.datetime
    handed_over: datetime.datetime | None = None
    sent_back: bool = False
    answers: Mapping[str, tuple[int, Given]] = field(default_factory=dict)
    insertions: dict[str, Insertion] = field(default_factory=dict)


_C, _S, _R, _E = (table_of(model).c for model in (Contribution, Submission, Revision, Event))
_U, _A = table_of(Unit).c, table_of(Account).c
_LAST = (
    select(_E.id)
    .where(_E.submission_id == _C.submission_id, _E.kind == "handed_over")
    .order_by(_E.id.desc())
    .limit(1)
    .correlate(table_of(Contribution))
    .scalar_subquery()
)
_ASKED = (
    select(
        _C.submission_id, _C.state, _C.questions, _C.note, _C.until, _C.at,
        _U.name.label("unit_name"), _A.name.label("asked_by"),
        _E.facts.label("handed_over"), _E.at.label("handed_over_at"),
    )
    .join_from(table_of(Contribution), table_of(Submission), _S.id == _C.submission_id)
    .join(table_of(Unit), _U.id == _S.unit_id)
    .join(table_of(Account), _A.id == _C.author_id)
    .join(table_of(Event), _E.id == _LAST, isouter=True)
    .where(_S.parent_id == bindparam("main"))
    .order_by(_S.id)
)  # fmt: skip
_STANDING = select(_R.id, _R.value, _R.blank).where(
    _R.id.in_(bindparam("revisions", expanding=True)), _R.removal_id.is_(None)
)
_SOURCE = table_of(Revision).alias("source")
_INSERTED = (
    select(_SOURCE.c.submission_id, _R.question, _SOURCE.c.id, _A.name, _R.at)
    .join_from(table_of(Revision), _SOURCE, _SOURCE.c.id == _R.inserted_from)
    .join(table_of(Account), _A.id == _R.author_id)
    .where(_R.submission_id == bindparam("main"), _R.accepted.is_(True))
    .order_by(_R.id)
)


def gather(session: Session, dossier: Dossier) -> list[Gathered]:
    """The contributions to a submission, in the order in which they were asked for."""
    rows = session.connection().execute(_ASKED, {"main": dossier.id}).all()
    found = {
        row.submission_id: Gathered(
            row.submission_id, row.unit_name, row.state, tuple(json.loads(row.questions)),
            row.note, row.until, row.asked_by, row.at,
        )
        for row in rows
    }  # fmt: skip
    if found:
        _add_answers(session, rows, found)
        _add_insertions(session, dossier, found)
    return list(found.values())


def _add_answers(session: Session, rows: Iterable[Any], found: dict[int, Gathered]) -> None:
    """What was handed over last, of those that are handed over now."""
    told: dict[int, dict[str, int]] = {}
    for row in rows:
        if row.handed_over is None:
            continue
        item = found[row.submission_id]
        item.sent_back = item.state == ContributionState.ASKED
        if item.state == ContributionState.HANDED_OVER:
            item.handed_over = row.handed_over_at
            told[item.id] = json.loads(row.handed_over)["revisions"]
    if not told:
        return
    values = _values(session, {one for revisions in told.values() for one in revisions.values()})
    for contribution, revisions in told.items():
        found[contribution].answers = {
            question: (revision, values[revision])
            for question, revision in revisions.items()
            if revision in values
        }


def _values(session: Session, revisions: Iterable[int]) -> dict[int, Given]:
    """What stands in some revisions; those that were removed by decision are left out."""
    rows = session.connection().execute(_STANDING, {"revisions": list(revisions)})
    return {revision: given_of(value, blank) for revision, value, blank in rows}


def _add_insertions(session: Session, dossier: Dossier, found: dict[int, Gathered]) -> None:
    rows = session.connection().execute(_INSERTED, {"main": dossier.id})
    for submission, question, revision, by, at in rows:
        if submission in found:
            found[submission].insertions[question] = Insertion(revision, by, at)


def insert_contribution(
    session: Session,
    actor: Actor,
    submission_id: int,
    question_id: str,
    contribution_id: int,
    version: int,
    now: datetime.datetime,
) -> Saved | Stale:
    """Put what a unit handed over at the end of an answer, upon a version as ``save_answer`` does.

    The revision of the contribution is recorded as its source. Never over what stands; and not
    again where nothing was changed since, so that pressing twice is no more than once.
    Raises NotFound, Forbidden, WrongState, Invalid (``nothing_to_insert``, ``cannot_join``).
    """
    dossier = open_submission(session, actor, submission_id, Action.WRITE, hold=True)
    question = find_writable(dossier, question_id)
    gathered = {item.id: item for item in gather(session, dossier)}
    if contribution_id not in gathered:
        raise NotFound("no_submission")
    found = gathered[contribution_id].answers.get(question_id)
    if found is None or found[1].value is None:
        raise Invalid("nothing_to_insert", question=question_id)
    revision, added = found
    if _stands_inserted(session, dossier, question_id, revision):
        standing = dossier.answers[question_id]
        return Saved(dossier, question_id, standing, dossier.version_of(question_id))
    given = put_together(question, dossier.answers.get(question_id, NOTHING), added.value)
    if given is None:
        raise Invalid("cannot_join", question=question_id)
    take_files(session, question, added.value, contribution_id, submission_id)
    return save_answer(
        session, actor, submission_id, question_id, given.value, given.blank, version, now,
        inserted_from=revision,
    )  # fmt: skip


def _stands_inserted(session: Session, dossier: Dossier, question: str, revision: int) -> bool:
    """Whether the answer stands as it became when exactly this was put into it."""
    query = select(col(Revision.id)).where(
        col(Revision.submission_id) == dossier.id,
        col(Revision.question) == question,
        col(Revision.version) == dossier.version_of(question),
        col(Revision.accepted).is_(True),
        col(Revision.inserted_from) == revision,
    )
    return session.execute(query).first() is not None
