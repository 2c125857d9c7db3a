"""Letters to administrators about what should not wait until somebody reads the security log.

Nobody can choose not to get them. Each thing is told once: an hour in which accounts
are locked, a chain that is broken on a day, a backup that is missing since the last one.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from survey_app.core.workflow import Role
from survey_app.export.swedish import STOCKHOLM
from survey_app.services.mail.outbox import put_personal
from survey_app.store.tables import Account, Installation, Membership, SecurityEntry, Unit

LOCKS, HOUR = 3, datetime.timedelta(hours=1)
"""So many accounts locked in so short a time are more than somebody's bad memory."""
OLDEST_BACKUP = datetime.timedelta(days=2)


def raise_alarms(session: Session, noted: Sequence[Mapping[str, Any]]) -> None:
    """Put the letters that entries of the security log ask for, in the transaction of those."""
    for entry in noted:
        if entry["kind"] == "locked":
            _tell_of_locks(session, entry["at"])
        elif entry["kind"] == "factor_reset":
            units = _units_of(session, entry["account_id"])
            _tell_of_person(session, "alarm_factor", entry, units)
        elif entry["kind"] == "role_given" and _role_in(entry) == Role.ADMINISTRATOR:
            _tell_of_person(session, "alarm_administrator", entry, [entry["unit_id"]])


def _role_in(entry: Mapping[str, Any]) -> str:
    return str(json.loads(entry["facts"]).get("role", ""))


def tell_of_chains(session: Session, now: datetime.datetime, places: int) -> None:
    """That chains do not hold, in so many places; once a day."""
    day = now.astimezone(STOCKHOLM).date().isoformat()
    _put(session, "alarm_chain", now, day, everywhere(session), places=places)


def tell_of_backup(session: Session, now: datetime.datetime) -> None:
    """That the last backup is too old, or was never made; once for each that is the last."""
    made = select(col(SecurityEntry.at)).where(col(SecurityEntry.kind) == "backup_made")
    last = session.execute(made.order_by(col(SecurityEntry.number).desc()).limit(1)).scalar()
    begun = last or session.execute(select(col(Installation.made))).scalar()
    if begun is None or now - begun <= OLDEST_BACKUP:
        return
    told = {"day": last.astimezone(STOCKHOLM).date().isoformat()} if last else {}
    _put(session, "alarm_backup", now, f"{begun:%Y%m%d%H%M%S}", everywhere(session), **told)


def everywhere(session: Session) -> list[str]:
    """The addresses of all administrators who can sign in."""
    return _administrators(session, None)


def _tell_of_locks(session: Session, now: datetime.datetime) -> None:
    earlier = select(col(SecurityEntry.at)).where(col(SecurityEntry.kind) == "locked")
    newest = earlier.order_by(col(SecurityEntry.number).desc()).limit(LOCKS - 1)
    lately = [at for at in session.execute(newest).scalars() if now - at < HOUR]
    if len(lately) == LOCKS - 1:
        _put(session, "alarm_locks", now, f"{now:%Y%m%d%H}", everywhere(session), locks=LOCKS)


def _tell_of_person(
    session: Session, kind: str, entry: Mapping[str, Any], units: list[int]
) -> None:
    """Tell those who administer the units, also who did it: it may have been done in their name."""
    whose = session.get(Account, entry["account_id"])
    by = session.get(Account, entry["by_account"]) if entry["by_account"] else None
    if whose is None:
        return
    names = [unit.name for unit in (session.get(Unit, unit) for unit in units) if unit is not None]
    readers = [item for item in _administrators(session, units) if item != whose.email]
    event = f"{entry['account_id']}:{entry['at'].timestamp()}"
    _put(session, kind, entry["at"], event, readers,
         whose=whose.name, by=by.name if by else "", unit=", ".join(names))  # fmt: skip


def _units_of(session: Session, account_id: int) -> list[int]:
    held = select(col(Membership.unit_id)).where(col(Membership.account_id) == account_id)
    return sorted(set(session.execute(held).scalars()))


def _administrators(session: Session, units: list[int] | None) -> list[str]:
    query = (
        select(col(Account.email))
        .join(Membership, col(Membership.account_id) == col(Account.id))
        .where(col(Membership.role) == Role.ADMINISTRATOR, col(Account.active).is_(True))
    )
    if units is not None:
        query = query.where(col(Membership.unit_id).in_(units))
    return sorted(set(session.execute(query).scalars()))


def _put(
    session: Session, kind: str, now: datetime.datetime, event: str, readers: Sequence[str],
    **facts: str | int,
) -> None:  # fmt: skip
    for address in readers:
        put_personal(session, kind=kind, address=address, now=now, event=event, **facts)
