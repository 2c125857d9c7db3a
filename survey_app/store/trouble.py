"""What is the matter when a database does not do its part, in one word of four."""

from __future__ import annotations

from typing import Literal

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft

Trouble = Literal["busy", "database_gone", "perhaps_saved", "disk_full"]

_BUSY = {"53300", "55P03", "57014", "40P01", "40001"}
"""Too many connections, a lock not had in time, a statement that took too long, a deadlock."""
_GONE = {"57P01", "57P02", "57P03", "57P04", "25P03"}
"""The server stops, crashed, starts, has no such database any more, or ended who did nothing."""
_FULL = {"53100"}
_OF_SQLITE: dict[str, Trouble] = {
    "database is locked": "busy",
    "database or disk is full": "disk_full",
}


class PerhapsSaved(Exception):
    """The connection was lost while a transaction was committed: it may be there, or not."""


def trouble_of(error: SQLAlchemyError | PerhapsSaved) -> Trouble | None:
    """What is the matter; None if it is no trouble of the database but a fault of the program."""
    if isinstance(error, PerhapsSaved):
        return "perhaps_saved"
    if isinstance(error, NoConnectionLeft):
        return "busy"
    if not isinstance(error, DBAPIError):
        return None
    said = str(error.orig)
    if said in _OF_SQLITE:
        return _OF_SQLITE[said]
    return _of_postgresql(error)


def _of_postgresql(error: DBAPIError) -> Trouble | None:
    state: str | None = getattr(error.orig, "sqlstate", None)
    if state in _BUSY:
        return "busy"
    if state in _FULL:
        return "disk_full"
    if error.connection_invalidated or state in _GONE or (state or "").startswith("08"):
        return "database_gone"
    # What was never had, or broke, is said by the driver itself: the server says a state.
    unsaid = state is None and type(error.orig).__module__.startswith("psycopg")
    broken = unsaid and isinstance(error, OperationalError | InterfaceError)
    return "database_gone" if broken else None
