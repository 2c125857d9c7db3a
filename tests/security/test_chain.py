"""The security log: what is noted, and that what was done behind its back is found."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, update
from sqlmodel import Session

from survey_app.config import UnsafeSettings
from survey_app.core.workflow import Role
from survey_app.services.accounts import account as accounts
from survey_app.services.accounts.sign_in import issue_token
from survey_app.services.audit import read_heads
from survey_app.services.refusal import Forbidden
from survey_app.services.security import log as security_log
from survey_app.services.security.log import CHAIN, Context, attend, note, verify_security
from survey_app.store.tables import Installation, SecurityEntry, SecurityHead, table_of
from tests.conftest import Installation as Opened
from tests.conftest import csrf_of
from tests.stage import Stage, address, build_stage

ENTRIES = table_of(SecurityEntry)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A small world whose roles change until the log has some thirty entries."""
    made = build_stage(tmp_path)
    for number in range(12):
        roles = {Role.STRATEGIST, Role.ARCHIVIST} if number % 2 else {Role.STRATEGIST}
        _change(made, "strategist_2", roles)
    yield made
    made.database.close()


def _change(stage: Stage, name: str, roles: set[Role]) -> None:
    """Roles as the page sets them, signed as it does."""
    with stage.database.writing() as session:
        attend(session, Context(lambda: stage.now, stage.key))
        administrator = stage.actor("administrator")
        unit = stage.units["Region Egen"]
        accounts.set_roles(session, administrator, stage.accounts[name], unit, roles)


def entries(stage: Stage | Opened) -> list[dict[str, Any]]:
    """All entries, oldest first, with their facts read."""
    with stage.database.reading() as session:
        rows = session.execute(select(ENTRIES).order_by(ENTRIES.c.number)).mappings()
        return [{**row, "facts": json.loads(row["facts"])} for row in rows]


def kept_heads(stage: Stage) -> dict[int, str]:
    return read_heads(stage.key.kept(), stage.key).get(CHAIN, {})


def codes(stage: Stage, kept: dict[int, str] | None = None) -> set[str]:
    with stage.database.reading() as session:
        return {item.code for item in verify_security(session, stage.key, kept)}


# --- six sorts of tampering, each as somebody who knows the tables would do it ---


def _edit(session: Session, chance: random.Random, length: int) -> None:
    number = chance.randint(1, length)
    changed: dict[str, Any] = chance.choice(
        [{"facts": '{"role":"administrator"}'}, {"kind": "sign_out"}, {"by_account": 9},
         {"account_id": ENTRIES.c.account_id % 10 + 1}, {"unit_id": 3 - ENTRIES.c.unit_id},
         {"login": "f" * 16}, {"request": "other"}, {"sha256": "0" * 64}]
    )  # fmt: skip
    session.execute(update(ENTRIES).where(ENTRIES.c.number == number).values(**changed))


def _delete(session: Session, chance: random.Random, length: int) -> None:
    number = chance.randint(1, length)
    session.execute(delete(ENTRIES).where(ENTRIES.c.number == number))


def _insert(session: Session, chance: random.Random, length: int) -> None:
    """Put an entry in between, and reckon all that follows anew."""
    rows, at = _rows(session), chance.randint(1, length)
    rows.insert(at - 1, {**rows[at - 1], "facts": '{"planted":true}'})
    _lay(session, rows)


def _swap(session: Session, chance: random.Random, length: int) -> None:
    rows = _rows(session)
    one, other = chance.sample(range(length), 2)
    numbers = rows[one]["number"], rows[other]["number"]
    rows[one], rows[other] = rows[other], rows[one]
    rows[one]["number"], rows[other]["number"] = numbers
    session.execute(delete(ENTRIES))
    session.execute(insert(ENTRIES), rows)


def _cut(session: Session, chance: random.Random, length: int) -> None:
    """Take the tail away, its heads, and make the installation's row match."""
    _lay(session, _rows(session)[: chance.randint(0, length - 2)])


def _rewrite(session: Session, chance: random.Random, length: int) -> None:
    """Change an entry and reckon all anew: a chain that holds in itself, without its heads."""
    rows = _rows(session)
    rows[chance.randrange(length - 1)]["facts"] = '{"planted":true}'
    _lay(session, rows)


def _rows(session: Session) -> list[dict[str, Any]]:
    return [dict(row) for row in session.execute(select(ENTRIES)).mappings()]


def _lay(session: Session, rows: list[dict[str, Any]]) -> None:
    """Lay the rows as a chain that holds in itself; signatures that no longer fit are removed."""
    head = ""
    for number, row in enumerate(rows, 1):
        row["number"] = number
        head = row["sha256"] = security_log._link(number, row, head)
    session.execute(delete(ENTRIES))
    if rows:
        session.execute(insert(ENTRIES), rows)
    session.execute(delete(SecurityHead))
    session.execute(update(Installation).values(chain_length=len(rows), chain_head=head))


