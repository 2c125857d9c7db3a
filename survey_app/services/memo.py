"""Memos to boards: opened in a case, read as a document, kept as it was approved."""

from __future__ import annotations

import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from survey_app.core.content import Content
from survey_app.core.workflow import Action
from survey_app.export.blocks import Outline
from survey_app.export.memo import LAYOUT, matter_of, memo_outline
from survey_app.export.pdf.drawing import render
from survey_app.export.swedish import swedish_day
from survey_app.export.word import drawing as word
from survey_app.export.word.container import MEDIA_TYPE
from survey_app.services.actor import Actor
from survey_app.services.archives.archive import PDF, Copy, record_of
from survey_app.services.archives.packaging import stamp
from survey_app.services.audit import Signer
from survey_app.services.case import add_form, find_case, submissions_of
from survey_app.services.refusal import Invalid, NotFound
from survey_app.services.register.registration import add_document
from survey_app.services.specification import find_questionnaire
from survey_app.services.submission import Dossier, open_submission
from survey_app.services.upload import blob_bytes, store_bytes
from survey_app.store.tables import Case, CaseDocument

MADE = "memo"


class Memo(NamedTuple):
    """A memo to read, and whether it is a draft."""

    dossier: Dossier
    outline: Outline
    draft: bool


def open_memo(
    session: Session, actor: Actor, diary_number: str, specification: str, now: datetime.datetime
) -> int:
    """A new memo in a case; the submission's id. One that nothing stands in yet is taken instead:
    a second click opens no second memo.

    specification  the SHA-256 of the questionnaire. Raises NotFound, Forbidden, Invalid
    (``no_memo_form``).
    """
    if find_questionnaire(session, specification).layout != LAYOUT:
        raise Invalid("no_memo_form")
    case = find_case(session, actor, diary_number, hold=True)
    assert case.id is not None
    for submission_id in submissions_of(session, case.id):
        dossier = open_submission(session, actor, submission_id, Action.READ)
        if dossier.specification == specification and not dossier.revision:
            return submission_id
    made = add_form(session, actor, diary_number, specification, now)
    assert made.id is not None
    return made.id


def read_memo(session: Session, actor: Actor, submission_id: int, now: datetime.datetime) -> Memo:
    """A memo as it reads: from its record, or as it stands. Raises NotFound."""
    dossier = open_submission(session, actor, submission_id, Action.READ)
    if dossier.questionnaire.layout != LAYOUT:
        raise NotFound("no_memo")
    record = record_of(session, submission_id)
    if record is None:
        return Memo(dossier, memo_outline(dossier.content(), stamp(now), draft=True), True)
    created = record["approval"]["approved_at"]
    return Memo(dossier, memo_outline(record["content"], created, draft=False), False)


def memo_pdf(session: Session, actor: Actor, submission_id: int, now: datetime.datetime) -> Copy:
    """The memo as PDF: the one that was kept when it was approved, before that a draft."""
    memo = read_memo(session, actor, submission_id, now)
    kept = session.execute(
        select(CaseDocument).where(
            col(CaseDocument.case_id) == memo.dossier.case_id,
            col(CaseDocument.submission_id) == submission_id,
            col(CaseDocument.made) == MADE,
        )
    ).scalars().first()  # fmt: skip
    if kept is not None and kept.sha256 is not None:
        return Copy(kept.name or "", blob_bytes(session, kept.sha256), PDF)
    return Copy(_name(memo.dossier, "pdf", draft=memo.draft), render(memo.outline), PDF)


def memo_docx(session: Session, actor: Actor, submission_id: int, now: datetime.datetime) -> Copy:
    """The memo as a Word document. Raises NotFound."""
    memo = read_memo(session, actor, submission_id, now)
    name = _name(memo.dossier, "docx", draft=memo.draft)
    return Copy(name, word.render(memo.outline), MEDIA_TYPE)


def keep_memo(
    session: Session, actor: Actor, dossier: Dossier, content: Content, now: datetime.datetime,
    signer: Signer,
) -> CaseDocument:  # fmt: skip
    """Keep the PDF of a memo that has just been approved as a document of its case."""
    case = session.get(Case, dossier.case_id)
    assert case is not None
    session.refresh(case)
    data = render(memo_outline(content, stamp(now), draft=False))
    upload = store_bytes(session, data, _name(dossier, "pdf", draft=False), PDF)
    return add_document(
        session, actor, case, kind="other", direction="own", day=swedish_day(now),
        subject=matter_of(content)[:500], upload=upload, now=now, signer=signer, made=MADE,
        submission_id=dossier.id,
    )  # fmt: skip


def _name(dossier: Dossier, ending: str, *, draft: bool) -> str:
    """``RS241041-tjansteskrivelse-12.pdf``: a case may have several."""
    mark = "UTKAST-" if draft else ""
    return f"{mark}{dossier.diary_number}-{dossier.questionnaire.id}-{dossier.id}.{ending}"
