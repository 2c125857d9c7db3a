"""Files that are posted: taken whole, judged, and offered to the scanner before anything is stored.

The only door: no other module of the web takes a file (``tests/test_house.py``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from flask import request
from werkzeug.datastructures import FileStorage

from survey_app.services.scanner import Infected, Scanner
from survey_app.services.security.log import note
from survey_app.services.upload import Upload, received_file
from survey_app.web.place import actor, place, writing


@contextmanager
def received(incoming: FileStorage, most_megabytes: int = 25) -> Iterator[Upload]:
    """A file of the form, whole, judged and scanned.

    Raises what ``received_file`` does, and Infected, ScannerDown, Invalid
    (``scanner_refused_size``) where a scanner is set.
    """
    with received_file(incoming.stream, incoming.filename or "", most_megabytes) as upload:
        scan(upload.file, upload.name)
        yield upload


@contextmanager
def posted_file(name: str) -> Iterator[Upload | None]:
    """The one file of a field of the form, or None where none was chosen. Raises as above."""
    incoming = request.files.get(name)
    if incoming is None or not incoming.filename:
        yield None
        return
    with received(incoming) as upload:
        yield upload


def scan(file: IO[bytes], name: str) -> None:
    """Offer a file to the scanner, where one is set; what it refuses stands in the security log.

    Raises Infected, ScannerDown, Invalid (``scanner_refused_size``).
    """
    address = place().settings.scanner
    if not address:
        return
    try:
        Scanner(address).scan(file, name)
    except Infected as infected:
        digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
        with writing() as session:
            note(session, "file_refused", by=actor().account_id, sha256=digest,
                 signature=infected.signature)  # fmt: skip
        raise
