"""A stage whose form has options with texts of their own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from survey_app.services.specification import add_specification
from tests.short_form import QUESTIONNAIRE
from tests.stage import Stage, build_stage

from .material import CHOICES


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = build_stage(tmp_path)
    first, last = QUESTIONNAIRE["sections"]
    spec = {**QUESTIONNAIRE, "id": "rensning", "sections": [
        {**first, "questions": [*first["questions"], CHOICES]}, last]}  # fmt: skip
    with made.database.writing() as session:
        made.specification = add_specification(session, json.dumps(spec), made.now)
    yield made
    made.database.close()
