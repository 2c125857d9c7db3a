"""Changing the key that signs, because it is old or because somebody else may know it.

The heads of all chains are held against the key of today and then signed with the new one, in one
transaction; after that nothing that the key before signs is taken for a head. Packages and backups
keep the signature that they have: which keys signed before, until when, and whether one may be
known to others, is told by the security log, whose chain the new key signs.

The new key and the new file of heads lie beside the old ones until the transaction is through, and
are then given their names. What is cut off before that has changed nothing; what is cut off after
it is finished by ``change_key`` itself, and until then no server starts.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select, update
from sqlmodel import Session, col

from survey_app.config import Settings
from survey_app.services.audit import head_message, read_heads
from survey_app.services.backups.file import AUDIT_KEY
from survey_app.services.doctor.soundness import find_breaks
from survey_app.services.keys.key import (
    InstallationKey,
    make_key,
    open_key,
    signing_key,
    write_key,
)
from survey_app.services.refusal import WrongState
from survey_app.services.security.log import CHAIN, Context, attend, hold_chain, note
from survey_app.store.engine import Database, hold_heads
from survey_app.store.tables import AuditHead, Installation, SecurityHead, table_of

NEXT_KEY, NEXT_HEADS = "audit_key.next.pem", "audit-heads.next.jsonl"
KEYS_BEFORE, COPIED_KEY = "audit_key-*.pem", "audit_key.copied.pem"


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change did.

    after   the public key of today
    heads   how many signed heads the new key took over; None where only the files were left to be
            given their names, since the change was cut off
    before  where the key before lies now; None where its file is not ours to move
    """

    after: str
    heads: int | None
    before: Path | None


def change_key(
    settings: Settings,
    database: Database,
    now: datetime.datetime,
    *,
    exposed: bool = False,
    to: Path | None = None,
) -> Changed:
    """Let another key sign from now on; one is made unless ``to`` names the file of one.

    exposed  somebody else may know the key of today
    to       needed, and only taken, where the settings name the file of the key: who keeps keys
             elsewhere makes them there, too

    Raises WrongState: ``key_kept_elsewhere``, ``key_kept_here``, ``key_in_use``,
    ``key_of_another`` (the database belongs to a key that is not here), ``key_chains_broken``;
    ValueError for a file that holds no such key. Then nothing is changed.
    """
    if (to is None) == (settings.signing_key_file is not None):
        raise WrongState("key_kept_here" if to else "key_kept_elsewhere")
    old = signing_key(settings)
    known = _known(database)
    if (begun := _begun(settings, to)) is not None and begun.public_key == known:
        if old.public_key == known and not read_heads(begun.kept(), begun):
            raise WrongState("key_in_use")
        return Changed(known, None, _put_in_place(settings, old, begun))
    if known not in ("", old.public_key):
        raise WrongState("key_of_another")
    new = _next(settings, to)
    try:
        heads = _take_over(database, old, new, now, exposed=exposed)
    except BaseException:
        # What the database says of a commit that was cut off is asked when this is run again.
        if _known(database) != new.public_key:
            _clear(settings)
        raise
    return Changed(new.public_key, heads, _put_in_place(settings, old, new))


def _known(database: Database) -> str:
    with database.reading() as session:
        return session.execute(select(col(Installation.public_key))).scalar() or ""


def _begun(settings: Settings, to: Path | None) -> InstallationKey | None:
    """The new key that is there already."""
    path = to or settings.instance / NEXT_KEY
    return _with_next_heads(settings, path) if path.exists() else None


def _next(settings: Settings, to: Path | None) -> InstallationKey:
    _clear(settings)
    if to is None:
        make_key(settings.instance / NEXT_KEY)
    return _with_next_heads(settings, to or settings.instance / NEXT_KEY)


def _with_next_heads(settings: Settings, path: Path) -> InstallationKey:
    key = open_key(settings.instance, path)
    return InstallationKey(key.private, settings.instance / NEXT_HEADS)


def _clear(settings: Settings) -> None:
    for name in (NEXT_KEY, NEXT_HEADS):
        (settings.instance / name).unlink(missing_ok=True)


def _take_over(
    database: Database, old: InstallationKey, new: InstallationKey, now: datetime.datetime,
    *, exposed: bool,
) -> int:  # fmt: skip
    """Hold all heads against the old key, and sign them with the new one; how many."""
    with database.writing() as session:
        attend(session, Context(lambda: now, new))
        hold_heads(session.connection())
        hold_chain(session)  # in this order, as whoever signs the chain of a case and notes it does
        if flaws := list(find_breaks(session, old, old.kept())):
            raise WrongState("key_chains_broken", places=len(flaws))
        signed = _sign_again(session, new)
        kept = read_heads(old.kept(), old)
        beside = [(chain, number, sha256) for chain, heads in kept.items()
                  for number, sha256 in heads.items() if (chain, number) not in signed]  # fmt: skip
        for head in beside:
            signed[head[:2]] = _line(head, new.sign(head_message(*head)))
        new.heads.unlink(missing_ok=True)
        if signed:
            new.keep("\n".join(signed[place] for place in sorted(signed)))
        session.execute(update(table_of(Installation)).values(public_key=new.public_key))
        note(session, "key_changed",
             before=old.public_key, after=new.public_key, exposed=exposed)  # fmt: skip
    return len(signed)


def _sign_again(session: Session, new: InstallationKey) -> dict[tuple[int, int], str]:
    """Sign the heads in the database; their lines for the file, by chain and number."""
    of_cases = session.execute(select(AuditHead)).scalars().all()
    own = session.execute(select(SecurityHead)).scalars().all()
    lines: dict[tuple[int, int], str] = {}
    for chain, row in [*((row.case_id, row) for row in of_cases), *((CHAIN, row) for row in own)]:
        head = (chain, row.number, row.sha256)
        row.signature = new.sign(head_message(*head))
        lines[head[:2]] = _line(head, row.signature)
    return lines


def _line(head: tuple[int, int, str], signature: str) -> str:
    case_id, number, sha256 = head
    told = {"case_id": case_id, "number": number, "sha256": sha256, "signature": signature}
    return json.dumps(told)


def _put_in_place(settings: Settings, old: InstallationKey, new: InstallationKey) -> Path | None:
    """Give the new files their names, the heads first: as long as the key is the old one, no
    server starts. The old key's file stays beside: backups made without keys ask for it."""
    folder = settings.instance
    with contextlib.suppress(FileNotFoundError):
        os.replace(folder / NEXT_HEADS, old.heads)
    kept = None
    if settings.signing_key_file is None:
        kept = folder / KEYS_BEFORE.replace("*", old.public_key[:8])
        (folder / COPIED_KEY).unlink(missing_ok=True)
        write_key(folder / COPIED_KEY, old.private)
        os.replace(folder / COPIED_KEY, kept)
        os.replace(folder / NEXT_KEY, folder / AUDIT_KEY)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return kept
