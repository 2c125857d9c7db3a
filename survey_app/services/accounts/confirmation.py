"""That a person showed who they are, just before they attest.

By an identity provider it takes a trip there and back, for which a row stands: for one content of
one submission, in one login, for five minutes, and for once. The trip changes nothing but that row.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import select, update
from sqlmodel import Session, col

from survey_app.config import OidcSettings
from survey_app.core.identity import Proof, judge
from survey_app.services.accounts.identity import identity_of
from survey_app.services.actor import Actor
from survey_app.services.refusal import Forbidden, Invalid
from survey_app.services.security.log import note
from survey_app.store.tables import IdentityConfirmation

CONFIRMED_FOR = datetime.timedelta(minutes=5)
LARGEST_FORM = 1_000_000
How = Literal["password", "password+totp", "oidc"]


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Proof that a person showed who they are just now.

    how     by what
    issuer  who vouches for it, where that is somebody else; ``acr`` is how surely, in their words
    """

    account_id: int
    at: datetime.datetime
    how: How = "password"
    issuer: str = ""
    acr: str = ""

    def told(self) -> dict[str, str]:
        """What a record tells of it: ``by``, ``at`` (UTC), perhaps ``issuer`` and ``acr``."""
        told = {
            "by": self.how,
            "at": self.at.astimezone(datetime.UTC).isoformat(timespec="seconds"),
            "issuer": self.issuer,
            "acr": self.acr,
        }
        return {key: text for key, text in told.items() if text}


@dataclass(frozen=True, slots=True)
class Shown:
    """A trip as the page of approval tells of it.

    at, until  when somebody showed who they are, and how long that holds; None if they did not, or
               it holds no more
    form       what was typed before the trip, as pairs
    """

    form: Sequence[tuple[str, str]]
    at: datetime.datetime | None = None
    until: datetime.datetime | None = None
    acr: str = ""


def begin_confirmation(
    session: Session,
    actor: Actor,
    login: str,
    submission_id: int,
    content_sha256: str,
    form: Sequence[tuple[str, str]],
    now: datetime.datetime,
) -> int:
    """Note that somebody is about to show who they are, with what they typed so far; its id.

    login  the public name of the login in which they do. Raises Invalid (``form_too_large``)
    """
    kept = json.dumps(form, ensure_ascii=False)
    if len(kept) > LARGEST_FORM:
        raise Invalid("form_too_large")
    made = IdentityConfirmation(
        account_id=actor.account_id,
        login_id=login,
        submission_id=submission_id,
        content_sha256=content_sha256[:64],
        form=kept,
        made=now,
    )
    session.add(made)
    session.flush()
    assert made.id is not None
    return made.id


def find_trip(session: Session, confirmation_id: int, actor: Actor, login: str) -> int:
    """The submission that a trip is for. Raises Forbidden (``identity_other_login``): what was
    begun in one browser is not ended in another."""
    row = session.get(IdentityConfirmation, confirmation_id)
    if row is None or (row.account_id, row.login_id) != (actor.account_id, login):
        raise Forbidden("identity_other_login")
    return row.submission_id


def complete(
    session: Session,
    confirmation_id: int,
    claims: dict[str, Any],
    settings: OidcSettings,
    now: datetime.datetime,
) -> None:
    """Note that the provider says who it was, and how surely. Raises Invalid (``identity_…``)."""
    row = session.get(IdentityConfirmation, confirmation_id, with_for_update=True)
    identity = identity_of(session, row.account_id) if row else None
    if row is None or identity is None or row.authenticated is not None:
        raise Invalid("identity_refused")
    verdict = judge(
        Proof.of(claims), issuer=settings.issuer, subject=identity.subject,
        allowed_acr=settings.acr, asked_at=row.made.timestamp(), now=now.timestamp(),
    )  # fmt: skip
    if verdict is not None:
        raise Invalid(verdict)
    acr = claims.get("acr")
    row.issuer, row.acr = settings.issuer, acr[:200] if isinstance(acr, str) else ""
    row.authenticated = now
    session.add(row)
    note(session, "confirmed", account=row.account_id, by=row.account_id, how="oidc",
         submission=row.submission_id)  # fmt: skip


def last_trip(
    session: Session, actor: Actor, login: str, submission_id: int, content_sha256: str,
    now: datetime.datetime,
) -> Shown | None:  # fmt: skip
    """The last trip for a submission in a login, unless it was used or is of another day's work."""
    query = (
        select(IdentityConfirmation)
        .where(*_of(actor, login, submission_id))
        .order_by(col(IdentityConfirmation.id).desc())
        .limit(1)
    )
    row = session.execute(query).scalars().first()
    if row is None or row.used is not None or now - row.made > datetime.timedelta(hours=1):
        return None
    form = [(name, value) for name, value in json.loads(row.form)]
    holds = row.authenticated is not None and now - row.authenticated <= CONFIRMED_FOR
    if row.authenticated is None or not holds or row.content_sha256 != content_sha256:
        return Shown(form)
    return Shown(form, row.authenticated, row.authenticated + CONFIRMED_FOR, row.acr)


def take_confirmation(
    session: Session, actor: Actor, login: str, submission_id: int, content_sha256: str,
    now: datetime.datetime,
) -> Confirmation:  # fmt: skip
    """Use up that somebody showed who they are for this content, in the transaction that attests.

    Raises Forbidden (``identity_needed``).
    """
    rows = session.execute(
        update(IdentityConfirmation)
        .where(
            *_of(actor, login, submission_id),
            col(IdentityConfirmation.content_sha256) == content_sha256,
            col(IdentityConfirmation.authenticated) >= now - CONFIRMED_FOR,
            col(IdentityConfirmation.used).is_(None),
        )
        .values(used=now)
        .returning(
            col(IdentityConfirmation.authenticated),
            col(IdentityConfirmation.issuer),
            col(IdentityConfirmation.acr),
        )
        .execution_options(synchronize_session=False)
    ).all()
    if not rows:
        raise Forbidden("identity_needed")
    at, issuer, acr = max(rows)
    return Confirmation(actor.account_id, at, "oidc", issuer, acr)


def _of(actor: Actor, login: str, submission_id: int) -> tuple[Any, ...]:
    return (
        col(IdentityConfirmation.account_id) == actor.account_id,
        col(IdentityConfirmation.login_id) == login,
        col(IdentityConfirmation.submission_id) == submission_id,
    )
