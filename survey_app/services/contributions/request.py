"""What a unit was asked for and by whom: what makes a submission more than a draft of its unit.

It is asked to contribute to the answers of another, or to answer a round as itself.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, bindparam, select

from survey_app.core.workflow import ContributionState, State
from survey_app.store.tables import (
    Case,
    Contribution,
    Round,
    RoundUnit,
    Submission,
    Unit,
    table_of,
)


class Request(NamedTuple):
    """One unit's question to another.

    main       the submission that is contributed to, and ``main_state`` where that is; of a round
               its id, approved once it is closed
    unit_id    the unit that asks
    questions  ids, in the authority's order; of a round none, since all are asked
    until      of a round its deadline, or the later day that the unit got: ``extended``
    """

    main: int
    main_state: State
    unit_id: int
    unit_name: str
    state: ContributionState
    questions: tuple[str, ...]
    note: str
    until: datetime.date | None
    sort: Literal["contribution", "round"] = "contribution"
    title: str = ""
    opens: datetime.date | None = None
    extended: bool = False


_C, _U, _R, _RU, _K = (table_of(model).c for model in (Contribution, Unit, Round, RoundUnit, Case))
_OWN, _MAIN = (table_of(Submission).alias(name) for name in ("own", "main"))
_REQUEST = (
    select(
        _MAIN.c.id, _MAIN.c.state.label("main_state"), _MAIN.c.unit_id, _U.name.label("unit_name"),
        _C.state, _C.questions, _C.note, _C.until, _R.closed_at,
    )
    .select_from(_OWN)
    .join(_MAIN, _MAIN.c.id == _OWN.c.parent_id)
    .join(table_of(Round), _R.id == _OWN.c.round_id)
    .join(table_of(Unit), _U.id == _MAIN.c.unit_id)
    .join(table_of(Contribution), _C.submission_id == _OWN.c.id)
    .where(_OWN.c.id == bindparam("submission"))
)  # fmt: skip
_IN_ROUNDS = (
    select(
        _RU.submission_id, _RU.state, _RU.until, _R.id, _R.deadline, _R.closed_at, _R.note,
        _R.title, _R.opens, _K.unit_id, _U.name.label("unit_name"),
    )
    .select_from(table_of(RoundUnit))
    .join(table_of(Round), _R.id == _RU.round_id)
    .join(table_of(Case), _K.id == _R.case_id)
    .join(table_of(Unit), _U.id == _K.unit_id)
    .where(_RU.submission_id.in_(bindparam("submissions", expanding=True)))
)  # fmt: skip


def find_request(
    connection: Connection, submission_id: int, parent_id: int | None, sort: str
) -> Request | None:
    """What a submission was asked for; None if it is an answer of the case's own unit.

    parent_id, sort  the submission that it contributes to, if any; the sort of its round
    """
    if parent_id is None:
        if sort != "units":
            return None
        return find_round_requests(connection, [submission_id]).get(submission_id)
    row = connection.execute(_REQUEST, {"submission": submission_id}).first()
    if row is None:
        return None
    main_state = State.APPROVED if row.closed_at else row.main_state
    return Request(
        row.id, main_state, row.unit_id, row.unit_name, row.state,
        tuple(json.loads(row.questions)), row.note, row.until,
    )  # fmt: skip


def find_round_requests(connection: Connection, submissions: Iterable[int]) -> dict[int, Request]:
    """What some submissions were asked for in rounds, by their ids; those of none are left out."""
    rows = connection.execute(_IN_ROUNDS, {"submissions": list(submissions)})
    return {row.submission_id: _of_round(row) for row in rows}


def _of_round(row: Any) -> Request:
    return Request(
        row.id, State.APPROVED if row.closed_at else State.DRAFT, row.unit_id, row.unit_name,
        row.state, (), row.note, row.until or row.deadline, "round", row.title, row.opens,
        row.until is not None,
    )  # fmt: skip
