"""With what archive copies are sealed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from survey_app.config.secret import UnsafeSettings, refuse_open_file, secret_in


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


def read_seal(env: Mapping[str, str]) -> SealSettings | None:
    """The settings SURVEY_APP_SEAL_…; None seals nothing. Raises UnsafeSettings."""
    prefix = "SURVEY_APP_SEAL_"
    said = {name.removeprefix(prefix): env[name] for name in env if name.startswith(prefix)}
    if not any(said.values()):
        return None
    file, module = said.get("PKCS12"), said.get("PKCS11")
    if file:
        refuse_open_file(Path(file), "SURVEY_APP_SEAL_PKCS12")
    return SealSettings(
        pkcs12=Path(file) if file else None,
        module=Path(module) if module else None,
        token=said.get("TOKEN", ""),
        key=said.get("KEY", ""),
        secret=secret_in(said, "PASSPHRASE" if file else "PIN", prefix),
        timestamp=said.get("TIMESTAMP", ""),
    )
