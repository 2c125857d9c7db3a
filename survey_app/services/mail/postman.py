"""The postman: hands mails over to an SMTP server, each to one recipient."""

from __future__ import annotations

import datetime
import hashlib
import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import Header
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime, parseaddr

from survey_app.config import MailSettings

TIMEOUT = 30
SENDER_NAME = "Redogör"


@dataclass(frozen=True, slots=True)
class Mail:
    """A plain text mail to one person. ``ids`` names the messages in it."""

    ids: tuple[int, ...]
    recipient: str
    subject: str
    text: str


class Undelivered(Exception):
    """A mail that the server did not take; ``code`` holds no address.

    ``server`` is true where it is the server that fails, so that others would fare the same.
    """

    def __init__(self, code: str, *, server: bool) -> None:
        super().__init__(code)
        self.code = code
        self.server = server


class _Subject(UnstructuredHeader, BaseHeader):
    """A subject whose encoded words hold its spaces, too.

    Python's own folding puts some of them between two encoded words, where readers drop them
    (RFC 2047, 6.2): "Väntar på" came out as "Väntarpå".
    """

    def fold(self, *, policy: Policy) -> str:
        """The header as it travels."""
        plain = self.isascii() and "=?" not in self
        words = Header(str(self), "us-ascii" if plain else "utf-8", 75, self.name)
        return f"{self.name}: {words.encode(linesep=policy.linesep)}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("subject", _Subject)
_POLICY = SMTP.clone(header_factory=_HEADERS)


def compose(mail: Mail, settings: MailSettings, now: datetime.datetime) -> EmailMessage:
    """The mail as it travels (RFC 5322, 2047, 3834). Raises Undelivered for what is no address.

    The Message-ID depends on what is in it only, so that a mail which is sent again is known again.
    """
    message = EmailMessage(policy=_POLICY)
    domain = parseaddr(settings.sender)[1].rpartition("@")[2]
    name = hashlib.sha256(f"{mail.recipient}:{mail.ids}".encode()).hexdigest()[:32]
    try:
        message["From"] = Address(SENDER_NAME, addr_spec=settings.sender)
        message["To"] = Address(addr_spec=mail.recipient)
        message["Subject"] = " ".join(mail.subject.split())
    except (ValueError, IndexError, HeaderParseError) as error:
        raise Undelivered("not_an_address", server=False) from error
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<redogor.{name}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "sv"
    message.set_content(mail.text, cte="quoted-printable")
    return message


class Postman:
    """One conversation with the server, opened for the first mail and kept for the rest."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings
        self._server: smtplib.SMTP | None = None

    def __enter__(self) -> Postman:
        return self

    def __exit__(self, *_: object) -> None:
        self._hang_up()

    def deliver(self, mail: Mail, now: datetime.datetime) -> None:
        """Hand a mail over. Raises Undelivered."""
        message = compose(mail, self._settings, now)
        try:
            self._open().send_message(message, self._settings.sender, [mail.recipient])
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
            raise Undelivered(_code(error), server=False) from error
        except smtplib.SMTPNotSupportedError as error:  # letters that the server's addresses lack
            raise Undelivered(_code(error), server=self._server is None) from error
        except (smtplib.SMTPException, OSError) as error:
            self._hang_up()
            raise Undelivered(_code(error), server=True) from error

    def greet(self) -> None:
        """Reach the server, as far as one can without sending anything. Raises Undelivered."""
        try:
            self._open().noop()
        except (smtplib.SMTPException, OSError) as error:
            raise Undelivered(_code(error), server=True) from error
        finally:
            self._hang_up()

    def _open(self) -> smtplib.SMTP:
        if self._server is None:
            self._server = _connect(self._settings)
        return self._server

    def _hang_up(self) -> None:
        server, self._server = self._server, None
        if server is None:
            return
        try:
            server.quit()
        except (smtplib.SMTPException, OSError):
            server.close()


def _connect(settings: MailSettings) -> smtplib.SMTP:
    context = ssl.create_default_context()
    where = (settings.host, settings.port)
    server: smtplib.SMTP
    if settings.security == "tls":
        server = smtplib.SMTP_SSL(*where, timeout=TIMEOUT, context=context)
    else:
        server = smtplib.SMTP(*where, timeout=TIMEOUT)
    try:
        if settings.security == "starttls":
            server.starttls(context=context)
        if settings.user:
            server.login(settings.user, settings.password)
    except BaseException:
        server.close()
        raise
    return server


def _code(error: Exception) -> str:
    """The kind of failure and the server's number: its words may name the recipient."""
    numbers: Sequence[object] = [getattr(error, "smtp_code", "")]
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        numbers = [number for number, _ in error.recipients.values()]
    return " ".join([type(error).__name__, *(str(number) for number in numbers if number)])
