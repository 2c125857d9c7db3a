"""A stage with one draft, for the work on its questions; made once and copied."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from survey_app.config import read_settings
from survey_app.store.engine import Database
from tests.databases import copy_installation, database_environment, lay_out
from tests.stage import Stage, build_stage

from .work import NUMBER


@pytest.fixture(scope="session")
def template(database_kind: str, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    folder = tmp_path_factory.mktemp("tasks")
    made = build_stage(folder, database_environment(lay_out(folder / "instance")))
    assert made.open(NUMBER) == [1]
    made.database.close()
    return made


@pytest.fixture
def stage(template: Stage, tmp_path: Path) -> Iterator[Stage]:
    instance = copy_installation(template.settings.instance, tmp_path / "instance")
    environment = {"SURVEY_APP_QUESTIONNAIRES": str(template.settings.questionnaires)}
    environment |= database_environment(instance)
    settings = read_settings(environment, instance=instance, https=False, testing=True)
    made = replace(template, settings=settings, database=Database(settings.database_url))
    yield made
    made.database.close()
