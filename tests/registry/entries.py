"""The list of a case for tests: a case with documents, its entries, and the CSV read again."""

from __future__ import annotations

import csv
import io

from survey_app.core.workflow import State
from survey_app.export.registry import Entry
from survey_app.services.register.registry import list_entries
from tests.stage import Stage

CASE = "RS2501"
WHEN = "2026-11-22T10:00:00+00:00"


def entries(stage: Stage, by: str = "archivist", number: str = CASE) -> list[Entry]:
    with stage.database.reading() as session:
        return list_entries(session, stage.actor(by), number)


def whole(stage: Stage) -> int:
    """A case with the authority's request, gone all the way."""
    [submission] = stage.open(CASE)
    stage.register(CASE)
    stage.bring(submission, State.ARCHIVED)
    return submission


def rows_of(data: bytes) -> list[list[str]]:
    assert data.startswith(b"\xef\xbb\xbf"), "Excel takes it for ANSI without its mark"
    text = data.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True))


def after_label(cell: str) -> str:
    """What somebody wrote: all that follows the first colon."""
    return cell.partition(": ")[2]
