"""A post office, and a stage whose mail goes there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mail.post_office import PostOffice, open_office
from tests.stage import Stage, build_stage


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with open_office() as opened:
        yield opened


@pytest.fixture
def stage(tmp_path: Path, office: PostOffice) -> Iterator[Stage]:
    made = build_stage(tmp_path, office.environment)
    yield made
    made.database.close()
