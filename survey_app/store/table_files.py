"""Tables that came as a file or a paste, and are looked at before anything of them is saved."""

from __future__ import annotations

import datetime

from sqlalchemy import CheckConstraint, Column, String, Text
from sqlmodel import Field, SQLModel

from survey_app.store.columns import moment, to


class TableFile(SQLModel, table=True):
    """What came: for one question of a submission, or for the answers of a whole round.

    ``sheets`` is JSON, the cells of every sheet (``services.table_file``), and NULL once they are
    taken in: then the answers hold what they said. ``sha256`` is of what came, which is not kept.
    One that is only looked at is working material and goes when it is thrown away, after some days
    or at weeding; of one that was taken in weeding leaves the row, with an empty name.
    """

    __tablename__ = "table_file"
    __table_args__ = (CheckConstraint("state IN ('open', 'taken')", name="state"),)
    id: int | None = Field(default=None, primary_key=True)
    submission_id: int | None = Field(default=None, sa_column=to("submission.id", nullable=True))
    round_id: int | None = Field(default=None, sa_column=to("rounds.id", nullable=True))
    question: str | None = Field(default=None, sa_column=Column(String(64), nullable=True))
    name: str = Field(sa_column=Column(String(255), nullable=False))
    sha256: str = Field(sa_column=Column(String(64), nullable=False))
    sheets: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    author_id: int = Field(sa_column=to("account.id", index=False))
    at: datetime.datetime = Field(sa_column=moment())
    state: str = Field(default="open", sa_column=Column(String(8), nullable=False))
