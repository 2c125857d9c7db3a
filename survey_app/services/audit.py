"""The audit chain of a case: append-only, ids and hashes, no content.

Every link's hash covers the link before it, so an edit, deletion, insertion or swap breaks the
chain. A cut tail or a rewritten chain is found by the signed heads, of which a copy is kept
outside the database (``audit-heads.jsonl`` in the instance folder).
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import bindparam, event, insert, select, update
from sqlmodel import Session, col

from survey_app.core.content import canonical_json
from survey_app.services.comment_chain import judge_comments
from survey_app.services.contributions.chain import judge_contributions
from survey_app.services.refusal import Unavailable
from survey_app.services.register.chain import judge_register
from survey_app.services.removals.chain import (
    is_told_removed,
    judge_removed,
    judge_standing,
)
from survey_app.services.removals.tombstone import judge_removals, read_links, value_digest
from survey_app.services.rounds.chain import judge_rounds
from survey_app.services.step_chain import judge_steps
from survey_app.services.surveys.chain import judge_surveys
from survey_app.store.tables import (
    Answer,
    AuditEntry,
    AuditHead,
    Case,
    Installation,
    Revision,
    Round,
    Submission,
    table_of,
)

Facts = Mapping[str, Any]


class Signer(Protocol):
    """Signs the head of a chain with the installation's key."""

    @property
    def public_key(self) -> str:
        """By which it is known: 64 hexadecimal digits."""

    def sign(self, message: bytes) -> str:
        """The signature of a message, as text."""

    def verify(self, message: bytes, signature: str) -> bool:
        """Whether it signed the message."""

    def keep(self, line: str) -> None:
        """Write a signed head down outside the database, too."""


@dataclass(frozen=True, slots=True)
class Break:
    """Where a chain does not hold: a code and the number of the link.

    The number is 0 where a value does not hold: an answer that is not what its history says
    (``changed_answer``), a value of the history without a link (``unlinked_value``), or one that
    is gone otherwise than by a decision (``services.removals.tombstone``).
    """

    case_id: int
    number: int
    code: str


def _link(
    case_id: int, number: int, at: datetime.datetime, actor: int, kind: str, facts: str, before: str
) -> str:
    moment = at.astimezone(datetime.UTC).isoformat()
    parts = [case_id, number, moment, actor, kind, facts, before]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=True).encode()).hexdigest()


def head_message(case_id: int, number: int, sha256: str) -> bytes:
    """What is signed: case, length and hash of the chain."""
    return f"redogor/audit/1:{case_id}:{number}:{sha256}".encode()


_CASES = table_of(Case)
_ADD_LINK = insert(table_of(AuditEntry))
_MOVE_HEAD = update(_CASES).where(_CASES.c.id == bindparam("of_case"))


def append_entry(
    session: Session,
    case: tuple[int, int, str],
    *,
    at: datetime.datetime,
    actor: int,
    kind: str,
    facts: Facts,
) -> tuple[int, int, str]:
    """Add a link to the chain of a case whose row the transaction holds.

    case  its id, the length of its chain and the hash of the last link; returned as it is after
    """
    case_id, length, head = case
    number = length + 1
    text = canonical_json(facts).decode()
    sha256 = _link(case_id, number, at, actor, kind, text, head)
    connection = session.connection()
    connection.execute(
        _ADD_LINK,
        {
            "case_id": case_id,
            "number": number,
            "at": at,
            "actor_id": actor,
            "kind": kind,
            "facts": text,
            "sha256": sha256,
        },
    )
    moved = {"of_case": case_id, "audit_length": number, "audit_head": sha256}
    connection.execute(_MOVE_HEAD, moved)
    return case_id, number, sha256


def sign_head(session: Session, case: tuple[int, int, str], signer: Signer) -> None:
    """Sign the chain as it stands; done at every step but the saving of an answer.

    Once the transaction is through, the head is kept outside the database, too.
    """
    signature = signer.sign(head_message(*case))
    case_id, number, sha256 = case
    head = {"case_id": case_id, "number": number, "sha256": sha256, "signature": signature}
    session.merge(AuditHead(case_id=case_id, number=number, sha256=sha256, signature=signature))
    session.flush()
    refuse_replaced(session, signer)
    event.listen(session, "after_commit", lambda _: signer.keep(json.dumps(head)), once=True)


def refuse_replaced(session: Session, signer: Signer) -> None:
    """See that a head that was just signed is signed with the key of today.

    A server that was not started again after ``change_key`` would sign what nobody takes for ours.
    Asked after the head is written: who changes the key keeps heads from being written until it is
    through. Raises Unavailable: ``key_replaced``.
    """
    known = session.execute(select(col(Installation.public_key))).scalar()
    if known and known != signer.public_key:
        raise Unavailable("key_replaced")


def append_signed(
    session: Session, case: tuple[int, int, str], signer: Signer, **link: Any
) -> tuple[int, int, str]:
    """Add a link and sign the chain with it. ``link``: as in ``append_entry``, which tells more."""
    after = append_entry(session, case, **link)
    sign_head(session, after, signer)
    return after


