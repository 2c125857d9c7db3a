"""Somebody with a name that stands nowhere else, and what they leave behind."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update
from sqlmodel import SQLModel, col

from survey_app.services.audit import read_heads, verify_chain
from survey_app.services.comment import add_comment
from survey_app.services.persons.removal import TOUCHED, remove_person, survey_person
from survey_app.services.security.log import CHAIN, Context, attend, verify_security
from survey_app.store.engine import Database
from survey_app.store.tables import Account, Case, PersonRemoval
from tests.stage import Stage

NAME, ADDRESS, TITLE = "Zackarina Påhittad", "zackarina.pahittad@demo.example", "Provstrateg"


def rename(stage: Stage, who: str, name: str = NAME, email: str = ADDRESS) -> None:
    """Let one of the stage's people be called something that nobody else is."""
    with stage.database.writing() as session:
        session.execute(
            update(Account)
            .where(col(Account.id) == stage.accounts[who])
            .values(name=name, email=email, title=TITLE)
        )


def comment(stage: Stage, submission: int, text: str, by: str = "strategist") -> None:
    with stage.database.writing() as session:
        add_comment(session, stage.actor(by), submission, "1", text, stage.now)


def shown(stage: Stage, who: str, by: str = "administrator") -> str:
    with stage.database.reading() as session:
        return survey_person(session, stage.actor(by), stage.accounts[who], stage.now).sha256


def remove(stage: Stage, who: str, by: str = "administrator", **more: Any) -> PersonRemoval:
    """Remove somebody as the page does."""
    told = {"decision": "Beslut RS 7", "with_comments": True, **more}
    if "shown_sha256" not in told:
        told["shown_sha256"] = shown(stage, who, by)
    with stage.database.writing() as session:
        attend(session, Context(lambda: stage.now, stage.key))
        removal = remove_person(
            session, stage.actor(by), stage.accounts[who], now=stage.now, signer=stage.key, **told
        )
    assert stage.database.forget(TOUCHED)
    return removal


def breaks(database: Database, key: Any) -> list[Any]:
    """Where a chain does not hold: of any case, or of the security log."""
    kept = read_heads(key.kept(), key)
    with database.reading() as session:
        found = verify_security(session, key, kept.get(CHAIN))
        for case_id in session.execute(select(col(Case.id))).scalars():
            assert case_id is not None
            found += verify_chain(session, case_id, key, kept.get(case_id))
    return found


def tables_with(database: Database, *words: str) -> set[str]:
    """The tables in which a word stands, in whatever column."""
    found = set()
    with database.reading() as session:
        for table in SQLModel.metadata.sorted_tables:
            for row in session.execute(select(table)):
                if any(_holds(value, word) for value in row for word in words):
                    found.add(table.name)
    return found


def _holds(value: object, word: str) -> bool:
    return word.encode() in value if isinstance(value, bytes) else word in str(value)
