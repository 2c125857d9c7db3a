"""A lean HTTP client in processes of its own, so that it costs the server's core nothing."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Job:
    """What one client asks for, again and again, until the time is up.

    value     what is saved, with ``{text}`` where the text goes, upon ``version`` and on; None: get
    start_at  by ``time.monotonic``, so that all clients of a round begin together
    """

    port: int
    path: str
    headers: dict[str, str]
    seconds: float
    start_at: float = 0.0
    value: str | dict[str, Any] | None = None
    version: int = 0


@dataclass
class Found:
    """Seconds of every reply, and the version that the last save became."""

    seconds: list[float] = field(default_factory=list)
    size: int = 0
    version: int = 0


class Broken(RuntimeError):
    """An answer that was not 200: what it said."""


class Busy(RuntimeError):
    """The server makes as many documents as it can at once."""


AGAIN = 0.2
"""Seconds until whoever was turned away asks again."""


def request_bytes(job: Job, number: int) -> bytes:
    """One request as it travels."""
    head = "".join(f"{name}: {value}\r\n" for name, value in job.headers.items())
    if job.value is None:
        return f"GET {job.path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{head}\r\n".encode()
    text = f"Svar nummer {number}. Regionen arbetar med samverkan i varje kommun. " * 4
    body = json.dumps({"value": job.value, "version": job.version + number})
    body = body.replace("{text}", text)
    head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return f"PUT {job.path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{head}\r\n{body}".encode()


def read_reply(connection: socket.socket) -> bytes:
    """One whole reply. Raises Broken unless it is 200 with its length, Busy where it is 503."""
    data = bytearray()
    end = -1
    while end < 0:
        data += _some(connection)
        end = data.find(b"\r\n\r\n")
    head = bytes(data[:end]).lower()
    if head.startswith(b"http/1.1 503"):
        raise Busy
    if not head.startswith(b"http/1.1 200"):
        raise Broken(bytes(data[:600]).decode(errors="replace"))
    length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
    while len(data) < end + 4 + length:
        data += _some(connection)
    return bytes(data[end + 4 :])


def _some(connection: socket.socket) -> bytes:
    found = connection.recv(262_144)
    if not found:
        raise Broken("the server closed the connection")
    return found


def _connected(stack: contextlib.ExitStack, job: Job) -> socket.socket:
    connection = stack.enter_context(socket.create_connection(("127.0.0.1", job.port)))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def run(job: Job) -> Found:
    """Ask until the time is up, one request after the other on one connection.

    Who is told that the server makes as many documents as it can at once asks again; the time
    counts from the first asking.
    """
    found = Found()
    with contextlib.ExitStack() as stack:
        connection = _connected(stack, job)
        time.sleep(max(0.0, job.start_at - time.monotonic()))
        until = time.monotonic() + job.seconds
        while (began := time.monotonic()) < until:
            while True:
                connection.sendall(request_bytes(job, len(found.seconds)))
                try:
                    found.size = len(read_reply(connection))
                    break
                except Busy:
                    time.sleep(AGAIN)
                    connection = _connected(stack, job)
            found.seconds.append(time.monotonic() - began)
    found.version = job.version + len(found.seconds)
    return found
