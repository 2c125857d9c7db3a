"""What units answer in rounds, read together: a round may have hundreds of units."""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import Session

from survey_app.services.contributions.request import find_round_requests
from survey_app.services.heading import HEADING
from survey_app.services.submission import Dossier, dossier_of
from survey_app.store.tables import Submission, table_of

_S = table_of(Submission).c


def read_round_answers(session: Session, submissions: Iterable[int]) -> list[Dossier]:
    """What units answer in rounds, by submission, without answers: two statements for all."""
    ids = list(submissions)
    connection = session.connection()
    requests = find_round_requests(connection, ids)
    rows = connection.execute(HEADING.where(_S.id.in_(ids)))
    found = {row.id: dossier_of(session, row, requests[row.id]) for row in rows}
    return [found[item] for item in ids if item in found]
