"""What the doctor finds in what the database holds: rows, files, chains, work that lies still."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator, Mapping

from sqlalchemy import func, select
from sqlmodel import Session, col

from survey_app.config import Settings
from survey_app.core.workflow import Role
from survey_app.services.doctor.finding import Finding
from survey_app.services.doctor.place import readable_key
from survey_app.services.doctor.soundness import (
    Flaw,
    find_breaks,
    find_changed_files,
    find_changed_texts,
    find_dangling,
    find_unused_files,
)
from survey_app.services.keys.key import InstallationKey
from survey_app.store.engine import Database
from survey_app.store.tables import (
    Account,
    AuditEntry,
    AuditHead,
    Installation,
    Membership,
    OutboxMessage,
    SecurityEntry,
)

_STUCK = datetime.timedelta(days=1)
_OLD = datetime.timedelta(days=2)
_AHEAD = datetime.timedelta(minutes=2)


def _found(flaws: Iterator[Flaw], *, grave: bool = True) -> Iterator[Finding]:
    return (Finding(flaw.code, flaw.where, grave) for flaw in flaws)


def find_in_references(_settings: Settings, database: Database) -> Iterator[Finding]:
    """Rows that point nowhere."""
    with database.reading() as session:
        yield from _found(find_dangling(session))


def find_in_files(_settings: Settings, database: Database) -> Iterator[Finding]:
    """Stored files and texts that are not what their hash says, and files that nobody names."""
    with database.reading() as session:
        yield from _found(find_changed_files(session))
        yield from _found(find_changed_texts(session))
        yield from _found(find_unused_files(session), grave=False)


def find_in_chains(settings: Settings, database: Database) -> Iterator[Finding]:
    """Chains that do not hold, and heads outside the database that are gone or cannot be read."""
    key = readable_key(settings)
    if key is None:
        return  # said of the place
    with database.reading() as session:
        if (told := _heads(session, key)) is not None:
            yield told
            return
        yield from _found(find_breaks(session, key, key.kept()))


def _heads(session: Session, key: InstallationKey) -> Finding | None:
    signed = session.execute(select(func.count()).select_from(AuditHead)).scalar_one()
    if signed and not key.heads.exists():
        return Finding("no_heads", str(key.heads))
    for number, line in enumerate(key.kept(), start=1):
        try:
            head = json.loads(line)
            head["case_id"], head["number"], head["sha256"], head["signature"]
        except (ValueError, KeyError, TypeError):
            return Finding("unreadable_heads", f"{key.heads}:{number}")
    return None


AREAS: Mapping[str, Callable[[Settings, Database], Iterator[Finding]]] = {
    "references": find_in_references,
    "files": find_in_files,
    "chains": find_in_chains,
}


def find_in_work(
    settings: Settings, database: Database, now: datetime.datetime
) -> Iterator[Finding]:
    """What lies still, is missing or comes from tomorrow: backups, messages, administrators."""
    with database.reading() as session:
        yield from _judge_owner(session, settings)
        yield from _judge_clock(session, now)
        yield from _judge_backups(session, now)
        yield from _judge_outbox(session, settings, now)
        yield from _judge_administrators(session)


def _judge_owner(session: Session, settings: Settings) -> Iterator[Finding]:
    key = readable_key(settings)
    known = session.execute(select(col(Installation.public_key))).scalar()
    if key is not None and known and known != key.public_key:
        yield Finding("other_installation", str(settings.signing_key))


def _judge_clock(session: Session, now: datetime.datetime) -> Iterator[Finding]:
    newest = session.execute(select(func.max(col(AuditEntry.at)))).scalar()
    if newest is not None and newest > now + _AHEAD:
        yield Finding("clock_behind", f"{newest:%Y-%m-%d %H.%M} UTC")


def _judge_backups(session: Session, now: datetime.datetime) -> Iterator[Finding]:
    last = session.execute(
        select(func.max(col(SecurityEntry.at))).where(col(SecurityEntry.kind) == "backup_made")
    ).scalar()
    if last is None:
        yield Finding("no_backup", grave=False)
    elif last < now - _OLD:
        yield Finding("old_backup", f"{last:%Y-%m-%d %H.%M} UTC", grave=False)


def _judge_outbox(
    session: Session, settings: Settings, now: datetime.datetime
) -> Iterator[Finding]:
    stuck = session.execute(
        select(func.count())
        .select_from(OutboxMessage)
        .where(col(OutboxMessage.sent).is_(None), col(OutboxMessage.due) < now - _STUCK)
    ).scalar_one()
    if stuck and settings.mail is not None:
        yield Finding("stuck_mail", str(stuck), grave=False)  # all else works


def _judge_administrators(session: Session) -> Iterator[Finding]:
    found = session.execute(
        select(col(Account.id))
        .join(Membership, col(Membership.account_id) == col(Account.id))
        .where(col(Membership.role) == Role.ADMINISTRATOR, col(Account.active).is_(True))
    ).first()
    if found is None:
        yield Finding("no_administrator")
