"""Importing the answers of many units of a round at once, from files or a paste.

What comes is kept and looked at first (``look_at_import``); nothing is written before all of it is
settled, and then all of it in one transaction (``take_import``). What a unit has begun to answer by
itself is never touched. Units without an account answer in this way only, and the coordinator hands
over for them (``services.rounds.standing_in``).
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import delete, insert, select, update
from sqlmodel import Session, col

from survey_app.core.answer_sheets import Fault, Place, SheetRead, UnitSaid, read_answers
from survey_app.core.content import sha256_of
from survey_app.core.evaluation import Given
from survey_app.core.workflow import ContributionState
from survey_app.export.sheet import NotRead, Sheet, read_sheets
from survey_app.services import submission as submissions
from survey_app.services.actor import Actor
from survey_app.services.answer import as_stored
from survey_app.services.audit import Signer
from survey_app.services.importing import put_answers
from survey_app.services.meaning import given_of
from survey_app.services.refusal import ChangedMeanwhile, Invalid
from survey_app.services.rounds.asked import AskedUnit, asked_units
from survey_app.services.rounds.heading import read_round_answers
from survey_app.services.rounds.targets import Unsettled, whose
from survey_app.services.rounds.units import add_events
from survey_app.services.rounds.view import (
    RoundView,
    add_link,
    find_changeable,
    hold_round,
)
from survey_app.store.tables import Answer, Revision, RoundUnit, TableFile

STEP = "round_imported"
MOST_FAULTS = 500


class FileRead(NamedTuple):
    """A file with its sheets."""

    name: str
    sha256: str
    sheets: tuple[Sheet, ...]


@dataclass(frozen=True, slots=True)
class UnitPlan:
    """What would be written of one unit: the answers that are not so already, and how many are.

    before  what stands there now, of those that would be changed
    """

    target: AskedUnit
    file: int
    given: Mapping[str, Given]
    before: Mapping[str, Given]
    fresh: int
    changed: int
    same: int


@dataclass(frozen=True, slots=True)
class ImportLook:
    """What an import would do. ``sha256`` names it, for ``take_import``."""

    files: list[str]
    faults: list[Fault]
    names: list[Unsettled]
    plans: list[UnitPlan]
    targets: list[AskedUnit] = field(default_factory=list)
    sha256: str = ""

    @property
    def is_settled(self) -> bool:
        """Whether it can be taken in."""
        undecided = any(item.chosen is None for item in self.names)
        return bool(self.plans) and not self.faults and not undecided


def read_files(files: Sequence[tuple[str, bytes]]) -> tuple[list[FileRead], list[Fault]]:
    """The sheets of some files, and which of them cannot be read."""
    found, faults = [], []
    for name, data in files:
        try:
            sheets = read_sheets(data)
        except NotRead as error:
            place = Place(name, str(error.facts.get("sheet", "")), str(error.facts.get("cell", "")))
            faults.append(Fault(error.code, place, {"name": name, **error.facts}))
        else:
            found.append(FileRead(name, hashlib.sha256(data).hexdigest(), sheets))
    return found, faults


def keep_import(
    session: Session, actor: Actor, diary_number: str, round_id: int, files: Sequence[FileRead],
    now: datetime.datetime,
) -> None:  # fmt: skip
    """Keep files to be looked at, instead of those that the actor looked at before.

    Raises NotFound, Forbidden, WrongState, Invalid (``no_file_chosen``).
    """
    hold_round(session, actor, diary_number, round_id)
    if not files:
        raise Invalid("no_file_chosen")
    _forget(session, actor, round_id)
    rows = [
        {"round_id": round_id, "name": file.name[:255], "sha256": file.sha256,
         "sheets": _as_json(file.sheets), "author_id": actor.account_id, "at": now,
         "state": "open"}
        for file in files
    ]  # fmt: skip
    session.execute(insert(TableFile), rows)


def throw_import_away(session: Session, actor: Actor, diary_number: str, round_id: int) -> None:
    """Do without what was only looked at. Raises NotFound, Forbidden, WrongState."""
    hold_round(session, actor, diary_number, round_id)
    _forget(session, actor, round_id)


def _forget(session: Session, actor: Actor, round_id: int) -> None:
    session.execute(delete(TableFile).where(*_open(actor, round_id)))


def _open(actor: Actor, round_id: int) -> tuple[Any, ...]:
    return (
        col(TableFile.round_id) == round_id,
        col(TableFile.author_id) == actor.account_id,
        col(TableFile.state) == "open",
    )


def _as_json(sheets: Sequence[Sheet]) -> str:
    told = [{"name": sheet.name, "grid": sheet.grid} for sheet in sheets]
    return json.dumps(told, ensure_ascii=False, default=lambda number: {"number": str(number)})


def _from_json(file: str, text: str) -> list[SheetRead]:
    def number(found: dict[str, Any]) -> Any:
        return Decimal(found["number"]) if set(found) == {"number"} else found

    return [SheetRead(file, sheet["name"], tuple(map(tuple, sheet["grid"])))
            for sheet in json.loads(text, object_hook=number)]  # fmt: skip


def look_at_import(
    session: Session, actor: Actor, diary_number: str, round_id: int,
    choices: Mapping[str, int] | None = None,
) -> tuple[RoundView, ImportLook]:  # fmt: skip
    """What the kept files would write, and all that stands in the way of it.

    choices  by a name that is no unit's, the id of the unit that is meant, or LEAVE_OUT
    Raises NotFound, Forbidden, WrongState (the round is closed).
    """
    view = find_changeable(session, actor, diary_number, round_id)
    return view, _look(session, actor, view, choices or {})


def _look(
    session: Session, actor: Actor, view: RoundView, choices: Mapping[str, int]
) -> ImportLook:
    query = select(TableFile).where(*_open(actor, view.id)).order_by(col(TableFile.id))
    kept = list(session.execute(query).scalars())
    ids = _names_of(kept)
    sheets = [sheet for name, file in ids.items() for sheet in _from_json(name, file.sheets or "")]
    said, faults = read_answers(view.questionnaire, sheets)
    targets = asked_units(session, view.id)
    meant, names = whose(session, said, targets, choices)
    faults += _twice(meant)
    begun = _begun(session, view.id)
    plans = []
    standing = _standing(session, view.id)
    for unit, target in meant:
        if target.state == ContributionState.HANDED_OVER:
            faults.append(Fault("import_unit_handed_over", unit.place, {"unit": target.name}))
        elif target.submission_id in begun:
            faults.append(Fault("import_unit_begun", unit.place, {"unit": target.name}))
        else:
            file = ids[unit.place.file].id
            assert file is not None
            plans.append(_plan(unit, target, file, standing.get(target.submission_id, {})))
    told = [[plan.target.submission_id, {name: as_stored(item) for name, item in
             sorted(plan.given.items())}] for plan in plans]  # fmt: skip
    return ImportLook(list(ids), faults[:MOST_FAULTS], names, plans, targets,
                      sha256_of([told, [file.sha256 for file in kept]]))  # fmt: skip


def _names_of(kept: Sequence[TableFile]) -> dict[str, TableFile]:
    """The files by names that tell them apart."""
    found: dict[str, TableFile] = {}
    for file in kept:
        name, number = file.name, 1
        while name in found:
            number += 1
            name = f"{file.name} ({number})"
        found[name] = file
    return found


def _twice(meant: Sequence[tuple[UnitSaid, AskedUnit]]) -> list[Fault]:
    """Units of which two files, or two names, have answers."""
    met: dict[int, Place] = {}
    faults = []
    for unit, target in meant:
        other = met.setdefault(target.unit_id, unit.place)
        if other is not unit.place:
            faults.append(Fault("import_unit_twice", unit.place, {
                "unit": target.name, "other": other.cell, "other_file": other.file,
            }))  # fmt: skip
    return faults


def _begun(session: Session, round_id: int) -> set[int]:
    """Where somebody has written an answer by themselves."""
    query = (
        select(col(Revision.submission_id))
        .join(RoundUnit, col(RoundUnit.submission_id) == col(Revision.submission_id))
        .where(col(RoundUnit.round_id) == round_id, col(Revision.imported_from).is_(None))
        .distinct()
    )
    return set(session.execute(query).scalars())


def _standing(session: Session, round_id: int) -> dict[int, dict[str, Any]]:
    """The answers that are there, as they are stored, by submission and question."""
    query = (
        select(
            col(Answer.submission_id), col(Answer.question), col(Answer.value), col(Answer.blank)
        )
        .join(RoundUnit, col(RoundUnit.submission_id) == col(Answer.submission_id))
        .where(col(RoundUnit.round_id) == round_id, col(RoundUnit.state) == ContributionState.ASKED)
    )
    found: dict[int, dict[str, Any]] = {}
    for submission, question, value, blank in session.execute(query):
        found.setdefault(submission, {})[question] = value, blank
    return found


def _plan(unit: UnitSaid, target: AskedUnit, file: int, there: Mapping[str, Any]) -> UnitPlan:
    given = {
        name: item for name, item in unit.answers.items() if there.get(name) != as_stored(item)
    }
    before = {name: given_of(*there[name]) for name in given if name in there}
    fresh, same = len(given) - len(before), len(unit.answers) - len(given)
    return UnitPlan(target, file, given, before, fresh, len(before), same)


def take_import(
    session: Session,
    actor: Actor,
    diary_number: str,
    round_id: int,
    *,
    shown_sha256: str,
    choices: Mapping[str, int],
    now: datetime.datetime,
    signer: Signer,
) -> int:
    """Write all that was looked at; of how many units that was.

    Raises NotFound, Forbidden, WrongState, ChangedMeanwhile (``import_outdated``), Invalid
    (``import_not_settled``); then nothing is written.
    """
    view = hold_round(session, actor, diary_number, round_id)
    look = _look(session, actor, view, choices)
    if look.sha256 != shown_sha256:
        raise ChangedMeanwhile("import_outdated")
    if not look.is_settled:
        raise Invalid("import_not_settled")
    plans = {plan.target.submission_id: plan for plan in look.plans if plan.given}
    chain = view.chain
    for dossier in read_round_answers(session, plans):
        submissions.read_answers(session, dossier)
        dossier.chain = chain
        plan = plans[dossier.id]
        put_answers(session, actor, dossier, plan.given, now, imported_from=plan.file)
        chain = dossier.chain
    session.refresh(view.case)
    told = add_events(session, actor, plans, STEP, now)
    files = session.execute(select(col(TableFile.sha256)).where(*_open(actor, round_id))).scalars()
    facts = {"round": round_id, "files": list(files), **told}
    add_link(session, view.case, actor, now, signer, "round_import_taken", facts)
    session.execute(
        update(TableFile).where(*_open(actor, round_id)).values(state="taken", sheets=None)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    return len(plans)
