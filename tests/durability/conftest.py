"""What outlives what: on a real disk."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """A folder of a test's own on the disk, wherever those of others lie."""
    with tempfile.TemporaryDirectory(prefix="redogor-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)
