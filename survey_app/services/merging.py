"""Lists and tables that two wrote in at the same time: what both did, where that is possible."""

from __future__ import annotations

from sqlmodel import Session, col, select

from survey_app.core.evaluation import NOTHING, Given
from survey_app.core.kinds import KINDS
from survey_app.core.merging import CONFLICT, settle
from survey_app.core.problem import Malformed
from survey_app.core.questionnaire import Question
from survey_app.services.meaning import given_of
from survey_app.services.submission import Dossier
from survey_app.store.tables import Revision


def merge_stale(
    session: Session, dossier: Dossier, question: Question, given: Given, version: int
) -> Given | None:
    """What stands with what somebody changed who wrote upon an earlier version; None where both
    changed the same thing, or where what they began from is not known any more."""
    merge = KINDS[question.kind].merge
    if merge is None or version > dossier.version_of(question.id):
        return None
    base = _base(session, dossier, question.id, version)
    if base is None:
        return None
    theirs = dossier.answers.get(question.id, NOTHING)
    value = merge(question, base.value, theirs.value, given.value)
    blank = settle(base.blank, theirs.blank, given.blank)
    if value is CONFLICT or blank is CONFLICT:
        return None
    try:
        return Given(KINDS[question.kind].parse(question, value), blank)
    except Malformed:  # longer than a list can be
        return None


def _base(session: Session, dossier: Dossier, question: str, version: int) -> Given | None:
    """What stood in a version; None where it was removed by decision."""
    if version == 0:
        return NOTHING
    row = session.exec(
        select(Revision).where(
            col(Revision.submission_id) == dossier.id,
            col(Revision.question) == question,
            col(Revision.version) == version,
            col(Revision.accepted).is_(True),
            col(Revision.removal_id).is_(None),
        )
    ).first()
    return None if row is None else given_of(row.value, row.blank)
