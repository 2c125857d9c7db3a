"""What PostgreSQL refuses, SQLite is made to refuse in tests, too.

A page that reads may hold no rows: PostgreSQL answers ``SELECT … FOR UPDATE`` in its read-only
transaction with an error, while SQLite has no such words and would let it pass.
"""

from __future__ import annotations

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session


def refuse_to_hold_when_reading() -> None:
    """To be called once in a process of tests."""

    @event.listens_for(Session, "do_orm_execute")
    def _look(state: ORMExecuteState) -> None:
        holds = getattr(state.statement, "_for_update_arg", None) is not None
        reads = not state.session.autoflush  # as ``Database.reading`` has it
        assert not (holds and reads), f"held by a session that only reads: {state.statement}"
