"""Removing a person: what goes, what stays, who may, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from survey_app.core.workflow import Role, State
from survey_app.services.accounts import account as accounts
from survey_app.services.accounts.login import open_login
from survey_app.services.accounts.sign_in import issue_token
from survey_app.services.mail.outbox import put_personal
from survey_app.services.persons.named import find_named
from survey_app.services.refusal import ChangedMeanwhile, Forbidden, Invalid, NotFound, WrongState
from survey_app.store.engine import Database
from survey_app.store.tables import (
    Account,
    Comment,
    Delegation,
    Login,
    OutboxMessage,
    PersonRemoval,
    SecurityEntry,
    Submission,
    Task,
    Token,
)
from tests.stage import Stage, address

from .people import (
    ADDRESS,
    NAME,
    TITLE,
    breaks,
    comment,
    remove,
    rename,
    shown,
    tables_with,
)

SAID = "Siffran är preliminär, säger förvaltningen."


def live(stage: Stage) -> int:
    """Somebody signs in, writes, comments, is told things and tells others; their draft."""
    rename(stage, "strategist")
    [submission] = stage.open("RS250001")
    stage.bring(submission, State.DRAFT)
    comment(stage, submission, SAID)
    comment(stage, submission, f"@{NAME} och @strategist_2, stämmer det?", "strategist_2")
    comment(stage, submission, "@strategist_2 jadå")
    with stage.database.writing() as session:
        account = stage.accounts["strategist"]
        open_login(session, account, stage.now, agent="Firefox, Windows")
        issue_token(session, ADDRESS, stage.now)
        put_personal(session, kind="password_set", address=ADDRESS, now=stage.now)
    return submission


def bytes_of(database: Database) -> bytes:
    """Every byte of the database's files, its WAL among them."""
    path = Path(database.url.removeprefix("sqlite:///"))
    return b"".join(part.read_bytes() for part in path.parent.glob(f"{path.name}*"))


@pytest.mark.only_sqlite("searches the bytes of the file")
def test_no_byte_of_name_or_address_is_left(stage: Stage) -> None:
    """But where somebody else wrote it: that is found by a search, and not changed."""
    live(stage)
    words = (NAME, ADDRESS, TITLE, SAID)
    before = bytes_of(stage.database)
    assert [word for word in words if word.encode() not in before] == []
    assert tables_with(stage.database, NAME) == {"account", "comment", "outbox"}
    remove(stage, "strategist")
    assert tables_with(stage.database, *words) == {"comment"}, "the colleague's comment"
    with stage.database.writing() as session:
        named = select(Comment).where(col(Comment.text).contains(NAME))
        session.execute(named).scalars().one().text = "borta"
    stage.database.close()
    after = bytes_of(stage.database)
    assert [word for word in words if word.encode() in after] == []


@pytest.mark.both_databases
def test_what_goes_and_what_stays(stage: Stage) -> None:
    submission = live(stage)
    account_id = stage.accounts["strategist"]
    removal = remove(stage, "strategist")
    assert json.loads(removal.counts)["logins"] == 1
    with stage.database.reading() as session:
        account = session.get(Account, account_id)
        assert account is not None
        assert (account.name, account.email, account.title, account.active, account.removed) == (
            f"Borttagen person {account_id}", f"removed-{account_id}@invalid", "", False, stage.now
        )  # fmt: skip
        for model in (Login, Token, OutboxMessage):
            mine = select(model).where(model.account_id == account_id)  # type: ignore[attr-defined]
            assert session.execute(mine).first() is None, model
        assert session.execute(
            select(OutboxMessage).where(col(OutboxMessage.address) == ADDRESS)
        ).first() is None  # fmt: skip
        told = session.execute(select(OutboxMessage)).scalars().all()
        assert {json.loads(item.facts)["by"] for item in told} == {account.name}
        written = select(Comment).where(col(Comment.submission_id) == submission)
        assert [item.author_id for item in session.execute(written).scalars()] == [
            stage.accounts["strategist_2"]
        ]
        entries = select(SecurityEntry).where(col(SecurityEntry.kind) == "person_removed")
        entry = session.execute(entries).scalars().one()
        assert (entry.account_id, entry.by_account, entry.unit_id) == (
            account_id, stage.accounts["administrator"], stage.units["Region Egen"]
        )  # fmt: skip
    assert breaks(stage.database, stage.key) == []
    assert stage.save(submission, "1", "Nytt", 1, "strategist_2"), "the work goes on"


def test_comments_stay_where_that_is_chosen(stage: Stage) -> None:
    live(stage)
    remove(stage, "strategist", with_comments=False)
    assert tables_with(stage.database, SAID) == {"comment"}
    assert breaks(stage.database, stage.key) == []


def test_what_was_approved_tells_who_approved_it(stage: Stage) -> None:
    """The law keeps the record; the delegation is ended, and its decision stays."""
    rename(stage, "approver_with_delegation")
    [submission] = stage.open("RS250001")
    stage.bring(submission, State.ARCHIVED)
    remove(stage, "approver_with_delegation")
    left = tables_with(stage.database, NAME, ADDRESS)
    assert left == {"record", "blob_chunk"}, "the record, and the archive copy of it"
    with stage.database.reading() as session:
        ended = session.execute(
            select(Delegation).where(
                col(Delegation.account_id) == stage.accounts["approver_with_delegation"]
            )
        ).scalars().one()  # fmt: skip
        assert (ended.decision, ended.revoked) == ("Beslut 1", stage.now)
        account = Account(id=0, name=NAME, email=ADDRESS, password_hash="")
        assert [(item.table, item.cases) for item in find_named(session, account)] == [
            ("record", ("RS250001",))
        ]
    assert breaks(stage.database, stage.key) == []


