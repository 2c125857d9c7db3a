"""The papers an IT department asks for say nothing that is not there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

import survey_app
from survey_app.cli import main

HOUSE = Path(survey_app.__file__).parent
PAPERS = sorted((HOUSE / "papers").glob("*.md"))


def test_they_are_the_ones_that_are_asked_for() -> None:
    assert {path.stem for path in PAPERS} == {
        "behandlingsregister", "dataflode", "incident", "informationsklassning",
        "konsekvensbedomning",
    }  # fmt: skip


@pytest.mark.parametrize("path", PAPERS, ids=lambda path: path.stem)
def test_a_command_or_setting_that_is_named_is_there(path: Path) -> None:
    words = path.read_text(encoding="utf-8")
    assert len(words.split()) <= 700, "two pages"
    settings = "".join(file.read_text(encoding="utf-8") for file in HOUSE.rglob("config/*.py"))
    for name in re.findall(
        r"\b(?:SURVEY_APP_[A-Z_]+|SECRET_KEY(?:_BEFORE)?|DATABASE_URL)\b", words
    ):
        assert f'"{name}"' in settings, name
    for command in re.findall(r"`survey-app (?:--instance \S+ )?([a-z -]+?)(?= [A-Z/]|`)", words):
        wanted = [word for word in command.split() if not word.startswith("--")]
        told = CliRunner().invoke(main, [*wanted, "--help"])
        assert told.exit_code == 0, f"survey-app {command}: {told.output}"
