"""The tables of surveys: rounds that people answer by a link, without saying who they are.

None of them has a time, an address or an account in a row that stands for a person, and none is
kept in the order in which rows came (SQLite: WITHOUT ROWID; ids by chance).
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, String, Text
from sqlmodel import Field, SQLModel

from survey_app.store.columns import to


class Survey(SQLModel, table=True):
    """What a round that is answered by links has beside what all rounds have.

    shown     when results are shown: after closing, or already before in steps of five
    salt      puts free texts into an order that tells nothing
    tally     JSON: what has been shown so far, by question; ``counted`` of how many ballots
    weeded    the decision by which the single answers were removed; empty while they are there
    """

    __tablename__ = "survey"
    __table_args__ = (CheckConstraint("shown IN ('after_closing', 'in_fives')", name="shown"),)
    round_id: int = Field(sa_column=to("rounds.id", primary_key=True, index=False))
    shown: str = Field(sa_column=Column(String(16), nullable=False))
    salt: str = Field(sa_column=Column(String(32), nullable=False))
    counted: int = 0
    tally: str = Field(default="{}", sa_column=Column(Text, nullable=False))
    weeded: str = Field(default="", sa_column=Column(Text, nullable=False))


class AnswerLink(SQLModel, table=True):
    """An address by which a survey is answered, known by the hash of its secret.

    single  answers once, and nobody can read its secret again; the secret of one that many use
            (on a poster) is kept in ``token``, to be printed again
    """

    __tablename__ = "answer_link"
    __table_args__ = ({"sqlite_with_rowid": False},)
    token_sha256: str = Field(sa_column=Column(String(64), primary_key=True))
    round_id: int = Field(sa_column=to("rounds.id"))
    single: bool
    used: bool = False
    revoked: bool = False
    token: str | None = Field(default=None, sa_column=Column(String(32), nullable=True))
    label: str = Field(default="", sa_column=Column(String(200), nullable=False))


class Ballot(SQLModel, table=True):
    """What one person answered: JSON, by question id, of what is sent. Who it was is not known."""

    __tablename__ = "ballot"
    __table_args__ = ({"sqlite_with_rowid": False},)
    id: str = Field(sa_column=Column(String(32), primary_key=True))
    round_id: int = Field(sa_column=to("rounds.id"))
    answers: str = Field(sa_column=Column(Text, nullable=False))
