"""Limits that keep a server answering: few heavy documents at a time, no endless writing.

In memory and for each process by itself, since they guard what a process has: its threads and its
memory. Tries to sign in are counted in the database (``services.accounts.throttle``).
"""

from __future__ import annotations

import threading
import time
from collections import deque

from flask import Flask, g, request

from survey_app.services.refusal import TooMany, Unavailable
from survey_app.web.place import place

HEAVY = frozenset({
    "archive.pdf", "archive.keep", "archive.package", "archive.draft_package", "archive.document",
    "giving_out.make", "results.xlsx", "results.pdf", "round_import.receive", "tables.receive",
    "verification.verify", "word.export",
})  # fmt: skip
"""Endpoints that make or read a whole document."""
AT_ONCE, WAITING = 2, 1
PATIENCE = 5.0
"""Seconds that the one waits who comes third; whoever comes after is told to come again."""
_MINUTE = 60.0
_MOST_KNOWN = 10_000


class Turns:
    """Turns for heavy work: so many at once, so many waiting, so that threads are left over."""

    def __init__(self, at_once: int, waiting: int, patience: float) -> None:
        self._working = threading.Semaphore(at_once)
        self._waiting = threading.Semaphore(waiting)
        self._patience = patience

    def take(self) -> bool:
        """Whether one's turn came."""
        if self._working.acquire(blocking=False):
            return True
        if not self._waiting.acquire(blocking=False):
            return False
        try:
            return self._working.acquire(timeout=self._patience)
        finally:
            self._waiting.release()

    def give_back(self) -> None:
        """The next one may."""
        self._working.release()


class Pace:
    """How often each account wrote in the last minute."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._written: dict[int, deque[float]] = {}

    def seconds_until_free(self, account: int, most: int, moment: float) -> int:
        """0 if the account may write now, which is counted; else in how many seconds it may."""
        with self._lock:
            if len(self._written) > _MOST_KNOWN:
                self._written.clear()
            written = self._written.setdefault(account, deque())
            while written and written[0] <= moment - _MINUTE:
                written.popleft()
            if len(written) >= most:
                return max(1, round(written[0] + _MINUTE - moment + 0.5))
            written.append(moment)
            return 0


def install(app: Flask) -> None:
    """Hold requests to the limits, once it is known who asks."""
    turns, pace = Turns(AT_ONCE, WAITING, PATIENCE), Pace()

    @app.before_request
    def _hold() -> None:
        most = place().settings.running.writes_a_minute
        actor = g.get("actor")
        if most and actor is not None and request.method not in ("GET", "HEAD", "OPTIONS"):
            seconds = pace.seconds_until_free(actor.account_id, most, time.monotonic())
            if seconds:
                raise TooMany("too_many_requests", seconds=seconds)
        if request.endpoint in HEAVY:
            if not turns.take():
                raise Unavailable("busy", seconds=int(PATIENCE))
            g.turn = turns

    @app.teardown_request
    def _release(_error: BaseException | None) -> None:
        if (taken := g.pop("turn", None)) is not None:
            taken.give_back()
