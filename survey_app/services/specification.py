"""Questionnaires at work: read from their files, kept with the answers, found by SHA-256."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sqlalchemy import select
from sqlmodel import Session, col

from survey_app.core.finding import SpecificationError
from survey_app.core.questionnaire import Questionnaire
from survey_app.core.reading import read_questionnaire
from survey_app.services.refusal import NotFound
from survey_app.store.tables import Specification


def questionnaire_files(folder: Path) -> list[Path]:
    """The questionnaires of a folder, by name; the schema beside them is none."""
    return sorted(path for path in folder.glob("*.json") if not path.name.endswith(".schema.json"))


@dataclass(frozen=True, slots=True)
class Form:
    """A questionnaire at hand: its file's name, its text, and what that says."""

    name: str
    body: str
    questionnaire: Questionnaire


@dataclass(frozen=True, slots=True)
class AtHand:
    """What a folder holds. ``damaged``: files that are no questionnaires, by name, and why."""

    forms: tuple[Form, ...]
    damaged: Mapping[str, str]


def forms_in(folder: Path) -> AtHand:
    """The questionnaires of a folder, by file name: one that cannot be read hides no other.

    A file is read anew when it, or who may read it, has changed.
    """
    found = {path.name: _read(path, _stamp(path)) for path in questionnaire_files(folder)}
    return AtHand(
        tuple(form for form in found.values() if isinstance(form, Form)),
        {name: why for name, why in found.items() if isinstance(why, str)},
    )


def _stamp(path: Path) -> tuple[int, int]:
    try:
        told = path.stat()
    except OSError:
        return 0, 0
    return told.st_mtime_ns, told.st_ctime_ns


@lru_cache(maxsize=256)
def _read(path: Path, _stamp: tuple[int, int]) -> Form | str:
    """A file's questionnaire, or why it has none."""
    try:
        return form_of(path.read_text(encoding="utf-8"), path.name)
    except (SpecificationError, UnicodeDecodeError, OSError) as error:
        return str(error)


def form_of(body: str, name: str = "") -> Form:
    """A text as a form. Raises SpecificationError."""
    return Form(name, body, questionnaire_of(body))


@lru_cache(maxsize=64)
def questionnaire_of(body: str) -> Questionnaire:
    """What the text of a questionnaire says, read once a process. Raises SpecificationError."""
    return read_questionnaire(body)


def add_specification(session: Session, body: str, now: datetime.datetime) -> str:
    """Keep a questionnaire as it is; returns its SHA-256. Raises SpecificationError."""
    questionnaire = questionnaire_of(body)
    sha256 = hashlib.sha256(body.encode()).hexdigest()
    if session.get(Specification, sha256) is None:
        session.add(
            Specification(
                sha256=sha256,
                questionnaire=questionnaire.id,
                version=questionnaire.version,
                body=body,
                added=now,
            )
        )
        session.flush()
    return sha256


_BY_SHA256: dict[str, Questionnaire] = {}


def find_questionnaire(session: Session, sha256: str) -> Questionnaire:
    """The questionnaire with a hash. Its text never changes, so it is read once a process."""
    found = _BY_SHA256.get(sha256)
    if found is None:
        row = session.get(Specification, sha256)
        if row is None:
            raise NotFound("no_questionnaire")
        found = _BY_SHA256[sha256] = questionnaire_of(row.body)
    return found


def list_questionnaires(session: Session) -> list[Questionnaire]:
    """The newest version of every questionnaire that was ever used, by id."""
    query = select(col(Specification.sha256)).order_by(col(Specification.added))
    found = [find_questionnaire(session, sha256) for sha256 in session.execute(query).scalars()]
    return sorted({item.id: item for item in found}.values(), key=lambda item: item.id)
