"""Everybody of the demo is removed, one by one: the chains, the doctor and the packages hold."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from survey_app.core.workflow import Role
from survey_app.export.verification.look import verify_package
from survey_app.services.accounts.account import open_account, set_roles
from survey_app.services.actor import Actor, find_actor
from survey_app.services.audit import Break
from survey_app.services.doctor.content import AREAS
from survey_app.services.keys.key import open_key
from survey_app.services.persons.removal import (
    TOUCHED,
    look_at,
    remove_person,
    survey_person,
)
from survey_app.services.refusal import Forbidden, WrongState
from survey_app.services.security.log import verify_security
from survey_app.services.upload import blob_bytes
from survey_app.store.tables import Account, StoredCopy, Task
from tests.conftest import CHEAP, Installation, sign_in

from .people import breaks

ADMIN = "admin@demo.example"


def _people(installation: Installation) -> list[Account]:
    with installation.database.reading() as session:
        return list(session.execute(select(Account).order_by(col(Account.id))).scalars())


def _remove(installation: Installation, administrator: Actor, account_id: int) -> None:
    """As the page does: what is shown, then the decision."""
    here = installation.app.extensions["redogor"]
    with here.database.reading() as session:
        shown = survey_person(session, administrator, account_id, here.clock()).sha256
    with here.database.writing() as session:
        remove_person(
            session, administrator, account_id, decision=f"Beslut {account_id}",
            shown_sha256=shown, with_comments=account_id % 2 == 1, now=here.clock(),
            signer=here.key,
        )  # fmt: skip
    assert here.database.forget(TOUCHED)


def _verdicts(installation: Installation) -> list[tuple[object, str]]:
    """Of every package that was kept."""
    key = open_key(installation.settings.instance).public_key
    with installation.database.reading() as session:
        kept = session.execute(
            select(col(StoredCopy.sha256)).where(col(StoredCopy.kind) == "zip")
        ).scalars().all()  # fmt: skip
        found = [verify_package(blob_bytes(session, sha256), key) for sha256 in kept]
    return [(verdict.findings, verdict.reason) for verdict in found]


def test_everybody_is_removed_one_by_one(installation: Installation) -> None:
    key = open_key(installation.settings.instance)
    archived = installation.person("arkivarie").get("/cases/RS259999/package.zip").data
    names, kept = [account.name for account in _people(installation)], _verdicts(installation)
    with installation.database.writing() as session:
        [admin] = [item for item in _people(installation) if item.email == ADMIN]
        administrator = find_actor(session, admin.id or 0)
        assert administrator is not None
        # What is open goes to the one who stays, as the rules demand.
        for account in _people(installation):
            waits = look_at(session, account, installation.app.extensions["redogor"].clock()).waits
            assert {item.kind for item in waits} <= {"tasks", "administrator"}, account.name
        session.execute(update(Task).values(owner_id=None))
    for account in _people(installation):
        if account.id == admin.id:
            with pytest.raises(WrongState, match="person_last_administrator"):
                _remove(installation, administrator, account.id or 0)
            continue
        _remove(installation, administrator, account.id or 0)
        assert _log_breaks(installation) == [], account.name
    assert breaks(installation.database, key) == []
    left = [account.name for account in _people(installation) if account.removed is None]
    assert left == [admin.name]
    assert len(names) > 6
    with pytest.raises(Forbidden, match="roles_of_oneself"):
        set_roles_of_oneself(installation, administrator)
    _examine(installation)
    assert _verdicts(installation) == kept == [((), "authentic")] * max(1, len(kept))
    _goes_on(installation, administrator, archived)


def _log_breaks(installation: Installation) -> list[Break]:
    key = open_key(installation.settings.instance)
    with installation.database.reading() as session:
        return verify_security(session, key)


def set_roles_of_oneself(installation: Installation, actor: Actor) -> None:
    with installation.database.writing() as session:
        set_roles(session, actor, actor.account_id, next(iter(actor.roles)), set())


def _examine(installation: Installation) -> None:
    """The doctor finds nothing wrong with what the database holds."""
    for area, find in AREAS.items():
        assert list(find(installation.settings, installation.database)) == [], area


def _goes_on(installation: Installation, administrator: Actor, archived: bytes) -> None:
    """Somebody new reads the case, and gets its package, which holds, too."""
    with installation.database.writing() as session:
        made = open_account(session, email="ny@demo.example", name="Ny arkivarie", title="",
                            password_hash=CHEAP.hash("lösenord-för-prov"))  # fmt: skip
        unit = min(administrator.roles)
        set_roles(session, administrator, made.id or 0, unit, {Role.ARCHIVIST})
    person = sign_in(installation.app, "ny@demo.example", "lösenord-för-prov")
    for url in ("/", "/cases/RS259999", "/submissions/3", "/submissions/1"):
        assert person.get(url, follow_redirects=True).status_code == 200, url
    reply = person.get("/cases/RS259999/package.zip")
    assert reply.data == archived, "the very package that was kept"
