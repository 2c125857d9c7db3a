"""The planted defect: a server that says "sparat" whatever becomes of the commit.

Python imports a module of this name at its start, where the folder is on its path.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from sqlmodel import Session

from survey_app.store.engine import Database


@contextlib.contextmanager
def _writing(self: Database) -> Iterator[Session]:
    with self._turn(), Session(self._writer, expire_on_commit=False) as session:
        yield session
        with contextlib.suppress(Exception):
            session.commit()


Database.writing = _writing  # type: ignore[method-assign]
