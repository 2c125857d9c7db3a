"""A world of which the key that signs is changed."""

from __future__ import annotations

import pytest

from survey_app.core.workflow import Role, State
from tests.security.key_changes import change_roles
from tests.stage import Stage


@pytest.fixture
def served(stage: Stage) -> Stage:
    """A small world whose key the database knows, with heads of a case and of the log."""
    stage.app().extensions["redogor"].database.close()
    [submission] = stage.open("RS260001")
    stage.bring(submission, State.HANDED_IN)
    change_roles(stage, {Role.STRATEGIST, Role.ARCHIVIST})
    return stage
