"""Administrators get a letter about what should not wait: each thing once, in their units only."""

from __future__ import annotations

import contextlib
import datetime
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select, update
from sqlmodel import col

from survey_app.cli import main
from survey_app.core.workflow import Role
from survey_app.services.accounts import account as accounts
from survey_app.services.accounts import throttle
from survey_app.services.accounts.invitation import reset_factor
from survey_app.services.accounts.sign_in import MOST_FAILURES
from survey_app.services.security.alarm import tell_of_backup, tell_of_chains
from survey_app.services.security.chain_watch import EVERY, LOOKED, watch_chains
from survey_app.services.security.log import Context, attend, note
from survey_app.store.tables import Failure, Installation, OutboxMessage, SecurityEntry
from tests.accounts.at_screen import letters, try_in, vault_of
from tests.mail.post_office import PostOffice, open_office
from tests.stage import OWN, Stage, address, build_stage

OURS, THEIRS = address("administrator"), address("other_administrator")


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with open_office() as opened:
        yield opened


@pytest.fixture
def stage(tmp_path: Path, office: PostOffice) -> Iterator[Stage]:
    made = build_stage(tmp_path / "stage", office.environment)
    yield made
    made.database.close()


def alarms(stage: Stage) -> list[tuple[str, str]]:
    """What waits for whom."""
    with stage.database.reading() as session:
        rows = session.execute(
            select(col(OutboxMessage.kind), col(OutboxMessage.address))
            .where(col(OutboxMessage.kind).startswith("alarm_"))
            .order_by(col(OutboxMessage.id))
        )
        return [(kind, reader) for kind, reader in rows]


def lock(app: Any, email: str) -> None:
    for _ in range(MOST_FAILURES):
        try_in(app, email, "fel")


def test_three_locks_in_an_hour_are_told_of_once(
    stage: Stage, app: Flask, office: PostOffice
) -> None:
    app.extensions["redogor"].send_mail = None
    lock(app, address("strategist"))
    lock(app, "nobody@demo.example")
    assert alarms(stage) == []
    stage.now = stage.now.replace(minute=5) + datetime.timedelta(hours=2)
    lock(app, address("strategist"))
    lock(app, "nobody@demo.example")
    assert alarms(stage) == [], "those of two hours ago do not count"
    for name in ("archivist", "strategist_2", "approver_with_delegation"):
        lock(app, address(name))
    told = [("alarm_locks", OURS), ("alarm_locks", THEIRS)]
    assert alarms(stage) == told, "once an hour, however many"
    texts = letters(stage, office)
    assert any("Minst 3 konton har låsts den senaste timmen" in text for text in texts)


def test_a_reset_factor_and_a_new_administrator_are_told_of_to_those_of_the_unit(
    stage: Stage, office: PostOffice
) -> None:
    own = stage.actor("administrator")
    with stage.database.writing() as session:
        attend(session, Context(lambda: stage.now, stage.key))
        reset_factor(
            session, own, vault_of(stage), stage.accounts["strategist"], "Telefonen är borta",
            stage.now, mails=True,
        )  # fmt: skip
    assert alarms(stage) == [("alarm_factor", OURS)], "who did it, too: perhaps it was another"
    for roles in ({Role.ADMINISTRATOR}, {Role.ARCHIVIST}):
        with stage.database.writing() as session:
            attend(session, Context(lambda: stage.now, stage.key))
            accounts.set_roles(
                session, own, stage.accounts["strategist_2"], stage.units[OWN], roles
            )
    assert alarms(stage)[1:] == [("alarm_administrator", OURS)]
    texts = letters(stage, office)
    for said in (
        f"administrator har återställt inloggningen för strategist ({OWN})",
        f"administrator har gjort strategist_2 till administratör för {OWN}",
    ):
        assert any(said in " ".join(text.split()) for text in texts), said
    assert "Telefonen är borta" not in "".join(texts)


def test_what_is_not_through_is_not_told_of(stage: Stage) -> None:
    with contextlib.suppress(KeyError), stage.database.writing() as session:
        note(session, "factor_reset", account=stage.accounts["strategist"])
        raise KeyError
    assert alarms(stage) == []


