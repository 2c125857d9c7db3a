"""A provider of our own, and a region that signs in by it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.oidc.provider import Provider
from tests.oidc.trips import Region
from tests.stage import build_stage


@pytest.fixture(scope="module")
def own_provider() -> Iterator[Provider]:
    provider = Provider()
    yield provider
    provider.close()


@pytest.fixture
def region(own_provider: Provider, tmp_path: Path) -> Iterator[Region]:
    own_provider.about, own_provider.down = {}, False
    stage = build_stage(tmp_path, own_provider.environment())
    app = stage.app()
    yield Region(stage, app, own_provider)
    for database in (stage.database, app.extensions["redogor"].database):
        database.close()
