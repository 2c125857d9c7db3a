"""What must be safe: the refusal of settings that are not, and secrets in files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


class UnsafeSettings(ValueError):
    """Settings that would put answers at risk; the message says which and what to do."""


def secret_in(said: Mapping[str, str], name: str, prefix: str) -> str:
    """A secret as it is said, or what stands in the file that ``NAME_FILE`` names.

    said    settings by their names without the prefix
    Raises UnsafeSettings for a file that is missing or open to others.
    """
    if not (path := said.get(f"{name}_FILE")):
        return said.get(name, "")
    setting = f"{prefix}{name}_FILE"
    refuse_open_file(Path(path), setting)
    return Path(path).read_text(encoding="utf-8").rstrip("\r\n")


def refuse_open_file(path: Path, setting: str) -> None:
    """A file with a secret is there, and nobody but its owner can read it."""
    if not path.is_file():
        raise UnsafeSettings(f"{setting}: there is no file {path}.")
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise UnsafeSettings(f"{setting}: others can read {path}. Type: chmod 600 {path}")
