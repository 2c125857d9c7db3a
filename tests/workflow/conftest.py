"""A stage, its application, and a submission that awaits approval."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from survey_app.core.workflow import State
from tests.stage import Stage, build_stage


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = build_stage(tmp_path)
    yield made
    made.database.close()


@pytest.fixture
def sent(stage: Stage) -> int:
    """A submission that awaits approval, written by the strategist."""
    [submission] = stage.open("RS2501")
    stage.bring(submission, State.AWAITING_APPROVAL)
    return submission


@pytest.fixture
def app(stage: Stage) -> Iterator[Any]:
    made = stage.app()
    yield made
    made.extensions["redogor"].database.close()
