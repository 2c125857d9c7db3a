"""Invitations, and ways back in for who has forgotten the password or lost the telephone.

Nobody but its owner ever knows a password: a link goes to the owner, who chooses one. Where the
installation sends no mail the administrator is shown the link once, to hand it over.
"""

from __future__ import annotations

import datetime

from sqlmodel import Session

from survey_app.core.workflow import Role
from survey_app.services.accounts import throttle
from survey_app.services.accounts.account import (
    end_access,
    find_account,
    invite_account,
    is_linked,
    normal_email,
    require_own_account,
    set_password,
)
from survey_app.services.accounts.factor import drop_factor
from survey_app.services.accounts.login import end_logins
from survey_app.services.accounts.one_time_link import (
    INVITED_FOR,
    RESET_FOR,
    Opened,
    Purpose,
    make_link,
    secret_of,
    use_link,
)
from survey_app.services.accounts.vault import Vault
from survey_app.services.actor import Actor
from survey_app.services.mail.outbox import put_personal
from survey_app.services.refusal import Forbidden, Invalid
from survey_app.services.security.log import note
from survey_app.store.tables import Account

MOST_RESETS = 3
MOST_RESETS_FROM = 20
"""Letters to one address, and askings from one place, in an hour."""
HOUR = datetime.timedelta(hours=1)
LONGEST_REASON = 500
PATHS: dict[str, str] = {"invite": "/invitations/", "reset": "/resets/"}
"""Where a link of a purpose leads; its secret follows."""


def send_link(
    session: Session, vault: Vault, account: Account, now: datetime.datetime, *,
    by: int | None = None, mails: bool,
) -> str | None:  # fmt: skip
    """A new link to an account, by mail; or, where no mail is sent, its path, to be shown once.

    An invitation where the account has no password yet, else one to choose a new one.
    Raises Forbidden (``signs_in_elsewhere``).
    """
    if is_linked(session, account.id):
        raise Forbidden("signs_in_elsewhere")
    purpose: Purpose = "reset" if account.password_hash else "invite"
    link = make_link(session, vault, account.id, purpose, now, lives=INVITED_FOR, by=by)
    if mails:
        hours = int(INVITED_FOR.total_seconds()) // 3600
        put_personal(session, kind=purpose, address=account.email, now=now, link=link, hours=hours)
        return None
    session.flush()
    return f"{PATHS[purpose]}{secret_of(session, vault, link)}"


def invite(
    session: Session, actor: Actor, vault: Vault, now: datetime.datetime, *, unit_id: int,
    email: str, name: str, title: str, roles: set[Role], mails: bool,
) -> str | None:  # fmt: skip
    """A new account in a unit that the actor administers, and its invitation (``send_link``)."""
    account = invite_account(
        session, actor, unit_id=unit_id, email=email, name=name, title=title, roles=roles
    )
    return send_link(session, vault, account, now, by=actor.account_id, mails=mails)


def send_link_again(
    session: Session, actor: Actor, vault: Vault, account_id: int, now: datetime.datetime, *,
    mails: bool,
) -> str | None:  # fmt: skip
    """A new link to somebody's account (``send_link``). The password that is there stays until
    the owner has chosen another. Raises NotFound, Forbidden."""
    account = require_own_account(session, actor, account_id)
    if not account.active:
        raise Forbidden("account_closed")
    if not account.password_hash:
        note(session, "invited", account=account_id, by=actor.account_id)
    else:
        note(session, "password_reset_asked", account=account_id, by=actor.account_id)
    return send_link(session, vault, account, now, by=actor.account_id, mails=mails)


def reset_factor(
    session: Session, actor: Actor, vault: Vault, account_id: int, reason: str,
    now: datetime.datetime, *, mails: bool,
) -> str | None:  # fmt: skip
    """The telephone is lost: no second factor, no password, nobody in, and a link to begin anew.

    The password goes too: else whoever has that alone would choose the new factor.
    Raises NotFound, Forbidden, Invalid (``reason_missing``).
    """
    account = require_own_account(session, actor, account_id)
    if not reason.strip():
        raise Invalid("factor_reason_missing")
    if len(reason) > LONGEST_REASON:
        raise Invalid("line_too_long", max=LONGEST_REASON)
    drop_factor(session, account_id)
    note(session, "factor_reset", account=account_id, by=actor.account_id)
    end_access(session, account_id)
    account.password_hash = ""
    session.add(account)
    put_personal(session, kind="factor_reset", address=account.email, now=now, by=actor.name)
    return send_link(session, vault, account, now, by=actor.account_id, mails=mails)


def end_sessions_of(session: Session, actor: Actor, account_id: int) -> int:
    """Sign somebody out everywhere; how many browsers it was. Raises NotFound, Forbidden."""
    require_own_account(session, actor, account_id)
    return end_logins(session, account_id, by=actor.account_id)


def ask_reset(
    session: Session, vault: Vault, email: str, address: str | None, now: datetime.datetime
) -> None:
    """Send a link to choose a new password, if there is such an account and a password opens it.

    The same statements whether there is one or not, and nothing told. Raises TooMany for one place
    that asks much.
    """
    place = vault.name("reset from", throttle.network(address))
    throttle.refuse_if(session, place, MOST_RESETS_FROM, now, HOUR)
    aim = vault.name("reset", normal_email(email))
    asked = throttle.count(session, aim, now, HOUR)
    account = find_account(session, email)
    linked = is_linked(session, account.id if account else None)
    may = account is not None and account.active and not linked and asked < MOST_RESETS
    found = account if may else None
    throttle.note_failures(session, (aim, place), now)
    note(session, "password_reset_asked", account=found.id if found else None)
    link = make_link(
        session, vault, found.id if found else None, "reset", now, lives=RESET_FOR
    )  # fmt: skip
    put_personal(
        session, kind="reset", address=found.email if found else "", now=now, link=link,
        minutes=int(RESET_FOR.total_seconds()) // 60,
    )  # fmt: skip


def take_link(
    session: Session, vault: Vault, secret: str, password_hash: str, now: datetime.datetime
) -> Opened:
    """Set the password that a link is for, once; who is in, is out, and what locked is open.

    Nobody comes in by it: the second factor is asked for as ever. Raises NotFound, WrongState.
    """
    opened = use_link(session, secret, now)
    assert opened.account.id is not None
    set_password(session, opened.account, password_hash, now)
    end_logins(session, opened.account.id)
    throttle.forget_failures(session, vault.name("account", opened.account.email))
    put_personal(session, kind="password_set", address=opened.account.email, now=now)
    return opened
