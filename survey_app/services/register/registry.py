"""The registrar's list: every document of a case, with a running number (OSL 5:2)."""

from __future__ import annotations

from typing import NamedTuple

from sqlmodel import Session

from survey_app.export.pdf.drawing import render
from survey_app.export.registry import Entry, EntryFile, registry_csv, registry_outline
from survey_app.services.actor import Actor
from survey_app.services.case import find_case
from survey_app.services.refusal import NotFound
from survey_app.services.register.entries import entries_of
from survey_app.store.tables import Blob, Case, Unit


class RegistryFiles(NamedTuple):
    """The whole list, for the package of the case."""

    pdf: bytes
    csv: bytes


def list_entries(session: Session, actor: Actor, diary_number: str) -> list[Entry]:
    """Every document of a case in the order of their numbers. Raises NotFound."""
    case = find_case(session, actor, diary_number)
    assert case.id is not None
    return entries_of(session, case.id)


def find_entry(session: Session, actor: Actor, diary_number: str, number: int) -> Entry:
    """The document with a running number. Raises NotFound."""
    entries = list_entries(session, actor, diary_number)
    if not 1 <= number <= len(entries):
        raise NotFound("no_document")
    return entries[number - 1]


def find_file(
    session: Session, actor: Actor, diary_number: str, number: int
) -> tuple[EntryFile, Blob]:
    """The file of a document that was registered by hand. Raises NotFound."""
    entry = find_entry(session, actor, diary_number, number)
    if entry.file is None or not entry.key.startswith("document:"):
        raise NotFound("no_file")
    blob = session.get(Blob, entry.file.sha256)
    assert blob is not None
    return entry.file, blob


def registry_pdf(
    session: Session, actor: Actor, diary_number: str, created: str, *, public: bool
) -> bytes:
    """The list as PDF, as it was at a moment (ISO time with zone). Raises NotFound."""
    case = find_case(session, actor, diary_number)
    assert case.id is not None
    return _pdf(session, case, entries_of(session, case.id), created, public=public)


def registry_files(
    session: Session, actor: Actor, diary_number: str, created: str
) -> RegistryFiles:
    """What the package of a case takes in. The same case and moment give the same bytes.

    created  ISO time with zone. Raises NotFound.
    """
    entries = list_entries(session, actor, diary_number)
    return RegistryFiles(
        pdf=registry_pdf(session, actor, diary_number, created, public=False),
        csv=registry_csv(diary_number, entries, public=False),
    )


def _pdf(
    session: Session, case: Case, entries: list[Entry], created: str, *, public: bool
) -> bytes:
    unit = session.get(Unit, case.unit_id)
    assert unit is not None
    heading: dict[str, str | bool] = {
        "diary_number": case.diary_number,
        "title": case.title,
        "practice": case.practice,
        "unit": unit.name,
    }
    return render(registry_outline(heading, entries, created, public=public))
