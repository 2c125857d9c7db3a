"""The tables of what is done with documents: registered, marked, weeded, given out."""

from __future__ import annotations

import datetime

from sqlalchemy import CheckConstraint, Column, ForeignKey, String, Text
from sqlmodel import Field, SQLModel

from survey_app.store.columns import moment, to


class CaseDocument(SQLModel, table=True):
    """A document of a case that was not born here: the authority's request, a letter, a decision.

    ``direction``: it came in, went out, or is the unit's own. A row is never deleted; one that was
    registered by mistake is struck, with the reason. ``made`` says what it is where the product
    made it: a report, a memo, a result; a memo names its submission. ``salt`` goes into the audit
    chain's hash.
    """

    __tablename__ = "case_document"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('request', 'completion', 'extension', 'decision', 'other')", name="kind"
        ),
        CheckConstraint("direction IN ('in', 'out', 'own')", name="direction"),
    )
    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(sa_column=to("cases.id"))
    kind: str = Field(sa_column=Column(String(16), nullable=False))
    direction: str = Field(sa_column=Column(String(8), nullable=False))
    day: datetime.date
    counterpart: str = Field(sa_column=Column(String(200), nullable=False))
    subject: str = Field(sa_column=Column(String(500), nullable=False))
    sha256: str | None = Field(
        default=None, sa_column=Column(String(64), ForeignKey("blob.sha256"), nullable=True)
    )
    name: str | None = Field(default=None, sa_column=Column(String(255), nullable=True))
    author_id: int = Field(sa_column=to("account.id", index=False))
    at: datetime.datetime = Field(sa_column=moment())
    struck: datetime.datetime | None = Field(default=None, sa_column=moment(nullable=True))
    struck_by: int | None = Field(
        default=None, sa_column=to("account.id", nullable=True, index=False)
    )
    struck_reason: str = Field(default="", sa_column=Column(Text, nullable=False))
    salt: str = Field(sa_column=Column(String(32), nullable=False))
    made: str | None = Field(default=None, sa_column=Column(String(16), nullable=True))
    submission_id: int | None = Field(
        default=None, sa_column=to("submission.id", nullable=True, index=False)
    )


class SecrecyMark(SQLModel, table=True):
    """What the register says of a document's secrecy; the newest mark of an entry holds.

    ``entry`` is the entry's key; ``ground`` is empty where secrecy was lifted. What is concealed
    is left out of the register that is given to the public (OSL 5:2, second paragraph).
    """

    __tablename__ = "secrecy_mark"
    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(sa_column=to("cases.id"))
    entry: str = Field(sa_column=Column(String(40), nullable=False))
    ground: str = Field(sa_column=Column(String(200), nullable=False))
    conceals_counterpart: bool = False
    conceals_subject: bool = False
    author_id: int = Field(sa_column=to("account.id", index=False))
    at: datetime.datetime = Field(sa_column=moment())
    salt: str = Field(sa_column=Column(String(32), nullable=False))


class Removal(SQLModel, table=True):
    """A decision by which working material of a submission was removed. ``counts`` is JSON."""

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(sa_column=to("cases.id"))
    submission_id: int = Field(sa_column=to("submission.id"))
    decision: str = Field(sa_column=Column(Text, nullable=False))
    counts: str = Field(sa_column=Column(Text, nullable=False))
    actor_id: int = Field(sa_column=to("account.id", index=False))
    at: datetime.datetime = Field(sa_column=moment())


class GivenCopy(SQLModel, table=True):
    """A copy under masks that was made to be given out, or a decision not to give out.

    ``kind`` is copy or refusal. ``masks`` is JSON: of a copy what is masked, why and on what legal
    ground, never what stood there; of a refusal what was refused and why. Nobody is asked who they
    are (TF 2 kap. 18 §), so no row names who got it. The files are kept as they were made.
    """

    __tablename__ = "given_copy"
    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(sa_column=to("cases.id"))
    submission_id: int | None = Field(default=None, sa_column=to("submission.id", nullable=True))
    kind: str = Field(sa_column=Column(String(16), nullable=False))
    at: datetime.datetime = Field(sa_column=moment())
    actor_id: int = Field(sa_column=to("account.id", index=False))
    masks: str = Field(sa_column=Column(Text, nullable=False))
    pdf_sha256: str = Field(sa_column=Column(String(64), ForeignKey("blob.sha256"), nullable=False))
    json_sha256: str | None = Field(
        default=None, sa_column=Column(String(64), ForeignKey("blob.sha256"), nullable=True)
    )
    zip_sha256: str | None = Field(
        default=None, sa_column=Column(String(64), ForeignKey("blob.sha256"), nullable=True)
    )
