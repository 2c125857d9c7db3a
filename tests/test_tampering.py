"""Tampering by chance, of six sorts: every one is found by the heads that are kept apart."""

from __future__ import annotations

import datetime
import hashlib
import json
import random
from collections.abc import Callable

from sqlalchemy import delete
from sqlmodel import Session, col

from survey_app.services.audit import verify_chain
from survey_app.store.tables import AuditEntry, AuditHead, Event, FrozenRecord

from .stage import Stage
from .tampering import CASE, cut, insert, links, rewrite, set_link, swap
from .test_audit import breaks, heads, stage

__all__ = ["stage"]


def _random_edit(session: Session, number: int, rng: random.Random) -> None:
    change = rng.choice(["facts", "kind", "sha256", "actor_id", "at"])
    values = {
        "facts": json.dumps({"x": rng.random()}), "kind": f"k{rng.random()}"[:32],
        "sha256": hashlib.sha256(rng.randbytes(4)).hexdigest(),
        "actor_id": rng.randint(7, 10),
        "at": datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
        + datetime.timedelta(seconds=rng.randint(0, 10**7)),
    }  # fmt: skip
    set_link(session, number, **{change: values[change]})


def _random_swap(session: Session, number: int, rng: random.Random) -> None:
    others = [entry.number for entry in links(session) if entry.number != number]
    swap(session, number, rng.choice(others))


def _cut_with_all_that_speaks_of_it(session: Session, number: int, rng: random.Random) -> None:
    """The tail, the case's row, the signed heads, and the rows that the links vouched for."""
    cut(session, max(1, number - 1))
    for table in (Event, FrozenRecord, AuditHead):
        session.execute(delete(table))


def _rewrite_with_the_heads(session: Session, number: int, rng: random.Random) -> None:
    set_link(session, number, facts=json.dumps({"x": rng.random()}))
    session.expire_all()
    rewrite(session, number)
    session.execute(delete(AuditHead))


SORTS: dict[str, Callable[[Session, int, random.Random], None]] = {
    "edit": _random_edit,
    "delete": lambda session, number, _: session.execute(
        delete(AuditEntry).where(col(AuditEntry.number) == number)),
    "insert": lambda session, number, _: insert(session, number),
    "swap": _random_swap,
    "cut tail": _cut_with_all_that_speaks_of_it,
    "rewrite": _rewrite_with_the_heads,
}  # fmt: skip
"""What can be done to a chain, at a link taken by chance."""
OF_EACH = 50


def test_random_tampering_is_always_found(
    stage: Stage, record_property: Callable[[str, object], None]
) -> None:
    """300 of 300, of six sorts; the signed heads are kept apart from the database."""
    rng, kept = random.Random(20261122), heads(stage)
    with stage.database.reading() as session:
        length = len(links(session))
    found, alone = dict.fromkeys(SORTS, 0), dict.fromkeys(SORTS, 0)
    for sort, tamper in SORTS.items():
        for _ in range(OF_EACH):
            with stage.database.writing() as session:
                tamper(session, rng.randint(1, length), rng)
                session.flush()
                session.expire_all()
                found[sort] += verify_chain(session, CASE, stage.key, kept) != []
                alone[sort] += verify_chain(session, CASE, stage.key) != []
                session.rollback()
    record_property("tamperings", OF_EACH * len(SORTS))
    record_property("found", sum(found.values()))
    assert found == dict.fromkeys(SORTS, OF_EACH)
    assert max(alone["cut tail"], alone["rewrite"]) < OF_EACH, "planted: no heads kept apart"
    assert breaks(stage, kept) == []
