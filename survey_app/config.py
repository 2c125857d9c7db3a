"""Settings: read once, frozen, and refused if they are unsafe in production."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path(__file__).resolve().parent
DEMO_ACCOUNTS = "demo_accounts.json"
_TRUE = {"1", "true", "yes", "on"}


class UnsafeSettings(ValueError):
    """Settings that would put answers at risk; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the installation decides.

    instance      folder of the database, the secret key and the audit key
    database_url  ``sqlite:///…`` or ``postgresql+psycopg://…``
    secret_key    signs cookies; at least 32 characters
    demo          shows the demo's accounts on the sign-in page
    https         cookies travel only by HTTPS, and are named ``__Host-``
    session_hours how long somebody stays signed in without doing anything
    """

    instance: Path
    database_url: str
    secret_key: str
    demo: bool = False
    https: bool = True
    session_hours: int = 20
    questionnaires: Path = _ROOT.parent / "questionnaires"
    testing: bool = False

    def __post_init__(self) -> None:
        if len(self.secret_key) < 32:
            raise UnsafeSettings(
                "SECRET_KEY is shorter than 32 characters. Remove it, and one is made and kept in "
                "the instance folder, or set a longer one."
            )
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
    )


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
