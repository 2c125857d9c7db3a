"""The tables. Rows are facts; rules stand in ``core`` and ``services``.

SQLModel table classes do not validate on init, so what must hold stands as constraints here.
"""

from __future__ import annotations

import datetime

from sqlalchemy import (
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
)
from sqlmodel import Field, SQLModel

from survey_app.core.workflow import State
from survey_app.store.accounts import Account, Login, Membership, Token, Unit
from survey_app.store.approving import ApprovalOrder, Delegation, KeptReason, StandIn
from survey_app.store.audit import AuditEntry, AuditHead
from survey_app.store.board_decisions import BoardDecision
from survey_app.store.case_removals import CaseRemoval
from survey_app.store.columns import moment, table_of, to, words
from survey_app.store.contribution import Contribution
from survey_app.store.documents import CaseDocument, GivenCopy, Removal, SecrecyMark
from survey_app.store.files import Attachment, Blob, BlobChunk
from survey_app.store.handing_over import Completion, Extension, TranscribedField
from survey_app.store.identities import Identity, IdentityConfirmation, SignInFlow
from survey_app.store.outbox import MailChoice, OutboxMessage
from survey_app.store.persons import PersonRemoval
from survey_app.store.presence import Presence
from survey_app.store.proposals import Proposal, WordFile
from survey_app.store.reports import Report, ReportPiece, ReportRevision, ReportSource
from survey_app.store.rounds import Round, RoundUnit, RoundValue
from survey_app.store.security import Installation, SecurityEntry, SecurityHead
from survey_app.store.signing_in import Failure, OneTimeLink, RecoveryCode, Totp
from survey_app.store.surveys import AnswerLink, Ballot, Survey
from survey_app.store.table_files import TableFile
from survey_app.store.tasks import Comment, Mention, Task
from survey_app.store.version import VersionChange


class Case(SQLModel, table=True):
    """A diary number and all that belongs to it, with the head of its audit chain.

    ``removed`` is when all that it held was removed by decision (``CaseRemoval``).
    """

    __tablename__ = "cases"
    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(sa_column=to("unit.id"))
    diary_number: str = Field(sa_column=Column(String(40), unique=True, nullable=False))
    title: str
    practice: bool = False
    created: datetime.datetime = Field(sa_column=moment())
    audit_length: int = 0
    audit_head: str = Field(default="", sa_column=Column(String(64), nullable=False))
    removed: datetime.datetime | None = Field(default=None, sa_column=moment(nullable=True))


class Specification(SQLModel, table=True):
    """A questionnaire exactly as its file was, kept for good once it is used."""

    sha256: str = Field(sa_column=Column(String(64), primary_key=True))
    questionnaire: str = Field(index=True)
    version: str
    body: str = Field(sa_column=Column(Text, nullable=False))
    added: datetime.datetime = Field(sa_column=moment())


