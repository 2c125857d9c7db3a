"""Links by which somebody sets a password, once: an invitation, or after having forgotten it.

The secret of a link is derived from its id and the installation's secret key whenever it is told.
The database has only its hash and the outbox only its id: whoever reads them opens nothing.
"""

from __future__ import annotations

import datetime
import secrets
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import insert, select, update
from sqlmodel import Session, col

from survey_app.services.accounts.login import digest
from survey_app.services.accounts.vault import Vault
from survey_app.services.refusal import NotFound, WrongState
from survey_app.store.tables import Account, OneTimeLink, table_of

Purpose = Literal["invite", "reset"]
INVITED_FOR = datetime.timedelta(hours=72)
RESET_FOR = datetime.timedelta(minutes=60)


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link leads to."""

    account: Account
    purpose: Purpose


def make_link(
    session: Session, vault: Vault, account_id: int | None, purpose: Purpose,
    now: datetime.datetime, *, lives: datetime.timedelta, by: int | None = None,
) -> str:  # fmt: skip
    """A new link to an account; its id. The account's older ones work no longer.

    Without an account all is done in the same way, and the link leads nowhere.
    """
    links = table_of(OneTimeLink)
    session.execute(
        update(links)
        .where(links.c.account_id == (account_id or 0), links.c.used.is_(None))
        .values(used=now)
    )
    name = secrets.token_hex(16)
    row = {
        "id": name, "token_sha256": digest(vault.name("link", name)), "account_id": account_id,
        "purpose": purpose, "made": now, "expires": now + lives, "by_account": by,
    }  # fmt: skip
    session.execute(insert(links).values(row))
    return name


def secret_of(session: Session, vault: Vault, name: str) -> str | None:
    """The secret of a link, to be told to its owner; None where it opens nothing any more."""
    link = session.get(OneTimeLink, name)
    if link is None or link.used is not None:
        return None
    made = vault.names("link", name)
    return next((item for item in made if digest(item) == link.token_sha256), None)


def open_link(session: Session, secret: str, now: datetime.datetime) -> Opened:
    """What a link leads to; uses up nothing. Raises NotFound, WrongState."""
    link = _find(session, secret)
    if link is None or link.account_id is None:
        raise NotFound("no_link")
    if link.used is not None:
        raise WrongState("link_used_up")
    if link.expires <= now:
        raise WrongState("link_expired")
    account = session.get(Account, link.account_id)
    if account is None or not account.active:
        raise NotFound("no_link")
    return Opened(account, "invite" if link.purpose == "invite" else "reset")


def use_link(session: Session, secret: str, now: datetime.datetime) -> Opened:
    """Use a link up: of several at the same moment one. Raises NotFound, WrongState."""
    opened = open_link(session, secret, now)
    links = table_of(OneTimeLink)
    done = session.execute(
        update(links)
        .where(links.c.token_sha256 == digest(secret), links.c.used.is_(None))
        .values(used=now)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise WrongState("link_used_up")
    return opened


def end_links(session: Session, account_id: int, now: datetime.datetime) -> None:
    """No link leads to the account any more."""
    links = table_of(OneTimeLink)
    session.execute(
        update(links)
        .where(links.c.account_id == account_id, links.c.used.is_(None))
        .values(used=now)
    )


def _find(session: Session, secret: str) -> OneTimeLink | None:
    query = select(OneTimeLink).where(col(OneTimeLink.token_sha256) == digest(secret))
    found: OneTimeLink | None = session.execute(query).scalars().first()
    return found
