"""Backups while people write: each is one state, whole, with all that was acknowledged before it.

A release makes twenty (``REDOGOR_BACKUPS=20``).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from survey_app.services.actor import find_actor
from survey_app.services.doctor.soundness import Flaw, find_flaws
from survey_app.services.keys.key import open_key
from survey_app.services.refusal import Refused
from survey_app.services.register.registration import Secrecy, register_document
from survey_app.store.engine import Database
from tests.conftest import GNV, serving
from tests.days import swedish_today
from tests.durability.backups import back_up, contents, moment, restore_into
from tests.durability.ledger import Claim, Ledger, assert_whole, lost, rows
from tests.durability.people import Colleague, strategists

BACKUPS = int(os.environ.get("REDOGOR_BACKUPS", "2"))
QUESTIONS = ("10", "18a", "24", "41")
GROWN = {"installation", "security_entry", "security_head"}
"""What restoring adds to: that it was done."""
AT_LEAST = 15
"""Saves between two backups."""


@contextlib.contextmanager
def at_work(folder: Path) -> Iterator[Ledger]:
    """Four people save, and the list of a case grows, whose every line is a signed head."""
    ledger, stop, wrong = Ledger(), threading.Event(), []
    tokens = strategists(folder, len(QUESTIONS))

    def go(work: object, *arguments: object) -> None:
        try:
            work(*arguments)  # type: ignore[operator]
        except Exception as error:  # told by the main thread
            wrong.append(error)

    with serving(folder) as server:
        port = int(server.url.rpartition(":")[2])
        threads = [
            threading.Thread(target=go, args=(_save, token, port, ledger, question, stop))
            for token, question in zip(tokens, QUESTIONS, strict=True)
        ]
        threads.append(threading.Thread(target=go, args=(_register, folder, stop)))
        for thread in threads:
            thread.start()
        try:
            yield ledger
        finally:
            stop.set()
            for thread in threads:
                thread.join()
    assert wrong == []


def _save(token: str, port: int, ledger: Ledger, question: str, stop: threading.Event) -> None:
    number = 0
    with contextlib.closing(Colleague(token, port, ledger)) as person:
        person.look(GNV)
        while not stop.is_set():
            number += 1
            status, told = person.save(GNV, question, f"{question} skrevs {number}")
            assert status == 200, told


def _register(folder: Path, stop: threading.Event) -> None:
    database, key = Database(f"sqlite:///{folder.resolve() / 'redogor.db'}"), open_key(folder)
    ((archivist,),) = rows(folder, "SELECT id FROM account WHERE email LIKE 'arkivarie@%'")
    while not stop.wait(0.02):
        today = swedish_today()
        with database.writing() as session:
            actor = find_actor(session, archivist)
            assert actor is not None
            register_document(
                session, actor, "RS250393", kind="other", direction="own", day=today,
                counterpart="", subject="Anteckning under säkerhetskopiering", secrecy=Secrecy(),
                upload=None, now=moment(), today=today, signer=key,
            )  # fmt: skip
    database.close()


def wait_for_saves(ledger: Ledger, count: int) -> None:
    """Wait until so many saves more were acknowledged."""
    before, patience = len(ledger.claims), threading.Event()
    for _ in range(6000):
        if len(ledger.claims) >= before + count:
            return
        patience.wait(0.01)
    raise AssertionError("nobody saves: the harness proves nothing")


def flaws(folder: Path, heads: list[str]) -> list[Flaw]:
    """What is not whole in a folder, with the heads that were kept."""
    database, key = Database(f"sqlite:///{folder.resolve() / 'redogor.db'}"), open_key(folder)
    with database.reading() as session:
        found = list(find_flaws(session, key, heads))
    database.close()
    return found


def test_every_backup_is_whole_and_holds_what_was_acknowledged(
    instance: Path, tmp_path: Path
) -> None:
    made: list[tuple[Path, list[Claim]]] = []
    copied = tmp_path / "copied"
    copied.mkdir()
    with at_work(instance) as ledger:
        for number in range(BACKUPS):
            wait_for_saves(ledger, AT_LEAST)
            before, target = list(ledger.claims), tmp_path / f"{number}.zip"
            manifest = back_up(instance, target)
            assert manifest.rows["revision"] > len(before)
            assert len(ledger.claims) > len(before), "people went on while it was made"
            made.append((target, before))
        wait_for_saves(ledger, 1)
        before_copy = list(ledger.claims)
        # The planted defect: a copy of the file alone, as one would with cp.
        shutil.copyfile(instance / "redogor.db", copied / "redogor.db")

    later = open_key(instance).kept()
    for number, (target, before) in enumerate(made):
        place = tmp_path / f"place-{number}"
        restored = restore_into(place, target)
        assert_whole(place, Ledger(before))
        found = {name: len(content) for name, content in contents(place).items()
                 if name not in GROWN}  # fmt: skip
        assert found.items() <= restored.manifest.rows.items()
        kept = open_key(place).kept()
        assert flaws(place, kept) == []
        if number == 0:  # heads that are younger than the database are found, too
            assert "cut_tail" in str(flaws(place, later))
    assert _is_found(copied, before_copy)


def _is_found(folder: Path, claims: list[Claim]) -> bool:
    return bool(lost(folder, claims))


def test_what_is_restored_is_what_was_there(instance: Path, tmp_path: Path) -> None:
    back_up(instance, tmp_path / "backup.zip")
    restore_into(tmp_path / "place", tmp_path / "backup.zip")
    there, here = contents(instance), contents(tmp_path / "place")
    assert there.keys() == here.keys()
    assert {name for name in there if there[name] != here[name]} == GROWN
    assert sum(map(len, here.values())) > 500
    for name in ("audit_key.pem", "secret_key", "demo_accounts.json"):
        assert (tmp_path / "place" / name).read_bytes() == (instance / name).read_bytes()
    kept = open_key(instance).kept()
    assert open_key(tmp_path / "place").kept()[: len(kept)] == kept
    told = rows(tmp_path / "place", "SELECT kind FROM security_entry ORDER BY number DESC LIMIT 1")
    assert told == [("restored",)]


def test_two_cannot_make_the_same_backup(instance: Path, tmp_path: Path) -> None:
    target, told = tmp_path / "backup.zip", []
    start = threading.Barrier(6)

    def make() -> None:
        start.wait()
        try:
            back_up(instance, target)
        except Refused as refused:
            told.append(refused.code)
        else:
            told.append("made")

    threads = [threading.Thread(target=make) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told.count("made") == 1
    assert set(told) <= {"made", "backup_under_way", "backup_there"}
    restore_into(tmp_path / "place", target)
    assert {path.name for path in tmp_path.glob("backup*")} == {"backup.zip"}


@pytest.mark.parametrize("left", [".part", ".db.part"])
def test_what_a_broken_off_backup_left_is_taken_over(
    instance: Path, tmp_path: Path, left: str
) -> None:
    (tmp_path / f"backup.zip{left}").write_bytes(b"half" * 5000)
    back_up(instance, tmp_path / "backup.zip")
    restore_into(tmp_path / "place", tmp_path / "backup.zip")
    assert not (tmp_path / f"backup.zip{left}").exists()
