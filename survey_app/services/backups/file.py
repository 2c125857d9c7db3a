"""The file of a backup: a ZIP whose members, and whose every byte, something vouches for.

``manifest.json`` names each member with its size and SHA-256, ``signature.json`` signs the manifest
with the installation's key, and the ZIP's comment seals every byte: it is the SHA-256 of the file
with noughts in its place. Nothing is compressed, so no member is longer than the file itself.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterable
from typing import IO, Any, Literal

from pydantic import BaseModel, ConfigDict

from survey_app.core.content import canonical_json

FORMAT = "redogor/backup/1"
DATABASE, MANIFEST, SIGNATURE = "redogor.db", "manifest.json", "signature.json"
HEADS, AUDIT_KEY, SECRET_KEY = "audit-heads.jsonl", "audit_key.pem", "secret_key"
QUESTIONNAIRES = "questionnaires"

PIECE = 1024 * 1024
NOUGHTS = b"0" * 64
"""What stands in the place of the seal while it is computed."""


class Member(BaseModel):
    """A file of the backup: its size in bytes and its SHA-256."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    size: int
    sha256: str


class Chain(BaseModel):
    """The audit chain of a case, as long as it was: the number and hash of its last link."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    case: int
    length: int
    head: str


class Manifest(BaseModel):
    """What a backup says of itself.

    version     of the program that made it
    revision    of the database's tables: the last migration
    database    which kind it was made from; the backup itself always holds SQLite
    rows        how many rows each table holds
    public_key  of the installation, 64 hexadecimal digits
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    format: Literal["redogor/backup/1"] = "redogor/backup/1"
    made: str
    version: str
    revision: str
    database: Literal["sqlite", "postgresql"]
    rows: dict[str, int]
    chains: list[Chain]
    public_key: str
    members: dict[str, Member]


class _Sealing(io.RawIOBase):
    """Hands on what is written, and hashes it. It cannot go back, so nothing escapes the hash."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.digest = file, hashlib.sha256()

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def write(self, data: Any) -> int:
        self.digest.update(data)
        self._file.write(data)
        return len(data)


def write_backup(
    file: IO[bytes],
    pieces: Iterable[tuple[str, IO[bytes]]],
    describe: Callable[[dict[str, Member]], Manifest],
    sign: Callable[[bytes], str],
) -> Manifest:
    """Write a backup into a file that is open and empty.

    pieces    names and contents of the members, each read once
    describe  the manifest, now that size and hash of each member are known
    sign      signs a message with the key that the manifest names
    """
    sealed = _Sealing(file)
    with zipfile.ZipFile(sealed, "w", zipfile.ZIP_STORED) as archive:
        manifest = describe({name: _add(archive, name, source) for name, source in pieces})
        text = canonical_json(manifest.model_dump())
        _add(archive, MANIFEST, io.BytesIO(text))
        signed = {"sha256": hashlib.sha256(text).hexdigest(), "signature": sign(message_of(text))}
        _add(archive, SIGNATURE, io.BytesIO(canonical_json(signed)))
        archive.comment = b"sha256:" + NOUGHTS
    file.seek(-len(NOUGHTS), io.SEEK_END)
    file.write(sealed.digest.hexdigest().encode())
    return manifest


def message_of(manifest: bytes) -> bytes:
    """What is signed of a manifest."""
    return f"redogor/backup:{hashlib.sha256(manifest).hexdigest()}".encode()


def _add(archive: zipfile.ZipFile, name: str, source: IO[bytes]) -> Member:
    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    info.create_system = 3
    info.external_attr = 0o100600 << 16
    digest, size = hashlib.sha256(), 0
    with archive.open(info, "w", force_zip64=True) as target:
        while data := source.read(PIECE):
            digest.update(data)
            size += len(data)
            target.write(data)
    return Member(size=size, sha256=digest.hexdigest())
