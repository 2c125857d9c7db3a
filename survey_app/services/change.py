"""What others have saved since one last looked, told by the audit chain: it counts every save."""

from __future__ import annotations

import json
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select

from survey_app.core.workflow import State
from survey_app.services.refusal import NotFound
from survey_app.store.tables import AuditEntry, Case, Round, Submission, table_of

_C, _R, _S, _E = (table_of(model).c for model in (Case, Round, Submission, AuditEntry))
_WHERE = (
    select(_C.id, _C.audit_length, _R.specification, _S.state)
    .join_from(table_of(Submission), table_of(Round), _R.id == _S.round_id)
    .join(table_of(Case), _C.id == _R.case_id)
    .where(_S.id == bindparam("submission"))
)
_SAVES = select(_E.facts).where(
    _E.case_id == bindparam("of_case"),
    _E.number > bindparam("since"),
    _E.number <= bindparam("until"),
    _E.kind == "answer_saved",
)


class Moment(NamedTuple):
    """How far a case has come. ``cursor`` is the length of its audit chain."""

    case_id: int
    cursor: int
    specification: str
    state: State


def find_moment(connection: Connection, submission_id: int) -> Moment:
    """Where the submission's case is now: one row. Raises NotFound."""
    row = connection.execute(_WHERE, {"submission": submission_id}).first()
    if row is None:
        raise NotFound("no_submission")
    return Moment(row.id, row.audit_length, row.specification, row.state)


def list_changed(
    connection: Connection, submission_id: int, moment: Moment, since: int
) -> list[str]:
    """The questions of the submission that were saved after ``since``, each once, oldest first."""
    if since >= moment.cursor:
        return []
    key = {"of_case": moment.case_id, "since": since, "until": moment.cursor}
    facts = [json.loads(text) for text in connection.execute(_SAVES, key).scalars()]
    return list(
        dict.fromkeys(item["question"] for item in facts if item["submission"] == submission_id)
    )
