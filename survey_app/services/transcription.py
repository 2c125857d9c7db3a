"""Typing approved answers over into the authority's form: what stands there already, by whom."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from survey_app.core.transcription import Field, TypedSection, fields_of, transcribe
from survey_app.core.workflow import Action
from survey_app.services.actor import Actor
from survey_app.services.refusal import NotFound
from survey_app.services.scope import is_completion, scope_of
from survey_app.services.submission import Dossier, open_submission
from survey_app.store.tables import (
    Account,
    FrozenRecord,
    Submission,
    TranscribedField,
)


@dataclass(frozen=True, slots=True)
class Tick:
    """That a field was typed over.

    earlier  it was done for the submission that this one corrects
    before   what was typed then, where the correction changed it: it must be done again
    """

    author: str
    at: datetime.datetime
    earlier: bool = False
    before: str | None = None

    @property
    def holds(self) -> bool:
        """Whether the authority's form says what is approved."""
        return self.before is None


@dataclass(frozen=True, slots=True)
class Transcription:
    """A record to type over, and how far it is.

    gone       fields that were typed over and that the correction left out
    successor  the submission that corrects this one, if there is one
    """

    dossier: Dossier
    sections: list[TypedSection]
    fields: Mapping[str, Field]
    ticks: Mapping[str, Tick]
    gone: list[tuple[Field, Tick]]
    successor: int | None

    @property
    def done(self) -> int:
        """How many fields stand in the authority's form."""
        return sum(tick.holds for tick in self.ticks.values())


def prepare_transcription(session: Session, actor: Actor, submission_id: int) -> Transcription:
    """The record field by field. Raises NotFound, Forbidden, WrongState."""
    return read_transcription(
        session, open_submission(session, actor, submission_id, Action.HAND_IN)
    )


def read_transcription(session: Session, dossier: Dossier) -> Transcription:
    """The approved record of a dossier field by field, with what is ticked."""
    sections = _typed(session, dossier, dossier.id)
    fields = fields_of(sections)
    ticks: dict[str, Tick] = {}
    gone: list[tuple[Field, Tick]] = []
    told: set[str] = set()
    for place, of in enumerate(_lineage(session, dossier)):
        rows = [(row, name) for row, name in _rows(session, of) if row.field not in told]
        told |= {row.field for row, _ in rows}
        old = fields_of(_typed(session, dossier, of)) if place and rows else fields
        for row, name in rows:
            was, now = old.get(row.field), fields.get(row.field)
            if not row.done or was is None:
                continue
            if now is None:
                gone.append((was, Tick(name, row.at, earlier=True)))
                continue
            before = was.text if row.text_sha256 != now.digest else None
            ticks[row.field] = Tick(name, row.at, earlier=place > 0, before=before)
    return Transcription(dossier, sections, fields, ticks, gone, _successor(session, dossier.id))


def _typed(session: Session, dossier: Dossier, submission_id: int) -> list[TypedSection]:
    frozen = session.get(FrozenRecord, submission_id)
    assert frozen is not None
    return transcribe(json.loads(frozen.body), dossier.questionnaire, scope_of(dossier))


def _lineage(session: Session, dossier: Dossier) -> Iterator[int]:
    """The submission and those that it corrects. A completion is typed into a form of its own, so
    what stands in an earlier one does not count there."""
    found: int | None = dossier.id
    while found is not None:
        yield found
        row = session.get(Submission, found)
        assert row is not None
        found = None if is_completion(session, found) else row.corrects


def _rows(session: Session, submission_id: int) -> list[tuple[TranscribedField, str]]:
    query = (
        select(TranscribedField, col(Account.name))
        .join(Account, col(Account.id) == col(TranscribedField.author_id))
        .where(col(TranscribedField.submission_id) == submission_id)
    )
    return [(row, name) for row, name in session.execute(query)]


def _successor(session: Session, submission_id: int) -> int | None:
    query = select(col(Submission.id)).where(col(Submission.corrects) == submission_id)
    found: int | None = session.execute(query).scalars().first()
    return found


def tick_fields(
    session: Session,
    actor: Actor,
    submission_id: int,
    changes: Mapping[str, bool],
    now: datetime.datetime,
) -> Transcription:
    """Say of fields, by key, whether they stand in the authority's form. What is not named stays.

    A field that the correction left out can only be said to stand there no longer.
    Raises NotFound (``no_field`` too), Forbidden, WrongState; then nothing is changed.
    """
    dossier = open_submission(session, actor, submission_id, Action.HAND_IN, hold=True)
    seen = read_transcription(session, dossier)
    gone = {field.key: field for field, _tick in seen.gone}
    for key, done in changes.items():
        field = seen.fields.get(key) or gone.get(key)
        if field is None or (done and key in gone):
            raise NotFound("no_field")
        tick = seen.ticks.get(key)
        so = tick is not None and tick.holds if done else tick is None
        if key not in gone and so:
            continue  # it is so already: who did it first, and when, stays
        row = session.get(TranscribedField, (submission_id, key)) or TranscribedField(
            submission_id=submission_id, field=key, text_sha256="", author_id=0, at=now
        )
        row.done, row.text_sha256 = done, field.digest
        row.author_id, row.at = actor.account_id, now
        session.add(row)
    session.flush()
    return read_transcription(session, dossier)


def clear_ticks(
    session: Session, actor: Actor, submission_id: int, now: datetime.datetime
) -> Transcription:
    """Say that nothing stands in the authority's form: it was begun anew, from empty.

    Raises NotFound, Forbidden, WrongState.
    """
    dossier = open_submission(session, actor, submission_id, Action.HAND_IN, hold=True)
    seen = read_transcription(session, dossier)
    keys = [*seen.ticks, *(field.key for field, _tick in seen.gone)]
    return tick_fields(session, actor, submission_id, dict.fromkeys(keys, False), now)
