"""Settings: read once, frozen, and refused if they are unsafe in production."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from survey_app.config.mail import LOOPBACK, MailSettings, read_mail
from survey_app.config.oidc import OidcSettings, read_oidc
from survey_app.config.running import RunningSettings, read_running
from survey_app.config.seal import SealSettings, read_seal
from survey_app.config.secret import UnsafeSettings, refuse_open_file
from survey_app.config.signing_in import SignInSettings, read_sign_in

_ROOT = Path(__file__).resolve().parent.parent
DEMO_ACCOUNTS = "demo_accounts.json"
_LISTENS = re.compile(r"/.+|[^/\s:]+:[0-9]{1,5}")
_TRUE = {"1", "true", "yes", "on"}


@dataclass(frozen=True, slots=True)
class Settings:
    """What the installation decides.

    instance      folder of the database, the secret key and the audit key
    database_url  ``sqlite:///…`` or ``postgresql+psycopg://…``
    database_pool      how many connections a process may have to PostgreSQL
    database_patience  seconds that a statement there may take, and half of them wait for a lock
    secret_key    signs cookies; at least 32 characters
    secret_key_before
                  the one before it: what was made with it still opens, nothing new is
    demo          shows the demo's accounts on the sign-in page
    https         cookies travel only by HTTPS, and are named ``__Host-``
    session_hours how long somebody stays signed in without doing anything
    seal          with what archive copies are sealed; None seals nothing
    running       how the service tells what it does, and how it stops
    mail          over which server mail leaves; None keeps it in the outbox
    url           the address of the installation, for links in mails; "" leaves the links out
    organisation, contact
                  who answers for the installation, and the address to write to about it; both
                  stand in the statements of accessibility and of personal data
    scanner       where clamd listens, to which every upload is offered: the path of a socket, or
                  ``host:port``; "" scans nothing
    signing_key_file
                  the key that signs, where it is not kept in the instance folder: hosts that share
                  a database sign with one key
    oidc          by which identity provider people sign in; None: by passwords of our own
    waiting_days  after how many working days an approver is reminded, and again; 0 is never
    sign_in       what is asked of a local account
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
    scanner: str = ""
    organisation: str = ""
    contact: str = ""
    running: RunningSettings = field(default_factory=RunningSettings)
    database_pool: int = 16
    database_patience: int = 30
    secret_key_before: str = field(default="", repr=False)
    sign_in: SignInSettings = field(default_factory=SignInSettings)
    oidc: OidcSettings | None = None
    signing_key_file: Path | None = None

    @property
    def signing_key(self) -> Path:
        """The file of the key that signs: ``audit_key.pem`` in the instance folder, if no other."""
        return self.signing_key_file or self.instance / "audit_key.pem"

    def __post_init__(self) -> None:
        if len(self.secret_key) < 32:
            raise UnsafeSettings(
                "SECRET_KEY is shorter than 32 characters. Remove it, and one is made and kept in "
                "the instance folder, or set a longer one."
            )
        if self.waiting_days < 0:
            raise UnsafeSettings("SURVEY_APP_WAITING_DAYS is no number of days.")
        if self.database_pool < 4:
            raise UnsafeSettings(
                "SURVEY_APP_DATABASE_POOL is below 4: each thread of a server needs a connection."
            )
        if self.database_patience < 1:
            raise UnsafeSettings("SURVEY_APP_DATABASE_PATIENCE is no number of seconds.")
        if not (self.demo or self.testing) and _travels_open(self.database_url):
            raise UnsafeSettings(
                "DATABASE_URL leads to another machine without sslmode=verify-full: answers and "
                "the password would travel to whoever says to be the database. Add "
                "?sslmode=verify-full, and &sslrootcert=… for a certificate of your own."
            )
        if self.scanner and not _LISTENS.fullmatch(self.scanner):
            raise UnsafeSettings(
                "SURVEY_APP_CLAMD is neither the path of a socket, such as /run/clamav/clamd.ctl, "
                "nor host:port."
            )
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


def instance_folder(given: Path | None, environment: Mapping[str, str] | None = None) -> Path:
    """The folder of database and keys: as given, as the environment says, or the usual one."""
    env = os.environ if environment is None else environment
    return given or Path(env.get("SURVEY_APP_INSTANCE") or _ROOT.parent / "instance")


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
    folder = instance_folder(instance, env)
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
        database_url=with_driver(env.get("DATABASE_URL") or default_url),
        secret_key=env.get("SECRET_KEY") or _kept_secret(folder / "secret_key"),
        demo=demo,
        https=https,
        session_hours=int(env.get("SURVEY_APP_SESSION_HOURS", "20")),
        questionnaires=Path(env.get("SURVEY_APP_QUESTIONNAIRES") or found_beside("questionnaires")),
        testing=testing,
        seal=read_seal(env),
        pdfa=env.get("SURVEY_APP_PDFA") or "2a",
        sip_profile=env.get("SURVEY_APP_SIP_PROFILE", ""),
        reference_code=env.get("SURVEY_APP_REFERENCE_CODE", ""),
        submission_agreement=env.get("SURVEY_APP_SUBMISSION_AGREEMENT", ""),
        mail=read_mail(env),
        url=env.get("SURVEY_APP_URL", "").rstrip("/"),
        organisation=env.get("SURVEY_APP_ORGANISATION", "Region Halland" if demo else ""),
        contact=env.get("SURVEY_APP_CONTACT", "redogor@demo.example" if demo else ""),
        scanner=env.get("SURVEY_APP_CLAMD", ""),
        running=read_running(env, quick=demo or testing),
        database_pool=_number(env.get("SURVEY_APP_DATABASE_POOL") or "16"),
        database_patience=_number(env.get("SURVEY_APP_DATABASE_PATIENCE") or "30"),
        waiting_days=_number(env.get("SURVEY_APP_WAITING_DAYS") or "3"),
        secret_key_before=env.get("SECRET_KEY_BEFORE", ""),
        sign_in=read_sign_in(env, unguarded=demo or testing),
        oidc=read_oidc(env, demo=demo or testing),
        signing_key_file=_signing_key(env.get("SURVEY_APP_SIGNING_KEY_FILE", "")),
    )


def _signing_key(path: str) -> Path | None:
    """The file of a key that is there and that nobody else reads. Raises UnsafeSettings."""
    if not path:
        return None
    refuse_open_file(Path(path), "SURVEY_APP_SIGNING_KEY_FILE")
    return Path(path)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else -1


def with_driver(url: str) -> str:
    """The address of a database as SQLAlchemy takes it, from how others write it."""
    for scheme in ("postgres://", "postgresql://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    return url


def _travels_open(url: str) -> bool:
    """Whether a database on another machine would be asked without holding it to its name."""
    parts = urlsplit(url)
    asked = dict(parse_qsl(parts.query))
    host = asked.get("host") or parts.hostname or ""
    near = not host or host.startswith("/") or host in LOOPBACK
    far = parts.scheme.startswith("postgresql") and not near
    return far and asked.get("sslmode") != "verify-full"


def _kept_secret(path: Path) -> str:
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii").strip()
