"""A table that came as a file or a paste: kept to be looked at, then taken into an answer.

Nothing of it is saved as an answer before somebody who saw what goes where has said so.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from survey_app.core.evaluation import NOTHING
from survey_app.core.grid import Cell, Grid
from survey_app.core.kinds.table import TableAnswer
from survey_app.core.placement import NO_CHOICES, Change, Choices, Placement, match, taken_in
from survey_app.core.placement import changes as changes_of
from survey_app.core.problem import Malformed
from survey_app.core.workflow import Action
from survey_app.export.sheet import (
    CSV_TYPE,
    XLSX_TYPE,
    NotRead,
    Sheet,
    read_sheets,
    write_csv,
    write_xlsx,
)
from survey_app.export.sheet.table import sheet_of
from survey_app.services.actor import Actor
from survey_app.services.answer import Saved, Stale, find_writable, save_answer
from survey_app.services.archives.archive import Copy, name_of
from survey_app.services.archives.packaging import stamp
from survey_app.services.refusal import ChangedMeanwhile, Invalid, NotFound
from survey_app.services.submission import Dossier, open_submission
from survey_app.store.tables import Account, TableFile

PASTED = "Inklistrad tabell"
"""The name of what came by the clipboard."""
KEPT_DAYS = 7
"""How long something that is only looked at waits."""

Place = tuple[str, str]
"""The row and the column of the cell where something was pasted."""


@dataclass(frozen=True, slots=True)
class Look:
    """What taking a file in would do, and upon which version of the answer.

    sheet   the number of the one that is looked at
    """

    dossier: Dossier
    question: Any  # a table
    file: TableFile
    sheets: tuple[Sheet, ...]
    sheet: int
    placement: Placement
    changes: list[Change]
    version: int

    @property
    def value(self) -> dict[str, Any]:
        """What the answer would be."""
        return taken_in(self.dossier.answers.get(self.question.id, NOTHING).value, self.placement)


def receive_table(
    session: Session, actor: Actor, submission_id: int, question_id: str, data: bytes, name: str,
    now: datetime.datetime, at: Place | None = None,
) -> TableFile:  # fmt: skip
    """Keep a file or a paste for a table, to be looked at. Nothing else happens yet.

    at  where it was pasted
    Raises NotFound, Forbidden, WrongState; Invalid for what is not read (codes of
    ``export.sheet.NotRead``, ``table_empty``, ``table_too_large``).
    """
    dossier = open_submission(session, actor, submission_id, Action.WRITE, hold=True)
    question = find_table(dossier, question_id)
    find_writable(dossier, question_id)
    sheets = sheets_of(data, name)
    if len(sheets) == 1:
        _match(question, sheets[0].grid, NO_CHOICES, at, name)
    file = TableFile(
        submission_id=submission_id,
        question=question_id,
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        sheets=_as_json(sheets, at),
        author_id=actor.account_id,
        at=now,
    )
    session.add(file)
    session.flush()
    return file


def sheets_of(data: bytes, name: str) -> tuple[Sheet, ...]:
    """The sheets of a file that hold something. Raises Invalid, naming the file."""
    try:
        found = read_sheets(data)
    except NotRead as refused:
        raise Invalid.of(Malformed(refused.code, name=name, **refused.facts)) from refused
    held = tuple(sheet for sheet in found if sheet.grid)
    if not held:
        raise Invalid("table_empty", name=name)
    return held


def _match(
    question: TableAnswer, grid: Grid, choices: Choices, at: Place | None, name: str
) -> Placement:
    try:
        return match(question, grid, choices, at)
    except Malformed as refused:
        raise Invalid.of(Malformed(refused.code, name=name, **refused.facts)) from refused


def find_table(dossier: Dossier, question_id: str) -> Any:
    """The question, if it is a table. Raises NotFound."""
    question = dossier.questionnaire.by_id.get(question_id)
    if question is None or question.kind != "table":
        raise NotFound("no_table")
    return question


def find_file(session: Session, submission_id: int, question_id: str, file_id: int) -> TableFile:
    """A file that came for a table of a submission. Raises NotFound."""
    file = session.get(TableFile, file_id)
    if file is None or (file.submission_id, file.question) != (submission_id, question_id):
        raise NotFound("no_file")
    return file


def list_open(
    session: Session, actor: Actor, submission_id: int, question_id: str
) -> tuple[Dossier, list[tuple[TableFile, str]]]:
    """What waits to be looked at for a table, with who handed it in, newest first.

    Raises NotFound, Forbidden, WrongState.
    """
    dossier = open_submission(session, actor, submission_id, Action.WRITE)
    find_table(dossier, question_id)
    find_writable(dossier, question_id)
    query = (
        select(TableFile, col(Account.name))
        .join(Account, col(Account.id) == col(TableFile.author_id))
        .where(
            col(TableFile.submission_id) == submission_id,
            col(TableFile.question) == question_id,
            col(TableFile.state) == "open",
        )
        .order_by(col(TableFile.id).desc())
    )
    return dossier, [(file, name) for file, name in session.execute(query)]


def look_at(
    session: Session, actor: Actor, submission_id: int, question_id: str, file_id: int,
    choices: Choices = NO_CHOICES, sheet: int = 0, *, hold: bool = False,
) -> Look:  # fmt: skip
    """What taking a file in would do. Raises NotFound, Forbidden, WrongState, Invalid
    (``table_taken`` for one that is taken in already; a sheet of another size)."""
    dossier = open_submission(session, actor, submission_id, Action.WRITE, hold=hold)
    question = find_table(dossier, question_id)
    find_writable(dossier, question_id)
    file = find_file(session, submission_id, question_id, file_id)
    if file.sheets is None:
        raise Invalid("table_taken")
    sheets, at = _from_json(file.sheets)
    sheet = sheet if 0 <= sheet < len(sheets) else 0
    placement = _match(question, sheets[sheet].grid, choices, at, file.name)
    standing = dossier.answers.get(question_id, NOTHING).value
    changes = changes_of(standing, placement)
    version = dossier.version_of(question_id)
    return Look(dossier, question, file, sheets, sheet, placement, changes, version)


def take_in(
    session: Session, actor: Actor, submission_id: int, question_id: str, file_id: int,
    choices: Choices, sheet: int, version: int, now: datetime.datetime,
) -> Saved:  # fmt: skip
    """Take into the answer what was shown of a file, as one new version that names it.

    version  the answer's when it was shown
    Raises NotFound, Forbidden, WrongState, Invalid (``table_taken``, ``choices_missing``),
    ChangedMeanwhile (``preview_outdated``) where the answer is another than what was shown.
    """
    look = look_at(session, actor, submission_id, question_id, file_id, choices, sheet, hold=True)
    if look.version != version:
        raise ChangedMeanwhile("preview_outdated")
    if not look.placement.is_settled:
        raise Invalid("choices_missing")
    saved = save_answer(
        session, actor, submission_id, question_id, look.value, None, version, now,
        imported_from=file_id,
    )  # fmt: skip
    assert not isinstance(saved, Stale)  # the case is held, and the version was asked
    look.file.sheets, look.file.state = None, "taken"
    session.add(look.file)
    session.flush()
    return saved


def throw_away(
    session: Session, actor: Actor, submission_id: int, question_id: str, file_id: int
) -> None:
    """Do without a file that was only looked at. Raises NotFound, Invalid if it was taken in."""
    open_submission(session, actor, submission_id, Action.WRITE, hold=True)
    file = find_file(session, submission_id, question_id, file_id)
    if file.state != "open":
        raise Invalid("table_taken")
    session.delete(file)
    session.flush()


def remove_old(session: Session, now: datetime.datetime) -> int:
    """Remove what nobody took in for some days; how much it was."""
    before = now - datetime.timedelta(days=KEPT_DAYS)
    old = delete(TableFile).where(col(TableFile.state) == "open", col(TableFile.at) < before)
    return int(session.connection().execute(old).rowcount)


def named_files(session: Session, submission_id: int) -> list[TableFile]:
    """What came with tables for a submission and is still known by its name, oldest first."""
    query = select(TableFile).where(
        col(TableFile.submission_id) == submission_id, col(TableFile.name) != ""
    )
    return list(session.execute(query.order_by(col(TableFile.id))).scalars())


def forget_files(session: Session, submission_id: int) -> None:
    """Remove what was only looked at; of what was taken in, which answers name, what it says."""
    of = col(TableFile.submission_id) == submission_id
    session.execute(delete(TableFile).where(of, col(TableFile.state) == "open"))
    emptied = update(TableFile).where(of).values(name="", sheets=None)
    session.execute(emptied.execution_options(synchronize_session=False))


def export_table(
    session: Session, actor: Actor, submission_id: int, question_id: str, ending: str,
    now: datetime.datetime,
) -> Copy:  # fmt: skip
    """A table as it stands, as ``xlsx`` or ``csv``; read in again it is the same.

    Raises NotFound.
    """
    dossier = open_submission(session, actor, submission_id, Action.READ)
    question = find_table(dossier, question_id)
    sheet = sheet_of(question, dossier.answers.get(question_id, NOTHING).value)
    name = f"{name_of(dossier, '').removesuffix('.')}-{question_id}.{ending}"
    if ending == "csv":
        return Copy(name, write_csv(sheet.rows), CSV_TYPE)
    title = f"{dossier.diary_number} {question.text.sv}"
    return Copy(name, write_xlsx([sheet], title, stamp(now)), XLSX_TYPE)


def _as_json(sheets: Iterable[Sheet], at: Place | None) -> str:
    told = [
        {"name": sheet.name, "hidden": sheet.hidden, "rows": sheet.hidden_rows,
         "columns": sheet.hidden_columns, "grid": [list(map(_told, row)) for row in sheet.grid]}
        for sheet in sheets
    ]  # fmt: skip
    return json.dumps({"sheets": told, "at": at}, ensure_ascii=False)


def _told(cell: Cell) -> Any:
    return {"decimal": str(cell)} if isinstance(cell, Decimal) else cell


def _from_json(text: str) -> tuple[tuple[Sheet, ...], Place | None]:
    told = json.loads(text)
    sheets = tuple(
        Sheet(item["name"], tuple(tuple(map(_cell, row)) for row in item["grid"]), item["hidden"],
              tuple(item["rows"]), tuple(item["columns"]))
        for item in told["sheets"]
    )  # fmt: skip
    return sheets, tuple(told["at"]) if told["at"] else None


def _cell(told: Any) -> Cell:
    return Decimal(told["decimal"]) if isinstance(told, dict) else told
