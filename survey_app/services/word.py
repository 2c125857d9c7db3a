"""A draft as a Word file, and such a file when it comes back: looked at, then taken in."""

from __future__ import annotations

import datetime
import json
from typing import Any

from sqlalchemy import delete, select
from sqlmodel import Session, col

from survey_app.core.evaluation import Given
from survey_app.core.workflow import Action, State
from survey_app.export.word.comparison import Changed, Comparison, compare
from survey_app.export.word.container import MEDIA_TYPE, NotOpened
from survey_app.export.word.draft import Draft, draft_document
from survey_app.export.word.reading import read_document
from survey_app.services.actor import Actor
from survey_app.services.archives.archive import Copy, name_of
from survey_app.services.archives.packaging import stamp
from survey_app.services.audit import append_entry
from survey_app.services.outdated import compare_outdated
from survey_app.services.proposal import find_version, weigh
from survey_app.services.refusal import Invalid, NotFound, WrongState
from survey_app.services.scope import scope_of
from survey_app.services.submission import Dossier, open_submission
from survey_app.services.upload import Upload, blob_bytes, remove_unused, store_upload
from survey_app.store.tables import Account, Attachment, Proposal, WordFile

WRITABLE = (State.DRAFT, State.AWAITING_APPROVAL)


def export_word(session: Session, actor: Actor, submission_id: int, now: datetime.datetime) -> Copy:
    """The draft as a Word file to circulate. Raises NotFound, WrongState once it is approved."""
    dossier = open_submission(session, actor, submission_id, Action.READ)
    if dossier.state not in WRITABLE:
        raise WrongState("no_draft")
    return Copy(name_of(dossier, "docx", draft=True), _document(dossier, stamp(now)), MEDIA_TYPE)


def _document(dossier: Dossier, made_at: str) -> bytes:
    versions = {question: mark.version for question, mark in dossier.marks.items()}
    content = dossier.content(draft=True)
    draft = Draft(
        dossier.questionnaire, dossier.answers, dossier.evaluation, content, versions,
        scope_of(dossier),
    )  # fmt: skip
    return draft_document(draft, made_at)


def receive_file(
    session: Session, actor: Actor, submission_id: int, upload: Upload, now: datetime.datetime
) -> WordFile:
    """Keep a Word file that came back, to be looked at. Nothing else happens yet.

    Raises NotFound, Forbidden, WrongState; Invalid for a file that is not read (``word_…`` with a
    code of ``export.word.container.Unopened``), or has nothing of this submission
    (``word_no_controls``).
    """
    dossier = open_submission(session, actor, submission_id, Action.WRITE, hold=True)
    upload.file.seek(0)
    comparison = _compare(session, dossier, upload.file.read(), upload.name, now)
    if not comparison.ours and not comparison.unread:
        raise Invalid("word_no_controls", name=upload.name)
    store_upload(session, upload)
    file = WordFile(
        submission_id=submission_id,
        sha256=upload.sha256,
        name=upload.name,
        author_id=actor.account_id,
        at=now,
        specification=dossier.specification,
    )
    session.add(file)
    session.flush()
    return file


def _compare(
    session: Session, dossier: Dossier, data: bytes, name: str, now: datetime.datetime
) -> Comparison:
    try:
        returned = read_document(data)
        printed = read_document(_document(dossier, stamp(now)))
    except NotOpened as refused:
        raise Invalid(f"word_{refused.code}", name=name) from refused
    names = file_names(session, dossier.id)
    outdated = compare_outdated(session, dossier, returned, stamp(now), names)
    return outdated or compare(
        returned, dossier.id, dossier.specification, dossier.questionnaire,
        lambda question, version: find_version(session, dossier, question, version),
        [*printed.strays, *names], scope_of(dossier),
    )  # fmt: skip


def file_names(session: Session, submission_id: int) -> list[str]:
    """The names of the files that were ever given to a submission; a draft lists some of them."""
    query = select(col(Attachment.name)).where(col(Attachment.submission_id) == submission_id)
    return list(session.execute(query).scalars())


def look_at(
    session: Session, actor: Actor, submission_id: int, file_id: int, now: datetime.datetime
) -> tuple[Dossier, WordFile, Comparison]:
    """What taking a file in would propose. Raises NotFound, Forbidden, WrongState, Invalid."""
    dossier = open_submission(session, actor, submission_id, Action.WRITE)
    file = find_file(session, submission_id, file_id)
    data = blob_bytes(session, file.sha256)
    return dossier, file, _compare(session, dossier, data, file.name, now)