class Submission(SQLModel, table=True):
    """What one unit answers in one round.

    One with ``parent_id`` is a contribution to that other submission of the round: working
    material, limited to what ``Contribution`` says; it stays a draft and never becomes a record.
    What a unit answers in a round to many has a row in ``RoundUnit``; it stays a draft until the
    round is closed, and is a record then.
    """

    __table_args__ = (
        Index("ix_submission_unit_id_state", "unit_id", "state"),
        Index("ix_submission_round_id_unit_id", "round_id", "unit_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    round_id: int = Field(sa_column=to("rounds.id"))
    unit_id: int = Field(sa_column=to("unit.id", index=False))
    state: State = Field(
        default=State.DRAFT, sa_column=Column(words(State, "state"), nullable=False)
    )
    corrects: int | None = Field(default=None, sa_column=to("submission.id", nullable=True))
    parent_id: int | None = Field(default=None, sa_column=to("submission.id", nullable=True))
    created: datetime.datetime = Field(sa_column=moment())


class Answer(SQLModel, table=True):
    """The current answer to one question. ``value`` and ``blank`` are JSON, or NULL.

    ``carried`` while it stands as it was carried over from an earlier period, and nobody has
    touched or confirmed it.
    """

    submission_id: int = Field(sa_column=to("submission.id", primary_key=True, index=False))
    question: str = Field(sa_column=Column(String(64), primary_key=True))
    value: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    blank: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    version: int
    derived: bool = False
    carried: bool = False
    author_id: int = Field(sa_column=to("account.id", index=False))
    at: datetime.datetime = Field(sa_column=moment())


class Revision(SQLModel, table=True):
    """Every value that an answer ever got, the losers of conflicts too (``accepted`` false).

    ``version`` is the one it became, or, for a loser, the one it was written upon. ``salt`` goes
    into the audit chain's hash of the value, so that a short answer cannot be guessed from there.
    ``removal_id`` names the decision by which value and salt were removed: a tombstone.
    ``carried_from`` names the earlier submission whose answer it was, ``inserted_from`` the
    revision of a contribution that was put into it, ``merged_from`` the revision upon which it
    was written where that was no longer the one that stood, ``imported_from`` the file or paste
    that it came from.
    """

    __table_args__ = (
        ForeignKeyConstraint(["submission_id"], ["submission.id"]),
        Index("ix_revision_submission_id_question", "submission_id", "question"),
    )
    id: int | None = Field(default=None, primary_key=True)
    submission_id: int
    question: str = Field(sa_column=Column(String(64), nullable=False))
    version: int
    value: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    blank: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    accepted: bool = True
    derived: bool = False
    salt: str = Field(sa_column=Column(String(32), nullable=False))
    author_id: int = Field(sa_column=to("account.id", index=False))
    at: datetime.datetime = Field(sa_column=moment())
    removal_id: int | None = Field(default=None, sa_column=to("removal.id", nullable=True))
    carried_from: int | None = Field(
        default=None, sa_column=to("submission.id", nullable=True, index=False)
    )
    inserted_from: int | None = Field(
        default=None, sa_column=to("revision.id", nullable=True, index=False)
    )
    merged_from: int | None = Field(
        default=None, sa_column=to("revision.id", nullable=True, index=False)
    )
    imported_from: int | None = Field(
        default=None, sa_column=to("table_file.id", nullable=True, index=False)
    )


class Event(SQLModel, table=True):
    """A step of a submission's life: sent, withdrawn, returned, endorsed, approved, handed in,
    archived.

    ``content_sha256`` is the hash of the content at that moment, ``facts`` JSON.
    """

    id: int | None = Field(default=None, primary_key=True)
    submission_id: int = Field(sa_column=to("submission.id"))
    kind: str = Field(sa_column=Column(String(32), nullable=False))
    actor_id: int = Field(sa_column=to("account.id", index=False))
    at: datetime.datetime = Field(sa_column=moment())
    content_sha256: str | None = Field(default=None, sa_column=Column(String(64), nullable=True))
    facts: str = Field(default="{}", sa_column=Column(Text, nullable=False))


class Snapshot(SQLModel, table=True):
    """The content as it was sent, kept while it is compared with what comes next."""

    sha256: str = Field(sa_column=Column(String(64), primary_key=True))
    submission_id: int = Field(sa_column=to("submission.id", primary_key=True))
    body: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime.datetime = Field(sa_column=moment())


class ReturnedQuestion(SQLModel, table=True):
    """A question that the approver sent back, with the reason."""

    __tablename__ = "returned_question"
    event_id: int = Field(sa_column=to("event.id", primary_key=True, index=False))
    submission_id: int = Field(sa_column=to("submission.id"))
    question: str = Field(sa_column=Column(String(64), primary_key=True))
    reason: str = Field(sa_column=Column(Text, nullable=False))
    settled: bool = False


class FrozenRecord(SQLModel, table=True):
    """The record of an approved submission: exactly one, as canonical JSON, never changed.

    ``basis``: it was approved, by a delegation; or a unit handed it over in a round, and the
    round was closed (``handed_over``). Then ``approver_id`` is who handed it over.
    """

    __tablename__ = "record"
    submission_id: int = Field(sa_column=to("submission.id", primary_key=True, index=False))
    sha256: str = Field(sa_column=Column(String(64), unique=True, nullable=False))
    content_sha256: str = Field(sa_column=Column(String(64), nullable=False))
    body: str = Field(sa_column=Column(Text, nullable=False))
    approver_id: int = Field(sa_column=to("account.id", index=False))
    basis: str = Field(default="approved", sa_column=Column(String(16), nullable=False))
    delegation_id: int | None = Field(
        default=None, sa_column=to("delegation.id", nullable=True, index=False)
    )
    stand_in_id: int | None = Field(
        default=None, sa_column=to("stand_in.id", nullable=True, index=False)
    )
    at: datetime.datetime = Field(sa_column=moment())


class HandingIn(SQLModel, table=True):
    """When it was handed in with the authority, and the receipt."""

    __tablename__ = "handing_in"
    submission_id: int = Field(sa_column=to("submission.id", primary_key=True, index=False))
    day: datetime.date
    receipt_number: str
    receipt_sha256: str | None = Field(
        default=None, sa_column=Column(String(64), ForeignKey("blob.sha256"), nullable=True)
    )
    receipt_name: str | None = None


class StoredCopy(SQLModel, table=True):
    """An archive copy as it was written, kept by its SHA-256 and never made again."""

    __tablename__ = "stored_copy"
    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(sa_column=to("cases.id"))
    submission_id: int | None = Field(default=None, sa_column=to("submission.id", nullable=True))
    kind: str = Field(sa_column=Column(String(16), nullable=False))
    name: str
    sha256: str = Field(sa_column=Column(String(64), ForeignKey("blob.sha256"), nullable=False))
    at: datetime.datetime = Field(sa_column=moment())


__all__ = [
    "Account",
    "Answer",
    "AnswerLink",
    "ApprovalOrder",
    "Attachment",
    "AuditEntry",
    "AuditHead",
    "Ballot",
    "Blob",
    "BlobChunk",
    "BoardDecision",
    "Case",
    "CaseDocument",
    "CaseRemoval",
    "Comment",
    "Completion",
    "Contribution",
    "Delegation",
    "Event",
    "Extension",
    "Failure",
    "FrozenRecord",
    "GivenCopy",
    "HandingIn",
    "Identity",
    "IdentityConfirmation",
    "Installation",
    "KeptReason",
    "Login",
    "MailChoice",
    "Membership",
    "Mention",
    "OneTimeLink",
    "OutboxMessage",
    "PersonRemoval",
    "Presence",
    "Proposal",
    "RecoveryCode",
    "Removal",
    "Report",
    "ReportPiece",
    "ReportRevision",
    "ReportSource",
    "ReturnedQuestion",
    "Revision",
    "Round",
    "RoundUnit",
    "RoundValue",
    "SecrecyMark",
    "SecurityEntry",
    "SecurityHead",
    "SignInFlow",
    "Snapshot",
    "Specification",
    "StandIn",
    "StoredCopy",
    "Submission",
    "Survey",
    "TableFile",
    "Task",
    "Token",
    "Totp",
    "TranscribedField",
    "Unit",
    "VersionChange",
    "WordFile",
    "table_of",
]
