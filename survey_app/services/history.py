"""The history of an answer: every value that it ever had, and those that lost a conflict."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from survey_app.core.characters import tidy
from survey_app.core.evaluation import NOTHING, Given
from survey_app.services.actor import Actor
from survey_app.services.meaning import given_of
from survey_app.services.refusal import NotFound
from survey_app.services.submission import Dossier, open_own
from survey_app.store.tables import Account, Revision, Submission, TableFile, Unit, table_of


@dataclass(frozen=True, slots=True)
class PastValue:
    """One value of an answer's history, newest first; ``accepted`` false lost a conflict.

    ``removal`` is the id of the decision by which the value was removed; ``carried`` came from an
    earlier period; ``inserted`` names the unit whose contribution was put into it, ``imported`` the
    file that it was read from (empty once that name is removed, None where it was typed);
    ``merged`` was written upon an older value, and holds what others did since too; ``revision`` is
    the id of its row.
    """

    given: Given
    version: int
    accepted: bool
    derived: bool
    author: str
    at: datetime.datetime
    removal: int | None
    carried: bool = False
    inserted: str = ""
    imported: str | None = None
    revision: int = 0
    merged: bool = False


_SOURCE = table_of(Revision).alias("source")
_FROM_UNIT = (
    select(col(Unit.name))
    .join(Submission, col(Submission.unit_id) == col(Unit.id))
    .join(_SOURCE, _SOURCE.c.submission_id == col(Submission.id))
    .where(_SOURCE.c.id == col(Revision.inserted_from))
    .correlate(Revision)
    .scalar_subquery()
)


def read_history(
    session: Session, actor: Actor, submission_id: int, question_id: str
) -> tuple[Dossier, list[PastValue]]:
    """Every value that an answer ever had, newest first. Raises NotFound.

    What led to a contribution is the unit's own: whoever asked sees what was handed over, no more.
    """
    dossier = open_own(session, actor, submission_id)
    if question_id not in dossier.questionnaire.by_id:
        raise NotFound("no_question", question=tidy(question_id)[:64])
    query = (
        select(Revision, col(Account.name), _FROM_UNIT.label("inserted"), col(TableFile.name))
        .join(Account, col(Account.id) == col(Revision.author_id))
        .outerjoin(TableFile, col(TableFile.id) == col(Revision.imported_from))
        .where(col(Revision.submission_id) == submission_id, col(Revision.question) == question_id)
        .order_by(col(Revision.id).desc())
    )
    past = [
        PastValue(
            given_of(row.value, row.blank),
            row.version,
            row.accepted,
            row.derived,
            author,
            row.at,
            row.removal_id,
            row.carried_from is not None,
            inserted or "",
            imported,
            row.id,
            row.merged_from is not None,
        )
        for row, author, inserted, imported in session.execute(query)
    ]
    return dossier, past


def read_version(session: Session, submission_id: int, question_id: str, version: int) -> Given:
    """An answer as it was in a version; nothing where there was none, or it has been removed."""
    row = session.execute(
        select(col(Revision.value), col(Revision.blank)).where(
            col(Revision.submission_id) == submission_id,
            col(Revision.question) == question_id,
            col(Revision.version) == version,
            col(Revision.accepted).is_(True),
        )
    ).first()
    return given_of(row.value, row.blank) if row else NOTHING
