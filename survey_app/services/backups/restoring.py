"""Restoring a backup into an empty place: everything is checked first, and nothing half remains.

Unpacked into a folder inside the place, judged there, and only then moved up; the database last, so
that a place without it is one where nothing was restored.
"""

from __future__ import annotations

import contextlib
import datetime
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, SQLModel

from survey_app.services.backups.file import AUDIT_KEY, DATABASE, SECRET_KEY, Manifest
from survey_app.services.backups.reading import copy_member, opened, read_backup
from survey_app.services.doctor.soundness import find_flaws
from survey_app.services.keys.key import InstallationKey, open_key
from survey_app.services.mail.outbox import count_waiting
from survey_app.services.refusal import Invalid, Unavailable, WrongState
from survey_app.services.security.log import Context, attend, note
from survey_app.store.copying import NOT_COPIED, CopyRefused, copy_all
from survey_app.store.engine import Database
from survey_app.store.migration import known_revisions, migrate
from survey_app.store.snapshot import find_damage

ENDED = NOT_COPIED | {"one_time_link"}
"""Tables of what was under way there, and does not go on here: those signed in sign in again."""

UNPACKED = "restoring.part"
_NOTHING = {".gitkeep", "lost+found"}


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored. ``waiting``: how many messages its outbox had still to send."""

    manifest: Manifest
    waiting: int


def restore(
    path: Path,
    folder: Path,
    now: datetime.datetime,
    *,
    keys: Path | None = None,
    to: Database | None = None,
) -> Restored:
    """Restore a backup into a folder that is empty or not there.

    keys  a folder with ``audit_key.pem`` and ``secret_key``, for a backup that was made without
    to    an empty database elsewhere, that takes the rows instead of a file in the folder

    Raises Invalid as ``read_backup`` does, and ``backup_content``; WrongState:
    ``place_not_empty``, ``database_not_empty``, ``backup_without_keys``; Unavailable:
    ``restore_not_written``, ``restored_otherwise``. Then the folder is as it was.
    """
    manifest = read_backup(path, known_revisions())
    if any(item.name not in _NOTHING for item in _items(folder)):
        raise WrongState("place_not_empty", folder=str(folder))
    try:
        with _place(folder) as unpacked:
            _unpack(path, manifest, unpacked)
            if not {AUDIT_KEY, SECRET_KEY} <= set(manifest.members):
                _fetch_keys(unpacked, keys, manifest)
            waiting = _judge(path.name, unpacked, manifest, now)
            if to is not None:
                _hand_over(unpacked, to)
            _move_up(unpacked, folder)
    except (OSError, DBAPIError) as error:
        reason = str(error.orig if isinstance(error, DBAPIError) else error)
        raise Unavailable("restore_not_written", folder=str(folder), reason=reason) from error
    return Restored(manifest, waiting)


def _items(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


@contextlib.contextmanager
def _place(folder: Path) -> Iterator[Path]:
    """A folder inside the place, gone afterwards; with the place itself if that was made for it."""
    made = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    unpacked = folder / UNPACKED
    try:
        unpacked.mkdir(mode=0o700)
        yield unpacked
    except BaseException:
        shutil.rmtree(folder if made else unpacked, ignore_errors=True)
        raise
    shutil.rmtree(unpacked)


def _unpack(path: Path, manifest: Manifest, folder: Path) -> None:
    with opened(path) as archive:
        for name in manifest.members:
            target = (folder / name).resolve()
            if not target.is_relative_to(folder.resolve()):  # only who has the key can sign one
                raise Invalid("backup_member_foreign", file=path.name, member=name)
            target.parent.mkdir(mode=0o700, exist_ok=True, parents=True)
            descriptor = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                copy_member(archive, manifest, name, file)
                file.flush()
                os.fsync(file.fileno())


def _fetch_keys(folder: Path, keys: Path | None, manifest: Manifest) -> None:
    for name in (AUDIT_KEY, SECRET_KEY):
        if keys is None or not (keys / name).is_file():
            raise WrongState("backup_without_keys", name=name)
        shutil.copyfile(keys / name, folder / name)
        (folder / name).chmod(0o600)
    if open_key(folder).public_key != manifest.public_key:
        raise Invalid("backup_foreign_key", file=str(keys))


def _judge(file: str, folder: Path, manifest: Manifest, now: datetime.datetime) -> int:
    """Hold what was unpacked against itself, and end what was under way in it."""
    if told := find_damage(folder / DATABASE):
        raise Invalid("backup_content", file=file, flaw="integrity_check", where=told[0][:200])
    database = Database(f"sqlite:///{folder / DATABASE}")
    try:
        migrate(database)
        key = open_key(folder)
        with database.reading() as session:
            _judge_content(session, key, file)
        with database.writing() as session:
            attend(session, Context(lambda: now, key))
            note(session, "restored", made=manifest.made, revision=manifest.revision)
            waiting = _end(session)
    finally:
        database.close()
    Path(f"{folder / DATABASE}-writer").unlink(missing_ok=True)
    return waiting


def _judge_content(session: Session, key: InstallationKey, file: str) -> None:
    for flaw in find_flaws(session, key, key.kept()):
        raise Invalid("backup_content", file=file, flaw=flaw.code, where=flaw.where)


def _hand_over(folder: Path, target: Database) -> None:
    """Copy what was judged into another database, row by row, and leave no file of it."""
    source = Database(f"sqlite:///{folder / DATABASE}")
    try:
        with source.snapshot() as connection:
            copy_all(connection, target, lambda _name, _rows: None)
    except CopyRefused as refused:
        if refused.code == "place_not_empty":
            raise WrongState("database_not_empty") from refused
        raise Unavailable("restored_otherwise", tables=", ".join(refused.tables)) from refused
    finally:
        source.close()
    for left in folder.glob(f"{DATABASE}*"):
        left.unlink()


def _end(session: Session) -> int:
    tables = SQLModel.metadata.tables
    for name in ENDED & set(tables):
        session.execute(delete(tables[name]))
    return count_waiting(session)


def _move_up(unpacked: Path, folder: Path) -> None:
    names = sorted(item.name for item in unpacked.iterdir())
    for name in sorted(names, key=lambda name: name == DATABASE):
        os.rename(unpacked / name, folder / name)
    descriptor = os.open(folder, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