SORTS: dict[str, Callable[[Session, random.Random, int], None]] = {
    "edit": _edit, "delete": _delete, "insert": _insert,
    "swap": _swap, "cut": _cut, "rewrite": _rewrite,
}  # fmt: skip
ONLY_BY_KEPT_HEADS = {"insert", "cut", "rewrite"}


@pytest.mark.parametrize("sort", SORTS)
def test_what_is_done_behind_its_back_is_found(stage: Stage, sort: str) -> None:
    """Each time with the heads kept outside; without them what is whole in itself is not found."""
    kept, length, chance = kept_heads(stage), len(entries(stage)), random.Random(sort)
    assert length > 20
    assert len(kept) > 5
    found = found_alone = 0
    times = 8
    for _ in range(times):
        with stage.database.writing() as session:
            SORTS[sort](session, chance, length)
            found += bool(verify_security(session, stage.key, kept))
            found_alone += bool(verify_security(session, stage.key))
            session.rollback()
    assert found == times
    assert found_alone == (0 if sort in ONLY_BY_KEPT_HEADS else times)
    assert codes(stage, kept) == set()


def test_a_forged_head_is_found(stage: Stage) -> None:
    with stage.database.writing() as session:
        session.execute(update(SecurityHead).values(signature="0" * 128))
    assert codes(stage) == {"forged_head"}


# --- what is noted ---


def test_roles_tell_who_gave_what_to_whom(stage: Stage) -> None:
    before = len(entries(stage))
    _change(stage, "strategist", {Role.STRATEGIST, Role.APPROVER})
    _change(stage, "strategist", {Role.APPROVER})
    own = {"account_id": stage.accounts["strategist"], "unit_id": stage.units["Region Egen"],
           "by_account": stage.accounts["administrator"], "at": stage.now}  # fmt: skip
    given, taken = entries(stage)[before:]
    assert given == {**given, **own, "kind": "role_given", "facts": {"role": "approver"}}
    assert taken == {**taken, **own, "kind": "role_taken", "facts": {"role": "strategist"}}
    assert {given["number"], taken["number"]} <= set(kept_heads(stage)), "signed at once"


def test_nothing_is_noted_of_what_did_not_happen(stage: Stage) -> None:
    before = len(entries(stage))
    own = stage.actor("administrator")
    with stage.database.writing() as session:
        issue_token(session, address("strategist"), stage.now)
        with pytest.raises(Forbidden):
            accounts.set_active(session, own, own.account_id, active=False)
        session.rollback()
    assert len(entries(stage)) == before
    assert codes(stage, kept_heads(stage)) == set()


def test_it_is_signed_at_least_every_fiftieth_time(stage: Stage) -> None:
    before = max(kept_heads(stage))
    for _ in range(security_log.SIGNED_EVERY):
        with stage.database.writing() as session:
            attend(session, Context(lambda: stage.now, stage.key))
            note(session, "sign_in_failed")
    assert max(kept_heads(stage)) % security_log.SIGNED_EVERY == 0
    assert max(kept_heads(stage)) > before


def test_what_people_do_at_the_screen_is_noted(installation: Opened) -> None:
    before = len(entries(installation))
    administrator = installation.person("admin")
    stranger = installation.stranger()
    token = {"csrf_token": csrf_of(stranger.get("/sign-in").text)}
    wrong = {**token, "email": installation.accounts["strateg"]["email"], "password": "fel"}
    assert stranger.post("/sign-in", data=wrong).status_code == 401
    unknown = {**wrong, "email": "ingen@demo.example"}
    assert stranger.post("/sign-in", data=unknown).status_code == 401
    account = _id_of(installation, "strateg2")
    for change in ("close", "open"):
        reply = administrator.post(f"/accounts/{account}", {"change": change})
        assert reply.status_code == 302
    administrator.post("/sign-out")
    told = entries(installation)[before:]
    assert [(entry["kind"], entry["account_id"], entry["by_account"]) for entry in told] == [
        ("sign_in", 5, 5), ("sign_in_failed", 1, None), ("sign_in_failed", None, None),
        ("account_closed", account, 5), ("account_opened", account, 5), ("sign_out", 5, 5),
    ]  # fmt: skip
    logins = {entry["login"] for entry in told if entry["by_account"]}
    assert len(logins) == 1
    assert len(logins.pop()) == 16


def _id_of(installation: Opened, name: str) -> int:
    with installation.database.reading() as session:
        found = accounts.find_account(session, installation.accounts[name]["email"])
    assert found is not None
    return found.id or 0


# --- whose installation it is ---


def test_a_host_with_another_key_does_not_start(stage: Stage) -> None:
    stage.app().extensions["redogor"].database.close()
    (stage.settings.instance / "audit_key.pem").unlink()
    with pytest.raises(UnsafeSettings, match="another key"):
        stage.app()


def test_two_first_writers_make_one_row(stage: Stage) -> None:
    with stage.database.writing() as session:
        security_log.lay_row(session)
        assert session.execute(select(func.count()).select_from(Installation)).scalar_one() == 1
