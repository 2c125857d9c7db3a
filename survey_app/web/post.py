"""Sending: takes messages out of the outbox, gives them words, and hands them to the postman.

Each mail is claimed in one transaction and noted in another, with the server in between: nothing
waits for a mail server while it holds the database. The postman is read in with the first mail.
"""

from __future__ import annotations

import datetime
import json
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from survey_app.config import Settings
from survey_app.services.accounts.invitation import PATHS
from survey_app.services.accounts.one_time_link import secret_of
from survey_app.services.accounts.vault import Vault
from survey_app.services.mail.outbox import claim_next, note_failure, note_sent
from survey_app.store.engine import Database
from survey_app.store.tables import OutboxMessage
from survey_app.web.wording.mails import digest_words

if TYPE_CHECKING:
    from survey_app.services.mail.postman import Mail

log = logging.getLogger(__name__)
Clock = Callable[[], datetime.datetime]


@dataclass(slots=True)
class Delivered:
    """How many mails left, and how many could not."""

    sent: int = 0
    failed: int = 0


def deliver(settings: Settings, database: Database, clock: Clock, *, digests: bool) -> Delivered:
    """Send what is due, mail by mail; nothing where no server is set.

    digests  also to those who want one mail a day
    Where the server itself fails the rest is left as it is, for the next time.
    """
    done = Delivered()
    if settings.mail is None:
        return done
    from survey_app.services.mail.postman import Postman, Undelivered

    with Postman(settings.mail) as postman:
        while batch := _claim(database, clock(), digests=digests):
            mail = written(batch, settings.url, _paths(settings, database, batch))
            try:
                postman.deliver(mail, clock())
            except Undelivered as error:
                done.failed += 1
                log.warning("messages %s have not left: %s", mail.ids, error.code)
                with database.writing() as session:
                    note_failure(session, batch, clock(), error.code)
                if error.server:
                    break
            else:
                done.sent += 1
                with database.writing() as session:
                    note_sent(session, mail.ids, clock())
    return done


def _claim(database: Database, now: datetime.datetime, *, digests: bool) -> list[OutboxMessage]:
    with database.writing() as session:
        return claim_next(session, now, digests=digests)


def _paths(
    settings: Settings, database: Database, batch: Sequence[OutboxMessage]
) -> dict[int, dict[str, str]]:
    """The paths of links that are used once, by message: derived now, and kept nowhere."""
    named = {item.id or 0: json.loads(item.facts).get("link") for item in batch}
    if not any(named.values()):
        return {}
    vault = Vault((settings.secret_key, settings.secret_key_before))
    with database.reading() as session:
        secrets = {id: secret_of(session, vault, link) for id, link in named.items() if link}
    kinds = {item.id or 0: item.kind for item in batch}
    return {id: {"path": f"{PATHS[kinds[id]]}{secret}"} for id, secret in secrets.items() if secret}


def written(
    batch: Sequence[OutboxMessage], url: str, paths: Mapping[int, dict[str, str]] | None = None
) -> Mail:
    """The mail of one message, or of a digest. paths: of messages that have none in their facts"""
    from survey_app.services.mail.postman import Mail

    told = paths or {}
    messages = [
        (item.kind, {**json.loads(item.facts), **told.get(item.id or 0, {})}) for item in batch
    ]
    subject, text = digest_words(messages, url)
    return Mail(tuple(item.id or 0 for item in batch), batch[0].address, subject, text)


def sender_of(settings: Settings, database: Database, clock: Clock) -> Callable[[], None]:
    """What begins to send beside the request that asks for it, one sender at a time.

    It is no loss if the process ends meanwhile: what has not left stands in the outbox.
    """
    turn = threading.Lock()

    def send() -> None:
        with turn:
            try:
                deliver(settings, database, clock, digests=False)
            except Exception:
                log.exception("the outbox could not be sent; survey-app remind tries again")

    return lambda: threading.Thread(target=send, name="post", daemon=True).start()
