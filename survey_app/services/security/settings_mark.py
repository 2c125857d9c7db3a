"""By what the security log knows the settings again: one keyed hash, which tells none of them."""

from __future__ import annotations

import dataclasses
import json

from sqlalchemy import select
from sqlmodel import Session, col

from survey_app.config import Settings
from survey_app.services.accounts.vault import Vault
from survey_app.services.security.log import hold_chain, note
from survey_app.store.tables import SecurityEntry

OF_THE_HOST = ("instance", "questionnaires")
"""Folders, which may be called otherwise on each of several hosts."""


def mark_of(settings: Settings) -> str:
    """The same for the same settings; without the secret key nothing can be guessed from it."""
    told = dataclasses.asdict(settings)
    for name in OF_THE_HOST:
        del told[name]
    said = json.dumps(told, default=str, sort_keys=True)
    return Vault((settings.secret_key,)).name("settings", said)


def is_known(session: Session, mark: str) -> bool:
    """Whether the settings are those of the last start."""
    query = select(col(SecurityEntry.facts)).where(col(SecurityEntry.kind) == "settings_changed")
    last = session.execute(query.order_by(col(SecurityEntry.number).desc()).limit(1)).scalar()
    return last is not None and json.loads(last)["sha256"] == mark


def note_settings(session: Session, mark: str) -> None:
    """Note that the settings are others than at the last start, or that this is the first.

    Of several processes that start at the same moment one does.
    """
    hold_chain(session)
    if not is_known(session, mark):
        note(session, "settings_changed", sha256=mark)
