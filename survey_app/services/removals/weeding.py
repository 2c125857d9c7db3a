"""Weeding (rensning): what is working material, what is record; removing the former by decision.

The record stands frozen by itself, so all that is removed here is what led to it. A removed
revision leaves a tombstone, and the link in the audit chain names each
(``services.removals.tombstone``). Backups that were made before still hold what they held.
"""

from __future__ import annotations

import datetime
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import delete, or_, select
from sqlmodel import Session, col

from survey_app.core.content import sha256_of
from survey_app.core.difference import questions_of
from survey_app.core.evaluation import NOTHING, Given
from survey_app.core.questionnaire import Question
from survey_app.core.workflow import Action
from survey_app.services.actor import Actor
from survey_app.services.answer import reduce_answer
from survey_app.services.audit import Signer, append_signed
from survey_app.services.comment import Said, list_comments, remove_comments
from survey_app.services.line import LONGEST_DECISION, read_line
from survey_app.services.meaning import given_of
from survey_app.services.refusal import ChangedMeanwhile, Invalid
from survey_app.services.removals.burial import bury, overwrite
from survey_app.services.removals.contributed_material import (
    Contributed,
    remove_contribution,
    survey_contributions,
)
from survey_app.services.removals.tombstone import REMOVED, removal_digest
from survey_app.services.submission import Dossier, open_submission
from survey_app.services.table_file import forget_files, named_files
from survey_app.services.upload import remove_unused
from survey_app.services.version import question_then
from survey_app.store.tables import (
    Account,
    Answer,
    Attachment,
    FrozenRecord,
    Proposal,
    Removal,
    ReturnedQuestion,
    Revision,
    Snapshot,
    Submission,
    TableFile,
    Task,
    WordFile,
)

Sort = Literal["older", "never_held", "hidden", "unsent"]
"""Why a value is working material: replaced; lost a conflict; its question was not asked; a part
of it, such as the text after an option that nobody chose, was not handed in."""


@dataclass(frozen=True, slots=True)
class WorkingValue:
    """A value that is no part of the record."""

    revision: int
    question: str
    sort: Sort
    given: Given
    version: int
    author: str
    at: datetime.datetime
    asked: Question | None
    """The question as it was asked then; None where that is not known."""


@dataclass(frozen=True, slots=True)
class Material:
    """What there is of a submission beside its record.

    values      in the order of the questions, oldest first
    reasons     what the approver wrote when sending questions back: question id and reason
    snapshots   when the content was kept as it was sent for approval
    files       files that the record does not name
    comments    what people said about questions, oldest first
    tasks       questions that somebody owned, or said to be ready or done
    word_files  Word files that came back; with them goes what they proposed
    table_files  the names of files and pastes with tables, and what they held if nobody took it in
    kept        what is record: ``answers``, ``enclosures``, ``blanks``, and its hash
    contributed what units contributed, and what they were asked
    """

    dossier: Dossier
    values: list[WorkingValue]
    reasons: list[tuple[str, str]]
    snapshots: list[datetime.datetime]
    files: list[Attachment]
    comments: list[Said]
    tasks: list[Task]
    word_files: list[WordFile]
    table_files: list[TableFile]
    kept: dict[str, Any]
    contributed: list[Contributed]

    @property
    def counts(self) -> dict[str, int]:
        """How much there is of each sort; sorts of which there is nothing are left out."""
        found = Counter(self.own_counts)
        for item in self.contributed:
            found.update(item.counts)
        return dict(found)

    @property
    def own_counts(self) -> dict[str, int]:
        """The same without what belongs to contributions."""
        found = Counter[str](value.sort for value in self.values)
        found["reasons"], found["snapshots"] = len(self.reasons), len(self.snapshots)
        found["files"], found["word_files"] = len(self.files), len(self.word_files)
        found["table_files"] = len(self.table_files)
        found["comments"], found["tasks"] = len(self.comments), len(self.tasks)
        return {sort: count for sort, count in found.items() if count}

    @property
    def sha256(self) -> str:
        """The hash of what is shown, so that exactly this is removed."""
        shown = [[value.revision, value.sort] for value in self.values]
        moments = [moment.isoformat() for moment in self.snapshots]
        files = [file.id for file in self.files]
        reasons = [list(item) for item in self.reasons]
        work = [[comment.id for comment in self.comments],
                [[task.question, task.version] for task in self.tasks]]  # fmt: skip
        contributed = [item.shown for item in self.contributed]
        word_files = [file.id for file in self.word_files]
        table_files = [file.id for file in self.table_files]
        return sha256_of(
            [shown, reasons, moments, files, work, contributed, word_files, table_files]
        )


