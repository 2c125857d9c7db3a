"""Which formats are for preservation. Others are kept as received and flagged, never converted.

The list follows Riksarkivet's technical requirements for electronic records (RA-FS 2009:2, chapter
3, and its guidance on the choice of formats): open, standardised, widely readable. The regulation
binds state authorities; a region's archive authority may decide otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol

SOURCE = "Riksarkivets tekniska krav för elektroniska handlingar (RA-FS 2009:2)"

PRESERVED: dict[str, str] = {
    "application/json": "JSON (RFC 8259), text i UTF-8",
    "application/xml": "XML",
    "text/plain": "ren text",
    "text/csv": "tabell i ren text (CSV)",
    "image/tiff": "TIFF",
    "image/png": "PNG",
    "image/jpeg": "JPEG",
}
"""Formats that are preserved as they are, by media type."""

_PDF = "application/pdf"
_REASONS: dict[str, str] = {
    _PDF: "PDF som inte säger sig vara PDF/A",
    "application/vnd.oasis.opendocument.text": "redigerbart dokument (ODF)",
    "application/vnd.oasis.opendocument.spreadsheet": "redigerbart kalkylblad (ODF)",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document":
        "redigerbart dokument (Word)",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":
        "redigerbart kalkylblad (Excel)",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation":
        "redigerbart bildspel (PowerPoint)",
}  # fmt: skip
_PDFA = re.compile(rb"pdfaid:part(?:\s*=\s*[\"']|>)\s*([1-4])\b", re.ASCII)


class File(Protocol):
    """A file to judge."""

    @property
    def data(self) -> bytes: ...

    @property
    def media_type(self) -> str: ...


def problem(media_type: str, data: bytes) -> str:
    """Why a file's format is no preservation format, in Swedish; ``""`` if it is one.

    A PDF that says in its metadata that it is PDF/A is believed; whether it is, only a validator
    can tell.
    """
    if media_type in PRESERVED:
        return ""
    if media_type == _PDF and _PDFA.search(data):
        return ""
    return _REASONS.get(media_type, f"okänt för listan ({media_type})")


def advice(file: File) -> str:
    """A note on a file whose format is no preservation format; ``""`` where it is one."""
    found = problem(file.media_type, file.data)
    return f"Inget bevarandeformat: {found}. Bevarad som den mottogs." if found else ""


def flagged(files: Iterable[tuple[str, File]]) -> list[tuple[str, str]]:
    """The files whose format is no preservation format: name and why."""
    judged = ((name, problem(file.media_type, file.data)) for name, file in files)
    return [(name, why) for name, why in judged if why]
