"""Asking to have one's data removed: the unit's administrators are told, who decide."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable

from sqlalchemy import func, select
from sqlmodel import Session, col

from survey_app.core.workflow import Role
from survey_app.export.swedish import swedish_day
from survey_app.services.actor import Actor
from survey_app.services.mail.notice import Kind, with_role
from survey_app.services.mail.outbox import put
from survey_app.services.refusal import WrongState
from survey_app.services.security.log import note
from survey_app.store.tables import SecurityEntry, Unit


def ask_removal(session: Session, actor: Actor, now: datetime.datetime) -> None:
    """Tell those who administer the actor's units, at most once a day each, and note it.

    Who has no role is known to the administrators of all units. Raises WrongState
    (``nobody_to_ask``): the actor is the only one who administers there.
    """
    units = sorted(actor.roles) or sorted(session.execute(select(col(Unit.id))).scalars())
    day, told = swedish_day(now), set[int | None]()
    facts = json.dumps(
        {"by": actor.name, "path": f"/accounts/{actor.account_id}/removal"}, ensure_ascii=False
    )
    for unit in units:
        for reader in with_role(session, unit, Role.ADMINISTRATOR):
            if reader.account_id in (actor.account_id, *told):
                continue
            told.add(reader.account_id)
            put(
                session, key=f"{Kind.REMOVAL_ASKED}:{actor.account_id}-{day}:{reader.key}",
                kind=Kind.REMOVAL_ASKED, reader=reader, facts=facts, unit_id=unit,
                submission_id=None, now=now,
            )  # fmt: skip
    if not told:
        raise WrongState("nobody_to_ask")
    note(session, "removal_asked", account=actor.account_id, by=actor.account_id)


def asked_when(session: Session, accounts: Iterable[int]) -> dict[int, datetime.datetime]:
    """When each of some accounts last asked; those that never did are left out."""
    query = (
        select(col(SecurityEntry.account_id), func.max(col(SecurityEntry.at)))
        .where(
            col(SecurityEntry.kind) == "removal_asked",
            col(SecurityEntry.account_id).in_(list(accounts)),
        )
        .group_by(col(SecurityEntry.account_id))
    )
    return {account: at for account, at in session.execute(query) if account is not None}
