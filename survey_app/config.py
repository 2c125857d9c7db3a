"""Settings: read once, frozen, and refused if they are unsafe in production."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

_ROOT = Path(__file__).resolve().parent
DEMO_ACCOUNTS = "demo_accounts.json"
_TRUE = {"1", "true", "yes", "on"}
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_ADDRESS = re.compile(r"[^@\s<>]+@[^@\s<>]+")
_USUAL_PORTS = {"starttls": 587, "tls": 465, "none": 25}


class UnsafeSettings(ValueError):
    """Settings that would put answers at risk; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class SealSettings:
    """With what archive copies are sealed: a PKCS#12 file, or a key in a PKCS#11 token.

    pkcs12     file with key and certificates, readable by its owner only
    module     path of the token's PKCS#11 module; ``token`` is the token's label, ``key`` the
               label that key and certificate share in it
    secret     passphrase of the file, or PIN of the token
    timestamp  address of a time-stamping service (RFC 3161); "" leaves the time unstamped
    """

    pkcs12: Path | None = None
    module: Path | None = None
    token: str = ""
    key: str = ""
    secret: str = field(default="", repr=False)
    timestamp: str = ""

    def __post_init__(self) -> None:
        if (self.pkcs12 is None) == (self.module is None):
            raise UnsafeSettings(
                "Sealing needs one key: set either SURVEY_APP_SEAL_PKCS12 or "
                "SURVEY_APP_SEAL_PKCS11, and no other SURVEY_APP_SEAL_ setting without it."
            )
        if not self.secret:
            name = "PASSPHRASE" if self.pkcs12 else "PIN"
            raise UnsafeSettings(
                f"SURVEY_APP_SEAL_{name} is missing: a key that seals must not lie open. Set it, "
                f"or SURVEY_APP_SEAL_{name}_FILE."
            )
        if self.module is not None and not (self.token and self.key):
            raise UnsafeSettings(
                "SURVEY_APP_SEAL_PKCS11 needs SURVEY_APP_SEAL_TOKEN and SURVEY_APP_SEAL_KEY, the "
                "labels of the token and of the key in it."
            )
        if self.timestamp and not self.timestamp.startswith(("https://", "http://")):
            raise UnsafeSettings(
                "SURVEY_APP_SEAL_TIMESTAMP is no http address of a time-stamping service."
            )


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
        if self.user and self.security == "none" and self.host not in _LOOPBACK:
            raise UnsafeSettings(
                "SURVEY_APP_SMTP_USER is set, but SURVEY_APP_SMTP_SECURITY is none: the password "
                "would travel unencrypted. Set starttls or tls."
            )


@dataclass(frozen=True, slots=True)
class Settings:
    """What the installation decides.

    instance      folder of the database, the secret key and the audit key
    database_url  ``sqlite:///…`` or ``postgresql+psycopg://…``
    secret_key    signs cookies; at least 32 characters
    demo          shows the demo's accounts on the sign-in page
    https         cookies travel only by HTTPS, and are named ``__Host-``
    session_hours how long somebody stays signed in without doing anything
    seal          with what archive copies are sealed; None seals nothing
    mail          over which server mail leaves; None keeps it in the outbox
    url           the address of the installation, for links in mails; "" leaves the links out
    waiting_days  after how many working days an approver is reminded, and again; 0 is never
    pdfa          ``2a``, or ``3a``: the PDF of a record carries its JSON inside

    sip_profile, reference_code, submission_agreement
                  how packages introduce themselves to the archive; "" is the usual profile, the
                  diary number, and no agreement. ``{diary_number}`` is filled in in the code
    """

    instance: Path
    database_url: str = field(repr=False)  # of PostgreSQL, with a password
    secret_key: str = field(repr=False)
    demo: bool = False
    https: bool = True
    session_hours: int = 20
    questionnaires: Path = _ROOT.parent / "questionnaires"
    testing: bool = False
    seal: SealSettings | None = None
    pdfa: str = "2a"
    sip_profile: str = ""
    reference_code: str = ""
    submission_agreement: str = ""
    mail: MailSettings | None = None
    url: str = ""
    waiting_days: int = 3

    def __post_init__(self) -> None:
        if len(self.secret_key) < 32:
            raise UnsafeSettings(
                "SECRET_KEY is shorter than 32 characters. Remove it, and one is made and kept in "
                "the instance folder, or set a longer one."
            )
        if self.waiting_days < 0:
            raise UnsafeSettings("SURVEY_APP_WAITING_DAYS is no number of days.")
        if self.pdfa not in ("2a", "3a"):
            raise UnsafeSettings("SURVEY_APP_PDFA is neither 2a nor 3a.")
        safe = ("https://",) if self.https else ("https://", "http://")
        if self.url and not self.url.startswith(safe):
            raise UnsafeSettings(f"SURVEY_APP_URL does not begin with {safe[-1]}.")
        if not self.https and not (self.demo or self.testing):
            raise UnsafeSettings(
                "SURVEY_APP_HTTPS is off outside the demo: passwords would travel unencrypted. "
                "Remove the setting and put the server behind HTTPS."
            )