@pytest.mark.parametrize(("change", "code"), [
    ({"decision": "Nytt beslut"}, "changed_decision"), ({"counts": "{}"}, "changed_decision"),
    (None, "unlinked_decision"),
])  # fmt: skip
def test_a_changed_tombstone_is_found(
    stage: Stage, change: dict[str, str] | None, code: str
) -> None:
    remove(stage, "strategist")
    with stage.database.writing() as session:
        if change is None:
            session.add(PersonRemoval(
                account_id=stage.accounts["strategist_2"], decision="Inget", counts="{}",
                shown_sha256="0" * 64, by_account=1, at=stage.now,
            ))  # fmt: skip
        else:
            session.execute(update(PersonRemoval).values(**change))
    assert {item.code for item in breaks(stage.database, stage.key)} == {code}


@pytest.mark.parametrize(("values", "code"), [
    ({"name": "Någon"}, "filled_tombstone"), ({"active": True}, "filled_tombstone"),
    ({"removed": None}, "filled_tombstone"),
])  # fmt: skip
def test_an_account_that_came_back_is_found(
    stage: Stage, values: dict[str, object], code: str
) -> None:
    remove(stage, "strategist")
    with stage.database.writing() as session:
        mine = col(Account.id) == stage.accounts["strategist"]
        session.execute(update(Account).where(mine).values(**values))
    assert {item.code for item in breaks(stage.database, stage.key)} == {code}
    other = col(Account.id) == stage.accounts["strategist_2"]
    with stage.database.writing() as session:
        session.execute(update(Account).where(other).values(removed=stage.now))
    assert "removed_without_decision" in {item.code for item in breaks(stage.database, stage.key)}


# --- what is refused, and changes nothing ---


@pytest.mark.both_databases
def test_the_last_administrator_is_not_removed(stage: Stage) -> None:
    """Only who administers a unit removes its people, so it is oneself who is left."""
    with pytest.raises(WrongState, match="person_last_administrator") as refused:
        remove(stage, "administrator", shown_sha256="0" * 64)
    assert refused.value.facts == {"units": "Region Egen"}
    with pytest.raises(Forbidden, match="other_units_account"):
        remove(stage, "administrator", by="other_administrator", shown_sha256="0" * 64)
    for who in ("other_administrator", "administrator"):
        with stage.database.writing() as session:
            for unit in stage.units.values():
                accounts.add_membership(session, stage.accounts[who], unit, Role.ADMINISTRATOR)
    with pytest.raises(Forbidden, match="roles_of_oneself"):
        remove(stage, "administrator", shown_sha256="0" * 64)
    remove(stage, "administrator", by="other_administrator")
    assert breaks(stage.database, stage.key) == []
    with pytest.raises(WrongState, match="person_last_administrator"):
        remove(stage, "other_administrator", "other_administrator", shown_sha256="0" * 64)


def test_one_who_owns_what_is_not_done_is_not_removed(stage: Stage) -> None:
    submission = live(stage)
    with stage.database.writing() as session:
        session.add(Task(submission_id=submission, question="1", version=1,
                         owner_id=stage.accounts["strategist"]))  # fmt: skip
    before = tables_with(stage.database, NAME)
    with pytest.raises(WrongState, match="person_waits_for"):
        remove(stage, "strategist")
    assert tables_with(stage.database, NAME) == before
    with stage.database.writing() as session:
        session.execute(update(Task).values(owner_id=stage.accounts["strategist_2"]))
    remove(stage, "strategist")


def test_one_whose_step_it_alone_is_is_not_removed(stage: Stage) -> None:
    [submission] = stage.open("RS250001")
    stage.bring(submission, State.AWAITING_APPROVAL)
    with pytest.raises(WrongState, match="person_waits_for"):
        remove(stage, "approver_with_delegation")
    stage.delegate("approver_without_delegation")
    remove(stage, "approver_with_delegation")
    with stage.database.reading() as session:
        waiting = session.get(Submission, submission)
        assert waiting is not None
        assert waiting.state == State.AWAITING_APPROVAL
    stage.approve(submission, "approver_without_delegation")
    assert breaks(stage.database, stage.key) == []


def test_what_was_not_shown_is_not_removed(stage: Stage) -> None:
    submission = live(stage)
    before = shown(stage, "strategist")
    comment(stage, submission, "En till")
    with pytest.raises(ChangedMeanwhile, match="person_changed"):
        remove(stage, "strategist", shown_sha256=before)
    for decision, code in (
        (" ", "person_decision_missing"), (f"om {NAME.upper()}", "person_decision_names"),
        (f"se {ADDRESS}", "person_decision_names"), ("Ö" * 501, "line_too_long"),
    ):  # fmt: skip
        with pytest.raises(Invalid, match=code):
            remove(stage, "strategist", decision=decision)
    assert "account" in tables_with(stage.database, NAME)


def test_nobody_comes_back(stage: Stage) -> None:
    remove(stage, "strategist")
    administrator = stage.actor("administrator")
    gone = stage.accounts["strategist"]
    with stage.database.writing() as session:
        for again in (
            lambda: accounts.set_active(session, administrator, gone, active=True),
            lambda: accounts.set_roles(
                session, administrator, gone, stage.units["Region Egen"], set()
            ),
        ):
            with pytest.raises(NotFound):
                again()
        with pytest.raises(Invalid, match="not_an_email"):
            accounts.open_account(session, email=f"removed-{gone}@invalid", name="X", title="",
                                  password_hash="")  # fmt: skip
        made = accounts.open_account(session, email=address("strategist"), name="Ny", title="",
                                     password_hash="")  # fmt: skip
        assert made.id != gone, "the address is free, and is somebody new"
    with pytest.raises(NotFound):
        remove(stage, "strategist", shown_sha256="0" * 64)
