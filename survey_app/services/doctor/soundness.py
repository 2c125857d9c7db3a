"""Whether what the database holds is whole: rows that point somewhere, files, chains, records."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Select, Table, and_, func, select, union_all
from sqlmodel import Session, SQLModel, col

from survey_app.services.audit import Signer, read_heads, verify_chain
from survey_app.services.security.log import CHAIN, verify_security
from survey_app.services.upload import columns_that_name_blobs
from survey_app.store.tables import (
    Blob,
    BlobChunk,
    Case,
    FrozenRecord,
    Round,
    Specification,
    Submission,
)


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something that is not whole: a code, and where in the database it is."""

    code: str
    where: str


def find_flaws(session: Session, signer: Signer, heads: Iterable[str]) -> Iterator[Flaw]:
    """Everything in a database that is not whole; nothing if it is.

    heads  the lines of the file of signed heads that is kept outside the database
    """
    yield from find_dangling(session)
    yield from find_changed_files(session)
    yield from find_changed_texts(session)
    yield from find_breaks(session, signer, heads)


def find_dangling(session: Session) -> Iterator[Flaw]:
    """Rows that point to a row that is not there (``dangling``)."""
    for table in SQLModel.metadata.sorted_tables:
        for key in table.foreign_key_constraints:
            here, there = list(key.columns), [item.column for item in key.elements]
            count = session.execute(_lost_rows(table, here, there)).scalar_one()
            if count:
                names = ", ".join(column.name for column in here)
                yield Flaw("dangling", f"{table.name}.{names}: {count}")


def _lost_rows(table: Table, here: list[Column[Any]], there: list[Column[Any]]) -> Select[int]:
    other = there[0].table.alias("there")
    holds = and_(*(one == other.c[two.name] for one, two in zip(here, there, strict=True)))
    named = and_(*(column.is_not(None) for column in here))
    missing = ~select(1).select_from(other).where(holds).correlate(table).exists()
    return select(func.count()).select_from(table).where(named, missing)


def find_changed_files(session: Session) -> Iterator[Flaw]:
    """Stored files whose bytes are not what their SHA-256 says (``changed_file``)."""
    for sha256, size in session.execute(select(col(Blob.sha256), col(Blob.size))).all():
        digest, length = hashlib.sha256(), 0
        chunks = select(col(BlobChunk.data)).where(col(BlobChunk.sha256) == sha256)
        for data in session.execute(
            chunks.order_by(col(BlobChunk.number)).execution_options(yield_per=8)
        ).scalars():
            digest.update(data)
            length += len(data)
        if (digest.hexdigest(), length) != (sha256, size):
            yield Flaw("changed_file", sha256)


def find_unused_files(session: Session) -> Iterator[Flaw]:
    """Stored files that nothing names (``unused_file``)."""
    named = union_all(*(select(column).where(column.is_not(None))
                        for column in columns_that_name_blobs()))  # fmt: skip
    unused = select(col(Blob.sha256)).where(col(Blob.sha256).not_in(named))
    for sha256 in session.execute(unused).scalars():
        yield Flaw("unused_file", sha256)


def find_changed_texts(session: Session) -> Iterator[Flaw]:
    """Records and questionnaires that are not what their SHA-256 says."""
    # Of a removed case the chain says whether its records are as empty as they must be.
    records = (
        select(col(FrozenRecord.submission_id), col(FrozenRecord.sha256), col(FrozenRecord.body))
        .join(Submission, col(Submission.id) == col(FrozenRecord.submission_id))
        .join(Round, col(Round.id) == col(Submission.round_id))
        .join(Case, col(Case.id) == col(Round.case_id))
        .where(col(Case.removed).is_(None))
    )
    for submission, sha256, body in session.execute(records.execution_options(yield_per=8)):
        if hashlib.sha256(body.encode()).hexdigest() != sha256:
            yield Flaw("changed_record", f"record {submission}")
    for sha256, body in session.execute(
        select(col(Specification.sha256), col(Specification.body))
    ).all():
        if hashlib.sha256(body.encode()).hexdigest() != sha256:
            yield Flaw("changed_questionnaire", sha256)


def find_breaks(session: Session, signer: Signer, heads: Iterable[str]) -> Iterator[Flaw]:
    """Where an audit chain or the security log does not hold (``broken_chain``)."""
    kept = read_heads(heads, signer)
    for item in verify_security(session, signer, kept.pop(CHAIN, None)):
        yield Flaw("broken_chain", f"security: {item.number} {item.code}")
    cases = session.execute(select(col(Case.id), col(Case.diary_number)).order_by(col(Case.id)))
    for case_id, diary_number in cases.all():
        for item in verify_chain(session, case_id, signer, kept.pop(case_id, None)):
            yield Flaw("broken_chain", f"{diary_number}: {item.number} {item.code}")
        session.expunge_all()
    for case_id in kept:
        yield Flaw("missing_case", f"cases {case_id}")
