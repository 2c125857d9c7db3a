"""Cases: a diary number, and the questionnaires answered under it."""

from __future__ import annotations

import datetime
import re
import secrets

from sqlalchemy import insert, select
from sqlmodel import Session, col

from survey_app.core.characters import tidy
from survey_app.core.workflow import Action, ContributionState, Role, State
from survey_app.services.actor import Actor, hold_roles
from survey_app.services.audit import append_entry
from survey_app.services.refusal import Forbidden, Invalid, NotFound
from survey_app.services.register.chain import COMPLETED, completion_digest
from survey_app.services.removals.removed_case import READERS, removed_case
from survey_app.services.specification import find_questionnaire
from survey_app.services.submission import Dossier, open_submission
from survey_app.services.version import copy_changes
from survey_app.store.tables import (
    Answer,
    Attachment,
    Case,
    Completion,
    Revision,
    Round,
    RoundUnit,
    Submission,
    table_of,
)

_DIARY_NUMBER = re.compile(r"[A-ZÅÄÖ]{1,10}[0-9][A-ZÅÄÖ0-9/_-]{1,30}")


def open_case(
    session: Session,
    actor: Actor,
    *,
    unit_id: int,
    diary_number: str,
    title: str,
    specifications: list[str],
    now: datetime.datetime,
    practice: bool = False,
    for_rounds: bool = False,
) -> Case:
    """A new case with a draft for each questionnaire (by SHA-256). Raises Forbidden, Invalid.

    for_rounds  others are to answer in it, so that it need not have a questionnaire of its own
    """
    if Role.STRATEGIST not in actor.roles_in(unit_id):
        raise Forbidden("not_your_role")
    number = "".join(diary_number.split()).upper()
    if not _DIARY_NUMBER.fullmatch(number):
        raise Invalid("not_a_diary_number", typed=diary_number[:40])
    if not title.strip():
        raise Invalid("title_missing")
    if not specifications and not for_rounds:
        raise Invalid("no_questionnaire_chosen")
    if session.execute(select(Case).where(col(Case.diary_number) == number)).first():
        raise Invalid("diary_number_taken", typed=number)
    case = Case(
        unit_id=unit_id,
        diary_number=number,
        title=tidy(title.strip()),
        practice=practice,
        created=now,
    )
    session.add(case)
    session.flush()
    assert case.id is not None
    chain = append_entry(
        session, (case.id, 0, ""), at=now, actor=actor.account_id, kind="case_opened", facts={}
    )
    for sha256 in specifications:
        _submission, chain = _open_form(session, actor, chain, unit_id, sha256, now)
    session.refresh(case)
    return case


def add_form(
    session: Session, actor: Actor, diary_number: str, specification: str, now: datetime.datetime
) -> Submission:
    """One more draft in a case, for a questionnaire (by SHA-256). Raises NotFound, Forbidden."""
    case = find_case(session, actor, diary_number, hold=True)
    if Role.STRATEGIST not in actor.roles_in(case.unit_id):
        raise Forbidden("not_your_role")
    assert case.id is not None
    chain = (case.id, case.audit_length, case.audit_head)
    submission, _chain = _open_form(session, actor, chain, case.unit_id, specification, now)
    session.refresh(case)
    return submission


def _open_form(
    session: Session, actor: Actor, chain: tuple[int, int, str], unit_id: int, sha256: str,
    now: datetime.datetime,
) -> tuple[Submission, tuple[int, int, str]]:  # fmt: skip
    """A draft in a case for a questionnaire; and the chain with its link."""
    questionnaire = find_questionnaire(session, sha256)
    round_ = Round(case_id=chain[0], specification=sha256, deadline=questionnaire.deadline)
    session.add(round_)
    session.flush()
    assert round_.id is not None
    submission = Submission(round_id=round_.id, unit_id=unit_id, created=now)
    session.add(submission)
    session.flush()
    facts = {"submission": submission.id, "specification": sha256}
    return submission, append_entry(
        session, chain, at=now, actor=actor.account_id, kind="submission_opened", facts=facts
    )


