"""The questionnaires in the installation's folder, and which of them is newer than a draft's."""

from __future__ import annotations

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
    found = {
        path.name: _read(path, _stamp(path))
        for path in questionnaire_files(place().settings.questionnaires)
    }
    return AtHand(
        tuple(form for form in found.values() if form is not None),
        tuple(name for name, form in found.items() if form is None),
    )


def newer_version(questionnaire: Questionnaire) -> str:
    """The newest later version at hand; empty if there is none."""
    own = [form.questionnaire for form in forms_at_hand().forms
           if form.questionnaire.id == questionnaire.id]  # fmt: skip
    newest = max(own, key=version_of, default=questionnaire)
    return newest.version if version_of(newest) > version_of(questionnaire) else ""


def _stamp(path: Path) -> tuple[int, int]:
    """What differs once a file, or who may read it, has changed."""
    try:
        told = path.stat()
    except OSError:
        return 0, 0
    return told.st_mtime_ns, told.st_ctime_ns


@lru_cache(maxsize=256)
def _read(path: Path, _stamp: tuple[int, int]) -> Form | None:
    """A file's questionnaire; None, and a line in the log, where it has none."""
    try:
        body = path.read_text(encoding="utf-8")
        return Form(path.name, body, questionnaire_of(body))
    except (SpecificationError, UnicodeDecodeError, OSError) as error:
        log.warning("the questionnaire %s cannot be used: %s", path.name, error)
        return None
