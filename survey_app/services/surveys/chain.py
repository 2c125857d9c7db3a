"""How the audit chain vouches for the answers to a survey: all of them together, from closing on.

While a survey is open no link may tell when one came, so until then nothing vouches for them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from sqlalchemy import select
from sqlmodel import Session, col

from survey_app.services.surveys.ballot import digest_of
from survey_app.store.tables import AuditEntry, Round, Survey

Fault = tuple[int, str]
"""The number of a link, 0 for none, and a code."""


def judge_surveys(session: Session, case_id: int, entries: Iterable[AuditEntry]) -> Iterator[Fault]:
    """Every closed survey whose answers are not those of its link, nor removed by a decision."""
    told: dict[int, Fault] = {}
    weeded: set[int] = set()
    for entry in entries:
        facts = json.loads(entry.facts)
        if entry.kind == "round_closed" and "digest" in facts:
            told[facts["round"]] = entry.number, facts["digest"]
        elif entry.kind == "ballots_weeded":
            weeded.add(facts["round"])
    query = (
        select(Survey, col(Round.closed_at))
        .join(Round, col(Round.id) == col(Survey.round_id))
        .where(col(Round.case_id) == case_id)
    )
    none = digest_of(session, 0)
    for row, closed_at in session.execute(query):
        number, digest = told.get(row.round_id, (0, None))
        if closed_at is None and digest is None:
            continue
        wanted = none if row.round_id in weeded else digest
        if digest_of(session, row.round_id) != wanted or bool(row.weeded) != (
            row.round_id in weeded
        ):
            yield number, "changed_ballots"
