"""Failures are counted by account and by place, also those at the same moment."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from survey_app.services.accounts import throttle
from survey_app.services.accounts.sign_in import MOST_FAILURES, enter, find_credentials, tries_of
from tests.accounts.at_screen import letters, try_in, vault_of
from tests.mail.post_office import PostOffice
from tests.stage import PASSWORD, Stage, address
from tests.test_approve_races import race


@pytest.mark.both_databases
def test_of_many_guesses_at_the_same_moment_ten_are_judged(stage: Stage) -> None:
    """Forty wrong ones and ten right ones behind them: the lock falls as if they came in a row."""
    vault, email = vault_of(stage), address("strategist")
    with stage.database.reading() as session:
        credentials = find_credentials(session, email)
    tries = tries_of(vault, email, "192.0.2.1")

    def guess(*, right: bool = False) -> str | None:
        with stage.database.writing() as session:
            return enter(session, credentials, right, tries, stage.now, vault=vault).secret

    race(*[guess] * 40)
    with stage.database.reading() as session:
        assert throttle.count(session, tries.account, stage.now) == MOST_FAILURES
        assert throttle.count(session, tries.held, stage.now) == 40 - MOST_FAILURES
        assert throttle.count(session, tries.address, stage.now) == 40
    assert guess(right=True) is None
    stage.now += throttle.WINDOW
    assert guess(right=True), "what failed while it was locked does not lock it longer"


def test_one_place_that_fails_much_is_asked_to_wait(stage: Stage, app: Any) -> None:
    most = stage.settings.sign_in.address_failures
    vault = vault_of(stage)
    here = tries_of(vault, "x@y.example", "127.0.0.1")
    with stage.database.writing() as session:
        throttle.note_failures(session, [here.address] * (most - 1), stage.now)
    assert try_in(app, "nobody@demo.example", "fel").status_code == 401
    told = try_in(app, address("strategist"), PASSWORD)
    assert told.status_code == 429
    assert told.headers["Retry-After"] == "900"
    assert "Vänta en kvart" in told.text
    elsewhere = {"environ_base": {"REMOTE_ADDR": "192.0.2.7"}}
    assert try_in(app, address("strategist"), PASSWORD, **elsewhere).status_code == 302
    stage.now += throttle.WINDOW
    assert try_in(app, address("strategist"), PASSWORD).status_code == 302


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True), ("192.0.2.1", "192.0.2.2", False),
        (None, "not an address", True),
    ],
)  # fmt: skip
def test_where_somebody_comes_from(one: str | None, other: str, same: bool) -> None:
    assert (throttle.network(one) == throttle.network(other)) is same


def test_the_owner_is_told_of_a_lock_once(stage: Stage, app: Any, office: PostOffice) -> None:
    for _ in range(MOST_FAILURES + 3):
        try_in(app, address("strategist"), "fel")
        try_in(app, "nobody@demo.example", "fel")
    [letter] = letters(stage, office)
    assert office.letters[0].recipients == [address("strategist")]
    assert "I 15 minuter går det inte att logga in" in letter


def test_wrong_bearer_tokens_are_counted_too(stage: Stage, app: Any) -> None:
    client = app.test_client()
    key = vault_of(stage).name("token", "127.0.0.1")
    with stage.database.writing() as session:
        throttle.note_failures(session, [key] * 49, stage.now)
    ask = {"headers": {"Authorization": "Bearer redogor_wrong"}}
    assert client.get("/api/v1/submissions", **ask).status_code == 401
    assert client.get("/api/v1/submissions", **ask).status_code == 429


def test_old_failures_are_removed(stage: Stage) -> None:
    with stage.database.writing() as session:
        throttle.note_failures(session, ["a"], stage.now - datetime.timedelta(days=2))
        throttle.note_failures(session, ["a"], stage.now)
        throttle.remove_old_failures(session, stage.now)
        assert throttle.count(session, "a", stage.now, datetime.timedelta(days=9)) == 1
