"""Tombstones of people held against the security log.

The entry ``person_removed`` names the decision by its hash. A decision that was changed, one that
no entry tells of, one that is gone, and an account that says more than its tombstone are breaks.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator

from sqlalchemy import select
from sqlmodel import Session, col

from survey_app.core.content import sha256_of
from survey_app.store.tables import Account, PersonRemoval, SecurityEntry

REMOVED = "person_removed"
Fault = tuple[int, str]
"""The number of an entry, 0 for none, and a code."""


def name_of_removed(account_id: int) -> str:
    """What stands instead of a name."""
    return f"Borttagen person {account_id}"


def address_of_removed(account_id: int) -> str:
    """What stands instead of an address; no mail goes there (RFC 2606), and nobody can ask for it:
    an address of ours has a dot after its @."""
    return f"removed-{account_id}@invalid"


def person_digest(removal: PersonRemoval) -> str:
    """How the log names a decision, and holds it to its words, its day and its counts."""
    return sha256_of(
        {
            "account": removal.account_id,
            "decision": removal.decision,
            "shown": removal.shown_sha256,
            "counts": json.loads(removal.counts),
            "by": removal.by_account,
            "at": removal.at.astimezone(datetime.UTC).isoformat(),
        }
    )


def is_emptied(account: Account) -> bool:
    """Whether nothing is left of the person in the account's row."""
    assert account.id is not None
    kept = (account.name, account.email, account.title, account.password_hash, account.factor,
            account.active, account.password_since)  # fmt: skip
    return kept == (
        name_of_removed(account.id), address_of_removed(account.id), "", "", "none", False, None
    )  # fmt: skip


def judge_persons(session: Session) -> Iterator[Fault]:
    """Every person who is not as removed as the log says, or more so."""
    query = select(SecurityEntry).where(col(SecurityEntry.kind) == REMOVED)
    told: dict[int | None, Fault] = {}
    for entry in session.execute(query.order_by(col(SecurityEntry.number))).scalars():
        told[entry.account_id] = entry.number, str(json.loads(entry.facts).get("removal"))
    there = {row.account_id: row for row in session.execute(select(PersonRemoval)).scalars()}
    for account_id, (number, digest) in told.items():
        stone = there.pop(account_id or 0, None)
        account = session.get(Account, account_id)
        if stone is None or person_digest(stone) != digest:
            yield number, "changed_decision"
        elif account is None or account.removed != stone.at or not is_emptied(account):
            yield number, "filled_tombstone"
    for _ in there:
        yield 0, "unlinked_decision"
    marked = select(col(Account.id)).where(col(Account.removed).is_not(None))
    for account_id in session.execute(marked).scalars():
        if account_id not in told:
            yield 0, "removed_without_decision"
