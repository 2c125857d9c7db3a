"""What the doctor finds in the folder of the installation, its questionnaires and settings."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from survey_app.config import Settings
from survey_app.services.backups.file import AUDIT_KEY, DATABASE, HEADS, SECRET_KEY
from survey_app.services.backups.restoring import UNPACKED
from survey_app.services.doctor.finding import Finding
from survey_app.services.keys.change import KEYS_BEFORE, NEXT_KEY
from survey_app.services.keys.key import InstallationKey, signing_key
from survey_app.services.specification import forms_in

_SECRET = (AUDIT_KEY, SECRET_KEY, HEADS, DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm")
_LEAST_ROOM = 200 * 1024 * 1024


def find_in_place(settings: Settings) -> Iterator[Finding]:
    """Keys, rights and room of the folder."""
    folder = settings.instance
    if os.name == "posix":
        if folder.stat().st_mode & 0o077:
            yield Finding("folder_open", str(folder))
        kept = [folder / name for name in _SECRET]
        for path in (*kept, *sorted(folder.glob(KEYS_BEFORE))):
            if path.exists() and path.stat().st_mode & 0o077:
                yield Finding("file_open", str(path))
    yield from _judge_key(settings)
    if (folder / NEXT_KEY).exists():
        yield Finding("key_change_left", str(folder / NEXT_KEY))
    if (folder / UNPACKED).exists():
        yield Finding("restore_left", str(folder / UNPACKED))
    needed = 2 * sum(item.stat().st_size for item in folder.iterdir() if item.is_file())
    if shutil.disk_usage(folder).free < max(needed, _LEAST_ROOM):
        yield Finding("little_room", str(folder), grave=False)


def _judge_key(settings: Settings) -> Iterator[Finding]:
    path = settings.signing_key
    if not path.exists():
        yield Finding("no_key", str(path))
    elif readable_key(settings) is None:
        yield Finding("unreadable_key", str(path))


def readable_key(settings: Settings) -> InstallationKey | None:
    """The installation's key, if it is there and can be read; none is made."""
    try:
        return signing_key(settings) if settings.signing_key.exists() else None
    except ValueError:
        return None


def find_in_questionnaires(settings: Settings) -> Iterator[Finding]:
    """Questionnaire files that cannot be used."""
    folder = settings.questionnaires
    found = forms_in(folder)
    if not found.forms and not found.damaged:
        yield Finding("no_questionnaires", str(folder))
    for name in found.damaged:
        # Only what would be begun with it must wait.
        yield Finding("unreadable_questionnaire", str(folder / name), grave=False)


def find_in_settings(settings: Settings) -> Iterator[Finding]:
    """Settings with which the product works, but not as an installation should."""
    if settings.demo:
        yield Finding("is_a_demo", str(settings.instance), grave=False)
    if not settings.url:
        yield Finding("no_address", "SURVEY_APP_URL", grave=False)
    if settings.mail is None:
        yield Finding("no_mail", "SURVEY_APP_SMTP_HOST", grave=False)
    if not settings.scanner:
        yield Finding("no_scanner", "SURVEY_APP_CLAMD", grave=False)
    if not settings.contact:
        yield Finding("no_contact", "SURVEY_APP_CONTACT", grave=False)
    listed = settings.sign_in.breached
    if listed is None:
        yield Finding("no_leaked_list", "SURVEY_APP_BREACHED_PASSWORDS", grave=False)
    elif not _is_sorted(listed):
        yield Finding("leaked_list_unsorted", str(listed))


_SAMPLES, _LINE = 200, re.compile(rb"[0-9A-F]{40}(:\d+)?")


def _is_sorted(listed: Path) -> bool:
    """Whether a file of hashes is as it is looked up, by so many lines of it: it may be large."""
    size, before = listed.stat().st_size, b""
    with listed.open("rb") as file:
        for place in range(_SAMPLES):
            file.seek(size * place // _SAMPLES)
            if place:
                file.readline()  # the rest of a line
            first, second = (file.readline().strip().upper() for _ in range(2))
            if not all(_LINE.fullmatch(line) for line in (first, second) if line):
                return False
            if (first and first < before) or (second and second < first):
                return False
            before = first or before
    return bool(before)
