"""A table of one's own for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.rounds.asking import Table, set_table
from tests.stage import build_stage


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    stage = build_stage(tmp_path)
    yield set_table(stage)
    stage.database.close()


@pytest.fixture
def app(table: Table) -> Iterator[Any]:
    made = table.stage.app()
    yield made
    made.extensions["redogor"].database.close()
