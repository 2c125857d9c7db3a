"""A finished case, removed through the service; and words to be found wherever they stand."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, insert, update
from sqlalchemy import select as rows_of
from sqlmodel import Session, col, select

from survey_app.core.workflow import State
from survey_app.services.audit import read_heads, verify_chain
from survey_app.services.removals.case import Decision, remove_case, survey_case
from survey_app.services.removals.contents import STAYS, belongs, goes, owners
from survey_app.store.tables import Blob, BlobChunk, Case, CaseRemoval, Round, Submission
from tests.stage import Stage

NUMBER, WORD = "RS2501", "GALLRASORD"
FILE = "f" * 64
ONE_OF = {
    "contribution.state": "asked", "proposal.state": "open", "report.arrange": "unit",
    "report.state": "settled", "report.told": "list", "report_piece.sort": "text",
    "report_piece.source_state": "own", "round_unit.state": "asked", "survey.shown": "in_fives",
    "table_file.state": "open", "task.mark": "ready",
}  # fmt: skip
"""What columns may say where not everything is allowed."""


@dataclass
class Emptying:
    """A stage with a case that is archived, so that it may be removed."""

    stage: Stage
    submission: int

    @property
    def case_id(self) -> int:
        with self.stage.database.reading() as session:
            return session.exec(select(Case.id).where(Case.diary_number == NUMBER)).one() or 0

    def shown(self, by: str = "archivist") -> str:
        with self.stage.database.reading() as session:
            return survey_case(session, self.stage.actor(by), NUMBER).sha256

    def remove(self, by: str = "archivist", **told: Any) -> CaseRemoval:
        """Remove it, by a decision that says that nothing is kept; ``told`` says otherwise."""
        shown = told.pop("shown", None) or self.shown()
        confirmed = told.pop("confirmed", True)
        said = {"decision": "Arkivbeslut 7 §", "ground": "Planen 4.2", "day": self.stage.today,
                "keeping": "nothing", **told}  # fmt: skip
        with self.stage.database.writing() as session:
            return remove_case(
                session, self.stage.actor(by), NUMBER, Decision(**said), confirmed=confirmed,
                shown_sha256=shown, now=self.stage.now, signer=self.stage.key,
            )  # fmt: skip

    def breaks(self) -> list[tuple[int, str]]:
        """Where the case's chain does not hold, with the heads that are kept apart."""
        key = self.stage.key
        kept = read_heads(key.kept(), key).get(self.case_id)
        with self.stage.database.reading() as session:
            found = verify_chain(session, self.case_id, key, kept)
        return [(item.number, item.code) for item in found]


def finished(stage: Stage) -> Emptying:
    """A case whose one submission is archived."""
    [submission] = stage.open(NUMBER)
    stage.bring(submission, State.ARCHIVED)
    stage.register(NUMBER)
    return Emptying(stage, submission)


def fill(session: Session, case_id: int) -> list[str]:
    """Write a row with ``WORD`` in every column that takes text into every table of which a removed
    case has none, and ``WORD`` into all that is emptied; the tables.

    The tables are those that there are: one that comes later is filled, too.
    """
    session.add(Blob(sha256=FILE, size=len(WORD), media_type="text/plain"))
    session.flush()
    round_id = session.exec(select(Round.id).where(Round.case_id == case_id)).one() or 0
    unit_id = session.get_one(Case, case_id).unit_id
    then = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    bare = Submission(round_id=round_id, unit_id=unit_id, state=State.ARCHIVED, created=then)
    session.add(bare)  # one that has none of what a submission has but one of
    session.add(BlobChunk(sha256=FILE, number=0, data=WORD.encode()))
    for table in owners():
        texts = {name: f"{WORD} {name}"[: getattr(table.c[name].type, "length", None) or 60]
                 for name in STAYS.get(table.name, {}) if name != "sha256"}  # fmt: skip
        if texts:
            session.execute(update(table).where(belongs(table, case_id)).values(texts))
    tables = list(reversed(goes()))
    for number, table in enumerate(tables):
        session.execute(insert(table).values(_row(session, table, case_id, 9_000 + number)))
    return [table.name for table in tables]


def _row(session: Session, table: Table, case_id: int, number: int) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for column in table.columns:
        if column.foreign_keys:
            made[column.name] = _any_key(session, column, case_id)
            continue
        choice = ONE_OF.get(f"{table.name}.{column.name}")
        made[column.name] = choice or _value(column.type, number)
    return made


def _any_key(session: Session, column: Any, case_id: int) -> Any:
    """A row that it can refer to: of the case where it has any."""
    (key,) = column.foreign_keys
    there, target = key.column.table, key.column
    if target is col(Blob.sha256) or there.name == "blob":
        return FILE
    if there is column.table:
        return None
    query = rows_of(target).order_by(target.desc()).limit(1)
    if there in owners():
        query = query.where(belongs(there, case_id))
    return session.execute(query).scalar()


def _value(sort: Any, number: int) -> Any:
    values: dict[type, Any] = {
        datetime.datetime: datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC),
        datetime.date: datetime.date(2026, 1, 1),
        bool: True,
        int: number,
        bytes: WORD.encode(),
        str: f"{WORD} {number}"[: getattr(sort, "length", None) or 60],
    }
    return values[python_type(sort)]


def python_type(sort: Any) -> type:
    """What a column's values are in Python, under what decorates them."""
    found: type = getattr(sort, "impl_instance", sort).python_type
    return found
