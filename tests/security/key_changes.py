"""Changing the key that signs, and looking at what became of it."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from survey_app.core.workflow import Role
from survey_app.services.accounts import account as accounts
from survey_app.services.doctor.soundness import find_flaws
from survey_app.services.keys.change import Changed, change_key
from survey_app.services.keys.installation import EarlierKey, earlier_keys
from survey_app.services.keys.key import InstallationKey, signing_key
from survey_app.services.security.log import Context, attend
from survey_app.store.tables import AuditHead, SecurityHead
from tests.conftest import Installation
from tests.stage import Stage


def change_roles(stage: Stage, roles: set[Role], key: InstallationKey | None = None) -> None:
    """Something that is signed at once, by whoever holds a key."""
    with stage.database.writing() as session:
        set_roles(session, stage, roles, key or stage.key)


def set_roles(session: Session, stage: Stage, roles: set[Role], key: InstallationKey) -> None:
    """The same in a transaction of one's own."""
    attend(session, Context(lambda: stage.now, key))
    administrator, unit = stage.actor("administrator"), stage.units["Region Egen"]
    accounts.set_roles(session, administrator, stage.accounts["strategist_2"], unit, roles)


def change(
    stage: Stage | Installation, *, exposed: bool = False, to: Path | None = None
) -> Changed:
    """Let another key sign, as the command does."""
    now = stage.now if isinstance(stage, Stage) else datetime.datetime.now(datetime.UTC)
    return change_key(stage.settings, stage.database, now, exposed=exposed, to=to)


def state_of(stage: Stage | Installation) -> dict[str, Any]:
    """What a change touches: signatures, the key that the database knows, files."""
    folder = stage.settings.instance
    with stage.database.reading() as session:
        heads = session.execute(select(AuditHead)).scalars().all()
        own = session.execute(select(SecurityHead)).scalars().all()
        before = earlier_keys(session)
    return {
        "heads": {(row.case_id, row.number): row.signature for row in heads},
        "own": {row.number: row.signature for row in own},
        "before": before,
        "files": {p.name: p.read_bytes() for p in folder.glob("audit*") if p.is_file()},
    }


def is_sound(stage: Stage | Installation) -> bool:
    """Whether all holds by the key that is there, inside and outside the database."""
    key = signing_key(stage.settings)
    with stage.database.reading() as session:
        return not list(find_flaws(session, key, key.kept()))


def keys_before(stage: Stage | Installation) -> list[EarlierKey]:
    """What the product tells of the keys before."""
    with stage.database.reading() as session:
        return earlier_keys(session)
