"""Addresses that somebody else hands us."""

from __future__ import annotations

from urllib.parse import urlsplit


def safe_path(wanted: str | None) -> str:
    """A path of this site, or the front page: never another site (ASVS 5.0, 3.7.2)."""
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")):
        return "/"
    if any(ord(sign) < 32 for sign in wanted) or urlsplit(wanted).netloc:
        return "/"
    return wanted
