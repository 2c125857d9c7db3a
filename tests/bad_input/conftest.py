"""One demo for all of these tests: each reads the versions that it builds upon."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Installation, Person, open_installation
from tests.databases import copy_installation


@pytest.fixture(scope="package")
def shared(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The demo, opened once."""
    folder = tmp_path_factory.mktemp("bad") / "instance"
    copy_installation(demo_template, folder, kept=True)  # a database goes with its module
    opened = open_installation(folder)
    yield opened
    opened.database.close()


@pytest.fixture
def strateg(shared: Installation) -> Person:
    return shared.person("strateg")
