"""A survey of one's own for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.stage import build_stage
from tests.surveys.asking import NUMBER, Poll


@pytest.fixture
def poll(tmp_path: Path) -> Iterator[Poll]:
    stage = build_stage(tmp_path)
    stage.open(NUMBER)
    yield Poll(stage)
    stage.database.close()


@pytest.fixture
def app(poll: Poll) -> Iterator[Flask]:
    made = poll.stage.app()
    yield made
    made.extensions["redogor"].database.close()
