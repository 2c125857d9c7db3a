"""What clients were told, held against what the database holds afterwards.

A save is acknowledged by 200 (it stands) or by 409 (it is kept aside, beside what stands). Both
must be found among the revisions, and every revision must have its link in the audit chain.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from survey_app.services.audit import Break, verify_chain
from survey_app.services.keys.key import open_key
from survey_app.store.engine import Database, sqlite_module


class Claim(NamedTuple):
    """A save that a client was told of. ``version`` is None where it was kept aside."""

    submission: int
    question: str
    text: str
    version: int | None


@dataclass
class Ledger:
    """All claims, from all clients."""

    claims: list[Claim] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, claim: Claim) -> None:
        with self._lock:
            self.claims.append(claim)


def rows(folder: Path, query: str, url: str = "") -> list[tuple[Any, ...]]:
    """What a query finds in an instance's database: in its folder, or on PostgreSQL."""
    if url:
        with psycopg.connect(url.replace("+psycopg", "")) as server:
            return server.execute(query.encode()).fetchall()
    connection = sqlite_module().connect(folder / "redogor.db")
    try:
        return list(connection.execute(query))
    finally:
        connection.close()


def lost(folder: Path, claims: list[Claim], url: str = "") -> list[Claim]:
    """The claims that the database knows nothing of."""
    held = {
        (submission, question, json.loads(value), version if accepted else None)
        for submission, question, value, version, accepted in rows(
            folder,
            "SELECT submission_id, question, value, version, accepted FROM revision "
            "WHERE value LIKE '\"%'",
            url,
        )
    }
    return [claim for claim in claims if tuple(claim) not in held]


def orphans(folder: Path, url: str = "") -> tuple[Counter[Any], Counter[Any]]:
    """Revisions without their audit link, and audit links of saves without their revision."""
    written = Counter(
        (submission, question, version, bool(accepted), _digest(salt, value, blank))
        for submission, question, version, accepted, salt, value, blank in rows(
            folder,
            "SELECT submission_id, question, version, accepted, salt, value, blank FROM revision",
            url,
        )
    )
    linked: Counter[Any] = Counter()
    for kind, text in rows(
        folder,
        "SELECT kind, facts FROM audit_entry WHERE kind IN ('answer_saved', 'answer_kept_aside')",
        url,
    ):
        facts = json.loads(text)
        accepted = kind == "answer_saved"
        key = (facts["submission"], facts["question"], facts["version"], accepted, facts["value"])
        linked[key] += 1
    return written - linked, linked - written


def _digest(salt: str, value: str | None, blank: str | None) -> str:
    return hashlib.sha256(f"{salt}:{value}:{blank}".encode()).hexdigest()


def standing_wrong(folder: Path, url: str = "") -> list[tuple[Any, ...]]:
    """Answers that are not their newest accepted revision."""
    return rows(
        folder,
        "SELECT a.submission_id, a.question, a.version FROM answer a LEFT JOIN revision r "
        "ON r.submission_id = a.submission_id AND r.question = a.question "
        "AND r.version = a.version AND r.accepted AND r.value IS NOT DISTINCT FROM a.value "
        "WHERE r.id IS NULL OR a.version <> (SELECT max(version) FROM revision n WHERE n.accepted "
        "AND n.submission_id = a.submission_id AND n.question = a.question)",
        url,
    )


def breaks(folder: Path, url: str = "") -> list[Break]:
    """Where an audit chain does not hold."""
    database = Database(url or f"sqlite:///{folder / 'redogor.db'}")
    key = open_key(folder)
    with database.reading() as session:
        found = [
            item
            for (case,) in rows(folder, "SELECT id FROM cases", url)
            for item in verify_chain(session, case, key)
        ]
    database.close()
    return found


def assert_whole(folder: Path, ledger: Ledger, url: str = "") -> None:
    """Nothing that was acknowledged is gone, nothing is without its audit link, chains hold."""
    assert lost(folder, ledger.claims, url) == []
    without_link, without_revision = orphans(folder, url)
    assert not without_link
    assert not without_revision
    assert standing_wrong(folder, url) == []
    assert breaks(folder, url) == []
    if not url:
        assert rows(folder, "PRAGMA integrity_check") == [("ok",)]