def find_case(
    session: Session, actor: Actor, diary_number: str, *, hold: bool = False, removed: bool = False
) -> Case:
    """A case of a unit in which the actor may read. Raises NotFound, Gone.

    hold     keeps the case and the actor's roles to this transaction until it ends, as they are now
    removed  one whose contents were removed, too
    """
    query = select(Case).where(col(Case.diary_number) == diary_number)
    if hold:  # SQLite, which has its one writer already, leaves FOR UPDATE out
        query = query.with_for_update().execution_options(populate_existing=True)
    case: Case | None = session.execute(query).scalars().first()
    if hold:
        hold_roles(session, actor)
    if case is None or case.unit_id not in actor.units_as(*READERS):
        raise NotFound("no_case")
    if case.removed is not None and not removed:
        assert case.id is not None
        raise removed_case(session, case.id, case.diary_number)
    return case


def list_cases(session: Session, actor: Actor) -> list[Case]:
    """The cases of the units in which the actor may read, by when they were opened.

    Those that were removed are none of them (``services.removals.removed_case.list_removed``).
    """
    query = (
        select(Case)
        .where(col(Case.unit_id).in_(actor.units_as(*READERS)), col(Case.removed).is_(None))
        .order_by(col(Case.id))
    )
    return list(session.execute(query).scalars())


def submissions_of(session: Session, case_id: int) -> list[int]:
    """The ids of a case's submissions in the order in which they were opened.

    Contributions to them are working material, and none of them; what is answered in rounds is
    found by ``round_answers_of``.
    """
    query = (
        select(col(Submission.id))
        .join(Round, col(Round.id) == col(Submission.round_id))
        .where(
            col(Round.case_id) == case_id,
            col(Round.sort) == "own",
            col(Submission.parent_id).is_(None),
        )
        .order_by(col(Submission.id))
    )
    return [item for item in session.execute(query).scalars() if item is not None]


def round_answers_of(session: Session, case_id: int, *, closed: bool = True) -> list[int]:
    """The ids of what units handed over in rounds of a case, by round and in the order of its
    units: of rounds that are ``closed`` documents of the case, else of all its rounds."""
    query = (
        select(col(RoundUnit.submission_id))
        .join(Round, col(Round.id) == col(RoundUnit.round_id))
        .where(
            col(Round.case_id) == case_id,
            col(RoundUnit.state) == ContributionState.HANDED_OVER,
        )
        .order_by(col(Round.id), col(RoundUnit.position))
    )
    if closed:
        query = query.where(col(Round.closed_at).is_not(None))
    return list(session.execute(query).scalars())


def left_to_archive(session: Session, case_id: int) -> set[int]:
    """What is, or once approved will be, a document of the case and is not archived yet."""
    ids = [*awaited_submissions(session, case_id), *round_answers_of(session, case_id)]
    query = select(col(Submission.id)).where(
        col(Submission.id).in_(ids), col(Submission.state) != State.ARCHIVED
    )
    return {item for item in session.execute(query).scalars() if item is not None}


def has_open_round(session: Session, case_id: int) -> bool:
    """Whether a round of the case is not closed yet."""
    query = select(col(Round.id)).where(
        col(Round.case_id) == case_id, col(Round.sort) != "own", col(Round.closed_at).is_(None)
    )
    return session.execute(query.limit(1)).first() is not None


def current_submissions(session: Session, case_id: int) -> list[int]:
    """The submissions of a case that no correction has replaced."""
    replaced = corrected_submissions(session, case_id)
    return [item for item in submissions_of(session, case_id) if item not in replaced]


