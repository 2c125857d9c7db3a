"""The indicator report as a draft, with the person who fills it in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.stage import build_stage
from tests.tables.desk import Desk, lay_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    stage = build_stage(tmp_path)
    made = lay_desk(stage)
    yield made
    for database in (stage.database, made.app.extensions["redogor"].database):
        database.close()


@pytest.fixture
def page(desk: Desk) -> Any:
    return desk.person.client
