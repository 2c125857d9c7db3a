"""A virus scanner that every upload is offered to: clamd, by its INSTREAM command.

The protocol stands in clamd(8): the command, then chunks that each begin with their length in four
bytes, the most significant first, then a length of nought. The answer ends with NUL.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from survey_app.services.refusal import Invalid

CONNECT, WHOLE = 5, 60
"""Seconds: until it must have answered the telephone, and for each piece that it takes."""
CHUNK = 256 * 1024
LONGEST_ANSWER = 4096


class ScannerDown(Invalid):
    """Nobody said whether the file is clean, so it is not stored; the form keeps what was typed."""

    status = 503


class Infected(Invalid):
    """The scanner knows the file. ``signature`` is its name for what it found."""

    def __init__(self, name: str, signature: str) -> None:
        super().__init__("file_infected", name=name)
        self.signature = signature


@dataclass(frozen=True, slots=True)
class Scanner:
    """Where clamd listens: the path of a socket, or ``host:port``."""

    address: str

    def scan(self, file: IO[bytes], name: str) -> None:
        """Offer a file, from its first byte to its last; it is read again from its first after.

        Raises Infected, Invalid (``scanner_refused_size``), ScannerDown (``scanner_down``).
        """
        file.seek(0)
        answer = self._ask(name, b"zINSTREAM\0", _pieces(file))
        file.seek(0)
        if answer == "stream: OK":
            return
        if answer.startswith("stream: ") and answer.endswith(" FOUND"):
            raise Infected(name, answer.removeprefix("stream: ").removesuffix(" FOUND")[:100])
        if answer.startswith("INSTREAM size limit exceeded"):
            raise Invalid("scanner_refused_size", name=name)
        raise ScannerDown("scanner_down", name=name)

    def answers(self) -> bool:
        """Whether it answers at all."""
        try:
            return self._ask("", b"zPING\0", iter(())) == "PONG"
        except ScannerDown:
            return False

    def _ask(self, name: str, command: bytes, pieces: Iterator[bytes]) -> str:
        try:
            with self._connected() as line:
                line.sendall(command)
                _send(line, pieces)
                return _answer(line)
        except OSError as error:
            raise ScannerDown("scanner_down", name=name) from error

    @contextmanager
    def _connected(self) -> Iterator[socket.socket]:
        host, _colon, port = self.address.rpartition(":")
        if host:
            line = socket.create_connection((host, int(port)), CONNECT)
        else:
            line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with line:
            line.settimeout(CONNECT)
            if not host:
                line.connect(self.address)
            line.settimeout(WHOLE)
            yield line


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(CHUNK):
        yield struct.pack(">I", len(piece)) + piece
    yield struct.pack(">I", 0)


def _send(line: socket.socket, pieces: Iterator[bytes]) -> None:
    """Send all, or what it takes: it may answer and hang up before the end."""
    try:
        for piece in pieces:
            line.sendall(piece)
    except (BrokenPipeError, ConnectionResetError):
        return


def _answer(line: socket.socket) -> str:
    """What it says, up to NUL. Raises OSError where it hangs up before that."""
    said = b""
    while b"\0" not in said:
        piece = line.recv(LONGEST_ANSWER)
        if not piece or len(said) > LONGEST_ANSWER:
            raise ConnectionError("no whole answer")
        said += piece
    return said.partition(b"\0")[0].decode("utf-8", "replace").strip()
