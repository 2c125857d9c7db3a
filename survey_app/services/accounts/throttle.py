"""Counting what failed, by what it was aimed at and by where it came from.

Failures are rows, so that several processes and hosts count together, and guesses made at the same
moment count each. A row names nobody: its key is a keyed hash.
"""

from __future__ import annotations

import datetime
import ipaddress
from collections.abc import Iterable

from sqlalchemy import delete, func, insert, select
from sqlmodel import Session, col

from survey_app.services.refusal import TooMany
from survey_app.store.tables import Failure, table_of

WINDOW = datetime.timedelta(minutes=15)
KEPT = datetime.timedelta(days=1)


def network(address: str | None) -> str:
    """Where a request comes from: an address, or of version 6 the network of one household."""
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)


def count(
    session: Session, key: str, now: datetime.datetime, window: datetime.timedelta = WINDOW
) -> int:
    """How many failures of a key there were lately."""
    query = select(func.count()).where(col(Failure.key) == key, col(Failure.at) > now - window)
    return int(session.execute(query).scalar_one())


def note_failures(session: Session, keys: Iterable[str], now: datetime.datetime) -> None:
    """Count one failure for each key, in one statement."""
    rows = [{"key": key, "at": now} for key in keys]
    session.execute(insert(table_of(Failure)).values(rows))


def forget_failures(session: Session, key: str) -> None:
    """Somebody came in: what failed before is over."""
    session.execute(delete(Failure).where(col(Failure.key) == key))


def refuse_if(
    session: Session, key: str, limit: int, now: datetime.datetime,
    window: datetime.timedelta = WINDOW,
) -> None:  # fmt: skip
    """Raise TooMany where a key has failed so often lately."""
    if count(session, key, now, window) >= limit:
        raise TooMany("too_many_tries", seconds=int(window.total_seconds()))


def remove_old_failures(session: Session, now: datetime.datetime) -> None:
    """Remove what counts no longer."""
    session.execute(delete(Failure).where(col(Failure.at) < now - KEPT))
