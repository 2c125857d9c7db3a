"""Serving: a few processes behind one socket, each with a few threads.

Python runs one thread of a process at a time, so two cores need two processes. The first process
only supervises: it puts the application together, forks the workers (what it has read they share),
and starts another where one dies. Where there is no fork, one process does all.
"""

from __future__ import annotations

import gc
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, NoReturn

import waitress
from flask import Flask
from sqlalchemy.orm import configure_mappers

from survey_app.services.specification import list_questionnaires
from survey_app.store.engine import Database

log = logging.getLogger(__name__)
PROCESSES = min(2, os.cpu_count() or 1)
THREADS = 4
_BACKLOG = 1024
_BETWEEN_DEATHS = 0.5


def serve(
    app: Flask, *, host: str, port: int, processes: int, threads: int, **options: Any
) -> None:
    """Serve an application until it is told to stop (SIGTERM, SIGINT).

    options  more of waitress's own, such as ``trusted_proxy``
    Raises OSError where the port is taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=_BACKLOG)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a short queue is no news

    def work() -> None:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        waitress.serve(
            app, sockets=[listener], threads=threads, ident=None, channel_timeout=120, **options
        )

    if processes < 2 or not hasattr(os, "fork"):
        work()
        return
    read_ahead(app)
    _supervise(work, processes)


def read_ahead(app: Flask) -> None:
    """Read what each worker would else read for itself: so it is in memory once. Leaves no
    connection open, since none may be shared."""
    configure_mappers()
    for template in app.jinja_env.list_templates(extensions=["html"]):
        app.jinja_env.get_template(template)
    database: Database = app.extensions["redogor"].database
    with database.reading() as session:
        list_questionnaires(session)
    database.close()


def _supervise(work: Callable[[], None], processes: int) -> None:
    """Keep as many workers alive until the signal to stop, then end them all."""
    watched, held = os.pipe()  # its end tells the workers that the supervisor is gone
    workers: set[int] = set()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    gc.collect()
    gc.freeze()  # so that collecting garbage in a worker copies no page of what is shared
    try:
        while True:
            while len(workers) < processes:
                workers.add(_start(work, watched, held))
            process, status = os.wait()
            workers.discard(process)
            log.error("worker %d ended (status %d); starting another", process, status)
            time.sleep(_BETWEEN_DEATHS)
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        for process in workers:
            os.kill(process, signal.SIGTERM)
        for process in workers:
            os.waitpid(process, 0)


def _start(work: Callable[[], None], watched: int, held: int) -> int:
    """Fork a worker; its process id."""
    process = os.fork()
    if process == 0:
        os.close(held)
        _work(work, watched)
    return process


def _work(work: Callable[[], None], watched: int) -> NoReturn:
    status = 1
    try:
        threading.Thread(target=_leave_with, args=(watched,), daemon=True).start()
        work()
        status = 0
    except BaseException:
        log.exception("a worker could not go on")
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _leave_with(watched: int) -> None:
    """End this worker when its supervisor is gone, however that went."""
    os.read(watched, 1)
    os._exit(1)
