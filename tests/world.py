"""The stage with a submission in each state for both units, put back after every request."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask

from survey_app.core.workflow import Role, State
from survey_app.services.accounts.account import add_membership, open_account
from survey_app.services.accounts.one_time_link import INVITED_FOR, make_link, secret_of
from survey_app.services.accounts.vault import Vault
from survey_app.services.reports.report import make_report
from survey_app.services.rounds.round import open_round
from survey_app.services.specification import add_specification
from survey_app.services.surveys.answer_link import make_shared_link
from survey_app.services.surveys.survey import open_survey
from survey_app.services.table_file import PASTED, receive_table
from survey_app.store.engine import sqlite_module
from survey_app.store.tables import Unit
from survey_app.web.turned_away import NAME, Told

from .conftest import Person
from .short_form import ROUND_FORM, WITH_TABLE
from .stage import OTHER, OWN, PEOPLE, Stage, build_stage

ENQUIRY = Path(__file__).parents[1] / "questionnaires" / "enkat-medverkan.json"
MEMO_FORM = Path(__file__).parent.parent / "questionnaires" / "tjansteskrivelse.json"
COOKIE = "redogor"
_CONTENTS = {
    "login": "SELECT id, account_id, since, seen, how, factors, authenticated, acr, agent "
    "FROM login"
}
"""What is looked at of a table of which not all is."""


class Silent(Told):
    """Tells the security log of no refusal: what is refused writes nothing at all, then, and can be
    asked thousands of times (``security.test_turned_away`` has what it tells)."""

    def is_new(self, what: tuple[object, ...], moment: float) -> bool:
        return False


@dataclass
class World:
    """Everybody is signed in; submissions and diary numbers are found by unit and state.

    rounds    of each case, one to the first of the villages
    surveys   of each case, one with a link that many use
    reports   of each case, one of its round, and a heading in it
    villages  units in which nobody has an account
    link      the secret of one by which somebody chooses a password
    files  of each submission, two Word files that came back: one taken in, one only looked at; and
           a table that was pasted
    """

    stage: Stage
    app: Flask
    people: dict[str, Person]
    submissions: dict[tuple[str, str], int]
    numbers: dict[tuple[str, str], str]
    delegations: dict[str, int]
    deputies: dict[str, int]
    stand_ins: dict[str, int]
    orders: dict[str, int]
    files: dict[tuple[str, str], list[int]]
    rounds: dict[tuple[str, str], int]
    surveys: dict[tuple[str, str], tuple[int, str]]
    reports: dict[tuple[str, str], tuple[int, str]]
    villages: list[int]
    snapshot: Any
    watch: Any = None
    link: str = ""

    def __post_init__(self) -> None:
        self._cookies = {name: _cookie(person) for name, person in self.people.items()}

    def restore(self) -> None:
        """The database and everybody's browser as they were before the request."""
        target = sqlite_module().connect(self.stage.database.url.removeprefix("sqlite:///"))
        self.snapshot.backup(target)
        target.close()
        for name, value in self._cookies.items():  # who shows anew who they are gets another
            self.people[name].client.set_cookie(COOKIE, value)

    def only_told(self) -> bool:
        """Whether nothing is otherwise than before, save that the security log says who tried, and
        that whoever showed who they are has a new secret."""

        def contents(connection: Any) -> dict[str, list[Any]]:
            names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            return {
                name: sorted(
                    connection.execute(_CONTENTS.get(name, f'SELECT * FROM "{name}"')).fetchall(),
                    key=repr,
                )
                for (name,) in names.fetchall()
                if name not in ("security_entry", "security_head", "installation")
            }

        return contents(self.watch) == contents(self.snapshot)

    def written(self) -> int:
        """A number that changes with every commit that changed something."""
        return int(self.watch.execute("PRAGMA data_version").fetchone()[0])


def _cookie(person: Person) -> str:
    cookie = person.client.get_cookie(COOKIE)
    assert cookie is not None
    return cookie.value


def _deputy(stage: Stage, unit: str) -> int:
    """Somebody who may stand in, and is nobody of the table."""
    with stage.database.writing() as session:
        account = open_account(
            session, email=f"ersattare-{stage.units[unit]}@demo.example", name="Ersättaren",
            title="", password_hash="",
        )  # fmt: skip
        assert account.id is not None
        add_membership(session, account.id, stage.units[unit], Role.APPROVER)
        return account.id


def _link_to(stage: Stage, name: str) -> str:
    vault = Vault((stage.settings.secret_key,))
    with stage.database.writing() as session:
        made = make_link(
            session, vault, stage.accounts[name], "invite", stage.now, lives=INVITED_FOR
        )  # fmt: skip
        secret = secret_of(session, vault, made)
    assert secret is not None
    return secret


def make_villages(stage: Stage) -> list[int]:
    with stage.database.writing() as session:
        villages = [Unit(name=name) for name in ("Kommun Ett", "Kommun Två")]
        session.add_all(villages)
        session.flush()
        return [unit.id or 0 for unit in villages]


