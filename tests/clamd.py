"""A clamd of our own for tests: it speaks INSTREAM as clamd(8) tells, and answers as it is told."""

from __future__ import annotations

import contextlib
import socketserver
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Answer = Callable[[bytes], bytes]
"""What is answered to a file; b"" hangs up without a word."""


class Clamd(socketserver.ThreadingTCPServer):
    """Listens on a port of its own; ``seen`` are the files it was offered, whole."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Line)
        self.answer: Answer = lambda data: b"stream: OK"
        self.seen: list[bytes] = []
        self.most = 0
        """After how many bytes it says that this is too much; 0 takes all."""

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


class _Line(socketserver.StreamRequestHandler):
    server: Clamd

    def handle(self) -> None:
        command = self._command()
        if command == b"zPING":
            self.wfile.write(b"PONG\0")
            return
        assert command == b"zINSTREAM"
        data = b""
        while length := struct.unpack(">I", self.rfile.read(4))[0]:
            data += self.rfile.read(length)
            if self.server.most and len(data) > self.server.most:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.server.seen.append(data)
        if answer := self.server.answer(data):
            with contextlib.suppress(OSError):
                for part in (answer[:7], answer[7:] + b"\0"):  # in two pieces, as a network may
                    self.wfile.write(part)
                    self.wfile.flush()

    def _command(self) -> bytes:
        said = b""
        while not said.endswith(b"\0"):
            said += self.rfile.read(1)
        return said[:-1]


@contextmanager
def listening() -> Iterator[Clamd]:
    """Runs until the end of the block."""
    with Clamd() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
