"""A stage whose mail goes to a post office, and its application."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.mail.post_office import PostOffice, open_office
from tests.stage import Stage, build_stage


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with open_office() as opened:
        yield opened


@pytest.fixture
def stage(tmp_path: Path, office: PostOffice) -> Iterator[Stage]:
    made = build_stage(tmp_path / "stage", office.environment)
    yield made
    made.database.close()


@pytest.fixture
def app(stage: Stage) -> Iterator[Flask]:
    """Mail leaves when a test has it leave (``letters``), not beside what is being watched."""
    made = stage.app()
    made.extensions["redogor"].send_mail = None
    yield made
    made.extensions["redogor"].database.close()
