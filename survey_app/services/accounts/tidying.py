"""What is over in signing in is removed: nobody needs it, and it tells who was where."""

from __future__ import annotations

import datetime

from sqlalchemy import delete, or_
from sqlmodel import Session, col

from survey_app.services.accounts import throttle
from survey_app.services.accounts.identity import TRIP_LASTS
from survey_app.store.tables import (
    IdentityConfirmation,
    Login,
    OneTimeLink,
    OutboxMessage,
    SignInFlow,
)


def tidy_sign_in(session: Session, now: datetime.datetime, *, hours: int, most_hours: int) -> None:
    """Remove failures, links, trips to the provider and logins that are over, what was shown before
    attesting, and letters to nobody.

    hours, most_hours  how long a login lasts without doing anything, and whatever one does
    """
    throttle.remove_old_failures(session, now)
    before = now - throttle.KEPT
    session.execute(delete(OneTimeLink).where(col(OneTimeLink.expires) < before))
    nobody = (col(OutboxMessage.address) == "", col(OutboxMessage.made) < before)
    session.execute(delete(OutboxMessage).where(*nobody))
    session.execute(delete(SignInFlow).where(col(SignInFlow.made) < now - TRIP_LASTS))
    # A trip may still be under way for one that was begun just now; none is for one of yesterday.
    session.execute(delete(IdentityConfirmation).where(col(IdentityConfirmation.made) < before))
    idle, whole = (now - datetime.timedelta(hours=number) for number in (hours, most_hours))
    session.execute(delete(Login).where(or_(col(Login.seen) < idle, col(Login.since) < whole)))
