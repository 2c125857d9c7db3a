"""Questionnaires at work: read from their files, kept with the answers, found by SHA-256."""

from __future__ import annotations

import datetime
import hashlib
from functools import lru_cache
from pathlib import Path

from sqlalchemy import select
from sqlmodel import Session, col

from survey_app.core.questionnaire import Questionnaire
from survey_app.core.reading import read_questionnaire
from survey_app.services.refusal import NotFound
from survey_app.store.tables import Specification


def questionnaire_files(folder: Path) -> list[Path]:
    """The questionnaires of a folder, by name; the schema beside them is none."""
    return sorted(path for path in folder.glob("*.json") if not path.name.endswith(".schema.json"))


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
