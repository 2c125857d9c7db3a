"""Addresses that somebody else hands us."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from werkzeug.routing import IntegerConverter


class RowNumber(IntegerConverter):
    """An id in an address; a number that no row can have is no address of ours (404)."""

    regex = "[0-9]{1,10}"

    def __init__(self, url_map: Any) -> None:
        super().__init__(url_map, max=2**31 - 1)


def safe_path(wanted: str | None) -> str:
    """A path of this site, or the front page: never another site (ASVS 5.0, 3.7.2)."""
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")):
        return "/"
    if any(ord(sign) < 32 for sign in wanted) or urlsplit(wanted).netloc:
        return "/"
    return wanted
