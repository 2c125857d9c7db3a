"""The outbox: messages wait here until they have left; each leaves once.

A sender claims a message in one transaction, hands it over outside of any, and notes in another
how that went. A sender that dies in between leaves a claim, which is void after ``LEASE``; only
then may a message leave a second time, under the same Message-ID.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlmodel import Session, col

from survey_app.core.workflow import Role
from survey_app.export.swedish import STOCKHOLM
from survey_app.services.actor import Actor
from survey_app.services.refusal import Invalid
from survey_app.store.tables import Account, MailChoice, OutboxMessage, table_of
from survey_app.store.upsert import insert_into

Mode = Literal["each", "digest", "off"]
MODES: tuple[Mode, ...] = ("each", "digest", "off")
LEASE = datetime.timedelta(minutes=15)
"""Longer than any conversation with a mail server lasts."""
KEPT_TRYING = datetime.timedelta(days=7)
"""What has not left by then is old news, and stays."""
RETRIES = tuple(datetime.timedelta(minutes=minutes) for minutes in (5, 15, 60, 240, 720))
WAITING = "messages"
"""In ``Session.info`` once a message was put: there is something to send after the commit."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a message goes to; without an account, the contact person of a receipt."""

    account_id: int | None
    address: str

    @property
    def key(self) -> str:
        """Who it is, in the key of a message."""
        return "contact" if self.account_id is None else str(self.account_id)


def put(
    session: Session, *, key: str, kind: str, reader: Reader, facts: str, unit_id: int,
    submission_id: int | None, now: datetime.datetime,
) -> bool:  # fmt: skip
    """Put a message into the outbox; False if it is there already, or the reader wants none."""
    if reader.account_id is not None and mode_of(session, reader.account_id) == "off":
        return False
    connection = session.connection()
    row = {
        "key": key, "kind": kind, "unit_id": unit_id, "submission_id": submission_id,
        "account_id": reader.account_id, "address": reader.address, "facts": facts,
        "made": now, "due": now, "attempts": 0, "failure": "",
    }  # fmt: skip
    table = table_of(OutboxMessage)
    statement = insert_into(table, connection.dialect.name).values(row).on_conflict_do_nothing()
    done = connection.execute(statement.returning(table.c.id)).first()
    if done is not None:
        session.info[WAITING] = True
    return done is not None


def put_personal(
    session: Session, *, kind: str, address: str, now: datetime.datetime, event: str = "",
    **facts: str | int,
) -> None:  # fmt: skip
    """Put a message about signing in, which nobody can choose not to get.

    address  ``""`` where there is nobody to tell: the row is the same, and never leaves, so that
             nobody can learn by the clock which addresses have an account
    event    what it is about; of one event an address is told once. Without it, each time
    """
    told_of = digest_of(event, address) if event else secrets.token_hex(16)
    row = {
        "key": f"{kind}:{told_of}", "kind": kind, "unit_id": None,
        "submission_id": None, "account_id": None, "address": address,
        "facts": json.dumps(facts, ensure_ascii=False), "made": now, "due": now, "attempts": 0,
        "failure": "", "sent": None if address else now,
    }  # fmt: skip
    connection = session.connection()
    statement = insert_into(table_of(OutboxMessage), connection.dialect.name).values(row)
    connection.execute(statement.on_conflict_do_nothing())
    session.info[WAITING] = True


def digest_of(event: str, address: str) -> str:
    """An event and who is told of it, in the key of a message."""
    return hashlib.sha256(f"{event}\n{address}".encode()).hexdigest()[:32]


def mode_of(session: Session, account_id: int) -> Mode:
    """How an account wants its messages."""
    choice = session.get(MailChoice, account_id)
    return "each" if choice is None else choice.mode  # type: ignore[return-value]


def choose_mode(session: Session, actor: Actor, mode: str) -> None:
    """How the actor wants messages from now on. Raises Invalid (``no_mail_mode``)."""
    if mode not in MODES:
        raise Invalid("no_mail_mode")
    session.merge(MailChoice(account_id=actor.account_id, mode=mode))


def claim_next(session: Session, now: datetime.datetime, *, digests: bool) -> list[OutboxMessage]:
    """Take the next mail in hand: one message, or all of a digest; an empty list if there is none.

    digests  also those who want their messages together, once a day
    """
    query = (
        select(OutboxMessage, col(MailChoice.mode))
        .outerjoin(Account, col(Account.id) == col(OutboxMessage.account_id))
        .outerjoin(MailChoice, col(MailChoice.account_id) == col(OutboxMessage.account_id))
        .where(_ready(now), _wanted(now, digests=digests))
        .order_by(col(OutboxMessage.id))
        .limit(1)
        .with_for_update(of=OutboxMessage, skip_locked=True)
    )
    found = session.execute(query).first()
    if found is None:
        return []
    first, mode = found
    batch: list[OutboxMessage] = [first]
    if mode == "digest":
        batch = _all_of(session, first, now)
        if not batch:
            return claim_next(session, now, digests=digests)
    for message in batch:
        message.claimed, message.attempts = now, message.attempts + 1
        session.add(message)
    session.flush()
    return batch