def test_an_old_backup_is_told_of_once(stage: Stage, office: PostOffice) -> None:
    def look() -> list[tuple[str, str]]:
        before = len(alarms(stage))
        with stage.database.writing() as session:
            tell_of_backup(session, stage.now)
        return alarms(stage)[before:]

    with stage.database.writing() as session:
        attend(session, Context(lambda: stage.now, stage.key))
        note(session, "backup_made")
        session.execute(update(Installation).values(made=stage.now))
    both = [("alarm_backup", OURS), ("alarm_backup", THEIRS)]
    for expected in ([], [], both, []):
        assert look() == expected
        stage.now += datetime.timedelta(days=1, seconds=1)
    with stage.database.writing() as session:
        attend(session, Context(lambda: stage.now, stage.key))
        note(session, "backup_made")
    assert look() == []
    stage.now += datetime.timedelta(days=3)
    assert look() == both
    assert any("äldre än två dygn" in text for text in letters(stage, office))


def test_a_new_place_has_two_days_to_be_backed_up(stage: Stage) -> None:
    with stage.database.writing() as session:
        note(session, "sign_out")
        session.execute(update(Installation).values(made=stage.now))
    for days, count in ((1, 0), (3, 2)):
        with stage.database.writing() as session:
            tell_of_backup(session, stage.now + datetime.timedelta(days=days))
        assert len(alarms(stage)) == count


def test_a_chain_that_does_not_hold_is_told_of_once_a_day(
    stage: Stage, app: Flask, office: PostOffice
) -> None:
    """By what runs every hour, and by who looks."""
    stage.sign_in(app, "strategist")
    watch_chains(stage.settings, stage.database, stage.now)
    assert alarms(stage) == []
    marker = stage.settings.instance / LOOKED
    with stage.database.writing() as session:
        session.execute(update(SecurityEntry).where(col(SecurityEntry.number) == 1).values(
            account_id=stage.accounts["archivist"]))  # fmt: skip
    watch_chains(stage.settings, stage.database, stage.now)
    assert alarms(stage) == [], "it was looked at a moment ago"
    for _ in range(2):
        old = stage.now.timestamp() - EVERY.total_seconds() - 1
        os.utime(marker, (old, old))
        watch_chains(stage.settings, stage.database, stage.now)
    both = [("alarm_chain", OURS), ("alarm_chain", THEIRS)]
    assert alarms(stage) == both
    with stage.database.writing() as session:
        tell_of_chains(session, stage.now + datetime.timedelta(days=1), 1)
    assert alarms(stage) == both * 2
    assert any("Rör inget." in text for text in letters(stage, office))


def test_the_command_that_looks_tells_too(stage: Stage) -> None:
    with stage.database.writing() as session:
        attend(session, Context(lambda: stage.now, stage.key))
        note(session, "backup_made")
    with stage.database.writing() as session:
        session.execute(update(SecurityEntry).values(request="x"))
    environment = {"DATABASE_URL": stage.settings.database_url, "SECRET_KEY": None}
    told = CliRunner().invoke(
        main, ["--instance", str(stage.settings.instance), "audit", "verify"], env=environment
    )
    assert told.exit_code == 1, told.output
    assert {kind for kind, _reader in alarms(stage)} == {"alarm_chain"}


def test_what_runs_every_hour_looks_and_tidies(stage: Stage) -> None:
    with stage.database.writing() as session:
        attend(session, Context(lambda: stage.now - datetime.timedelta(days=3), stage.key))
        note(session, "backup_made")
        throttle.note_failures(session, ["a"], stage.now - datetime.timedelta(days=2))
    with stage.database.writing() as session:
        session.execute(update(SecurityEntry).values(request="x"))
    environment = {"DATABASE_URL": stage.settings.database_url, "SECRET_KEY": None}
    told = CliRunner().invoke(
        main, ["--instance", str(stage.settings.instance), "remind"], env=environment
    )
    assert told.exit_code == 0, told.output
    assert {kind for kind, _reader in alarms(stage)} == {"alarm_chain", "alarm_backup"}
    with stage.database.reading() as session:
        assert session.execute(select(Failure)).first() is None
