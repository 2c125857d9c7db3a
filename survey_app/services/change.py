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
_MOVES = (
    "sent", "withdrawn", "returned", "approved", "handed_in", "archived",
    "handed_over", "sent_back", "recalled", "version_taken",
)  # fmt: skip
"""What makes a page of answers that is open say something that no longer holds."""
_NEWS = (
    select(_E.kind, _E.facts)
    .where(
        _E.case_id == bindparam("of_case"),
        _E.number > bindparam("since"),
        _E.number <= bindparam("until"),
        _E.kind.in_(("answer_saved", *_MOVES)),
    )
    .order_by(_E.number)
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


class News(NamedTuple):
    """What happened to a submission: the questions that were saved, each once, oldest first; and
    the last step that made it another page, such as ``sent``."""

    changed: list[str]
    moved: str | None


def list_news(connection: Connection, submission_id: int, moment: Moment, since: int) -> News:
    """What happened to the submission after ``since``."""
    if since >= moment.cursor:
        return News([], None)
    key = {"of_case": moment.case_id, "since": since, "until": moment.cursor}
    found = [(row.kind, json.loads(row.facts)) for row in connection.execute(_NEWS, key)]
    own = [(kind, facts) for kind, facts in found if facts.get("submission") == submission_id]
    saved = dict.fromkeys(facts["question"] for kind, facts in own if kind == "answer_saved")
    moves = [kind for kind, _facts in own if kind != "answer_saved"]
    return News(list(saved), moves[-1] if moves else None)
