"""Over which server mail leaves."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from survey_app.config.secret import UnsafeSettings, secret_in

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_ADDRESS = re.compile(r"[^@\s<>]+@[^@\s<>]+")
_USUAL_PORTS = {"starttls": 587, "tls": 465, "none": 25}


@dataclass(frozen=True, slots=True)
class MailSettings:
    """Over which server mail leaves, and from whom.

    security  ``starttls``, ``tls`` (from the first byte), or ``none``
    user      "" signs in with nobody; ``password`` belongs to it
    sender    the address that mails come from, such as ``redogor@region.example``
    """

    host: str
    sender: str
    port: int = 587
    security: str = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if self.security not in ("starttls", "tls", "none"):
            raise UnsafeSettings("SURVEY_APP_SMTP_SECURITY is none of starttls, tls and none.")
        if not _ADDRESS.fullmatch(self.sender):
            raise UnsafeSettings(
                "SURVEY_APP_MAIL_FROM is missing or no address: set the address that mails come "
                "from, such as redogor@region.example."
            )
        if self.security == "none" and self.host not in LOOPBACK:
            raise UnsafeSettings(
                "SURVEY_APP_SMTP_SECURITY is none, and SURVEY_APP_SMTP_HOST is another machine: "
                "passwords, and links to choose one, would travel unencrypted. Set starttls or tls."
            )


def read_mail(env: Mapping[str, str]) -> MailSettings | None:
    """The settings SURVEY_APP_SMTP_…; None keeps mail in the outbox. Raises UnsafeSettings."""
    prefix = "SURVEY_APP_SMTP_"
    said = {name.removeprefix(prefix): env[name] for name in env if name.startswith(prefix)}
    if not any(said.values()):
        return None
    if not said.get("HOST"):
        raise UnsafeSettings("SURVEY_APP_SMTP_HOST is missing: which server takes the mail?")
    security = said.get("SECURITY") or "starttls"
    port = said.get("PORT") or str(_USUAL_PORTS.get(security, 587))
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise UnsafeSettings("SURVEY_APP_SMTP_PORT is no number of a port.")
    return MailSettings(
        host=said["HOST"],
        sender=env.get("SURVEY_APP_MAIL_FROM", ""),
        port=int(port),
        security=security,
        user=said.get("USER", ""),
        password=secret_in(said, "PASSWORD", prefix),
    )
