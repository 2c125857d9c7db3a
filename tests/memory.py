"""Files of tests in memory, where there is room: a commit waits for no disk, a folder is soon gone.

Not those of ``tests/durability``: there the moments in which the disk is waited for are the ones in
which a server is killed.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

_MEMORY = Path("/dev/shm")
_FREE = Path("/proc/meminfo")
_NEEDED = 8 << 30
"""Bytes that must be free for the folders of a run: those of tests that passed are removed at once,
those of modules when they end."""
_PYTEST = "PYTEST_DEBUG_TEMPROOT"


def memory_with(room: int) -> Path | None:
    """A folder in memory with so many bytes free; None where there is none, or memory is short."""
    if not _MEMORY.is_dir() or shutil.disk_usage(_MEMORY).free < room:
        return None
    for line in _FREE.read_text("ascii").splitlines():
        name, _, told = line.partition(":")
        if name == "MemAvailable" and int(told.split()[0]) * 1024 > room:
            return _MEMORY
    return None


def lay_in_memory() -> None:
    """Let pytest make its folders in memory, unless it was told where."""
    if _PYTEST not in os.environ and (folder := memory_with(_NEEDED)):
        os.environ[_PYTEST] = str(folder)
