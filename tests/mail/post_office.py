"""A real SMTP server of our own, which keeps what it gets, and fails when it is told to."""

from __future__ import annotations

import asyncio
import contextlib
import email
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from tests.conftest import free_port

SENDER = "redogor@region.example"


@dataclass
class Letter:
    """What came over the wire: the envelope, the bytes, and what they say."""

    sender: str
    recipients: list[str]
    data: bytes

    @property
    def message(self) -> EmailMessage:
        found = email.message_from_bytes(self.data, policy=default)
        assert isinstance(found, EmailMessage)
        return found

    @property
    def text(self) -> str:
        return str(self.message.get_content())


@dataclass
class PostOffice:
    """refuse   replies to recipients, by address; ``data`` is the reply to every mail's text"""

    port: int
    letters: list[Letter] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    data: str = ""
    slow: float = 0.0

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        if self.data:
            return self.data
        if self.slow:
            await asyncio.sleep(self.slow)
        content = envelope.content
        assert isinstance(content, bytes)
        self.letters.append(Letter(str(envelope.mail_from), list(envelope.rcpt_tos), content))
        return "250 OK"

    @property
    def environment(self) -> dict[str, str]:
        """The settings by which the product finds it."""
        return {
            "SURVEY_APP_SMTP_HOST": "127.0.0.1",
            "SURVEY_APP_SMTP_PORT": str(self.port),
            "SURVEY_APP_SMTP_SECURITY": "none",
            "SURVEY_APP_MAIL_FROM": SENDER,
            "SURVEY_APP_URL": "https://redogor.region.example",
        }

    def to(self, address: str) -> list[Letter]:
        return [letter for letter in self.letters if letter.recipients == [address]]

    def wait_for(self, count: int) -> None:
        """Wait until so many letters have come."""
        for _ in range(1000):
            if len(self.letters) >= count:
                return
            time.sleep(0.05)
        raise AssertionError(f"{len(self.letters)} letters came, not {count}")


@contextlib.contextmanager
def open_office(port: int | None = None) -> Iterator[PostOffice]:
    """A server that takes mail until the block ends."""
    office = PostOffice(port or free_port())
    controller = Controller(office, hostname="127.0.0.1", port=office.port)
    controller.start()
    try:
        yield office
    finally:
        controller.stop()