def _all_of(session: Session, first: OutboxMessage, now: datetime.datetime) -> list[OutboxMessage]:
    """All that waits for the same reader; nothing if another sender has just taken that in hand."""
    reader = first.account_id
    one_at_a_time = select(MailChoice).where(col(MailChoice.account_id) == reader)
    session.execute(one_at_a_time.with_for_update()).all()
    rest = (
        select(OutboxMessage)
        .where(_ready(now), col(OutboxMessage.account_id) == reader, ~_served_today(now))
        .order_by(col(OutboxMessage.id))
        .with_for_update(skip_locked=True)
    )
    return list(session.execute(rest).scalars())


def _ready(now: datetime.datetime) -> ColumnElement[bool]:
    message = OutboxMessage
    return and_(
        col(message.sent).is_(None),
        col(message.due) <= now,
        col(message.made) > now - KEPT_TRYING,
        or_(col(message.claimed).is_(None), col(message.claimed) < now - LEASE),
    )


def _wanted(now: datetime.datetime, *, digests: bool) -> ColumnElement[bool]:
    """Whose account is open, and who wants mail at all, and now."""
    mode = func.coalesce(col(MailChoice.mode), "each")
    each = mode == "each"
    wanted = or_(each, and_(mode == "digest", ~_served_today(now))) if digests else each
    return or_(col(OutboxMessage.account_id).is_(None), and_(col(Account.active).is_(True), wanted))


def _served_today(now: datetime.datetime) -> ColumnElement[bool]:
    """Whether the reader's mail of the day has left, or is in the hands of another sender."""
    local = now.astimezone(STOCKHOLM)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    earlier = table_of(OutboxMessage).alias("earlier")
    mine = earlier.c.account_id == col(OutboxMessage.account_id)
    on_its_way = and_(earlier.c.sent.is_(None), earlier.c.claimed >= now - LEASE)
    return exists().where(mine, or_(earlier.c.sent >= midnight, on_its_way))


def note_sent(session: Session, ids: Sequence[int], now: datetime.datetime) -> None:
    """The mail server has taken them over."""
    _note(session, ids, sent=now, claimed=None, failure="")


def note_failure(
    session: Session, batch: Sequence[OutboxMessage], now: datetime.datetime, failure: str
) -> None:
    """It did not work; they stay, and are tried again later and later.

    failure  a code; what the server said may hold an address, and is not kept
    """
    for message in batch:
        wait = RETRIES[min(message.attempts, len(RETRIES)) - 1]
        _note(session, [message.id or 0], due=now + wait, claimed=None, failure=failure[:120])


def _note(session: Session, ids: Sequence[int], **facts: Any) -> None:
    session.execute(
        update(OutboxMessage)
        .where(col(OutboxMessage.id).in_(ids), col(OutboxMessage.sent).is_(None))
        .values(**facts)
        .execution_options(synchronize_session=False)
    )


@dataclass(frozen=True, slots=True)
class Listed:
    """A message as an administrator sees it: no address, no words."""

    id: int
    kind: str
    submission_id: int | None
    account_id: int | None
    made: datetime.datetime
    due: datetime.datetime
    attempts: int
    failure: str
    sent: datetime.datetime | None


_NEWEST = 200


def list_messages(session: Session, actor: Actor) -> list[Listed]:
    """The newest messages of the units that the actor administers, by ids only."""
    rows = table_of(OutboxMessage).c
    columns = [rows[name] for name in Listed.__dataclass_fields__]
    query = (
        select(*columns)
        .where(rows.unit_id.in_(actor.units_as(Role.ADMINISTRATOR)))
        .order_by(rows.id.desc())
        .limit(_NEWEST)
    )
    return [Listed(*row) for row in session.execute(query)]


def read_messages(
    session: Session, actor: Actor, *, everybody: bool = False
) -> list[OutboxMessage]:
    """The newest messages to the actor; in a demo those to everybody."""
    query = select(OutboxMessage).where(col(OutboxMessage.address) != "")
    query = query.order_by(col(OutboxMessage.id).desc()).limit(_NEWEST)
    if not everybody:
        query = query.where(col(OutboxMessage.account_id) == actor.account_id)
    return list(session.execute(query).scalars())


def count_waiting(session: Session) -> int:
    """How many messages have not left."""
    query = select(func.count()).select_from(OutboxMessage).where(col(OutboxMessage.sent).is_(None))
    return int(session.execute(query).scalar_one())
