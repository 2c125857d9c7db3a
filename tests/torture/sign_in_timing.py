"""How long a failure to sign in takes, for an account that is there, one that is not, a locked one.

Part of ``make torture`` only: a clock is no judge on a machine that does other things, too. What
``make test`` holds instead is that statements and commits are the same (``test_nothing_told``).
"""

from __future__ import annotations

import datetime
import os
import random
import statistics
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import update
from sqlmodel import col

from survey_app.services.accounts import throttle
from survey_app.services.accounts.password import hash_password
from survey_app.services.accounts.sign_in import MOST_FAILURES, tries_of
from survey_app.services.accounts.vault import Vault
from survey_app.store.tables import Account
from tests.conftest import csrf_of
from tests.stage import Stage, address

TRIES = int(os.environ.get("REDOGOR_TIMED", "200"))
MOST_APART = 5.0
"""Milliseconds between the medians of any two sorts."""
SORTS = {"known": address("strategist"), "unknown": "nobody@demo.example",
         "locked": address("archivist")}  # fmt: skip
Record = Callable[[str, object], None]


def hold(stage: Stage, email: str) -> None:
    """Lock an account as from now on."""
    key = tries_of(Vault((stage.settings.secret_key,)), email, "192.0.2.1").account
    with stage.database.writing() as session:
        throttle.note_failures(session, [key] * MOST_FAILURES, stage.now)


def measure(stage: Stage, app: Any, tries: int) -> dict[str, float]:
    """The median of so many tries of each sort, in milliseconds, in an order made by chance.

    Two minutes pass between the rounds, so that what is tried is not locked by it.
    """
    chance, took = random.Random(15), {sort: list[float]() for sort in SORTS}
    client = app.test_client()
    token = csrf_of(client.get("/sign-in").text)
    for _ in range(tries):
        stage.now += datetime.timedelta(minutes=2)
        hold(stage, SORTS["locked"])
        for sort in chance.sample(list(SORTS), len(SORTS)):
            form = {"csrf_token": token, "email": SORTS[sort], "password": "fel lösenord"}
            began = time.perf_counter()
            reply = client.post("/sign-in", data=form)
            took[sort].append((time.perf_counter() - began) * 1000)
            assert reply.status_code == 401
    return {sort: statistics.median(found) for sort, found in took.items()}


def with_password(stage: Stage, password_hash: str) -> None:
    """Everybody's password as it is kept outside tests, whose hashes are cheap."""
    with stage.database.writing() as session:
        session.execute(
            update(Account).where(col(Account.email).in_(SORTS.values()))
            .values(password_hash=password_hash)
        )  # fmt: skip


def test_a_failure_takes_as_long_for_all(stage: Stage, app: Any, record_property: Record) -> None:
    with_password(stage, hash_password("ett helt vanligt lösenord"))
    medians = measure(stage, app, TRIES)
    apart = max(medians.values()) - min(medians.values())
    print(" ".join(f"{sort} {found:.2f} ms" for sort, found in medians.items()))
    record_property("tries to sign in", 3 * TRIES)
    record_property("ms between the medians of known, unknown and locked", round(apart, 2))
    assert apart < MOST_APART, medians


def test_the_clock_finds_accounts_whose_hash_is_cheaper_than_nobody_s(
    stage: Stage, app: Any
) -> None:
    """As tests keep passwords: an account that is there is judged sooner than one that is not."""
    medians = measure(stage, app, max(10, TRIES // 10))
    assert medians["unknown"] - medians["known"] > MOST_APART, medians
