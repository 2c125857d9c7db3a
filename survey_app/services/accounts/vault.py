"""What the database holds and must not tell: encrypted with a key made of the installation's.

AES-256-GCM, whose first bytes say which way it was sealed, so that there can be another. What was
sealed before there was a mark (Fernet: AES-128-CBC with HMAC-SHA-256) still opens.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import struct
import time
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_MARK = "2."
_NONCE, _HEAD = 12, 8
_SLACK = 60
"""Seconds by which the clock of another host may be ahead."""


class Vault:
    """Seals with the first secret key; opens with any, so that a key can be changed."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._secrets = tuple(item for item in secrets if item)
        self._boxes = [AESGCM(_key(item, b"redogor/vault/2")) for item in self._secrets]
        earlier = (_key(item, b"redogor/vault/1") for item in self._secrets)
        self._before = MultiFernet([Fernet(base64.urlsafe_b64encode(item)) for item in earlier])

    def seal(self, text: str) -> str:
        """The text, encrypted; when it was is told, and vouched for."""
        head, nonce = struct.pack(">q", int(time.time())), secrets.token_bytes(_NONCE)
        sealed = head + nonce + self._boxes[0].encrypt(nonce, text.encode(), head)
        return _MARK + base64.urlsafe_b64encode(sealed).decode("ascii")

    def open(self, sealed: str, lives: int | None = None) -> str | None:
        """What was sealed; None if not by us, or longer ago than ``lives`` seconds."""
        try:
            if not sealed.startswith(_MARK):
                return self._before.decrypt(sealed.encode(), lives).decode()
            data = base64.urlsafe_b64decode(sealed.removeprefix(_MARK).encode())
            return self._opened(data, lives)
        except (InvalidToken, ValueError):
            return None

    def _opened(self, data: bytes, lives: int | None) -> str | None:
        head, nonce, rest = data[:_HEAD], data[_HEAD : _HEAD + _NONCE], data[_HEAD + _NONCE :]
        if len(nonce) < _NONCE:
            return None
        age = time.time() - struct.unpack(">q", head)[0]
        if lives is not None and not -_SLACK <= age <= lives:
            return None
        for box in self._boxes:
            try:
                return box.decrypt(nonce, rest, head).decode()
            except InvalidTag:
                continue
        return None

    def name(self, sort: str, value: str) -> str:
        """A keyed hash, 64 hexadecimal digits: the same for the same, and nothing to go back by."""
        return self.names(sort, value)[0]

    def names(self, sort: str, value: str) -> list[str]:
        """The same by each key, the newest first."""
        said = f"{sort}:{value}".encode()
        return [hmac.new(item.encode(), said, hashlib.sha256).hexdigest() for item in self._secrets]


def _key(secret: str, use: bytes) -> bytes:
    """256 bits, of one use each."""
    return HKDF(SHA256(), 32, None, use).derive(secret.encode())
