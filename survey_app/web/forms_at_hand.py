"""The questionnaires in the installation's folder, and which of them is newer than a draft's."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from survey_app.core.questionnaire import Questionnaire
from survey_app.core.succession import version_of
from survey_app.services.specification import questionnaire_files
from survey_app.web.place import place


def forms_at_hand() -> dict[str, str]:
    """The questionnaires' texts by file name."""
    folder = place().settings.questionnaires
    return {path.name: path.read_text(encoding="utf-8") for path in questionnaire_files(folder)}


def newer_version(questionnaire: Questionnaire) -> str:
    """The newest later version at hand; empty if there is none."""
    folder = place().settings.questionnaires
    found = [
        version
        for path in questionnaire_files(folder)
        if (told := _named(path, path.stat().st_mtime_ns)) and told[0] == questionnaire.id
        if _numbers(version := told[1]) > version_of(questionnaire)
    ]
    return max(found, key=_numbers, default="")


@lru_cache(maxsize=256)
def _named(path: Path, _changed: int) -> tuple[str, str] | None:
    """A file's id and version; None where it has none. Read again when the file has changed."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return str(document["id"]), str(document["version"])
    except (ValueError, KeyError, TypeError):
        return None


def _numbers(version: str) -> tuple[int, ...]:
    parts = version.split(".")
    return tuple(map(int, parts)) if all(part.isdecimal() for part in parts) else ()
