"""Moving an installation to another database: all of it, or nothing that could be taken for it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from sqlalchemy.exc import DBAPIError

from survey_app.services.refusal import Unavailable, WrongState
from survey_app.store.copying import CopyRefused, TableDigest, copy_all
from survey_app.store.engine import Database
from survey_app.store.migration import current_revision, newest_revision, refuse_unusable


def move(source: Database, target: Database, told: Callable[[str, int], None]) -> list[TableDigest]:
    """Copy one state of a database into an empty one, and hold the copy against it row by row.

    told  as ``copy_all`` has it

    Raises WrongState: ``copy_source_older``, ``copy_not_empty``; Unavailable: ``copy_differs``,
    ``copy_broken``; and ``Unusable`` for a source on which nothing starts. What was begun in the
    target and did not come to its end is marked, and nothing starts on it.
    """
    refuse_unusable(source)
    if current_revision(source) != newest_revision():
        raise WrongState("copy_source_older")
    try:
        with source.snapshot() as connection:
            return copy_all(connection, target, told)
    except CopyRefused as refused:
        if refused.code == "place_not_empty":
            raise WrongState("copy_not_empty") from refused
        raise Unavailable("copy_differs", tables=", ".join(refused.tables)) from refused
    except DBAPIError as error:
        with contextlib.suppress(DBAPIError):
            target.close()
        raise Unavailable("copy_broken", reason=str(error.orig).strip()) from error
