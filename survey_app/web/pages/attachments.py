"""Giving out the files of an answer."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from typing import IO
from urllib.parse import quote

from flask import Blueprint, Response

from survey_app.core.workflow import Action
from survey_app.services.attachment import find_attachment
from survey_app.services.upload import blob_file
from survey_app.web.access import action
from survey_app.web.place import actor, reading

pages = Blueprint("attachments", __name__)
PIECE = 256 * 1024


@pages.get("/submissions/<int:submission_id>/attachments/<sha256>")
@action(Action.READ)
def download(submission_id: int, sha256: str) -> Response:
    """The file, to be saved and never to be run in the browser."""
    with reading() as session:
        attachment = find_attachment(session, actor(), submission_id, sha256)
        file = blob_file(session, sha256)
    letters = letters_of(file) if attachment.media_type.startswith("text/") else ""
    file.seek(0)
    response = as_download(b"", attachment.name, attachment.media_type, letters)
    response.response = _pieces(file)
    response.content_length = attachment.size
    response.call_on_close(file.close)
    return response


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    """The file, without ever holding it whole in memory; closed at its end."""
    with file:
        while piece := file.read(PIECE):
            yield piece


def letters_of(pieces: Iterable[bytes]) -> str:
    """In which letters a text came: UTF-8, or else the old ones of Windows."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for piece in pieces:
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "windows-1252"
    return "utf-8"


def as_download(data: bytes, name: str, media_type: str, letters: str = "") -> Response:
    """Bytes as a file to save, under its own name with all its letters (RFC 6266, RFC 8187).

    letters  of a text, where they are not to be seen from ``data``
    """
    plain = "".join(sign if sign.isascii() and sign not in '"\\%' else "_" for sign in name)
    response = Response(data, mimetype=media_type)
    if media_type.startswith("text/"):
        response.content_type = f"{media_type}; charset={letters or letters_of([data])}"
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
