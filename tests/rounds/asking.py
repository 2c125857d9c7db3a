"""A round among four units, all through the services: who asks, who answers, who has no account."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from survey_app.core.workflow import Role
from survey_app.services.accounts import account as accounts
from survey_app.services.actor import find_actor
from survey_app.services.answer import Saved, Stale
from survey_app.services.audit import verify_chain
from survey_app.services.contributions.contribution import (
    ask_for_contributions,
    hand_over,
    send_back,
)
from survey_app.services.mail.notice import remind_of_deadlines
from survey_app.services.rounds import round as rounds
from survey_app.services.rounds import units as round_units
from survey_app.services.rounds.following import Following, follow_round, remind_units
from survey_app.services.rounds.view import RoundView, find_round
from survey_app.services.specification import add_specification
from survey_app.store.tables import OutboxMessage, RoundUnit, RoundValue, Unit
from tests.conftest import CHEAP
from tests.short_form import ROUND_FORM
from tests.stage import OTHER, PASSWORD, Stage, address

NUMBER, TITLE, NOTE = "RS2501", "Uppföljning 2025", "Svara kort."
TOWN, VILLAGE = "Kommun Ett", "Kommun Två"
THEIRS = "Vi har ett brukarråd."

WHOLE = {"exempel": THEIRS, "niva": {"chosen": "dialog", "details": {}}, "antal": 11}


@dataclass
class Table:
    """The stage with a case of its own unit, and a round in it.

    answers  the submission in which each unit answers, by the unit's name
    """

    stage: Stage
    main: int
    specification: str
    id: int = 0
    answers: dict[str, int] = field(default_factory=dict)

    def open(self, *units: str, by: str = "strategist", **told: Any) -> int:
        """Open the round to some units; its id."""
        names = units or (OTHER, TOWN, VILLAGE)
        said = {"specification": self.specification, "title": TITLE, "opens": self.stage.today,
                "deadline": None, "units": [self.stage.units[name] for name in names],
                "note": NOTE, **told}  # fmt: skip
        with self.stage.database.writing() as session:
            made = rounds.open_round(
                session, self.stage.actor(by), NUMBER, now=self.stage.now,
                today=self.stage.today, signer=self.stage.key, **said,
            )  # fmt: skip
            assert made.id is not None
            self.id = made.id
        self.look()
        return self.id

    def look(self) -> None:
        """See anew who is in the round."""
        query = (
            select(col(Unit.name), col(RoundUnit.submission_id))
            .join(RoundUnit, col(RoundUnit.unit_id) == col(Unit.id))
            .where(col(RoundUnit.round_id) == self.id)
            .order_by(col(RoundUnit.position))
        )
        with self.stage.database.reading() as session:
            self.answers = dict(session.execute(query).all())

    def save(
        self, unit: str, question: str, value: Any, version: int = 0,
        by: str = "other_strategist", blank: Any = None,
    ) -> Saved | Stale:  # fmt: skip
        return self.stage.save(self.answers[unit], question, value, version, by, blank)

    def fill(self, unit: str = OTHER, by: str = "other_strategist", **more: Any) -> None:
        """Answer everything."""
        for question, value in {**WHOLE, **more}.items():
            assert isinstance(self.save(unit, question, value, 0, by), Saved)

    def hand_over(self, unit: str = OTHER, by: str = "other_strategist") -> None:
        with self.stage.database.writing() as session:
            hand_over(session, self.stage.actor(by), self.answers[unit], self.stage.now,
                      self.stage.key)  # fmt: skip

    def handed_over(self, unit: str = OTHER, by: str = "other_strategist", **more: Any) -> int:
        """An answer that has come."""
        self.fill(unit, by, **more)
        self.hand_over(unit, by)
        return self.answers[unit]

    def send_back(self, unit: str = OTHER, by: str = "strategist", **reasons: str) -> None:
        with self.stage.database.writing() as session:
            send_back(session, self.stage.actor(by), self.answers[unit], reasons,
                      self.stage.now, self.stage.key, today=self.stage.today)  # fmt: skip

    def add(self, *units: str, by: str = "strategist") -> list[int]:
        with self.stage.database.writing() as session:
            made = round_units.add_units(
                session, self.stage.actor(by), NUMBER, self.id,
                [self.stage.units[name] for name in units], self.stage.now, self.stage.today,
                self.stage.key,
            )  # fmt: skip
        self.look()
        return made

    def recall(self, unit: str = OTHER, by: str = "strategist") -> None:
        with self.stage.database.writing() as session:
            round_units.recall_unit(
                session, self.stage.actor(by), NUMBER, self.id, self.stage.units[unit],
                self.stage.now, self.stage.key,
            )  # fmt: skip

    def extend(self, unit: str = OTHER, by: str = "strategist", **told: Any) -> None:
        said = {"until": self.stage.today, "reason": "Sjukdom", **told}
        with self.stage.database.writing() as session:
            round_units.extend_unit(
                session, self.stage.actor(by), NUMBER, self.id, self.stage.units[unit],
                now=self.stage.now, today=self.stage.today, signer=self.stage.key, **said,
            )  # fmt: skip

    def ask_clinic(self, unit: str, clinic: str, *questions: str) -> int:
        """Have a unit ask another for a contribution to its answer."""
        by = "town_strategist" if unit == TOWN else "other_strategist"
        with self.stage.database.writing() as session:
            [made] = ask_for_contributions(
                session, self.stage.actor(by), self.answers[unit], questions=questions,
                units=[self.stage.units[clinic]], until=None, note="", now=self.stage.now,
                today=self.stage.today, signer=self.stage.key,
            )  # fmt: skip
        return made

    def remind_of_deadlines(self) -> int:
        with self.stage.database.writing() as session:
            return remind_of_deadlines(session, self.stage.now)

    def remind(self, said: str = "", by: str = "strategist") -> int:
        with self.stage.database.writing() as session:
            return remind_units(
                session, self.stage.actor(by), NUMBER, self.id, said, self.stage.now,
                self.stage.today, self.stage.key,
            )  # fmt: skip

    def follow(self) -> Following:
        with self.stage.database.reading() as session:
            view = find_round(session, self.stage.actor("strategist"), NUMBER, self.id)
            return follow_round(session, view, self.stage.today)

    def close(self, by: str = "strategist") -> list[str]:
        with self.stage.database.writing() as session:
            return rounds.close_round(
                session, self.stage.actor(by), NUMBER, self.id, self.stage.now, self.stage.today,
                self.stage.key,
            )  # fmt: skip

    def view(self, by: str = "strategist") -> RoundView:
        with self.stage.database.reading() as session:
            return find_round(session, self.stage.actor(by), NUMBER, self.id)

    def rows(self) -> dict[tuple[int, str], tuple[Any, ...]]:
        """What results are made of: value, blank and whether asked, by submission and question."""
        with self.stage.database.reading() as session:
            return {
                (row.submission_id, row.question): (row.value, row.blank, row.shown)
                for row in session.execute(select(RoundValue)).scalars()
            }

    def breaks(self) -> list[str]:
        with self.stage.database.reading() as session:
            return [item.code for item in verify_chain(session, 1, self.stage.key)]

    def mails(self, kind: str) -> list[str]:
        """To whom messages of a kind go."""
        query = select(col(OutboxMessage.address)).where(col(OutboxMessage.kind) == kind)
        with self.stage.database.reading() as session:
            return sorted(session.execute(query).scalars())


def set_table(stage: Stage) -> Table:
    """A case with a draft of its own, two more units, of which one has a person."""
    [main] = stage.open(NUMBER)
    with stage.database.writing() as session:
        for name in (TOWN, VILLAGE):
            unit = Unit(name=name, organisation_number="212000-0001")
            session.add(unit)
            session.flush()
            stage.units[name] = unit.id or 0
        account = accounts.open_account(
            session, email=address("town_strategist"), name="town_strategist", title="strategist",
            password_hash=CHEAP.hash(PASSWORD),
        )  # fmt: skip
        assert account.id is not None
        stage.accounts["town_strategist"] = account.id
        accounts.add_membership(session, account.id, stage.units[TOWN], Role.STRATEGIST)
        body = json.dumps(ROUND_FORM, ensure_ascii=False)
        (stage.settings.questionnaires / "kort.json").write_text(body, encoding="utf-8")
        specification = add_specification(session, body, stage.now)
        assert find_actor(session, account.id)
    return Table(stage, main, specification)
