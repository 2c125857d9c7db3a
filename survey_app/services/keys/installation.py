"""The installation as its database knows it: which key signs here, and which did before."""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlmodel import Session, col

from survey_app.services.keys.key import InstallationKey
from survey_app.services.security.log import hold_chain
from survey_app.store.tables import Installation, SecurityEntry, table_of


@dataclass(frozen=True, slots=True)
class EarlierKey:
    """A key that signed here: until when, and whether others may know it."""

    public_key: str
    until: datetime.datetime
    exposed: bool


class OtherInstallation(Exception):
    """The database belongs to an installation with another key."""


def claim(session: Session, key: InstallationKey, now: datetime.datetime) -> None:
    """Write down the public key of a new installation. Raises OtherInstallation.

    Two hosts with one database must sign with one key, else half of what they sign cannot be told
    from a forgery.
    """
    hold_chain(session)
    known = session.execute(select(col(Installation.public_key))).scalar_one()
    if known not in ("", key.public_key):
        raise OtherInstallation(known)
    if not known:
        row = table_of(Installation)
        session.execute(update(row).values(public_key=key.public_key, made=now))


def is_claimed(session: Session, key: InstallationKey) -> bool:
    """Whether the database knows this key already: the usual case, which needs no writing."""
    known = session.execute(select(col(Installation.public_key))).scalar_one_or_none()
    return known == key.public_key


def earlier_keys(session: Session) -> list[EarlierKey]:
    """The keys that signed here before the one of today, oldest first."""
    query = select(col(SecurityEntry.at), col(SecurityEntry.facts))
    query = query.where(col(SecurityEntry.kind) == "key_changed")
    found = session.execute(query.order_by(col(SecurityEntry.number))).all()
    told = [(at, json.loads(facts)) for at, facts in found]
    return [EarlierKey(facts["before"], at, facts["exposed"]) for at, facts in told]
