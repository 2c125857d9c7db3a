"""A stage with one draft, for the work on its questions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stage import Stage, build_stage

from .work import NUMBER


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = build_stage(tmp_path)
    assert made.open(NUMBER) == [1]
    yield made
    made.database.close()
