"""What a request works with: the database, the clock, the key, and who is here."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from flask import current_app, g
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from survey_app.config import Settings
from survey_app.services.accounts.provider import Provider
from survey_app.services.actor import Actor
from survey_app.services.archives.seal import Sealer
from survey_app.services.keys.installation import EarlierKey
from survey_app.services.keys.key import InstallationKey
from survey_app.services.mail.outbox import WAITING
from survey_app.services.security.log import Context, attend
from survey_app.services.security.settings_mark import is_known, mark_of, note_settings
from survey_app.store.engine import Database

log = logging.getLogger(__name__)
SWEDEN = ZoneInfo("Europe/Stockholm")


def _utc_now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


@dataclass(slots=True)
class Place:
    """One running installation. ``clock`` gives the moment in UTC; tests may set their own.

    keys_before  the keys that signed here before, oldest first
    sealer  seals archive copies, where the settings say with what
    noted  is told the kind of each entry of the security log, once it stands there
    provider  the identity provider, where people sign in by one
    send_mail  begins to send what stands in the outbox, beside the request; None sends nothing
    """

    settings: Settings
    database: Database
    key: InstallationKey
    clock: Callable[[], datetime.datetime] = field(default=_utc_now)
    keys_before: Sequence[EarlierKey] = ()
    sealer: Sealer | None = None
    send_mail: Callable[[], None] | None = None
    noted: Callable[[str], None] | None = None
    provider: Provider | None = None

    @property
    def by_mail(self) -> bool:
        """Whether links leave by mail: there is a server, and an address for them to lead to."""
        return self.settings.mail is not None and bool(self.settings.url)

    @property
    def name(self) -> str:
        """By which others know this installation, whichever key signs here today."""
        first = self.keys_before[0].public_key if self.keys_before else self.key.public_key
        return first[:16]


def place() -> Place:
    """The installation that the request belongs to."""
    found: Place = current_app.extensions["redogor"]
    return found


def reading() -> AbstractContextManager[Session]:
    """A session that changes nothing."""
    return place().database.reading()


def looking() -> AbstractContextManager[Connection]:
    """A connection for a row or two that every request needs."""
    return place().database.looking()


@contextmanager
def writing() -> Iterator[Session]:
    """A session that commits once, at its end; then the messages that it made are sent."""
    here = place()
    with here.database.writing() as session:
        attend(
            session,
            Context(here.clock, here.key, g.get("login", ""), g.get("request_id", ""), here.noted),
        )
        yield session
    if here.send_mail is not None and session.info.get(WAITING):
        here.send_mail()


def note_start(here: Place) -> None:
    """Let the security log know of a start with other settings than the last one's.

    A disk that is full keeps nobody from reading: then the next start tells.
    """
    mark = mark_of(here.settings)
    with here.database.reading() as session:
        if is_known(session, mark):
            return
    try:
        with here.database.writing() as session:
            attend(session, Context(here.clock, here.key))
            note_settings(session, mark)
    except SQLAlchemyError as error:
        log.warning("the settings of this start are not noted", exc_info=error)


def noting() -> AbstractContextManager[Connection]:
    """A connection for what need not survive a power cut."""
    return place().database.noting()


def now() -> datetime.datetime:
    """The moment, in UTC."""
    return place().clock()


def today() -> datetime.date:
    """The day in Sweden: deadlines and delegations are Swedish days."""
    return now().astimezone(SWEDEN).date()


def actor() -> Actor:
    """Who is signed in; only on routes that need somebody."""
    found: Actor = g.actor
    return found
