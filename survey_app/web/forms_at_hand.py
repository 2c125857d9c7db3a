"""The questionnaires in the installation's folder, and which of them is newer than a draft's."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from survey_app.core.finding import SpecificationError
from survey_app.core.questionnaire import Questionnaire
from survey_app.core.succession import version_of
from survey_app.services.specification import questionnaire_files, questionnaire_of
from survey_app.web.place import place

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Form:
    """A questionnaire at hand: its file's name, its text, and what that says."""

    name: str
    body: str
    questionnaire: Questionnaire


@dataclass(frozen=True, slots=True)
class AtHand:
    """What the folder holds. ``damaged``: names of files that are no questionnaires."""

    forms: tuple[Form, ...]
    damaged: tuple[str, ...]


def forms_at_hand() -> AtHand:
    """The questionnaires of the folder, by file name.

    One that cannot be read hides none of the others: who chooses is told its name, the log and the
    doctor tell it to who runs the installation.
    """
    forms, damaged = [], []
    for path in questionnaire_files(place().settings.questionnaires):
        try:
            body = path.read_text(encoding="utf-8")
            forms.append(Form(path.name, body, questionnaire_of(body)))
        except (SpecificationError, UnicodeDecodeError, OSError) as error:
            log.warning("the questionnaire %s cannot be used: %s", path.name, error)
            damaged.append(path.name)
    return AtHand(tuple(forms), tuple(damaged))


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