def read_heads(lines: Iterable[str], signer: Signer) -> dict[int, dict[int, str]]:
    """The kept heads that this installation signed: hashes by number, by case id."""
    kept: dict[int, dict[int, str]] = {}
    for line in lines:
        head = json.loads(line)
        case_id, number, sha256 = head["case_id"], head["number"], head["sha256"]
        if signer.verify(head_message(case_id, number, sha256), head["signature"]):
            kept.setdefault(case_id, {})[number] = sha256
    return kept


def verify_chain(
    session: Session, case_id: int, signer: Signer, kept_heads: Mapping[int, str] | None = None
) -> list[Break]:
    """Every place where the chain of a case does not hold; an empty list if it does.

    kept_heads  hashes by number from outside the database: they find a cut tail and a rewriting
    """
    breaks = [*_broken_links(session, case_id), *_loose_values(session, case_id)]
    hashes = dict(
        session.execute(
            select(col(AuditEntry.number), col(AuditEntry.sha256)).where(
                col(AuditEntry.case_id) == case_id
            )
        ).all()
    )
    signed = session.execute(select(AuditHead).where(col(AuditHead.case_id) == case_id)).scalars()
    breaks += broken_heads(case_id, hashes, signed, kept_heads or {}, signer)
    return breaks


class SignedHead(Protocol):
    """The hash of a link, signed when it was the last."""

    number: int
    sha256: str
    signature: str


def broken_heads(
    chain: int,
    hashes: Mapping[int, str],
    signed: Iterable[SignedHead],
    kept: Mapping[int, str],
    signer: Signer,
) -> Iterator[Break]:
    """Where a chain is not what its heads say.

    chain   the id of its case, or that of the security log
    hashes  of its links as they are, by number
    signed  the heads in the database; ``kept`` are those from outside, by number
    """
    for head in signed:
        if not signer.verify(head_message(chain, head.number, head.sha256), head.signature):
            yield Break(chain, head.number, "forged_head")
        if hashes.get(head.number) != head.sha256:
            yield Break(chain, head.number, "rewritten")
    for number, sha256 in kept.items():
        if hashes.get(number) != sha256:
            yield Break(chain, number, "rewritten" if number in hashes else "cut_tail")


def _broken_links(session: Session, case_id: int) -> Iterator[Break]:
    case = session.get(Case, case_id)
    before, expected = "", 1
    entries = session.execute(
        select(AuditEntry)
        .where(col(AuditEntry.case_id) == case_id)
        .order_by(col(AuditEntry.number))
    ).scalars()
    for entry in entries:
        if entry.number != expected:
            yield Break(case_id, expected, "missing")
            expected = entry.number
        sha256 = _link(
            case_id, entry.number, entry.at, entry.actor_id, entry.kind, entry.facts, before
        )
        if sha256 != entry.sha256:
            yield Break(case_id, entry.number, "changed")
        before, expected = entry.sha256, expected + 1
    if case is None or (case.audit_length, case.audit_head) != (expected - 1, before):
        yield Break(case_id, expected - 1, "cut_tail")


def _loose_values(session: Session, case_id: int) -> Iterator[Break]:
    """Answers and history that no link vouches for, and what is gone without a decision."""
    query = select(AuditEntry).where(col(AuditEntry.case_id) == case_id)
    entries = session.execute(query.order_by(col(AuditEntry.number))).scalars().all()
    if is_told_removed(entries):
        for number, code in judge_removed(session, case_id, entries):
            yield Break(case_id, number, code)
        return
    for number, code in judge_standing(session, case_id):
        yield Break(case_id, number, code)
    vouched = read_links(entries)
    of_case = (
        select(col(Submission.id))
        .join(Round, col(Round.id) == col(Submission.round_id))
        .where(col(Round.case_id) == case_id)
    )
    taken, held, stones = set(), set(), []
    revisions = select(Revision).where(col(Revision.submission_id).in_(of_case))
    for row in session.execute(revisions).scalars():
        if row.removal_id is not None:
            stones.append(row)
            continue
        digest = value_digest(row.salt, row.value, row.blank)
        held.add((row.submission_id, digest))
        if digest not in vouched.values:
            yield Break(case_id, 0, "unlinked_value")
        if row.accepted:
            taken.add((row.submission_id, row.question, row.version, row.value, row.blank))
    answered = set()
    answers = select(Answer).where(col(Answer.submission_id).in_(of_case))
    for now in session.execute(answers).scalars():
        answered.add((now.submission_id, now.question))
        if (now.submission_id, now.question, now.version, now.value, now.blank) not in taken:
            yield Break(case_id, 0, "changed_answer")
    for _ in {key[:2] for key in taken} - answered:
        yield Break(case_id, 0, "missing_answer")
    for number, code in judge_removals(session, case_id, vouched, stones, held):
        yield Break(case_id, number, code)
    for number, code in judge_comments(session, case_id, entries):
        yield Break(case_id, number, code)
    for number, code in judge_register(session, case_id, entries):
        yield Break(case_id, number, code)
    for number, code in judge_steps(session, case_id, entries):
        yield Break(case_id, number, code)
    for number, code in judge_contributions(session, case_id, entries):
        yield Break(case_id, number, code)
    for number, code in judge_rounds(session, case_id, entries):
        yield Break(case_id, number, code)
    for number, code in judge_surveys(session, case_id, entries):
        yield Break(case_id, number, code)
