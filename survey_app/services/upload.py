"""Files on their way in: streamed to disk, hashed, judged by content, stored once per SHA-256."""

from __future__ import annotations

import hashlib
import io
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from sqlalchemy import Column, delete, insert, select
from sqlmodel import Session, col

from survey_app.export import zip_entries
from survey_app.services.refusal import Invalid, NotFound
from survey_app.store.tables import Blob, BlobChunk, table_of

MEGABYTE = 1024 * 1024
CHUNK = 256 * 1024

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "txt": "text/plain",
    "csv": "text/csv",
    "json": "application/json",
    "xml": "application/xml",
}
"""What is taken, by the ending of the name. Nothing that a browser would run."""

_MAIN_PART = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/"}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that has arrived whole: its bytes wait in a temporary file. ``size`` in bytes."""

    name: str
    size: int
    sha256: str
    media_type: str
    file: IO[bytes]

    def as_value(self) -> dict[str, str | int]:
        """The file as an answer names it."""
        return {
            "name": self.name,
            "size": self.size,
            "sha256": self.sha256,
            "media_type": self.media_type,
        }


def safe_name(name: str) -> str:
    """A file's name without folders, control characters and what systems stumble over."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    kept = "".join(
        "_" if sign in '<>:"|?*' else sign
        for sign in name
        if unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
    )
    kept = kept.strip(" .")
    stem, dot, ending = kept.rpartition(".")
    if len(kept) > 120:
        kept = stem[: 119 - len(ending)] + dot + ending[:20]
    return kept or "namnlös"


@contextmanager
def received_file(stream: IO[bytes], name: str, max_megabytes: int = 25) -> Iterator[Upload]:
    """Take a file from a stream, without holding it in memory, and judge it by its content.

    Raises Invalid: ``file_empty``, ``file_too_large``, ``file_type``, ``file_not_its_name``.
    """
    clean = safe_name(name)
    with tempfile.SpooledTemporaryFile(max_size=MEGABYTE) as file:
        digest, size = hashlib.sha256(), 0
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > max_megabytes * MEGABYTE:
                raise Invalid("file_too_large", name=clean, max=max_megabytes)
            digest.update(chunk)
            file.write(chunk)
        if not size:
            raise Invalid("file_empty", name=clean)
        media_type = judge_content(file, clean)
        file.seek(0)
        yield Upload(clean, size, digest.hexdigest(), media_type, file)


def judge_content(file: IO[bytes], name: str) -> str:
    """The media type of a file whose bytes are what its name says. Raises Invalid."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    media_type = MEDIA_TYPES.get(ending)
    if media_type is None:
        raise Invalid("file_type", name=name, types=", ".join(sorted(MEDIA_TYPES)))
    file.seek(0)
    head = file.read(8192)
    if not _is(ending, media_type, head, file):
        raise Invalid("file_not_its_name", name=name, ending=ending)
    return media_type


def _guess(head: bytes) -> str | None:
    """The media type that the first bytes tell, or None."""
    import filetype  # read in with the first file, not by every server at its start

    guess = filetype.guess(head)
    return None if guess is None else str(guess.mime)


def _is(ending: str, media_type: str, head: bytes, file: IO[bytes]) -> bool:
    if ending in _MAIN_PART or ending in ("odt", "ods"):
        return _is_office(ending, media_type, file)
    if media_type.startswith("text/") or ending in ("json", "xml"):
        return _is_text(head)
    return _guess(head) == media_type


def _is_office(ending: str, media_type: str, file: IO[bytes]) -> bool:
    file.seek(0)
    try:
        if zip_entries.count_entries(file) > zip_entries.MOST:
            return False
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            if ending in _MAIN_PART:
                inside = any(item.startswith(_MAIN_PART[ending]) for item in names)
                return inside and "[Content_Types].xml" in names
            with archive.open("mimetype") as member:
                return member.read(200).decode("ascii", "replace").strip() == media_type
    except (zipfile.BadZipFile, KeyError, OSError, EOFError, NotImplementedError, RuntimeError):
        return False


def _is_text(head: bytes) -> bool:
    if b"\x00" in head or _guess(head) is not None:
        return False
    for encoding in ("utf-8", "cp1252"):
        try:
            # The last few bytes may be half a character.
            head[:-4].decode(encoding) if len(head) == 8192 else head.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


def store_upload(session: Session, upload: Upload) -> None:
    """Keep the bytes, once for each SHA-256."""
    if session.get(Blob, upload.sha256) is not None:
        return
    session.add(Blob(sha256=upload.sha256, size=upload.size, media_type=upload.media_type))
    session.flush()
    upload.file.seek(0)
    number = 0
    while chunk := upload.file.read(CHUNK):
        session.execute(
            insert(BlobChunk), {"sha256": upload.sha256, "number": number, "data": chunk}
        )
        number += 1


def store_bytes(session: Session, data: bytes, name: str, media_type: str) -> Upload:
    """Keep bytes that the program made itself, such as an archive copy."""
    sha256 = hashlib.sha256(data).hexdigest()
    upload = Upload(name, len(data), sha256, media_type, io.BytesIO(data))
    store_upload(session, upload)
    return upload


def read_blob(session: Session, sha256: str) -> Iterator[bytes]:
    """The bytes of a blob, chunk by chunk. Raises NotFound."""
    if session.get(Blob, sha256) is None:
        raise NotFound("no_file")
    query = select(col(BlobChunk.data)).where(col(BlobChunk.sha256) == sha256)
    yield from session.execute(
        query.order_by(col(BlobChunk.number)).execution_options(yield_per=8)
    ).scalars()


def blob_bytes(session: Session, sha256: str) -> bytes:
    """All bytes of a blob. Raises NotFound; ValueError if they are not what was stored."""
    data = b"".join(read_blob(session, sha256))
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ValueError(f"the stored file {sha256} has changed")
    return data


def blob_file(session: Session, sha256: str) -> IO[bytes]:
    """A blob as a temporary file to read from its beginning: on disk, when it is large. Raises
    as ``blob_bytes``."""
    file = tempfile.SpooledTemporaryFile(max_size=MEGABYTE)  # noqa: SIM115 - whoever asks closes it
    digest = hashlib.sha256()
    try:
        for piece in read_blob(session, sha256):
            digest.update(piece)
            file.write(piece)
        if digest.hexdigest() != sha256:
            raise ValueError(f"the stored file {sha256} has changed")
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def remove_unused(session: Session, hashes: Iterable[str]) -> int:
    """Delete those blobs that nothing names any more; how many that were.

    Whatever table names a blob does so by a foreign key, so a new table counts by itself.
    """
    removed = 0
    for sha256 in sorted(hashes):
        if not any(
            session.execute(select(column).where(column == sha256).limit(1)).first()
            for column in columns_that_name_blobs()
        ):
            session.execute(delete(BlobChunk).where(col(BlobChunk.sha256) == sha256))
            session.execute(delete(Blob).where(col(Blob.sha256) == sha256))
            removed += 1
    return removed


def columns_that_name_blobs() -> list[Column[str]]:
    """Every column that names a blob, but that of its own pieces."""
    blob, chunks = table_of(Blob), table_of(BlobChunk)
    return [
        key.parent
        for table in blob.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column is blob.c.sha256 and table is not chunks
    ]
