"""What was proposed beside the answers: shown with what stands now, taken over or dismissed."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from survey_app.core.evaluation import NOTHING, Given
from survey_app.core.parts import Parts, changed_parts, field_of, merge, parts_of, with_parts
from survey_app.core.problem import Malformed
from survey_app.core.questionnaire import Question
from survey_app.core.workflow import Action
from survey_app.services.actor import Actor
from survey_app.services.answer import Stale, save_answer
from survey_app.services.audit import append_entry
from survey_app.services.history import read_version
from survey_app.services.meaning import given_of
from survey_app.services.refusal import ChangedMeanwhile, Invalid, NotFound
from survey_app.services.specification import find_questionnaire
from survey_app.services.submission import Dossier, open_submission
from survey_app.store.tables import Account, Proposal, WordFile

Keep = Literal["theirs", "both"]


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a file wants of an answer, held against the one that stands now.

    result   the answer as it would be taken over: what the file changed, upon what stands now;
             None where that is no answer, such as two ticks where one is asked
    both     the same with the texts of both where both have changed; None where none have
    moved    whether what the file changed has also been changed since the file was made
    stands   whether the answer already is so
    """

    result: Given | None
    both: Given | None
    moved: bool
    stands: bool


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal with its question, as it was asked then, and its source.

    author   who handed the file in; ``decided_by`` who took it over or dismissed it
    weighed  None once somebody has decided
    """

    row: Proposal
    question: Question
    file: WordFile
    author: str
    decided_by: str
    theirs: Given
    weighed: Weighed | None


def find_version(session: Session, dossier: Dossier, question: str, version: int) -> Given:
    """An answer as it was in a version; nothing where there was none, or it has been removed."""
    if version == dossier.version_of(question):
        return dossier.answers.get(question, NOTHING)
    return read_version(session, dossier.id, question, version)


def weigh(
    session: Session, dossier: Dossier, question: Question, version: int, theirs: Given
) -> Weighed:
    """Hold what a file has as the answer, written upon a version, against what stands now."""
    base = find_version(session, dossier, question.id, version)
    current = dossier.answers.get(question.id, NOTHING)
    wanted = changed_parts(question, base, theirs)
    before, now = parts_of(question, base), parts_of(question, current)
    moved = {key for key, part in wanted.items() if now[key] not in (before[key], part)}
    try:
        result = merge(question, base, theirs, current)
    except Malformed:
        return Weighed(None, None, moved=True, stands=False)
    joined = _joined(question, {key: now[key] for key in moved}, wanted)
    both = with_parts(question, current, {**wanted, **joined}) if joined else None
    return Weighed(result, both, bool(moved), result == current)


def _joined(question: Question, now: Parts, wanted: Parts) -> Parts:
    """The texts of both, what stands now first."""
    found: Parts = {}
    for key, text in now.items():
        prose = field_of(question, key).kind in ("text", "attachment")
        if prose and str(text).strip() and str(wanted[key]).strip():
            found[key] = f"{text}\n\n{wanted[key]}"
    return found


def list_proposals(
    session: Session, dossier: Dossier, *, only: str | None = None, question: str | None = None
) -> list[Proposed]:
    """The proposals of a submission in the order of its questions, the oldest first.

    only  a state: ``open``, ``taken``, ``dismissed``
    """
    decider = aliased(Account)
    query = (
        select(Proposal, WordFile, col(Account.name), decider.name)  # type: ignore[call-overload]
        .join(WordFile, col(WordFile.id) == col(Proposal.file_id))
        .join(Account, col(Account.id) == col(WordFile.author_id))
        .outerjoin(decider, decider.id == col(Proposal.decided_by))
        .where(col(Proposal.submission_id) == dossier.id)
        .order_by(col(Proposal.id))
    )
    if only is not None:
        query = query.where(col(Proposal.state) == only)
    if question is not None:
        query = query.where(col(Proposal.question) == question)
    order = {item: place for place, item in enumerate(dossier.questionnaire.by_id)}
    found = [
        _proposed(session, dossier, row, file, author, decided_by or "")
        for row, file, author, decided_by in session.execute(query)
    ]
    return sorted(found, key=lambda item: order.get(item.row.question, len(order)))


def _proposed(
    session: Session, dossier: Dossier, row: Proposal, file: WordFile, author: str, decided_by: str
) -> Proposed:
    question = find_questionnaire(session, file.specification).by_id[row.question]
    theirs = given_of(row.value, row.blank)
    open_ = row.state == "open"
    weighed = weigh(session, dossier, question, row.version, theirs) if open_ else None
    return Proposed(row, question, file, author, decided_by, theirs, weighed)


def take_over(
    session: Session, actor: Actor, submission_id: int, proposal_id: int, version: int, keep: Keep,
    now: datetime.datetime,
) -> None:  # fmt: skip
    """Save what is proposed, upon the version of the answer that the person has seen.

    It becomes an answer like any other: the one before stays in the history, where the file is
    named as the source. Raises ChangedMeanwhile (``proposal_answer_changed``: another version
    stands now; ``proposal_decided``), Invalid (``proposal_impossible``), NotFound, Forbidden,
    WrongState.
    """
    dossier = open_submission(session, actor, submission_id, Action.WRITE, hold=True)
    found = _find_open(session, dossier, proposal_id)
    if version != dossier.version_of(found.row.question):
        raise ChangedMeanwhile("proposal_answer_changed")
    assert found.weighed is not None
    given = found.weighed.both if keep == "both" else found.weighed.result
    if given is None:
        raise Invalid("proposal_impossible")
    outcome = save_answer(
        session, actor, submission_id, found.row.question, given.value, given.blank, version, now
    )
    assert not isinstance(outcome, Stale)  # the case is held, and its version was asked above
    found.row.taken_version = outcome.version
    _decide(session, actor, outcome.dossier, found.row, "taken", now)


def dismiss(
    session: Session, actor: Actor, submission_id: int, proposal_id: int, now: datetime.datetime
) -> None:
    """Do without what is proposed; it stays on the list of proposals. Raises as ``take_over``."""
    dossier = open_submission(session, actor, submission_id, Action.WRITE, hold=True)
    found = _find_open(session, dossier, proposal_id)
    _decide(session, actor, dossier, found.row, "dismissed", now)


def _find_open(session: Session, dossier: Dossier, proposal_id: int) -> Proposed:
    row = session.get(Proposal, proposal_id)
    if row is None or row.submission_id != dossier.id:
        raise NotFound("no_proposal")
    if row.state != "open":
        raise ChangedMeanwhile("proposal_decided")
    mine = list_proposals(session, dossier, only="open", question=row.question)
    found = next((item for item in mine if item.row.id == proposal_id), None)
    if found is None:
        raise NotFound("no_proposal")
    return found


def _decide(
    session: Session, actor: Actor, dossier: Dossier, row: Proposal, state: str,
    now: datetime.datetime,
) -> None:  # fmt: skip
    row.state, row.decided_by, row.decided_at = state, actor.account_id, now
    session.add(row)
    facts = {"submission": dossier.id, "question": row.question, "proposal": row.id,
             "version": row.taken_version or row.version}  # fmt: skip
    append_entry(session, dossier.chain, at=now, actor=actor.account_id, kind=f"proposal_{state}",
                 facts=facts)  # fmt: skip


def sources_of(session: Session, submission_id: int, question: str) -> dict[int, WordFile]:
    """From which file versions of an answer were taken over; by version."""
    query = (
        select(col(Proposal.taken_version), WordFile)
        .join(WordFile, col(WordFile.id) == col(Proposal.file_id))
        .where(
            col(Proposal.submission_id) == submission_id,
            col(Proposal.question) == question,
            col(Proposal.state) == "taken",
        )
    )
    return {row[0]: row[1] for row in session.execute(query)}


__all__ = ["Keep", "Proposed", "Weighed", "dismiss", "find_version", "list_proposals",
           "sources_of", "take_over", "weigh"]  # fmt: skip
