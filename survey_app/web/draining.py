"""Stopping without losing anything: first say no to the balancer, then end what is under way.

At the signal to stop ``/readyz`` says no at once, while all is still answered, so that a balancer
can turn away; then the socket is closed; what has begun to arrive is answered; then the end.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import Any

log = logging.getLogger(__name__)
MOST_SECONDS = 30
"""How long what is under way may take once the socket is closed."""

_draining = threading.Event()


def is_draining() -> bool:
    """Whether this process was told to stop."""
    return _draining.is_set()


def begin(server: Any, seconds: float) -> None:
    """Stop a server of waitress in order; returns at once. A second time changes nothing.

    seconds  how long it goes on taking new requests
    """
    if _draining.is_set():
        return
    _draining.set()
    threading.Thread(target=_drain, args=(server, seconds), daemon=True).start()


def _drain(server: Any, seconds: float) -> None:
    time.sleep(seconds)
    server.accepting = False  # so that the loop looks at the socket no more
    server.pull_trigger()
    time.sleep(0.1)
    server.socket.close()
    end = time.monotonic() + MOST_SECONDS
    while (under_way := _under_way(server)) and time.monotonic() < end:
        time.sleep(0.02)
    if under_way:
        log.warning("%d requests did not end within %d s", under_way, MOST_SECONDS)
    server.trigger.pull_trigger(lambda: _end(server))


def _under_way(server: Any) -> int:
    """How many requests are arriving, worked on, or not yet wholly sent."""
    return sum(
        bool(channel.requests or channel.request or channel.total_outbufs_len)
        for channel in list(server.active_channels.values())
    )


def _end(server: Any) -> None:
    """End the loop, which goes on as long as there is something to look at."""
    server._map.clear()
