"""Lists and tables that two wrote in at the same time: what both did, where that is possible."""

from __future__ import annotations

from typing import NamedTuple

from sqlmodel import Session, col, select

from survey_app.core.evaluation import NOTHING, Given
from survey_app.core.kinds import KINDS
from survey_app.core.merging import CONFLICT, settle
from survey_app.core.problem import Malformed
from survey_app.core.questionnaire import Question
from survey_app.services.meaning import given_of
from survey_app.services.submission import Dossier
from survey_app.store.tables import Revision


class Merged(NamedTuple):
    """Two changes brought together: both of them, what they began from, and what others made of it
    meanwhile. ``base_revision`` is the id of its row, None where there was no answer yet."""

    given: Given
    base: Given
    theirs: Given
    base_revision: int | None


def merge_stale(
    session: Session, dossier: Dossier, question: Question, given: Given, version: int
) -> Merged | None:
    """What stands with what somebody changed who wrote upon an earlier version; None where both
    changed the same thing, or where what they began from is not known any more."""
    merge = KINDS[question.kind].merge
    if merge is None or version > dossier.version_of(question.id):
        return None
    found = _base(session, dossier, question.id, version)
    if found is None:
        return None
    base, revision = found
    theirs = dossier.answers.get(question.id, NOTHING)
    value = merge(question, base.value, theirs.value, given.value)
    blank = settle(base.blank, theirs.blank, given.blank)
    if value is CONFLICT or blank is CONFLICT:
        return None
    try:
        both = Given(KINDS[question.kind].parse(question, value), blank)
    except Malformed:  # longer than a list can be
        return None
    return Merged(both, base, theirs, revision)


def _base(
    session: Session, dossier: Dossier, question: str, version: int
) -> tuple[Given, int | None] | None:
    """What stood in a version, and its row; None where it was removed by decision."""
    if version == 0:
        return NOTHING, None
    row = session.exec(
        select(Revision).where(
            col(Revision.submission_id) == dossier.id,
            col(Revision.question) == question,
            col(Revision.version) == version,
            col(Revision.accepted).is_(True),
            col(Revision.removal_id).is_(None),
        )
    ).first()
    return None if row is None else (given_of(row.value, row.blank), row.id)
