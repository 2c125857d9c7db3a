"""Serving: a few processes behind one socket, each with a few threads.

Python runs one thread of a process at a time, so two cores need two processes. The first one puts
the application together and forks the others, so that what it has read is in memory once. Each
serves by itself: where one dies the rest go on, and the log says so; with the first all end, for
whoever watches over the service to start anew. Where there is no fork, one process does all.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import waitress
from flask import Flask

from survey_app.web import draining
from survey_app.web.rehearsal import read_ahead

log = logging.getLogger(__name__)
PROCESSES = min(2, os.cpu_count() or 1)
THREADS = 4
LIMITS = {"channel_timeout": 120, "max_request_header_size": 32 * 1024}
"""Seconds that a connection may be silent, bytes that the head of a request may have."""
_BACKLOG = 1024
_ARENA_MAX, _MMAP_THRESHOLD = -8, -3  # of malloc.h
_LARGE = 128 * 1024


def listen(host: str, port: int) -> socket.socket:
    """The socket that all processes share; OSError where the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=_BACKLOG)


def serve(
    app: Flask, listener: socket.socket, *, processes: int, threads: int, **options: Any
) -> None:
    """Serve an application until it is told to stop (SIGTERM, SIGINT).

    listener  of ``listen``
    options   more of waitress's own, such as ``trusted_proxy``
    """
    share_one_arena()
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a short queue is no news

    drain_seconds = app.extensions["redogor"].settings.running.drain_seconds

    def work(others: Sequence[int] = ()) -> None:
        server = waitress.create_server(
            app, sockets=[listener], threads=threads, ident=None, **LIMITS, **options
        )

        def stop(_signal: int, _frame: object) -> None:
            for other in others:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(other, signal.SIGTERM)
            draining.begin(server, drain_seconds)

        signal.signal(signal.SIGTERM, stop)
        server.run()

    if hasattr(os, "fork") and processes > 1:
        read_ahead(app)
        _work_together(work, processes)
    else:
        work()


def share_one_arena() -> None:
    """Let the threads share their memory, and give back what is large as soon as it is free.

    glibc gives each thread some of its own, and keeps there what an export leaves behind (40 MB in
    ``make bench``); what is called large grows with what it has seen, if it is not told. To be
    called before anything else, since what has begun stays.
    """
    with contextlib.suppress(AttributeError, OSError):  # no glibc
        library = ctypes.CDLL(None)
        library.mallopt(_ARENA_MAX, 1)
        library.mallopt(_MMAP_THRESHOLD, _LARGE)


def _give_back() -> None:
    """Give back to the system what starting took and left free."""
    with contextlib.suppress(AttributeError, OSError):  # no glibc
        ctypes.CDLL(None).malloc_trim(0)


def _work_together(work: Callable[[Sequence[int]], None], processes: int) -> None:
    """Work in this process and in others beside it, until the signal to stop."""
    watched, held = os.pipe()  # its end tells the others that this one is gone
    gc.collect()
    _give_back()
    gc.freeze()  # so that collecting garbage copies no page of what is shared
    others = [_start(work, watched, held) for _ in range(processes - 1)]
    stopping = threading.Event()
    watchers = [
        threading.Thread(target=_watch, args=(other, stopping), daemon=True) for other in others
    ]
    for watcher in watchers:
        watcher.start()
    work(others)
    stopping.set()
    for other, watcher in zip(others, watchers, strict=True):
        if watcher.is_alive():
            os.kill(other, signal.SIGTERM)
        watcher.join()


def _watch(process: int, stopping: threading.Event) -> None:
    _, status = os.waitpid(process, 0)
    if not stopping.is_set() and not draining.is_draining():
        log.error(
            "process %d ended (status %d); the others go on, restart when it suits", process, status
        )


def _start(work: Callable[[Sequence[int]], None], watched: int, held: int) -> int:
    """Fork a worker; its process id."""
    process = os.fork()
    if process == 0:
        os.close(held)
        _serve_beside(work, watched)
    return process


def _serve_beside(work: Callable[[Sequence[int]], None], watched: int) -> NoReturn:
    status = 1
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the first one tells us
    try:
        threading.Thread(target=_leave_with, args=(watched,), daemon=True).start()
        work(())
        status = 0
    except BaseException:
        log.exception("a worker could not go on")
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _leave_with(watched: int) -> None:
    """End this process when the first one is gone, however that went."""
    os.read(watched, 1)
    os._exit(1)