def survey_material(session: Session, actor: Actor, submission_id: int) -> Material:
    """What is working material and what is record. Raises NotFound, Forbidden, WrongState."""
    dossier = open_submission(session, actor, submission_id, Action.WEED)
    return _material(session, dossier)


def list_removals(session: Session, submission_id: int) -> list[tuple[Removal, str]]:
    """The decisions so far, on contributions too, with who made them, oldest first."""
    query = (
        select(Removal, col(Account.name))
        .join(Account, col(Account.id) == col(Removal.actor_id))
        .join(Submission, col(Submission.id) == col(Removal.submission_id))
        .where(
            or_(
                col(Removal.submission_id) == submission_id,
                col(Submission.parent_id) == submission_id,
            )
        )
        .order_by(col(Removal.id))
    )
    return [(removal, name) for removal, name in session.execute(query)]


def remove_material(
    session: Session,
    actor: Actor,
    submission_id: int,
    *,
    decision: str,
    shown_sha256: str,
    now: datetime.datetime,
    signer: Signer,
) -> list[Removal]:
    """Remove exactly the working material that was shown, by a decision.

    decision  what it rests on, such as the plan for preservation and weeding and its point
    Raises ChangedMeanwhile, Invalid (``removal_decision_missing``, ``line_too_long``,
    ``no_working_material``).
    """
    dossier = open_submission(session, actor, submission_id, Action.WEED, hold=True)
    material = _material(session, dossier)
    if not material.counts:
        raise Invalid("no_working_material")
    if material.sha256 != shown_sha256:
        raise ChangedMeanwhile("material_changed")
    reference = read_line(decision, LONGEST_DECISION)
    if not reference:
        raise Invalid("removal_decision_missing")
    overwrite(session)
    removals = []
    if material.own_counts:
        removals.append(_remove_own(session, actor, material, reference, now, signer))
    for item in material.contributed:
        made = remove_contribution(session, actor, dossier, item, reference, now, signer)
        removals.append(made)
    return removals


def _remove_own(
    session: Session, actor: Actor, material: Material, decision: str, now: datetime.datetime,
    signer: Signer,
) -> Removal:  # fmt: skip
    dossier = material.dossier
    removal = Removal(
        case_id=dossier.case_id,
        submission_id=dossier.id,
        decision=decision,
        counts=json.dumps(material.own_counts),
        actor_id=actor.account_id,
        at=now,
    )
    session.add(removal)
    session.flush()
    _reduce_answers(session, actor, material, now)
    revisions = bury(session, removal.id, [value.revision for value in material.values])
    comments = remove_comments(session, dossier.id)
    _delete_the_rest(session, material)
    facts = {"submission": dossier.id, "removal": removal.id, "revisions": revisions,
             "comments": comments, "decision": removal_digest(removal)}  # fmt: skip
    dossier.chain = append_signed(
        session, dossier.chain, signer,
        at=now, actor=actor.account_id, kind=REMOVED, facts=facts,
    )  # fmt: skip
    return removal


