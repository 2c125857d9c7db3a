"""A round in every situation that it can be in, and everybody who may meet it."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from survey_app.services.removals.weeding import survey_material
from survey_app.store.engine import sqlite_module
from tests.conftest import Person
from tests.permission_requests import outcome
from tests.rounds.asking import NUMBER, TOWN, Table, set_table
from tests.stage import OTHER, build_stage

DAY = datetime.timedelta(days=1)
SITUATIONS = ("waiting", "asked", "handed over", "sent back", "recalled", "unanswered", "closed")
"""``waiting`` has not opened; of those that are closed, one was answered and one not."""
OURS = ("strategist", "approver_with_delegation", "archivist", "administrator")
THEIRS = ("other_strategist", "other_approver", "other_archivist", "other_administrator")
PEOPLE = (*OURS, *THEIRS, "town_strategist")


@dataclass
class Meeting:
    """A round by situation, everybody signed in, and the database as it was before a request."""

    table: Table
    people: dict[str, Person]
    rounds: dict[str, int]
    answers: dict[str, int]
    snapshot: Any

    def restore(self) -> None:
        path = self.table.stage.database.url.removeprefix("sqlite:///")
        target = sqlite_module().connect(path)
        self.snapshot.backup(target)
        target.close()

    def ask(self, who: str, method: str, url: str, situation: str) -> str | int:
        """One request; what became of it."""
        to = url.format(
            answer=self.answers[situation], case=NUMBER, round=self.rounds[situation],
            unit=self.table.stage.units[OTHER],
        )  # fmt: skip
        person = self.people[who]
        if method == "GET":
            return outcome(person.get(to))
        if method == "PUT":
            return outcome(person.put(to, {"value": "Ändrat", "version": 1}))
        return outcome(person.post(to, self.body(url, situation)))

    def body(self, url: str, situation: str) -> dict[str, Any]:
        """A form that works for whoever may."""
        stage = self.table.stage
        name = url.rpartition("/")[2]
        if name == "weeding":
            with stage.database.reading() as session:
                try:
                    actor = stage.actor("archivist")
                    shown = survey_material(session, actor, self.answers[situation]).sha256
                except Exception:
                    shown = hashlib.sha256(b"").hexdigest()
            return {"decision": "Plan 1", "confirmed": "1", "shown_sha256": shown}
        bodies: dict[str, dict[str, Any]] = {
            "send-back": {"reason.exempel": "Skriv mer"},
            "extend": {"until": (stage.today + 40 * DAY).isoformat(), "reason": "Sjukdom"},
            "close": {"confirmed": "1"},
            "units": {"unit": str(stage.units[TOWN])},
            "giving-out": {"mask": "answer:exempel", "reason": "Skälet", "step": "make",
                           "ground": "OSL 25 kap. 1 §"},
            "tasks": {"section": "a", "owner": str(stage.accounts["other_strategist"])},
            "exempel": {"comment": "Hej"},
            "handing-in": {"day": stage.today.isoformat(), "receipt_number": "K-1"},
            "new": {"unit": str(stage.units[TOWN]), "question": "exempel"},
        }  # fmt: skip
        return bodies.get(name, {})


def _bring(table: Table, situation: str) -> None:
    opens = table.stage.today + (3 * DAY if situation == "waiting" else 0 * DAY)
    table.open(OTHER, opens=opens, title=situation)
    if situation in ("handed over", "sent back", "closed"):
        table.handed_over()
    elif situation != "recalled":
        table.fill()
    if situation == "sent back":
        table.send_back(exempel="Skriv mer")
    if situation == "recalled":
        table.recall()
    if situation in ("unanswered", "closed"):
        table.close()


@contextlib.contextmanager
def meeting(folder: Path) -> Iterator[Meeting]:
    table = set_table(build_stage(folder))
    rounds, answers = {}, {}
    for situation in SITUATIONS:
        _bring(table, situation)
        rounds[situation], answers[situation] = table.id, table.answers[OTHER]
    app = table.stage.app()
    people = {name: table.stage.sign_in(app, name) for name in PEOPLE}
    snapshot = sqlite_module().connect(":memory:")
    path = table.stage.database.url.removeprefix("sqlite:///")
    with contextlib.closing(sqlite_module().connect(path)) as source:
        source.backup(snapshot)
    yield Meeting(table, people, rounds, answers, snapshot)
    snapshot.close()
    for database in (table.stage.database, app.extensions["redogor"].database):
        database.close()
