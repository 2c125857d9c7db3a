"""A forgotten password: a letter to the owner, a link for an hour, and nobody comes in by it."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from sqlalchemy import select

from survey_app.services.accounts.confirmation import begin_confirmation
from survey_app.services.accounts.identity import begin_trip, end_trip
from survey_app.services.accounts.invitation import MOST_RESETS
from survey_app.services.accounts.one_time_link import use_link
from survey_app.services.accounts.sign_in import MOST_FAILURES
from survey_app.services.accounts.tidying import tidy_sign_in
from survey_app.services.refusal import WrongState
from survey_app.store.tables import (
    IdentityConfirmation,
    Login,
    OneTimeLink,
    OutboxMessage,
    SignInFlow,
)
from tests.accounts.at_screen import ask_reset, enrol, enter, letters, link_in, try_in
from tests.mail.post_office import PostOffice
from tests.stage import PASSWORD, Stage, address
from tests.test_approve_races import race

EMAIL, CHOSEN = address("strategist"), {"password": "åska över slätten"}


@pytest.fixture
def path(stage: Stage, app: Any, office: PostOffice) -> str:
    assert ask_reset(app, EMAIL).status_code == 200
    return link_in(stage, office)


def test_from_forgetting_to_signing_in(stage: Stage, app: Any, office: PostOffice) -> None:
    """Locked, and in elsewhere: the new password opens, and ends the rest."""
    person = stage.sign_in(app, "strategist")
    for _ in range(MOST_FAILURES):
        try_in(app, EMAIL, "fel")
    ask_reset(app, EMAIL.upper())
    path = link_in(stage, office)
    assert app.test_client().post(path, data={"password": PASSWORD}).status_code == 422
    assert app.test_client().post(path, data=CHOSEN).status_code == 303
    assert person.get("/").status_code == 302, "who was in, is out"
    assert try_in(app, EMAIL, PASSWORD).status_code == 401
    assert try_in(app, EMAIL, CHOSEN["password"]).status_code == 302, "and it is not locked"
    assert any("har fått ett nytt lösenord" in text for text in letters(stage, office))


def test_it_opens_for_an_hour_and_the_older_not_at_all(
    stage: Stage, app: Any, path: str, office: PostOffice
) -> None:
    ask_reset(app, EMAIL)
    newer = link_in(stage, office)
    assert app.test_client().get(path).status_code == 409
    stage.now += datetime.timedelta(minutes=60)
    assert app.test_client().get(newer).status_code == 409


@pytest.mark.both_databases
def test_a_link_is_used_once_at_the_same_moment_too(stage: Stage, app: Any, path: str) -> None:
    taken = []

    def use() -> None:
        try:
            with stage.database.writing() as session:
                use_link(session, path.rpartition("/")[2], stage.now)
            taken.append(True)
        except WrongState:
            taken.append(False)

    race(*[use] * 8)
    assert sorted(taken) == [False] * 7 + [True]


def test_the_second_factor_is_asked_for_as_ever(stage: Stage, app: Any, office: PostOffice) -> None:
    enrol(stage, stage.sign_in(app, "strategist"))
    ask_reset(app, EMAIL)
    assert app.test_client().post(link_in(stage, office), data=CHOSEN).status_code == 303
    reply = enter(app.test_client(), EMAIL, CHOSEN["password"])
    assert reply.location.startswith("/sign-in/factor")


def test_three_letters_an_hour(stage: Stage, app: Any, office: PostOffice) -> None:
    for _ in range(MOST_RESETS + 2):
        assert ask_reset(app, EMAIL).status_code == 200
    letters(stage, office)
    assert [letter.recipients for letter in office.letters] == [[EMAIL]] * MOST_RESETS


def test_the_letter_says_whose_and_how_long_and_no_more(
    stage: Stage, app: Any, path: str, office: PostOffice
) -> None:
    [text] = letters(stage, office)
    assert "gäller i 60 minuter" in text
    assert len(re.findall("https://", text)) == 1
    assert stage.accounts


def test_what_is_over_is_removed(stage: Stage, app: Any, path: str) -> None:
    """Links that have run out, letters to nobody, trips to a provider and what came of them, and
    logins that are over; the letters that left stay, and so does who is still in."""
    ask_reset(app, "nobody@demo.example")
    stage.sign_in(app, "strategist")
    _set_out(stage)
    stage.now += datetime.timedelta(days=1, hours=2)
    person = stage.sign_in(app, "archivist")
    with stage.database.writing() as session:
        rest = begin_trip(session, "/", stage.now)
    with stage.database.writing() as session:
        tidy_sign_in(session, stage.now, hours=20, most_hours=168)
        for table in (OneTimeLink, IdentityConfirmation):
            assert session.execute(select(table)).first() is None
        assert list(session.execute(select(Login.account_id)).scalars()) == [
            stage.accounts["archivist"]]  # fmt: skip
        assert end_trip(session, rest, stage.now).goal == "/"
        assert session.execute(select(SignInFlow)).first() is None
        [kept] = session.execute(select(OutboxMessage)).scalars()
        assert kept.address == EMAIL
    assert app.test_client().get(path).status_code == 404
    assert person.get("/").status_code == 200


def _set_out(stage: Stage) -> None:
    [submission] = stage.open("RS2501")
    actor = stage.actor("approver_with_delegation")
    with stage.database.writing() as session:
        made = begin_confirmation(session, actor, "a" * 16, submission, "0" * 64, [], stage.now)
        begin_trip(session, "/", stage.now, made)