def awaited_submissions(session: Session, case_id: int) -> list[int]:
    """The current submissions but the memos in draft. Answers are asked for, so the case waits for
    them; a memo that is no more than a draft is working material, and nobody waits for it."""
    drafts = select(col(Submission.id), col(Round.specification)).join(
        Round, col(Round.id) == col(Submission.round_id)
    )
    memos = {
        number
        for number, specification in session.execute(
            drafts.where(col(Round.case_id) == case_id, col(Submission.state) == State.DRAFT)
        )
        if find_questionnaire(session, specification).layout == "memo"
    }
    return [item for item in current_submissions(session, case_id) if item not in memos]


def corrected_submissions(session: Session, case_id: int) -> list[int]:
    """Those that a correction has replaced: approved once, and documents of the case for good."""
    query = (
        select(col(Submission.corrects))
        .join(Round, col(Round.id) == col(Submission.round_id))
        .where(col(Round.case_id) == case_id, col(Submission.corrects).is_not(None))
        .order_by(col(Submission.corrects))
    )
    return [item for item in session.execute(query).scalars() if item is not None]


def correct_submission(
    session: Session, actor: Actor, submission_id: int, now: datetime.datetime
) -> Submission:
    """A new draft with the same answers that names the approved one; of a completion, about no
    more than that was. Raises Invalid if there is one already."""
    old = open_submission(session, actor, submission_id, Action.CORRECT, hold=True)
    new = succeed_submission(session, submission_id, now)
    facts = {"submission": new.id, "corrects": submission_id}
    old.chain = append_entry(
        session, old.chain, at=now, actor=actor.account_id, kind="correction_opened", facts=facts
    )
    asked = session.get(Completion, submission_id)
    if asked is not None:
        _ask_again(session, actor, old, asked, new, now)
    return new


def _ask_again(
    session: Session, actor: Actor, old: Dossier, asked: Completion, new: Submission,
    now: datetime.datetime,
) -> None:  # fmt: skip
    """Let what the authority asked for hold for a correction of the completion too; it is due when
    that was, unless that has been handed in."""
    assert new.id is not None
    row = Completion(
        submission_id=new.id,
        document_id=asked.document_id,
        until=old.deadline if old.state == State.APPROVED else None,
        questions=asked.questions,
        author_id=actor.account_id,
        at=now,
        salt=secrets.token_hex(16),
    )
    session.add(row)
    session.flush()
    facts = {"submission": new.id, "corrects": old.id, "row": completion_digest(row)}
    old.chain = append_entry(
        session, old.chain, at=now, actor=actor.account_id, kind=COMPLETED, facts=facts
    )


def succeed_submission(session: Session, submission_id: int, now: datetime.datetime) -> Submission:
    """A draft with the same answers that names the other. Raises Invalid (``correction_exists``).

    The caller has asked whether it may be, holds the case, and tells the audit chain.
    """
    query = select(Submission).where(col(Submission.corrects) == submission_id)
    if session.execute(query).first() is not None:
        raise Invalid("correction_exists")
    row = session.get(Submission, submission_id)
    assert row is not None
    new = Submission(
        round_id=row.round_id, unit_id=row.unit_id, created=now, corrects=submission_id
    )
    session.add(new)
    session.flush()
    assert new.id is not None
    _copy_rows(session, Answer, submission_id, new.id)
    _copy_rows(session, Attachment, submission_id, new.id, without=("id",))
    _copy_rows(session, Revision, submission_id, new.id, without=("id",))
    copy_changes(session, submission_id, new.id)
    return new


def _copy_rows(
    session: Session,
    table: type[Answer | Attachment | Revision],
    old: int,
    new: int,
    without: tuple[str, ...] = (),
) -> None:
    columns = [column for column in table.__table__.columns if column.name not in without]  # type: ignore[union-attr]
    # In the order in which they were written: what is copied is numbered anew.
    key = table_of(table).primary_key
    rows = session.execute(
        select(*columns).where(table.submission_id == old).order_by(*key)  # type: ignore[arg-type]
    ).mappings()
    # A tombstone stays where the decision was made.
    copies = [{**row, "submission_id": new} for row in rows if row.get("removal_id") is None]
    if copies:
        session.execute(insert(table), copies)
