"""The tables of compiled reports: of which rounds, in which pieces, and what the pieces once said.

What of an answer is taken in, and whose words stand there instead, are two things: compiling anew
changes the first, and never the second.
"""

from __future__ import annotations

import datetime

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, String, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from survey_app.store.columns import moment, to


class Report(SQLModel, table=True):
    """A report that is compiled from rounds of a case, and edited as a draft of its own.

    ``told``: the source stands in a line below each piece, or all in a list at the end. ``basis``
    is the hash of which answers it was compiled from, ``changes`` JSON: what compiling it last
    did. A settled report may be opened again: its next ``edition`` takes the earlier one's place.
    """

    __table_args__ = (
        CheckConstraint("arrange IN ('unit', 'question', 'group')", name="arrange"),
        CheckConstraint("told IN ('line', 'list')", name="told"),
        CheckConstraint("state IN ('draft', 'settled')", name="state"),
    )
    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(sa_column=to("cases.id"))
    title: str = Field(sa_column=Column(String(200), nullable=False))
    arrange: str = Field(sa_column=Column(String(16), nullable=False))
    told: str = Field(default="list", sa_column=Column(String(8), nullable=False))
    state: str = Field(default="draft", sa_column=Column(String(16), nullable=False))
    edition: int = 1
    author_id: int = Field(sa_column=to("account.id", index=False))
    at: datetime.datetime = Field(sa_column=moment())
    compiled_at: datetime.datetime | None = Field(default=None, sa_column=moment(nullable=True))
    basis: str = Field(default="", sa_column=Column(String(64), nullable=False))
    changes: str = Field(default="[]", sa_column=Column(Text, nullable=False))
    settled_at: datetime.datetime | None = Field(default=None, sa_column=moment(nullable=True))
    settled_by: int | None = Field(
        default=None, sa_column=to("account.id", nullable=True, index=False)
    )
    settled_document_id: int | None = Field(
        default=None, sa_column=to("case_document.id", nullable=True, index=False)
    )


class ReportSource(SQLModel, table=True):
    """A round whose answers a report is compiled from."""

    __tablename__ = "report_source"
    report_id: int = Field(sa_column=to("report.id", primary_key=True, index=False))
    round_id: int = Field(sa_column=to("rounds.id", primary_key=True, index=False))


def _to_piece(*, index: bool = False, nullable: bool = False) -> Column[str]:
    return Column(String(32), ForeignKey("report_piece.id"), nullable=nullable, index=index)


class ReportPiece(SQLModel, table=True):
    """A piece of a report, below a heading or at the top, in the order of ``position``.

    ``key`` is what it is made from, by which it is found when the report is compiled anew; NULL of
    what was written here. ``taken`` is JSON: what it says by its source; ``own_title`` and
    ``own_text`` what somebody wrote instead. ``source_state``: its source is as it was taken in
    (current), has changed, is gone; is gone and the piece was kept, or dropped. ``offered`` is
    what the source says now, where that waits to be taken in. ``placed``: put there by hand.
    ``version`` counts wordings, ``moves`` places.
    """

    __tablename__ = "report_piece"
    __table_args__ = (
        UniqueConstraint("report_id", "key"),
        CheckConstraint(
            "sort IN ('heading', 'text', 'points', 'entry', 'answer', 'table', 'indicator',"
            " 'missing')",
            name="sort",
        ),
        CheckConstraint(
            "source_state IN ('own', 'current', 'changed', 'gone', 'kept', 'dropped')",
            name="source_state",
        ),
    )
    id: str = Field(sa_column=Column(String(32), primary_key=True))
    report_id: int = Field(sa_column=to("report.id", index=False))
    parent_id: str | None = Field(default=None, sa_column=_to_piece(nullable=True))
    position: str = Field(sa_column=Column(Text, nullable=False))
    sort: str = Field(sa_column=Column(String(16), nullable=False))
    key: str | None = Field(default=None, sa_column=Column(String(200), nullable=True))
    own_title: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    own_text: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    version: int = 0
    moves: int = 0
    removed: bool = Field(default=False, sa_column=Column(Boolean, nullable=False))
    placed: bool = Field(default=False, sa_column=Column(Boolean, nullable=False))
    source_state: str = Field(default="own", sa_column=Column(String(16), nullable=False))
    source_submission: int | None = Field(
        default=None, sa_column=to("submission.id", nullable=True, index=False)
    )
    source_question: str | None = Field(default=None, sa_column=Column(String(64), nullable=True))
    source_entry: str | None = Field(default=None, sa_column=Column(String(64), nullable=True))
    source_sha256: str | None = Field(default=None, sa_column=Column(String(64), nullable=True))
    taken: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    offered: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    author_id: int = Field(sa_column=to("account.id", index=False))
    at: datetime.datetime = Field(sa_column=moment())


class ReportRevision(SQLModel, table=True):
    """How a piece was before it was changed, by whom and when it had become so; or, not
    ``accepted``, a wording that came too late and never stood there."""

    __tablename__ = "report_revision"
    id: int | None = Field(default=None, primary_key=True)
    piece_id: str = Field(sa_column=_to_piece(index=True))
    version: int
    accepted: bool = Field(default=True, sa_column=Column(Boolean, nullable=False))
    own_title: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    own_text: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    parent_id: str | None = Field(default=None, sa_column=Column(String(32), nullable=True))
    position: str = Field(sa_column=Column(Text, nullable=False))
    removed: bool = Field(sa_column=Column(Boolean, nullable=False))
    author_id: int = Field(sa_column=to("account.id", index=False))
    at: datetime.datetime = Field(sa_column=moment())
