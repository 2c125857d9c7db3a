"""What a submission is read with, one row a submission, whoever asks: its heading and answers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ScalarSelect, Text, bindparam, cast, exists, func, or_, select

from survey_app.store.tables import (
    Account,
    Answer,
    Case,
    CaseDocument,
    Completion,
    Extension,
    Proposal,
    ReturnedQuestion,
    Round,
    Submission,
    Unit,
    table_of,
)

_S, _R, _C, _U = (table_of(model).c for model in (Submission, Round, Case, Unit))
_RETURNS, _COMPLETIONS = table_of(ReturnedQuestion).c, table_of(Completion).c
_EXTENSIONS, _DOCUMENTS = table_of(Extension).c, table_of(CaseDocument).c
_ASKED = select(_COMPLETIONS.questions).where(_COMPLETIONS.submission_id == _S.id).scalar_subquery()
_COMPLETED_BY = (
    select(_COMPLETIONS.until).where(_COMPLETIONS.submission_id == _S.id).scalar_subquery()
)
# A completion has days of its own: only what was extended for it counts.
_EXTENDED = (
    select(_EXTENSIONS.until)
    .join_from(table_of(Extension), table_of(CaseDocument),
               _DOCUMENTS.id == _EXTENSIONS.document_id)
    .where(
        _EXTENSIONS.round_id == _S.round_id,
        _DOCUMENTS.struck.is_(None),
        or_(
            _EXTENSIONS.completion_id == _S.id,
            _EXTENSIONS.completion_id.is_(None)
            & ~exists()
            .where(_COMPLETIONS.submission_id == _S.id)
            .correlate(table_of(Submission)),
        ),
    )
    .order_by(_EXTENSIONS.id.desc())
    .limit(1)
    .scalar_subquery()
)  # fmt: skip
_PROPOSALS = table_of(Proposal).c
_HAS_RETURNS = exists().where(_RETURNS.submission_id == _S.id, _RETURNS.settled.is_(False))
_HAS_PROPOSALS = exists().where(_PROPOSALS.submission_id == _S.id, _PROPOSALS.state == "open")
HEADING = (
    select(
        _S.id,
        _S.state,
        _S.corrects,
        _S.parent_id,
        _S.unit_id,
        _U.name.label("unit_name"),
        _U.organisation_number.label("unit_number"),
        _C.id.label("case_id"),
        _C.diary_number,
        _C.title.label("case_title"),
        _C.practice,
        _C.unit_id.label("case_unit"),
        _C.removed,
        _C.audit_length,
        _C.audit_head,
        _S.round_id,
        _R.sort,
        _R.deadline,
        _ASKED.label("asked"),
        _COMPLETED_BY.label("completed_by"),
        _EXTENDED.label("extended"),
        _R.specification,
        _HAS_RETURNS.label("has_returns"),
        _HAS_PROPOSALS.label("has_proposals"),
    )
    .select_from(table_of(Submission))
    .join(table_of(Round), _R.id == _S.round_id)
    .join(table_of(Case), _C.id == _R.case_id)
    .join(table_of(Unit), _U.id == _S.unit_id)
)
"""What ``services.submission.dossier_of`` reads."""
HEADING_OF_ONE = HEADING.where(_S.id == bindparam("submission"))

_A, _P = table_of(Answer).c, table_of(Account).c


def _answers(gather: Any, row: Any) -> ScalarSelect[Any]:
    """All answers in one value, as JSON: between two rows a thread would have to queue for Python
    again, fifty times a request."""
    columns = (
        _A.question, _A.value, _A.blank, _A.version, _A.derived, _A.carried, _A.author_id, _A.at,
        _P.name,
    )  # fmt: skip
    return (
        select(func.coalesce(cast(gather(row(*columns)), Text), "[]"))
        .select_from(table_of(Answer))
        .join(table_of(Account), _P.id == _A.author_id)
        .where(_A.submission_id == _S.id)
        .correlate(table_of(Submission))
        .scalar_subquery()
    )


_IN_ONE = {
    "sqlite": _answers(func.json_group_array, func.json_array),
    "postgresql": _answers(func.json_agg, func.json_build_array),
}
ANSWERS_OF_ONE = {
    dialect: select(told).where(_S.id == bindparam("submission"))
    for dialect, told in _IN_ONE.items()
}
OPENED = {dialect: HEADING.add_columns(told.label("answers")) for dialect, told in _IN_ONE.items()}
"""What ``services.submission.open_row`` reads, by the database's dialect."""
OPENED_ONE = {
    dialect: opened.where(_S.id == bindparam("submission")) for dialect, opened in OPENED.items()
}
HOLD = (
    select(_C.id)
    .select_from(table_of(Submission))
    .join(table_of(Round), _R.id == _S.round_id)
    .join(table_of(Case), _C.id == _R.case_id)
    .where(_S.id == bindparam("submission"))
    .with_for_update(of=table_of(Case))
)
