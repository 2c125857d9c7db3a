"""Who is on which question of a submission, just now. No history: a row lives for seconds."""

from __future__ import annotations

import datetime
import re
from functools import cache
from typing import NamedTuple

from sqlalchemy import Connection, Insert, bindparam, delete, select
from sqlmodel import Session

from survey_app.core.characters import tidy
from survey_app.core.workflow import Action
from survey_app.services.actor import Actor
from survey_app.services.refusal import Invalid, NotFound
from survey_app.services.submission import open_submission
from survey_app.store.tables import Account, Presence, table_of
from survey_app.store.upsert import insert_into

STAYS = datetime.timedelta(seconds=18)
"""How long one is held to be there after a browser last said so. It says so every ten seconds
(``BEAT`` in ``static/together.js``): once it may be late, twice it may not."""
_BROWSER = re.compile("[A-Za-z0-9]{1,32}")

_HERE, _PEOPLE = table_of(Presence), table_of(Account).c
_KEY = ("submission_id", "account_id", "browser")
_LEAVE = delete(_HERE).where(
    _HERE.c.submission_id == bindparam("submission"),
    _HERE.c.account_id == bindparam("account"),
    _HERE.c.browser == bindparam("browser"),
)
_FORGET = delete(_HERE).where(_HERE.c.at <= bindparam("before"))
_PRESENT = (
    select(_HERE.c.question, _HERE.c.browser, _HERE.c.account_id, _PEOPLE.name)
    .join_from(_HERE, table_of(Account), _PEOPLE.id == _HERE.c.account_id)
    .where(_HERE.c.submission_id == bindparam("submission"), _HERE.c.at > bindparam("after"))
    .order_by(_PEOPLE.name, _HERE.c.browser)
)


@cache
def _stay(dialect: str) -> Insert:
    statement = insert_into(_HERE, dialect)
    return statement.on_conflict_do_update(
        index_elements=_KEY,
        set_={"question": statement.excluded.question, "at": statement.excluded.at},
    )


class Present(NamedTuple):
    """Somebody on a question. ``browser`` tells the windows of one person apart."""

    question: str
    browser: str
    account_id: int
    name: str


def find_place(
    session: Session, actor: Actor, submission_id: int, question: object, browser: object
) -> tuple[str | None, str]:
    """The question (None: on none) and the browser's name, if they can be what they say.

    Raises NotFound (no such submission, no such question), Forbidden, WrongState, Invalid
    (``expected_text``).
    """
    dossier = open_submission(session, actor, submission_id, Action.WRITE)
    if not isinstance(browser, str) or not _BROWSER.fullmatch(browser):
        raise Invalid("expected_text")
    if question is None:
        return None, browser
    if not isinstance(question, str):
        raise Invalid("expected_text")
    if question not in dossier.questionnaire.by_id:
        raise NotFound("no_question", question=tidy(question)[:64])
    return question, browser


def note_presence(
    connection: Connection, actor: Actor, submission_id: int, question: str | None, browser: str,
    now: datetime.datetime,
) -> None:  # fmt: skip
    """Write down where a browser is, and forget everybody who has been silent for long."""
    connection.execute(_FORGET, {"before": now - STAYS})
    key = {"submission": submission_id, "account": actor.account_id, "browser": browser}
    if question is None:
        connection.execute(_LEAVE, key)
        return
    row = dict(zip(_KEY, key.values(), strict=True)) | {"question": question, "at": now}
    connection.execute(_stay(connection.dialect.name), row)


def list_present(
    connection: Connection, submission_id: int, now: datetime.datetime
) -> list[Present]:
    """Who is there, by name."""
    found = connection.execute(_PRESENT, {"submission": submission_id, "after": now - STAYS})
    return [Present(row.question, row.browser, row.account_id, row.name) for row in found]
