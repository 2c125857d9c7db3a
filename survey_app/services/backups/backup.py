"""A backup: one state of the installation in one file, made while others work.

Besides the database it holds the keys, the heads of the audit chains and the questionnaires: all
that a place elsewhere needs. Made beside its name (``….part``), read again from the disk, and only
then given its name, so that what has the name is whole.
"""

from __future__ import annotations

import contextlib
import datetime
import errno
import io
import os
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import IO

from sqlalchemy.exc import DBAPIError

from survey_app.config import DEMO_ACCOUNTS, Settings
from survey_app.services.backups.file import (
    AUDIT_KEY,
    DATABASE,
    HEADS,
    QUESTIONNAIRES,
    SECRET_KEY,
    Chain,
    Manifest,
    Member,
    write_backup,
)
from survey_app.services.backups.reading import read_backup
from survey_app.services.keys.key import InstallationKey
from survey_app.services.refusal import Invalid, Unavailable, WrongState
from survey_app.services.specification import questionnaire_files
from survey_app.store.engine import Database
from survey_app.store.migration import current_revision, known_revisions, newest_revision
from survey_app.store.snapshot import Snapshot, find_damage, read_snapshot, write_snapshot

try:
    import fcntl
except ImportError:  # Windows, where nobody else makes the same backup at the same moment
    fcntl = None  # type: ignore[assignment]


def make_backup(
    settings: Settings,
    database: Database,
    key: InstallationKey,
    target: Path,
    now: datetime.datetime,
    *,
    keys: bool = True,
) -> Manifest:
    """Write a backup to a file that is not there yet; what it says of itself.

    keys  whether secret key and signing key go with it: without them it opens nothing elsewhere

    Raises WrongState: ``backup_there``, ``backup_under_way``, ``backup_no_folder``,
    ``backup_of_nothing``, ``database_newer``, ``database_older``; Invalid: ``database_damaged``;
    Unavailable: ``backup_no_room``, ``backup_not_written``. Then nothing is left of it.
    """
    if not target.parent.is_dir():
        raise WrongState("backup_no_folder", folder=str(target.parent))
    if target.exists():
        raise WrongState("backup_there", file=str(target))
    part, scratch = _beside(target, ".part"), _beside(target, ".db.part")
    with _taken(part, target) as file, _scratch(scratch):
        try:
            # Before the database: a head that is younger than it would look like a cut tail.
            heads = key.heads.read_bytes() if key.heads.exists() else b""
            found = _snapshot(database, scratch)
            pieces = _pieces(settings, key, heads, keys=keys)
            manifest = _write(file, scratch, pieces, _teller(found, database, key, now), key)
            read_backup(part, known_revisions())
        except (OSError, DBAPIError) as error:
            if _is_full(error):
                raise Unavailable("backup_no_room", folder=str(target.parent)) from error
            reason = str(error.orig if isinstance(error, DBAPIError) else error)
            raise Unavailable("backup_not_written", file=str(target), reason=reason) from error
        os.rename(part, target)
        _sync_folder(target.parent)
    return manifest


def _beside(target: Path, ending: str) -> Path:
    return target.with_name(target.name + ending)


@contextlib.contextmanager
def _taken(part: Path, target: Path) -> Iterator[IO[bytes]]:
    """A file of ours alone, empty, that only we can read; gone if anything is raised.

    One that somebody left behind is taken over: its lock went with them.
    """
    with os.fdopen(os.open(part, os.O_CREAT | os.O_RDWR, 0o600), "r+b") as file:
        if not _is_ours(file, part) or target.exists():
            raise WrongState("backup_under_way", file=str(part))
        try:
            os.fchmod(file.fileno(), 0o600)
            file.truncate()
            yield file
        except BaseException:
            part.unlink(missing_ok=True)
            raise


def _is_ours(file: IO[bytes], part: Path) -> bool:
    """Whether nobody else writes to the file, and it has not been given its name meanwhile."""
    if fcntl is not None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return part.exists() and os.path.samestat(os.fstat(file.fileno()), part.stat())


@contextlib.contextmanager
def _scratch(path: Path) -> Iterator[None]:
    """An empty file that only we can read, gone afterwards."""
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        yield
    finally:
        for ending in ("", "-journal", "-wal", "-shm", "-writer"):
            Path(f"{path}{ending}").unlink(missing_ok=True)


def _snapshot(database: Database, path: Path) -> Snapshot:
    revision = current_revision(database)
    if not revision:
        raise WrongState("backup_of_nothing")
    if revision not in known_revisions():
        raise WrongState("database_newer", revision=revision)
    if not database.sqlite and revision != newest_revision():
        raise WrongState("database_older", revision=revision)
    write_snapshot(database, path)
    if find_damage(path):
        raise Invalid("database_damaged")
    return read_snapshot(path)


def _pieces(
    settings: Settings, key: InstallationKey, heads: bytes, *, keys: bool
) -> dict[str, bytes]:
    """What goes beside the database."""
    pieces = {HEADS: heads}
    if keys:
        pieces |= {AUDIT_KEY: key.private_pem(), SECRET_KEY: settings.secret_key.encode()}
    accounts = settings.instance / DEMO_ACCOUNTS
    if settings.demo and accounts.exists():
        pieces[DEMO_ACCOUNTS] = accounts.read_bytes()
    for path in questionnaire_files(settings.questionnaires):
        pieces[f"{QUESTIONNAIRES}/{path.name}"] = path.read_bytes()
    return pieces


def _teller(
    found: Snapshot, database: Database, key: InstallationKey, now: datetime.datetime
) -> Callable[[dict[str, Member]], Manifest]:
    """What makes the manifest, once the members are known."""

    def tell(members: dict[str, Member]) -> Manifest:
        return Manifest(
            made=now.astimezone(datetime.UTC).isoformat(timespec="seconds"),
            version=version("survey-app"),
            revision=found.revision,
            database="sqlite" if database.sqlite else "postgresql",
            rows=found.rows,
            chains=[Chain(case=case, length=length, head=head)
                    for case, length, head in found.chains],
            public_key=key.public_key,
            members=members,
        )  # fmt: skip

    return tell


def _write(
    file: IO[bytes],
    database: Path,
    pieces: Mapping[str, bytes],
    tell: Callable[[dict[str, Member]], Manifest],
    key: InstallationKey,
) -> Manifest:
    def members() -> Iterator[tuple[str, IO[bytes]]]:
        with database.open("rb") as source:
            yield DATABASE, source
        for name, data in pieces.items():
            yield name, io.BytesIO(data)

    manifest = write_backup(file, members(), tell, key.sign)
    file.flush()
    os.fsync(file.fileno())
    if hasattr(os, "posix_fadvise"):  # so that it is read again from the disk, not from memory
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    return manifest


def _is_full(error: OSError | DBAPIError) -> bool:
    if isinstance(error, DBAPIError):
        return "full" in str(error.orig)
    return error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def _sync_folder(folder: Path) -> None:
    """Make a new name in a folder outlive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
