"""``survey-app`` again and again: the imports are made once, every server is a process of its own.

Each order is a packet (arguments, environment, folder to stand in) with two files: where output
goes, and where it is told how the process fares. For each one a keeper is forked, which forks the
process, tells its id, and how it ended. The process has the environment of its order, whatever ours
is, and nothing of ours runs in it: we have one thread, and no library that looks at the environment
as it is imported (``prometheus_client``).
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import signal
import socket
import sys
import time
from typing import Any, NoReturn

from sqlalchemy.orm import configure_mappers

from survey_app.cli import main
from survey_app.store.engine import sqlite_module

IMPORTED = ("survey_app.cli.serving", "survey_app.web.application", "encodings.idna", "psycopg")
LARGEST = 1 << 18
"""Bytes that an order may have."""


def ordered(orders: socket.socket) -> list[str]:
    """Wait for orders; comes back in each process that was ordered, with its arguments."""
    while True:
        told, files, _, _ = socket.recv_fds(orders, LARGEST, 2)
        if not told:
            sys.exit()
        if len(os.listdir("/proc/self/task")) > 1 or "prometheus_client" in sys.modules:
            sys.exit("no process of ours can be forked to be another's: see the docstring")
        if os.fork() == 0:
            orders.close()
            output, report = files
            return _kept(json.loads(told), output, report)
        for file in files:
            os.close(file)


def _kept(order: dict[str, Any], output: int, report: int) -> list[str]:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    process = os.fork()
    if process:
        os.close(output)
        _keep(process, report)
    os.close(report)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for file, number in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(file, number)
    os.close(nothing)
    os.close(output)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    time.tzset()
    arguments: list[str] = order["arguments"]
    sys.argv[1:] = arguments
    return arguments


def _keep(process: int, report: int) -> NoReturn:
    # Whoever ordered it may be gone when it ends.
    with contextlib.suppress(BrokenPipeError):
        os.write(report, f"{process}\n".encode())
        _, status = os.waitpid(process, 0)
        os.write(report, f"{status}\n".encode())
    os._exit(0)


if __name__ == "__main__":
    for name in IMPORTED:
        importlib.import_module(name)
    sqlite_module()
    configure_mappers()
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for keepers
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who orders ends first, and we with them
    main(ordered(socket.socket(fileno=int(sys.argv[1]))))
