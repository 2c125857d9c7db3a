"""Nobody learns which accounts there are: not by words, headers, statements, commits or mail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, update
from sqlmodel import col

from survey_app.services.accounts.account import set_active
from survey_app.services.accounts.sign_in import MOST_FAILURES
from survey_app.store.tables import Account
from tests.accounts.at_screen import ask_reset, letters, try_in
from tests.mail.post_office import PostOffice
from tests.stage import Stage, address

NOBODY = "nobody@demo.example"


@contextmanager
def watched(app: Any) -> Iterator[list[str]]:
    """What the database is asked meanwhile: the statements, and ``COMMIT``."""
    database, seen = app.extensions["redogor"].database, []

    def execute(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        seen.append(statement)

    engines = {database.engine, database._pen}
    listeners = [("before_cursor_execute", execute), ("commit", lambda _: seen.append("COMMIT"))]
    for engine in engines:
        for name, listener in listeners:
            event.listen(engine, name, listener)
    yield seen
    for engine in engines:
        for name, listener in listeners:
            event.remove(engine, name, listener)


def differing(work: dict[str, list[str]]) -> dict[str, list[str]]:
    """By sort what was asked otherwise than of an address that nobody has."""
    usual = work["unknown"]
    return {
        sort: [*(item for item in seen if item not in usual),
               *(f"not: {item}" for item in usual if item not in seen)] or ["order"]
        for sort, seen in work.items() if seen != usual
    }  # fmt: skip


def plain(page: str) -> str:
    """A page without its tokens, its request's name and the address that was typed."""
    page = re.sub(r'(content|value)="[\w.-]{40,}"', "token", page)
    return re.sub(r"[\w.+-]+@demo\.example", "address", page)


@pytest.fixture
def people(stage: Stage, app: Any) -> dict[str, str]:
    """An address of each sort: known, unknown, locked, closed, invited."""
    with stage.database.writing() as session:
        for name, values in (("strategist_2", {"active": False}),
                             ("archivist", {"password_hash": ""})):  # fmt: skip
            session.execute(update(Account).where(col(Account.id) == stage.accounts[name])
                            .values(**values))  # fmt: skip
    sorts = {"known": address("strategist"), "unknown": NOBODY, "closed": address("strategist_2"),
             "invited": address("archivist"), "locked": address("administrator")}  # fmt: skip
    for _ in range(MOST_FAILURES):
        try_in(app, sorts["locked"], "fel")
    return sorts


@pytest.mark.both_databases
def test_a_failure_is_the_same_for_all(stage: Stage, app: Any, people: dict[str, str]) -> None:
    replies, work = {}, {}
    for sort, email in people.items():
        with watched(app) as seen:
            replies[sort] = try_in(app, email, "fel lösenord")
        work[sort] = seen
    assert {reply.status_code for reply in replies.values()} == {401}
    assert len({plain(reply.text) for reply in replies.values()}) == 1
    assert len({tuple(sorted(reply.headers.keys())) for reply in replies.values()}) == 1
    assert differing(work) == {}
    assert work["unknown"].count("COMMIT") == work["known"].count("COMMIT") >= 1


def test_the_failure_that_locks_is_the_same_for_all(stage: Stage, app: Any) -> None:
    for email in (address("strategist"), NOBODY):
        for _ in range(MOST_FAILURES - 1):
            try_in(app, email, "fel")
    work = []
    for email in (address("strategist"), NOBODY):
        with watched(app) as seen:
            try_in(app, email, "fel")
        work.append(seen)
    assert work[0] == work[1]
    assert any("INSERT INTO outbox" in statement for statement in work[1])


def test_the_api_says_the_same(stage: Stage, app: Any, people: dict[str, str]) -> None:
    told = {
        app.test_client().post("/api/v1/session", json={"email": email, "password": "fel"}).data
        for email in people.values()
    }
    assert len(told) == 1


def test_asking_for_a_letter_is_the_same_for_all(
    stage: Stage, app: Any, people: dict[str, str], office: PostOffice
) -> None:
    letters(stage, office)
    office.letters.clear()
    replies, work = {}, {}
    for sort, email in people.items():
        with watched(app) as seen:
            replies[sort] = ask_reset(app, email)
        work[sort] = seen
    assert len({plain(reply.text) for reply in replies.values()}) == 1
    assert "Om adressen har ett konto har vi skickat ett brev." in replies["unknown"].text
    assert differing(work) == {}
    letters(stage, office)
    got = {letter.recipients[0] for letter in office.letters}
    assert got == {people["known"], people["invited"], people["locked"]}


def test_planted_a_closed_account_that_is_told_is_found(stage: Stage, app: Any) -> None:
    """The comparison sees a difference where there is one: who comes in is not as who fails."""
    with stage.database.writing() as session:
        set_active(session, stage.actor("administrator"), stage.accounts["archivist"],
                   active=False)  # fmt: skip
    with watched(app) as failing:
        try_in(app, address("archivist"), "fel")
    with watched(app) as coming:
        try_in(app, address("strategist"), "lösenord-för-prov")
    assert failing != coming