def find_file(session: Session, submission_id: int, file_id: int) -> WordFile:
    """A file that came back to a submission. Raises NotFound."""
    file = session.get(WordFile, file_id)
    if file is None or file.submission_id != submission_id:
        raise NotFound("no_file")
    return file


def list_files(session: Session, submission_id: int) -> list[tuple[WordFile, str]]:
    """The files that came back, with who handed them in, newest first."""
    query = (
        select(WordFile, col(Account.name))
        .join(Account, col(Account.id) == col(WordFile.author_id))
        .where(col(WordFile.submission_id) == submission_id)
        .order_by(col(WordFile.id).desc())
    )
    return [(file, name) for file, name in session.execute(query)]


def take_in(
    session: Session, actor: Actor, submission_id: int, file_id: int, now: datetime.datetime
) -> list[Proposal]:
    """Let what a file changes be proposals beside the answers; what was proposed already is not
    proposed again. Nothing is saved as an answer.

    Raises NotFound, Forbidden, WrongState, Invalid (``word_taken_in``).
    """
    dossier = open_submission(session, actor, submission_id, Action.WRITE, hold=True)
    file = find_file(session, submission_id, file_id)
    if file.taken_in is not None:
        raise Invalid("word_taken_in")
    data = blob_bytes(session, file.sha256)
    comparison = _compare(session, dossier, data, file.name, now)
    open_ = _open_already(session, submission_id)
    made, already = [], []
    for item in comparison.changed:
        value, blank = as_stored(item.given)
        if (item.question, value, blank) in open_ or stands(session, dossier, item):
            already.append(item.question)
        else:
            made.append(
                Proposal(
                    file_id=file_id,
                    submission_id=submission_id,
                    question=item.question,
                    value=value,
                    blank=blank,
                    version=item.version,
                )
            )
    session.add_all(made)
    file.taken_in, file.specification = now, dossier.specification
    file.report = json.dumps(report_of(comparison, already), ensure_ascii=False)
    session.flush()
    facts = {"submission": submission_id, "file": file.id, "sha256": file.sha256,
             "proposals": {str(item.id): item.question for item in made}}  # fmt: skip
    append_entry(session, dossier.chain, at=now, actor=actor.account_id, kind="word_taken_in",
                 facts=facts)  # fmt: skip
    return made


def stands(session: Session, dossier: Dossier, item: Changed) -> bool:
    """Whether an answer already is as a file has it."""
    question = dossier.questionnaire.by_id[item.question]
    return weigh(session, dossier, question, item.version, item.given).stands


def as_stored(given: Given) -> tuple[str | None, str | None]:
    """A value and the reason for a blank as the tables hold them."""
    value, blank = (
        None if item is None else json.dumps(item, ensure_ascii=False) for item in given
    )
    return value, blank


def _open_already(session: Session, submission_id: int) -> set[tuple[str, str | None, str | None]]:
    query = select(Proposal).where(
        col(Proposal.submission_id) == submission_id, col(Proposal.state) == "open"
    )
    return {(item.question, item.value, item.blank) for item in session.execute(query).scalars()}


def report_of(comparison: Comparison, already: list[str]) -> dict[str, Any]:
    """What is kept of a comparison beside the proposals, as JSON.

    already  questions whose answer, or an open proposal, is as the file has it
    """
    return {
        "already": already,
        "changed": [item.question for item in comparison.changed],
        "equal": comparison.equal,
        "unread": [item._asdict() for item in comparison.unread],
        "strays": comparison.strays,
        "remarks": [item._asdict() for item in comparison.remarks],
    }


def throw_away(session: Session, actor: Actor, submission_id: int, file_id: int) -> None:
    """Do without a file that was only looked at. Raises NotFound, Invalid if it was taken in."""
    open_submission(session, actor, submission_id, Action.WRITE, hold=True)
    file = find_file(session, submission_id, file_id)
    if file.taken_in is not None:
        raise Invalid("word_taken_in")
    session.execute(delete(WordFile).where(col(WordFile.id) == file_id))
    remove_unused(session, {file.sha256})