def found_beside(name: str) -> Path:
    """A folder that stands inside the installed package, or beside it in a checkout."""
    inside = _ROOT / name
    return inside if inside.is_dir() else _ROOT.parent / name


def read_settings(
    environment: Mapping[str, str] | None = None,
    *,
    instance: Path | None = None,
    demo: bool | None = None,
    https: bool | None = None,
    testing: bool = False,
) -> Settings:
    """Settings from the environment; arguments win. Makes the instance folder and its secret key.

    Raises UnsafeSettings.
    """
    env = os.environ if environment is None else environment
    folder = instance or Path(env.get("SURVEY_APP_INSTANCE") or _ROOT.parent / "instance")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if demo is None:
        # The demo's accounts lie in the instance folder, so a demo is one however it is started.
        kept = (folder / DEMO_ACCOUNTS).exists()
        demo = kept or env.get("SURVEY_APP_DEMO", "").lower() in _TRUE
    if https is None:
        https = env.get("SURVEY_APP_HTTPS", "0" if demo else "1").lower() in _TRUE
    default_url = f"sqlite:///{folder.resolve() / 'redogor.db'}"
    return Settings(
        instance=folder,
        database_url=_with_driver(env.get("DATABASE_URL") or default_url),
        secret_key=env.get("SECRET_KEY") or _kept_secret(folder / "secret_key"),
        demo=demo,
        https=https,
        session_hours=int(env.get("SURVEY_APP_SESSION_HOURS", "20")),
        questionnaires=Path(env.get("SURVEY_APP_QUESTIONNAIRES") or found_beside("questionnaires")),
        testing=testing,
        seal=_seal_settings(env),
        pdfa=env.get("SURVEY_APP_PDFA") or "2a",
        sip_profile=env.get("SURVEY_APP_SIP_PROFILE", ""),
        reference_code=env.get("SURVEY_APP_REFERENCE_CODE", ""),
        submission_agreement=env.get("SURVEY_APP_SUBMISSION_AGREEMENT", ""),
        mail=_mail_settings(env),
        url=env.get("SURVEY_APP_URL", "").rstrip("/"),
        waiting_days=_days(env.get("SURVEY_APP_WAITING_DAYS") or "3"),
    )


def _days(text: str) -> int:
    return int(text) if text.isdecimal() else -1


def _mail_settings(env: Mapping[str, str]) -> MailSettings | None:
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
        password=_secret(said, "PASSWORD", prefix),
    )


def _seal_settings(env: Mapping[str, str]) -> SealSettings | None:
    prefix = "SURVEY_APP_SEAL_"
    said = {name.removeprefix(prefix): env[name] for name in env if name.startswith(prefix)}
    if not any(said.values()):
        return None
    file, module = said.get("PKCS12"), said.get("PKCS11")
    if file:
        _refuse_open_file(Path(file), "SURVEY_APP_SEAL_PKCS12")
    return SealSettings(
        pkcs12=Path(file) if file else None,
        module=Path(module) if module else None,
        token=said.get("TOKEN", ""),
        key=said.get("KEY", ""),
        secret=_secret(said, "PASSPHRASE" if file else "PIN", prefix),
        timestamp=said.get("TIMESTAMP", ""),
    )


def _secret(said: Mapping[str, str], name: str, prefix: str) -> str:
    if not (path := said.get(f"{name}_FILE")):
        return said.get(name, "")
    setting = f"{prefix}{name}_FILE"
    _refuse_open_file(Path(path), setting)
    return Path(path).read_text(encoding="utf-8").rstrip("\r\n")


def _refuse_open_file(path: Path, setting: str) -> None:
    """A file with a secret is there, and nobody but its owner can read it."""
    if not path.is_file():
        raise UnsafeSettings(f"{setting}: there is no file {path}.")
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise UnsafeSettings(f"{setting}: others can read {path}. Type: chmod 600 {path}")


def _with_driver(url: str) -> str:
    for scheme in ("postgres://", "postgresql://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    return url


def _kept_secret(path: Path) -> str:
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii").strip()
