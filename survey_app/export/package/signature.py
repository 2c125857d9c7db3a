"""The signature of a package: by the installation's key, over the manifest and the audit head.

The manifest names every file by its hash, so that the signature covers them all. The head of the
case's audit chain ties the package to what the installation knew when it was made.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from survey_app.core.content import canonical_json
from survey_app.export.package.manifest import Sha256

NAME = "signature.json"

PublicKey = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class NotAKey(ValueError):
    """Bytes or text that are no Ed25519 public key."""


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class AuditHead(_Shape):
    """The last link of the case's audit chain when the package was made."""

    case: int
    number: int = Field(ge=0, lt=10**15)
    sha256: str = Field(pattern=r"^([0-9a-f]{64})?$")


class Statement(_Shape):
    """What is signed, as canonical JSON (RFC 8785)."""

    format: Literal["redogor/signature/1"] = "redogor/signature/1"
    manifest_sha256: Sha256
    audit: AuditHead


class Signature(_Shape):
    """The file in the package. ``public_key`` is told for convenience and proves nothing."""

    statement: Statement
    algorithm: Literal["Ed25519"] = "Ed25519"
    public_key: PublicKey
    signature: Annotated[str, Field(pattern=r"^[0-9a-f]{128}$")]


@dataclass(frozen=True, slots=True)
class Signing:
    """What signs a package: the head at hand, the key, and how to sign with it (hexadecimal)."""

    audit: AuditHead
    public_key: str
    sign: Callable[[bytes], str]


def sign(manifest: bytes, signing: Signing) -> bytes:
    """The signature file of a manifest."""
    statement = Statement(manifest_sha256=hashlib.sha256(manifest).hexdigest(), audit=signing.audit)
    made = Signature(
        statement=statement,
        public_key=signing.public_key,
        signature=signing.sign(_message(statement)),
    )
    return (json.dumps(made.model_dump(mode="json"), indent=2) + "\n").encode()


def _message(statement: Statement) -> bytes:
    return canonical_json(statement.model_dump(mode="json"))


def read_signature(data: bytes) -> Signature | None:
    """The signature in a file; None if it is none."""
    try:
        return Signature.model_validate_json(data)
    except (ValidationError, ValueError, RecursionError):
        return None


def is_signed_by(signature: Signature, manifest: bytes, key: str) -> bool:
    """Whether the holder of a public key (64 hexadecimal digits) signed this manifest."""
    if signature.statement.manifest_sha256 != hashlib.sha256(manifest).hexdigest():
        return False
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(
            bytes.fromhex(signature.signature), _message(signature.statement)
        )
    except (InvalidSignature, ValueError):
        return False
    return True


def read_key(text: bytes) -> str:
    """A public key in hexadecimal digits or PEM, as 64 hexadecimal digits. Raises NotAKey."""
    bare = b"".join(text.split()).lower()
    if len(bare) == 64:
        try:
            return bytes.fromhex(bare.decode("ascii")).hex()
        except ValueError as error:
            raise NotAKey("hexadecimal") from error
    try:
        key = load_pem_public_key(text)
    except Exception as error:  # each kind of damage has its own
        raise NotAKey("PEM") from error
    if not isinstance(key, Ed25519PublicKey):
        raise NotAKey("other kind of key")
    return key.public_bytes_raw().hex()
