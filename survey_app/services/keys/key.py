"""The installation's Ed25519 key. It signs the heads of the audit chains, and packages."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from survey_app.config import Settings


@dataclass(frozen=True, slots=True)
class InstallationKey:
    """Signs and verifies; made once in the instance folder, readable by its owner only."""

    private: Ed25519PrivateKey
    heads: Path

    @property
    def public_key(self) -> str:
        """The public key, 64 hexadecimal digits: whoever has it can tell what this key signed."""
        return self.private.public_key().public_bytes_raw().hex()

    def public_pem(self) -> str:
        """The public key as PEM, for other programs."""
        return (
            self.private.public_key()
            .public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            )
            .decode("ascii")
        )

    def private_pem(self) -> bytes:
        """The key itself, as its file holds it: whoever has it signs as this installation."""
        return _pem(self.private)

    def sign(self, message: bytes) -> str:
        """The signature, 128 hexadecimal digits."""
        return self.private.sign(message).hex()

    def verify(self, message: bytes, signature: str) -> bool:
        """Whether this key signed the message."""
        try:
            self.private.public_key().verify(bytes.fromhex(signature), message)
        except (InvalidSignature, ValueError):
            return False
        return True

    def keep(self, line: str) -> None:
        """Add a signed head to the file beside the database, and sync it."""
        descriptor = os.open(self.heads, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "a", encoding="ascii") as file:
            file.write(line + "\n")
            file.flush()
            os.fsync(file.fileno())

    def kept(self) -> list[str]:
        """The heads that were kept, oldest first."""
        return self.heads.read_text("ascii").splitlines() if self.heads.exists() else []


def signing_key(settings: Settings) -> InstallationKey:
    """The key of an installation, wherever its settings keep it. Raises ValueError."""
    return open_key(settings.instance, settings.signing_key_file)


def open_key(folder: Path, file: Path | None = None) -> InstallationKey:
    """The key of an instance folder; made if there is none. ``file``: one that is kept elsewhere.

    Raises ValueError.
    """
    path = file or folder / "audit_key.pem"
    if file is None and not path.exists():
        make_key(path)
    private = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(private, Ed25519PrivateKey):
        raise ValueError(f"{path} holds another kind of key than Ed25519")
    return InstallationKey(private, folder / "audit-heads.jsonl")


def _pem(private: Ed25519PrivateKey) -> bytes:
    return private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def make_key(path: Path) -> None:
    """Write a new key to a file that is not there yet, readable by its owner only."""
    write_key(path, Ed25519PrivateKey.generate())


def write_key(path: Path, private: Ed25519PrivateKey) -> None:
    """The same with a key that there is."""
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(_pem(private))
        file.flush()
        os.fsync(file.fileno())
