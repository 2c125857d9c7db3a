"""What the security log is told of requests that are turned away: not allowed, or tried too often.

Told seldom enough that nobody can fill the log by asking again and again.
"""

from __future__ import annotations

import logging
import threading
from typing import Any, Literal

from flask import current_app, g, request
from sqlalchemy.exc import SQLAlchemyError

from survey_app.services.accounts import throttle
from survey_app.services.refusal import Refused
from survey_app.services.security.log import note
from survey_app.web.authentication import vault
from survey_app.web.place import now, writing

log = logging.getLogger(__name__)
EVERY = 60.0
"""Seconds in which one sort of request of one login is told of once, by each process."""
_MOST_KNOWN = 10_000
NAME = "turned_away"


class Told:
    """What was told of lately."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: dict[tuple[object, ...], float] = {}

    def is_new(self, what: tuple[object, ...], moment: float) -> bool:
        """Whether this is to be told of; then it was."""
        with self._lock:
            if moment - self._last.get(what, moment - EVERY) < EVERY:
                return False
            if len(self._last) >= _MOST_KNOWN:
                self._last.clear()
            self._last[what] = moment
            return True


def note_turned_away(refused: Refused) -> None:
    """Note that somebody who is signed in may not do this, or that too much was tried from a place.

    Of who answers by a link nothing is told but that it happened.
    """
    actor = g.get("actor")
    told: Told = current_app.extensions.setdefault(NAME, Told())
    if refused.status == 403 and actor is not None:
        who = g.get("login") or actor.account_id
        if told.is_new((who, request.endpoint), now().timestamp()):
            _note("access_refused", account=actor.account_id, by=actor.account_id,
                  endpoint=str(request.endpoint), code=refused.code)  # fmt: skip
    elif refused.code == "too_many_tries":
        place = vault().name("place", throttle.network(request.remote_addr))[:16]
        if told.is_new((place, request.endpoint), now().timestamp()):
            where = {} if g.get("anonymous") else {"place": place}
            _note("too_many_tries", endpoint=str(request.endpoint), **where)


def _note(kind: Literal["access_refused", "too_many_tries"], **told: Any) -> None:
    """Whoever is turned away is so also where the log cannot be written just now."""
    try:
        with writing() as session:
            note(session, kind, **told)
    except SQLAlchemyError as error:
        log.warning("not noted", exc_info=error)
