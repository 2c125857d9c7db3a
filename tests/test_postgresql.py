"""The whole job on either database, and what differs there: two writers at the same moment."""

from __future__ import annotations

import datetime
import json
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, text
from sqlmodel import col

from survey_app.export.verification.look import verify_package
from survey_app.services import demo
from survey_app.services.actor import find_actor
from survey_app.services.approvals.approval import send_for_approval
from survey_app.services.audit import verify_chain
from survey_app.services.keys.key import open_key
from survey_app.services.refusal import Forbidden
from survey_app.store.engine import Database
from survey_app.store.tables import Account, Membership
from tests.conftest import GNV, GRANT, Installation, Person
from tests.days import swedish_today

GRANT_FORM = "statsbidrag-2025"

pytestmark = pytest.mark.both_databases


def complete(strategist: Person, submission: int) -> None:
    """What the grant's draft still lacks, as the practice case has it."""
    told = json.loads((demo.DATA / f"{GRANT_FORM}.json").read_text(encoding="utf-8"))
    for question, answer in told["practice"].items():
        version = strategist.version(submission, question)
        reply = strategist.save(submission, question, answer["value"], version)
        assert reply.status_code == 200, reply.text


def attestation(password: str, content_sha256: str) -> dict[str, Any]:
    """The approver's page, filled in."""
    told = json.loads((demo.DATA / f"{GRANT_FORM}.json").read_text(encoding="utf-8"))
    form = {"content_sha256": content_sha256, "password": password}
    for question, value in told["approver"].items():
        form |= {f"q.{question}": "true" if value is True else value, f"q.{question}.version": "0"}
    return form


def test_the_whole_job(installation: Installation, database_kind: str, tmp_path: Path) -> None:
    assert installation.database.engine.dialect.name == database_kind
    strategist, director, archivist = (
        installation.person(name) for name in ("strateg", "direktor", "arkivarie")
    )
    complete(strategist, GRANT)
    assert strategist.post(f"/submissions/{GRANT}/sending").status_code == 302
    shown = director.submission(GRANT)["content_sha256"]
    assert shown in director.get(f"/submissions/{GRANT}/approval").text
    form = attestation(installation.accounts["direktor"]["password"], shown)
    reply = director.post(f"/submissions/{GRANT}/approval", form)
    assert reply.status_code == 302, reply.text
    receipt = {"day": swedish_today().isoformat(), "receipt_number": "PG-1"}
    assert strategist.post(f"/submissions/{GRANT}/handing-in", receipt).status_code == 302
    assert archivist.post(f"/submissions/{GRANT}/archiving").status_code == 302
    assert archivist.submission(GRANT)["state"] == "archived"
    assert archivist.submission(GRANT)["content_sha256"] == shown

    package = tmp_path / "RS259999.zip"
    package.write_bytes(archivist.get("/cases/RS259999/package.zip").data)
    assert verify_package(package).intact
    key = open_key(installation.settings.instance)
    with installation.database.reading() as session:
        assert [verify_chain(session, case, key) for case in (1, 2)] == [[], []]


def test_a_stale_save_is_answered_with_both_texts(installation: Installation) -> None:
    strategist, colleague = installation.person("strateg"), installation.person("strateg2")
    version = strategist.version(GNV, "10")
    assert colleague.save(GNV, "10", "kollegans text", version).status_code == 200
    reply = strategist.save(GNV, "10", "min text", version)
    assert reply.status_code == 409
    assert reply.get_json()["texts"] == {"yours": "min text", "theirs": "kollegans text"}


def test_two_saves_at_the_same_moment(installation: Installation) -> None:
    """One wins and one is told, ten times over: the case's row queues them."""
    people = [installation.person(name) for name in ("strateg", "strateg2")]
    for number in range(10):
        version = people[0].version(GNV, "10")
        start = threading.Barrier(2)
        statuses: dict[int, int] = {}

        def save(who: int, version: int = version, start: threading.Barrier = start,
                 statuses: dict[int, int] = statuses, number: int = number) -> None:  # fmt: skip
            start.wait()
            reply = people[who].save(GNV, "10", f"text {number} av {who}", version)
            statuses[who] = reply.status_code

        threads = [threading.Thread(target=save, args=(who,)) for who in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(statuses.values()) == [200, 409]
        winner = next(who for who, status in statuses.items() if status == 200)
        answer = people[0].submission(GNV)["answers"]["10"]
        assert (answer["value"], answer["version"]) == (f"text {number} av {winner}", version + 1)


def test_a_save_that_waited_while_it_was_sent_is_refused(installation: Installation) -> None:
    """Who gets a row's lock at last must not go by what the row's neighbours said before."""
    strategist, colleague = installation.person("strateg"), installation.person("strateg2")
    complete(strategist, GRANT)
    version = colleague.version(GRANT, "glesbygdsbidrag")
    key = open_key(installation.settings.instance)
    statuses: list[int] = []

    def save() -> None:
        statuses.append(colleague.save(GRANT, "glesbygdsbidrag", "7", version).status_code)

    waiting = threading.Thread(target=save)
    with installation.database.writing() as session:
        account = session.execute(
            select(col(Account.id)).where(col(Account.email) == "strateg@demo.example")
        ).scalar_one()
        sender = find_actor(session, account)
        assert sender is not None
        send_for_approval(session, sender, GRANT, datetime.datetime.now(datetime.UTC), key)
        waiting.start()
        time.sleep(1)
        assert statuses == [], "the save did not wait"
    waiting.join()
    assert statuses == [409]
    assert colleague.version(GRANT, "glesbygdsbidrag") == version


def until_one_waits(database: Database) -> None:
    """Until a transaction waits for a row that another holds."""
    waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                   " AND datname = current_database()")  # fmt: skip
    for _ in range(200):
        with database.looking() as connection:
            if connection.execute(waiting).scalar_one():
                return
        time.sleep(0.05)
    raise AssertionError("nobody waits")


@pytest.mark.only_postgresql("asks it who waits for a lock")
def test_a_step_waits_for_a_role_that_is_being_taken_and_is_refused(
    installation: Installation,
) -> None:
    """The two transactions at once: the later one sees what the earlier did."""
    database = installation.database
    complete(installation.person("strateg"), GRANT)
    with database.reading() as session:
        account = session.execute(select(Account).where(col(Account.email).like("strateg@%"))
                                  ).scalars().one()  # fmt: skip
        assert account.id is not None
        actor = find_actor(session, account.id)
    assert actor is not None
    told: list[str] = []

    def send() -> None:
        try:
            with database.writing() as session:
                send_for_approval(session, actor, GRANT, datetime.datetime.now(datetime.UTC),
                                  installation.app.extensions["redogor"].key)  # fmt: skip
            told.append("sent")
        except Forbidden as refused:
            told.append(refused.code)

    sending = threading.Thread(target=send)
    with database.writing() as session:
        session.execute(delete(Membership).where(col(Membership.account_id) == account.id))
        sending.start()
        until_one_waits(database)
    sending.join(30)
    assert told == ["roles_taken"]
