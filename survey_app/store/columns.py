"""What the tables are made of: moments, words, references, and how constraints are named."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import Column, DateTime, Dialect, Enum, ForeignKey, Integer, Table
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

from survey_app.core.workflow import ContributionState, Role, State

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def table_of(model: type[SQLModel]) -> Table:
    """The table of a model, for statements on paths that are walked all day: rows instead of
    objects, written once with ``bindparam``, take SQLAlchemy a third of the time."""
    return SQLModel.metadata.tables[str(model.__tablename__)]


class UtcTime(TypeDecorator[datetime.datetime]):
    """A moment in UTC; naive in the database, always with its zone in Python."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(
        self, value: datetime.datetime | None, dialect: Dialect
    ) -> datetime.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone cannot be stored")
        return value.astimezone(datetime.UTC).replace(tzinfo=None)

    def process_result_value(
        self, value: datetime.datetime | None, dialect: Dialect
    ) -> datetime.datetime | None:
        return None if value is None else value.replace(tzinfo=datetime.UTC)


def words(enum: type[Role] | type[State] | type[ContributionState], name: str) -> Enum:
    """One word of an enumeration."""
    return Enum(
        enum,
        native_enum=False,
        create_constraint=True,
        length=32,
        name=name,
        values_callable=lambda members: [member.value for member in members],
    )


def moment(*, nullable: bool = False, index: bool = False) -> Any:
    """A moment in UTC."""
    return Column(UtcTime, nullable=nullable, index=index)


def to(
    column: str, *, primary_key: bool = False, nullable: bool = False, index: bool = True
) -> Any:
    """A reference to a row of another table."""
    return Column(
        Integer, ForeignKey(column), primary_key=primary_key, nullable=nullable, index=index
    )
