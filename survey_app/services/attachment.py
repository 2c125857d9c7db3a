"""Files that belong to an answer."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from survey_app.core.evaluation import NOTHING
from survey_app.core.kinds import KINDS
from survey_app.core.kinds.attachment import AttachmentAnswer
from survey_app.core.questionnaire import Question
from survey_app.core.workflow import Action
from survey_app.services.actor import Actor
from survey_app.services.answer import Saved, Stale, find_writable, save_answer
from survey_app.services.refusal import Invalid, NotFound
from survey_app.services.submission import Dossier, open_submission
from survey_app.services.upload import Upload, store_upload
from survey_app.store.tables import Attachment


def file_field(question: Question, option_id: str | None) -> AttachmentAnswer:
    """Where files go in a question: itself, or the field after one of its options.

    Raises Invalid where no file belongs.
    """
    if option_id is None and question.kind == "attachment":
        return question
    if question.kind in ("single", "multiple"):
        for option in question.options:
            if option.id == option_id and isinstance(option.field, AttachmentAnswer):
                return option.field
    raise Invalid("no_file_here", question=question.id)


def attach_file(
    session: Session,
    actor: Actor,
    submission_id: int,
    question_id: str,
    option_id: str | None,
    upload: Upload,
    version: int,
    now: datetime.datetime,
) -> Saved | Stale:
    """Keep a file and add it to an answer, which is saved upon a version as by ``save_answer``.

    Raises Invalid if the question takes no file or none of this type.
    """
    dossier = open_submission(session, actor, submission_id, Action.WRITE, hold=True)
    question = find_writable(dossier, question_id)
    field = file_field(question, option_id)
    if field.types and upload.name.rpartition(".")[2].lower() not in field.types:
        raise Invalid("file_type", name=upload.name, types=", ".join(field.types))
    if upload.size > field.max_megabytes * 1024 * 1024:
        raise Invalid("file_too_large", name=upload.name, max=field.max_megabytes)
    store_upload(session, upload)
    _name_file(session, actor, submission_id, upload, now)
    given = dossier.answers.get(question_id, NOTHING)
    value = with_file(given.value, option_id, upload.as_value())
    return save_answer(session, actor, submission_id, question_id, value, given.blank, version, now)


def _name_file(
    session: Session, actor: Actor, submission_id: int, upload: Upload, now: datetime.datetime
) -> None:
    known = session.execute(
        select(col(Attachment.id)).where(
            col(Attachment.submission_id) == submission_id,
            col(Attachment.sha256) == upload.sha256,
            col(Attachment.name) == upload.name,
        )
    ).first()
    if known is None:
        session.add(
            Attachment(
                submission_id=submission_id,
                sha256=upload.sha256,
                name=upload.name,
                size=upload.size,
                media_type=upload.media_type,
                author_id=actor.account_id,
                at=now,
            )
        )
        session.flush()


def with_file(value: Any, option_id: str | None, file: dict[str, str | int]) -> Any:
    """A value with one file more; the same file is not added twice."""
    if option_id is None:
        held = value or {"files": [], "text": ""}
        files = [item for item in held["files"] if item != file]
        return {**held, "files": [*files, file]}
    choice = value or {"chosen": option_id, "details": {}}
    detail = with_file(choice["details"].get(option_id), None, file)
    return {**choice, "details": {**choice["details"], option_id: detail}}


def find_attachment(session: Session, actor: Actor, submission_id: int, sha256: str) -> Attachment:
    """A file of a submission that the actor may read; of a contribution, who asked for it gets
    only the files of what was handed over. Raises NotFound."""
    dossier = open_submission(session, actor, submission_id, Action.READ)
    if not dossier.is_own(actor) and sha256 not in _named_files(dossier):
        raise NotFound("no_file")
    found: Attachment | None = session.execute(
        select(Attachment).where(
            col(Attachment.submission_id) == submission_id, col(Attachment.sha256) == sha256
        )
    ).scalars().first()  # fmt: skip
    if found is None:
        raise NotFound("no_file")
    return found


def _named_files(dossier: Dossier) -> set[str]:
    """The files that the answers name, by hash."""
    known = dossier.questionnaire.by_id
    return {
        file["sha256"]
        for question, given in dossier.answers.items()
        if question in known and given.value is not None
        for file in KINDS[known[question].kind].files(known[question], given.value)
    }