def _material(session: Session, dossier: Dossier) -> Material:
    row = session.get(FrozenRecord, dossier.id)
    assert row is not None
    content = json.loads(row.body)["content"]
    named = {(file["sha256"], file["name"]) for file in content["enclosures"]}
    files = _rows(session, select(Attachment), Attachment, dossier)
    moments = _rows(session, select(col(Snapshot.at)), Snapshot, dossier)
    returned = _rows(session, select(ReturnedQuestion), ReturnedQuestion, dossier)
    asked = questions_of(content).values()
    return Material(
        dossier=dossier,
        values=list(_working_values(session, dossier, questions_of(content))),
        reasons=[(item.question, item.reason) for item in returned],
        snapshots=sorted(moments),
        files=[file for file in files if (file.sha256, file.name) not in named],
        comments=list_comments(session, [dossier.id]),
        tasks=_rows(session, select(Task), Task, dossier),
        word_files=_rows(session, select(WordFile), WordFile, dossier),
        table_files=named_files(session, dossier.id),
        kept={
            "answers": sum(question["value"] is not None for question in asked),
            "blanks": sum(question["blank"] is not None for question in asked),
            "enclosures": len(content["enclosures"]),
            "sha256": row.sha256,
        },
        contributed=survey_contributions(session, dossier.id),
    )


def _rows(session: Session, query: Any, table: Any, dossier: Dossier) -> list[Any]:
    return list(session.execute(query.where(table.submission_id == dossier.id)).scalars())


def _working_values(
    session: Session, dossier: Dossier, asked: dict[str, dict[str, Any]]
) -> Iterator[WorkingValue]:
    order = {question: place for place, question in enumerate(asked)}
    query = (
        select(Revision, col(Account.name))
        .join(Account, col(Account.id) == col(Revision.author_id))
        .where(col(Revision.submission_id) == dossier.id, col(Revision.removal_id).is_(None))
        .order_by(col(Revision.id))
    )
    found = session.execute(query).all()
    # A question of an earlier version of the questionnaire comes last.
    for row, author in sorted(found, key=lambda pair: order.get(pair[0].question, len(order))):
        sort = _sort_of(dossier, row, asked.get(row.question))
        if sort is not None:
            given = given_of(row.value, row.blank)
            then = question_then(session, dossier, row.question, row.id)
            yield WorkingValue(row.id, row.question, sort, given, row.version, author, row.at, then)


def _sort_of(dossier: Dossier, row: Revision, asked: dict[str, Any] | None) -> Sort | None:
    if not row.accepted:
        return "never_held"
    if row.version != dossier.version_of(row.question):
        return "older"
    given = dossier.answers.get(row.question, NOTHING)
    if asked is None or not asked["asked"]:
        return "hidden"
    return None if given == _handed_in(given, asked["value"]) else "unsent"


def _handed_in(given: Given, value: Any) -> Given:
    """An answer as the record has it: a reason for a blank stands only where there is a blank."""
    return Given(value, given.blank if value is None else None)


def _reduce_answers(
    session: Session, actor: Actor, material: Material, now: datetime.datetime
) -> None:
    """Where a part was not handed in, what was becomes the answer; where nothing was, it goes."""
    dossier = material.dossier
    content = questions_of(dossier.content())
    for item in material.values:
        if item.sort == "unsent":
            given = _handed_in(item.given, content[item.question]["value"])
            reduce_answer(session, actor, dossier, item.question, given, now)
        elif item.sort == "hidden":
            session.execute(
                delete(Answer).where(
                    col(Answer.submission_id) == dossier.id, col(Answer.question) == item.question
                )
            )


def _delete_the_rest(session: Session, material: Material) -> None:
    of = material.dossier.id
    session.execute(delete(ReturnedQuestion).where(col(ReturnedQuestion.submission_id) == of))
    session.execute(delete(Snapshot).where(col(Snapshot.submission_id) == of))
    session.execute(delete(Task).where(col(Task.submission_id) == of))
    session.execute(delete(Proposal).where(col(Proposal.submission_id) == of))
    session.execute(delete(WordFile).where(col(WordFile.submission_id) == of))
    forget_files(session, of)
    ids = [file.id for file in material.files]
    blobs = {file.sha256 for file in material.files} | {file.sha256 for file in material.word_files}
    session.execute(delete(Attachment).where(col(Attachment.id).in_(ids)))
    remove_unused(session, blobs)
