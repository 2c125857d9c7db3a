"""Reading a backup: all of it is held against manifest, signature and seal before it is used."""

from __future__ import annotations

import hashlib
import json
import struct
import zipfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pydantic import ValidationError

from survey_app.services.backups.file import (
    AUDIT_KEY,
    FORMAT,
    MANIFEST,
    NOUGHTS,
    PIECE,
    SIGNATURE,
    Manifest,
    message_of,
)
from survey_app.services.refusal import Invalid

_MOST = 64 * 1024 * 1024
"""Bytes of a manifest: one of a million cases is shorter."""

_BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
    struct.error,
)
"""What reading a ZIP raises whose bytes are not as they were written."""


def read_backup(path: Path, revisions: Collection[str]) -> Manifest:
    """Read a backup to its last byte; what it says of itself, all of which holds.

    revisions  those of the database's tables that this version knows

    Raises Invalid, with the name of the file, and of the member where it is one:
    ``backup_missing``, ``backup_unreadable``, ``backup_newer``, ``backup_foreign_key``,
    ``backup_member_missing``, ``backup_member_foreign``, ``backup_member_changed``,
    ``backup_file_changed``.
    """
    with opened(path) as archive:
        manifest = _manifest(archive, path.name, revisions)
        _judge_names(archive, path.name, manifest)
        for name in manifest.members:
            copy_member(archive, manifest, name, None)
    if not _is_sealed(path):
        raise Invalid("backup_file_changed", file=path.name)
    return manifest


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The ZIP of a backup. Raises Invalid: ``backup_missing``, ``backup_unreadable``."""
    if not path.is_file():
        raise Invalid("backup_missing", file=str(path))
    try:
        archive = zipfile.ZipFile(path)
    except _BROKEN as error:
        raise Invalid("backup_unreadable", file=path.name) from error
    with archive:
        yield archive


def copy_member(
    archive: zipfile.ZipFile, manifest: Manifest, name: str, target: IO[bytes] | None
) -> None:
    """Read a member to its end, into a file if one is given.

    Raises Invalid (``backup_member_changed``); what was written until then is worth nothing.
    """
    told, info = manifest.members[name], archive.getinfo(name)
    digest = hashlib.sha256()
    if _is_plain(info) and info.file_size == told.size:
        try:
            with archive.open(info) as source:
                while data := source.read(PIECE):
                    digest.update(data)
                    if target is not None:
                        target.write(data)
        except _BROKEN:
            if target is not None:
                raise  # a disk that is full, not a backup that is damaged
            digest.update(b"and then it broke off")
    if digest.hexdigest() != told.sha256:
        file = Path(archive.filename or "").name
        raise Invalid("backup_member_changed", file=file, member=name)


def _is_plain(info: zipfile.ZipInfo) -> bool:
    """Whether a member is neither packed, so that it cannot swell, nor encrypted."""
    return info.compress_type == zipfile.ZIP_STORED and not info.flag_bits & 1


def _manifest(archive: zipfile.ZipFile, file: str, revisions: Collection[str]) -> Manifest:
    text, signed = (_told(archive, file, name) for name in (MANIFEST, SIGNATURE))
    told = _signed(file, text, signed)
    if told.get("format") != FORMAT or told.get("revision") not in revisions:
        raise Invalid("backup_newer", file=file, version=str(told.get("version"))[:40])
    try:
        manifest = Manifest.model_validate(told)
    except ValidationError as error:
        raise Invalid("backup_member_changed", file=file, member=MANIFEST) from error
    _judge_key(archive, file, manifest)
    return manifest


def _signed(file: str, text: bytes, signed: bytes) -> dict[str, Any]:
    """The manifest of whatever format, if the key that it names signed it."""
    try:
        told: dict[str, Any] = json.loads(text)
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(told["public_key"]))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Invalid("backup_member_changed", file=file, member=MANIFEST) from error
    try:
        key.verify(bytes.fromhex(json.loads(signed)["signature"]), message_of(text))
    except (InvalidSignature, ValueError, KeyError, TypeError) as error:
        raise Invalid("backup_member_changed", file=file, member=SIGNATURE) from error
    return told


def _told(archive: zipfile.ZipFile, file: str, name: str) -> bytes:
    """One of the two members that no manifest vouches for."""
    try:
        info = archive.getinfo(name)
    except KeyError as error:
        raise Invalid("backup_member_missing", file=file, member=name) from error
    try:
        if not _is_plain(info) or info.file_size > _MOST:
            raise Invalid("backup_member_changed", file=file, member=name)
        return archive.read(info)
    except _BROKEN as error:
        raise Invalid("backup_member_changed", file=file, member=name) from error


def _judge_key(archive: zipfile.ZipFile, file: str, manifest: Manifest) -> None:
    """The key that signed is the one that is in the backup, if one is."""
    if AUDIT_KEY not in manifest.members or AUDIT_KEY not in archive.namelist():
        return
    try:
        private: Any = load_pem_private_key(archive.read(AUDIT_KEY), password=None)
        found = private.public_key().public_bytes_raw().hex()
    except (*_BROKEN, TypeError, AttributeError) as error:
        raise Invalid("backup_member_changed", file=file, member=AUDIT_KEY) from error
    if found != manifest.public_key:
        raise Invalid("backup_foreign_key", file=file)


def _judge_names(archive: zipfile.ZipFile, file: str, manifest: Manifest) -> None:
    """The members are those of the manifest, each once."""
    found, named = archive.namelist(), {*manifest.members, MANIFEST, SIGNATURE}
    for name in sorted(named - set(found)):
        raise Invalid("backup_member_missing", file=file, member=name)
    for name in found:
        if name not in named or found.count(name) > 1:
            raise Invalid("backup_member_foreign", file=file, member=name[:80])


def _is_sealed(path: Path) -> bool:
    """Whether the comment at the end is the SHA-256 of the file with noughts in its place."""
    digest, left = hashlib.sha256(), path.stat().st_size - len(NOUGHTS)
    with path.open("rb") as file:
        while left > 0:
            data = file.read(min(PIECE, left))
            digest.update(data)
            left -= len(data)
        digest.update(NOUGHTS)
        return file.read() == digest.hexdigest().encode()
