"""A desk for tests of contributions: a unit that asks, one that answers, all through services."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from survey_app.core.workflow import Action
from survey_app.services.answer import Saved, Stale
from survey_app.services.audit import verify_chain
from survey_app.services.contributions.contribution import (
    ask_for_contributions,
    hand_over,
    recall,
    send_back,
)
from survey_app.services.contributions.gathering import Gathered, gather, insert_contribution
from survey_app.services.submission import open_submission
from survey_app.store.tables import OutboxMessage
from tests.stage import OTHER, Stage

NUMBER = "RS2501"
THEIRS = "Vi på enheten har gjort detta."
NOTE = "Skriv kort."


@dataclass
class Desk:
    """The stage with a draft of the own unit; the other unit is who is asked."""

    stage: Stage
    main: int

    def ask(self, *questions: str, by: str = "strategist", **told: Any) -> int:
        """Ask the other unit; the id of the contribution."""
        said = {"units": [self.stage.units[OTHER]], "questions": questions or ("3",),
                "until": None, "note": NOTE, **told}  # fmt: skip
        with self.stage.database.writing() as session:
            [made] = ask_for_contributions(
                session, self.stage.actor(by), self.main, now=self.stage.now,
                today=self.stage.today, signer=self.stage.key, **said,
            )  # fmt: skip
        return made

    def write(self, made: int, question: str = "3", text: Any = THEIRS, version: int = 0) -> None:
        saved = self.stage.save(made, question, text, version, "other_strategist")
        assert isinstance(saved, Saved)

    def hand_over(self, made: int, by: str = "other_strategist") -> None:
        with self.stage.database.writing() as session:
            hand_over(session, self.stage.actor(by), made, self.stage.now, self.stage.key)

    def handed_over(self, *questions: str, text: str = THEIRS) -> int:
        """A contribution that has come."""
        made = self.ask(*questions)
        for question in questions or ("3",):
            self.write(made, question, text)
        self.hand_over(made)
        return made

    def send_back(
        self, made: int, reasons: Mapping[str, str], by: str = "strategist",
        until: datetime.date | None = None,
    ) -> None:  # fmt: skip
        with self.stage.database.writing() as session:
            send_back(
                session, self.stage.actor(by), made, reasons, self.stage.now, self.stage.key,
                today=self.stage.today, until=until,
            )  # fmt: skip

    def recall(self, made: int, by: str = "strategist") -> None:
        with self.stage.database.writing() as session:
            recall(session, self.stage.actor(by), made, self.stage.now, self.stage.key)

    def insert(self, made: int, question: str = "3", version: int = 0) -> Saved | Stale:
        with self.stage.database.writing() as session:
            return insert_contribution(
                session, self.stage.actor("strategist"), self.main, question, made, version,
                self.stage.now,
            )  # fmt: skip

    def gathered(self) -> list[Gathered]:
        with self.stage.database.reading() as session:
            actor = self.stage.actor("strategist")
            return gather(session, open_submission(session, actor, self.main, Action.READ))

    def breaks(self) -> list[str]:
        with self.stage.database.reading() as session:
            return [item.code for item in verify_chain(session, 1, self.stage.key)]

    def mails(self, kind: str) -> list[str]:
        """To whom messages of a kind go."""
        query = select(col(OutboxMessage.address)).where(col(OutboxMessage.kind) == kind)
        with self.stage.database.reading() as session:
            return sorted(session.execute(query).scalars())


DAY = datetime.timedelta(days=1)
