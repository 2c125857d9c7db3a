"""A desk of one's own for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contributions.asking import NUMBER, Desk
from tests.stage import build_stage


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    stage = build_stage(tmp_path)
    [main] = stage.open(NUMBER)
    yield Desk(stage, main)
    stage.database.close()


@pytest.fixture
def app(desk: Desk) -> Iterator[Any]:
    made = desk.stage.app()
    yield made
    made.extensions["redogor"].database.close()