def start_round(stage: Stage, number: str, strategist: str, village: int) -> int:
    """A round that is open, in a case."""
    body = json.dumps(ROUND_FORM, ensure_ascii=False)
    (stage.settings.questionnaires / "kort.json").write_text(body, encoding="utf-8")
    shutil.copy(MEMO_FORM, stage.settings.questionnaires)
    with stage.database.writing() as session:
        made = open_round(
            session, stage.actor(strategist), number,
            specification=add_specification(session, body, stage.now), title="",
            opens=stage.today, deadline=None, units=[village], note="", now=stage.now,
            today=stage.today, signer=stage.key,
        )  # fmt: skip
        assert made.id is not None
        return made.id


def start_survey(stage: Stage, number: str, strategist: str) -> tuple[int, str]:
    """A survey that is open, in a case, and the secret of its link."""
    body = ENQUIRY.read_text(encoding="utf-8")
    (stage.settings.questionnaires / "enkat.json").write_text(body, encoding="utf-8")
    actor = stage.actor(strategist)
    with stage.database.writing() as session:
        made = open_survey(
            session, actor, number, specification=add_specification(session, body, stage.now),
            title="", opens=stage.today, closes=None, shown="after_closing", note="",
            now=stage.now, today=stage.today, signer=stage.key,
        )  # fmt: skip
        assert made.id is not None
        link = make_shared_link(session, actor, number, made.id, "", stage.now, stage.key)
        assert link.token is not None
        return made.id, link.token


def start_report(stage: Stage, number: str, strategist: str, round_id: int) -> tuple[int, str]:
    """A report of a round in a case, in draft; its id, and that of one of its pieces."""
    with stage.database.writing() as session:
        view = make_report(
            session, stage.actor(strategist), number, title="", rounds=[round_id], arrange="",
            told="", now=stage.now, signer=stage.key,
        )  # fmt: skip
        return view.id, next(piece.id for piece, _ in view.pieces if piece.sort == "heading")


def paste(stage: Stage, submission: int, by: str = "strategist") -> None:
    """Paste something for the table ``tabell``, to be looked at."""
    with stage.database.writing() as session:
        receive_table(session, stage.actor(by), submission, "tabell", b"\tA\tB\nEtt\t1\t2\n",
                      PASTED, stage.now)  # fmt: skip


@contextlib.contextmanager
def opened_world(folder: Path) -> Iterator[World]:
    """A world in an empty folder."""
    stage = build_stage(folder, questionnaire=WITH_TABLE)
    submissions, numbers, files = {}, {}, {}
    rounds, surveys, reports = {}, {}, {}
    villages = make_villages(stage)
    for unit, prefix in ((OWN, ""), (OTHER, "other_")):
        for place, state in enumerate(State):
            number = f"{'RS' if unit == OWN else 'ANN'}2500{place}"
            [submission] = stage.open(number, f"{prefix}strategist")
            stage.register(number, f"{prefix}archivist")
            files[unit, state.value] = [
                stage.circulate(submission, f"{prefix}strategist", take=take)
                for take in (True, False)
            ]
            paste(stage, submission, f"{prefix}strategist")
            stage.bring(submission, state, prefix)
            if state == State.ARCHIVED:
                stage.give_out(submission, f"{prefix}archivist")
            rounds[unit, state.value] = start_round(
                stage, number, f"{prefix}strategist", villages[0]
            )
            surveys[unit, state.value] = start_survey(stage, number, f"{prefix}strategist")
            reports[unit, state.value] = start_report(
                stage, number, f"{prefix}strategist", rounds[unit, state.value]
            )
            submissions[unit, state.value] = submission
            numbers[unit, state.value] = number
    delegations = {OWN: stage.delegate("approver_with_delegation"),
                   OTHER: stage.delegate("other_approver")}  # fmt: skip
    deputies = {unit: _deputy(stage, unit) for unit in (OWN, OTHER)}
    for unit, account in deputies.items():
        stage.accounts[f"deputy of {unit}"] = account
    admins = {OWN: "administrator", OTHER: "other_administrator"}
    stand_ins = {unit: stage.stand_in(f"deputy of {unit}", delegations[unit], admins[unit])
                 for unit in deputies}  # fmt: skip
    orders = {unit: stage.in_steps(1, by=admins[unit]) for unit in deputies}
    link = _link_to(stage, "strategist_2")
    app = stage.app()
    app.extensions[NAME] = Silent()
    people = {name: stage.sign_in(app, name) for name in PEOPLE}
    path = stage.database.url.removeprefix("sqlite:///")
    snapshot = sqlite_module().connect(":memory:")
    with contextlib.closing(sqlite_module().connect(path)) as source:
        source.backup(snapshot)
    watch = sqlite_module().connect(path)
    yield World(stage, app, people, submissions, numbers, delegations, deputies, stand_ins, orders,
                files, rounds, surveys, reports, villages, snapshot, watch, link)  # fmt: skip
    watch.close()
    snapshot.close()
    for database in (stage.database, app.extensions["redogor"].database):
        database.close()
