"""Emptying revisions by decision, so that tombstones stay (``services.removals.tombstone``)."""

from __future__ import annotations

from sqlalchemy import select, text, update
from sqlmodel import Session, col

from survey_app.services.removals.tombstone import value_digest
from survey_app.store.tables import Revision

_AT_ONCE = 500


def bury(session: Session, removal_id: int | None, revisions: list[int]) -> dict[str, str]:
    """Empty the revisions; the hash of each value by the revision's id, for the chain."""
    digests = {}
    for start in range(0, len(revisions), _AT_ONCE):
        some = col(Revision.id).in_(revisions[start : start + _AT_ONCE])
        columns = (col(Revision.id), col(Revision.salt), col(Revision.value), col(Revision.blank))
        for key, salt, value, blank in session.execute(select(*columns).where(some)):
            digests[str(key)] = value_digest(salt, value, blank)
        session.execute(
            update(Revision)
            .where(some)
            .values(value=None, blank=None, salt="", removal_id=removal_id)
            .execution_options(synchronize_session=False)
        )
    return digests


def overwrite(session: Session) -> None:
    """SQLite only marks what is deleted as free; let it write over it, too."""
    if session.connection().dialect.name == "sqlite":
        session.execute(text("PRAGMA secure_delete = ON"))
