"""What the database holds and must not tell: encrypted with a key made of the installation's."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class Vault:
    """Seals with the first secret key; opens with any, so that a key can be changed."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._secrets = tuple(item for item in secrets if item)
        self._box = MultiFernet([Fernet(_key(item)) for item in self._secrets])

    def seal(self, text: str) -> str:
        """The text, encrypted."""
        return self._box.encrypt(text.encode()).decode("ascii")

    def open(self, sealed: str, lives: int | None = None) -> str | None:
        """What was sealed; None if not by us, or longer ago than ``lives`` seconds."""
        try:
            return self._box.decrypt(sealed.encode(), lives).decode()
        except (InvalidToken, UnicodeError):
            return None

    def name(self, sort: str, value: str) -> str:
        """A keyed hash, 64 hexadecimal digits: the same for the same, and nothing to go back by."""
        return self.names(sort, value)[0]

    def names(self, sort: str, value: str) -> list[str]:
        """The same by each key, the newest first."""
        said = f"{sort}:{value}".encode()
        return [hmac.new(item.encode(), said, hashlib.sha256).hexdigest() for item in self._secrets]


def _key(secret: str) -> bytes:
    made = HKDF(SHA256(), 32, None, b"redogor/vault/1").derive(secret.encode())
    return base64.urlsafe_b64encode(made)
