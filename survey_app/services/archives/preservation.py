"""Files of a case in formats that are not for preservation: told to the archivist, left alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import Session

from survey_app.core.workflow import Action
from survey_app.export.package.contents import Received
from survey_app.export.package.preservation import problem
from survey_app.services.actor import Actor
from survey_app.services.archives.packaging import papers_of, receipt_of
from survey_app.services.case import current_submissions, find_case, round_answers_of
from survey_app.services.submission import open_submission
from survey_app.services.upload import blob_bytes
from survey_app.store.tables import FrozenRecord


@dataclass(frozen=True, slots=True)
class FlaggedFile:
    """A file and why its format is not for preservation, in Swedish."""

    name: str
    reason: str


def flagged_files(session: Session, actor: Actor, diary_number: str) -> list[FlaggedFile]:
    """The files of a case that are in no preservation format. Raises NotFound."""
    case = find_case(session, actor, diary_number)
    assert case.id is not None
    files = {file.sha256: file for file in _files(session, actor, case.id)}
    judged = [
        FlaggedFile(file.name, problem(file.media_type, blob_bytes(session, file.sha256)))
        for file in files.values()
    ]
    return [file for file in judged if file.reason]


def _files(session: Session, actor: Actor, case_id: int) -> Iterator[Received]:
    current = [*current_submissions(session, case_id), *round_answers_of(session, case_id)]
    for submission_id in current:
        dossier = open_submission(session, actor, submission_id, Action.READ)
        row = session.get(FrozenRecord, submission_id)
        content = json.loads(row.body)["content"] if row else dossier.content()
        for file in content["enclosures"]:
            yield Received(file["name"], file["sha256"], file["media_type"])
        if receipt := receipt_of(session, submission_id):
            yield receipt
    yield from papers_of(session, case_id)
