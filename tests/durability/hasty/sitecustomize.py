"""The planted defect: a server that says "sparat" whatever becomes of the commit.

Python imports a module of this name at its start, where the folder is on its path.
"""

from __future__ import annotations

import contextlib

from sqlmodel import Session

from survey_app.store import engine


def _commit(session: Session) -> None:
    with contextlib.suppress(Exception):
        session.commit()


engine._commit = _commit
