"""A submission that awaits approval."""

from __future__ import annotations

import pytest

from survey_app.core.workflow import State
from tests.stage import Stage


@pytest.fixture
def sent(stage: Stage) -> int:
    """A submission that awaits approval, written by the strategist."""
    [submission] = stage.open("RS2501")
    stage.bring(submission, State.AWAITING_APPROVAL)
    return submission
