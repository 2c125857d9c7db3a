"""Contributions in weeding: all that units wrote is working material, and so is what they were
asked; a decision on the main submission removes both, with a removal of its own for each."""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass, field

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from survey_app.core.evaluation import Given
from survey_app.services.actor import Actor
from survey_app.services.audit import Signer, append_signed
from survey_app.services.meaning import given_of
from survey_app.services.removals.burial import bury
from survey_app.services.removals.tombstone import REMOVED, removal_digest
from survey_app.services.submission import Dossier
from survey_app.services.table_file import forget_files, named_files
from survey_app.services.upload import remove_unused
from survey_app.store.tables import (
    Account,
    Answer,
    Attachment,
    Contribution,
    Event,
    Proposal,
    Removal,
    ReturnedQuestion,
    Revision,
    Submission,
    TableFile,
    Unit,
    WordFile,
)


@dataclass(frozen=True, slots=True)
class ContributedValue:
    """One wording that a unit gave an answer; ``stood`` if it is the last one.

    given  None for what was never handed over: that it is there is told, what it says is not
    """

    revision: int
    question: str
    given: Given | None
    stood: bool
    author: str
    at: datetime.datetime


@dataclass(slots=True)
class Contributed:
    """What there is of one contribution. ``reasons``: why questions were sent back."""

    id: int
    unit_name: str
    note: str
    values: list[ContributedValue] = field(default_factory=list)
    reasons: list[tuple[str, str]] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)
    word_files: list[WordFile] = field(default_factory=list)
    table_files: list[TableFile] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """How much there is of each sort; sorts of which there is nothing are left out."""
        found = {"contributions": len(self.values), "notes": int(bool(self.note)),
                 "reasons": len(self.reasons), "files": len(self.files),
                 "word_files": len(self.word_files),
                 "table_files": len(self.table_files)}  # fmt: skip
        return {sort: count for sort, count in found.items() if count}

    @property
    def shown(self) -> list[object]:
        """What the hash of what is shown covers."""
        return [
            self.id, self.note, [value.revision for value in self.values],
            [list(item) for item in self.reasons], [file.id for file in self.files],
            [file.id for file in self.word_files],
            [file.id for file in self.table_files],
        ]  # fmt: skip


def survey_contributions(session: Session, submission_id: int) -> list[Contributed]:
    """What there still is of the contributions to a submission."""
    query = (
        select(col(Submission.id), col(Unit.name), col(Contribution.note))
        .join(Contribution, col(Contribution.submission_id) == col(Submission.id))
        .join(Unit, col(Unit.id) == col(Submission.unit_id))
        .where(col(Submission.parent_id) == submission_id)
        .order_by(col(Submission.id))
    )
    found = [Contributed(*row) for row in session.execute(query)]
    for item in found:
        item.values = _values(session, item.id)
        rows = select(ReturnedQuestion).where(col(ReturnedQuestion.submission_id) == item.id)
        item.reasons = [(row.question, row.reason) for row in session.execute(rows).scalars()]
        files = select(Attachment).where(col(Attachment.submission_id) == item.id)
        item.files = list(session.execute(files.order_by(col(Attachment.id))).scalars())
        back = select(WordFile).where(col(WordFile.submission_id) == item.id)
        item.table_files = named_files(session, item.id)
        item.word_files = list(session.execute(back.order_by(col(WordFile.id))).scalars())
    return [item for item in found if item.counts]


def _values(session: Session, submission_id: int) -> list[ContributedValue]:
    query = (
        select(Revision, col(Account.name), col(Answer.version))
        .join(Account, col(Account.id) == col(Revision.author_id))
        .outerjoin(
            Answer,
            (col(Answer.submission_id) == submission_id)
            & (col(Answer.question) == col(Revision.question)),
        )
        .where(col(Revision.submission_id) == submission_id, col(Revision.removal_id).is_(None))
        .order_by(col(Revision.id))
    )
    known = _handed_over(session, submission_id)
    return [
        ContributedValue(
            row.id, row.question, given_of(row.value, row.blank) if row.id in known else None,
            row.accepted and row.version == version, author, row.at,
        )
        for row, author, version in session.execute(query)
    ]  # fmt: skip


def _handed_over(session: Session, submission_id: int) -> set[int]:
    """The revisions that the unit ever handed over."""
    events = session.execute(
        select(col(Event.facts)).where(
            col(Event.submission_id) == submission_id, col(Event.kind) == "handed_over"
        )
    )
    told = [json.loads(facts)["revisions"] for facts in events.scalars()]
    return {revision for revisions in told for revision in revisions.values()}


def remove_contribution(
    session: Session, actor: Actor, dossier: Dossier, item: Contributed, decision: str,
    now: datetime.datetime, signer: Signer,
) -> Removal:  # fmt: skip
    """Remove what there is of a contribution; tombstones and the decision stay.

    dossier  the submission that it contributed to
    """
    removal = Removal(
        case_id=dossier.case_id, submission_id=item.id, decision=decision,
        counts=json.dumps(item.counts), actor_id=actor.account_id, at=now,
    )  # fmt: skip
    session.add(removal)
    session.flush()
    revisions = bury(session, removal.id, [value.revision for value in item.values])
    for table in (Answer, ReturnedQuestion, Attachment, Proposal, WordFile):
        session.execute(delete(table).where(col(table.submission_id) == item.id))
    forget_files(session, item.id)
    hashes = {file.sha256 for file in item.files} | {file.sha256 for file in item.word_files}
    remove_unused(session, hashes)
    session.execute(
        update(Contribution)
        .where(col(Contribution.submission_id) == item.id)
        .values(note="", salt="")
        .execution_options(synchronize_session=False)
    )
    facts = {"submission": item.id, "removal": removal.id, "revisions": revisions,
             "decision": removal_digest(removal)}  # fmt: skip
    dossier.chain = append_signed(
        session, dossier.chain, signer, at=now, actor=actor.account_id, kind=REMOVED, facts=facts
    )
    return removal
