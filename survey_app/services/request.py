"""What a contribution was asked for and by whom: what makes it more than a draft of its unit."""

from __future__ import annotations

import datetime
import json
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select

from survey_app.core.workflow import ContributionState, State
from survey_app.store.tables import Contribution, Submission, Unit, table_of


class Request(NamedTuple):
    """One unit's question to another.

    main       the submission that is contributed to, and ``main_state`` where that is
    unit_id    the unit that asks
    questions  ids, in the authority's order
    """

    main: int
    main_state: State
    unit_id: int
    unit_name: str
    state: ContributionState
    questions: tuple[str, ...]
    note: str
    until: datetime.date | None


_C, _U = table_of(Contribution).c, table_of(Unit).c
_OWN, _MAIN = (table_of(Submission).alias(name) for name in ("own", "main"))
_REQUEST = (
    select(
        _MAIN.c.id, _MAIN.c.state.label("main_state"), _MAIN.c.unit_id, _U.name.label("unit_name"),
        _C.state, _C.questions, _C.note, _C.until,
    )
    .select_from(_OWN)
    .join(_MAIN, _MAIN.c.id == _OWN.c.parent_id)
    .join(table_of(Unit), _U.id == _MAIN.c.unit_id)
    .join(table_of(Contribution), _C.submission_id == _OWN.c.id)
    .where(_OWN.c.id == bindparam("submission"))
)  # fmt: skip


def find_request(connection: Connection, submission_id: int) -> Request | None:
    """What a submission was asked for, if it is a contribution."""
    row = connection.execute(_REQUEST, {"submission": submission_id}).first()
    if row is None:
        return None
    return Request(
        row.id, row.main_state, row.unit_id, row.unit_name, row.state,
        tuple(json.loads(row.questions)), row.note, row.until,
    )  # fmt: skip
