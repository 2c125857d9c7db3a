"""The planted defects: a server that answers before it commits, and one that stands still.

Python imports a module of this name at its start, where the folder is on its path.
``REDOGOR_PLANTED=lost``: of a process's writings each tenth is told as done, and is not done.
``REDOGOR_PLANTED=slow``: every two seconds somebody holds the database for four tenths of one.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import time
from collections.abc import Iterator

from sqlmodel import Session

from survey_app.store import engine
from survey_app.store.engine import Database

_count = itertools.count(1)
_writing = Database.writing
_again = [0.0]


def _lost(session: Session) -> None:
    if next(_count) % 10:
        session.commit()
    else:
        session.rollback()


@contextlib.contextmanager
def _slow(self: Database) -> Iterator[Session]:
    with _writing(self) as session:
        yield session
        if time.monotonic() > _again[0]:
            _again[0] = time.monotonic() + 2
            time.sleep(0.4)


if os.environ.get("REDOGOR_PLANTED") == "lost":
    engine._commit = _lost
elif os.environ.get("REDOGOR_PLANTED") == "slow":
    Database.writing = _slow  # type: ignore[method-assign]
