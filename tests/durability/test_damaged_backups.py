"""A damaged backup is refused, with the name of what is wrong, and leaves no file behind.

A release damages every member by a bit at random twenty times (``REDOGOR_BACKUPS=20``).
"""

from __future__ import annotations

import io
import json
import os
import random
import shutil
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from survey_app.cli import main
from survey_app.services.backups.file import (
    AUDIT_KEY,
    DATABASE,
    HEADS,
    MANIFEST,
    SECRET_KEY,
    SIGNATURE,
    Manifest,
    Member,
    write_backup,
)
from survey_app.services.keys.key import InstallationKey, open_key
from survey_app.services.refusal import Refused
from survey_app.store.engine import sqlite_module
from tests.conftest import made_once
from tests.durability.backups import back_up, restore_into

BACKUPS = int(os.environ.get("REDOGOR_BACKUPS", "2"))
Members = dict[str, bytes]


@pytest.fixture(scope="module")
def whole(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of the demo."""

    def make(folder: Path) -> None:
        shutil.copytree(demo_template, folder)
        back_up(folder, folder / "backup.zip")

    return made_once(tmp_path_factory, "demo-backup", make) / "backup.zip"


@pytest.fixture(scope="module")
def members(whole: Path) -> Members:
    """What is in it, by name and in order."""
    with zipfile.ZipFile(whole) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def key(whole: Path) -> InstallationKey:
    return open_key(whole.parent)


def refusal(path: Path, place: Path, keys: Path | None = None) -> tuple[str, Mapping[str, Any]]:
    """Why a backup is not restored; nothing of it may be left."""
    with pytest.raises(Refused) as refused:
        restore_into(place, path, keys)
    assert not place.exists()
    return refused.value.code, refused.value.facts


class _AnyFormat(Manifest):
    format: str  # type: ignore[assignment]


def signed(
    path: Path, members: Members, key: InstallationKey, told: Mapping[str, Any] | None = None
) -> Path:
    """A backup of other members, with manifest, signature and seal of its own."""
    manifest = json.loads(members[MANIFEST]) | {"public_key": key.public_key} | (told or {})

    def tell(found: dict[str, Member]) -> Manifest:
        return _AnyFormat.model_validate(manifest | {"members": found})

    pieces = [(name, io.BytesIO(data)) for name, data in members.items()
              if name not in (MANIFEST, SIGNATURE)]  # fmt: skip
    with path.open("w+b") as file:
        write_backup(file, pieces, tell, key.sign)
    return path


def test_what_is_signed_anew_is_restored(
    members: Members, key: InstallationKey, tmp_path: Path
) -> None:
    """Else the refusals below would be for another reason than is meant."""
    assert {DATABASE, HEADS, AUDIT_KEY, SECRET_KEY, MANIFEST, SIGNATURE} < set(members)
    restore_into(tmp_path / "place", signed(tmp_path / "again.zip", members, key))


@pytest.mark.parametrize(
    ("cut", "code"),
    [
        (1, "backup_file_changed"),
        (64, "backup_file_changed"),
        (1024, "backup_unreadable"),
        (100_000, "backup_unreadable"),
    ],
)
def test_one_that_is_cut_off(whole: Path, tmp_path: Path, cut: int, code: str) -> None:
    path = tmp_path / "cut.zip"
    path.write_bytes(whole.read_bytes()[:-cut])
    assert refusal(path, tmp_path / "place") == (code, {"file": "cut.zip"})


def test_one_that_goes_on(whole: Path, tmp_path: Path) -> None:
    path = tmp_path / "longer.zip"
    path.write_bytes(whole.read_bytes() + b"\n")
    assert refusal(path, tmp_path / "place")[0] == "backup_file_changed"


def test_a_bit_in_each_member(whole: Path, members: Members, tmp_path: Path) -> None:
    data, chance = bytearray(whole.read_bytes()), random.Random(10)
    path = tmp_path / "bit.zip"
    for name, content in members.items():
        start = data.index(content[:4000])
        for _ in range(max(1, BACKUPS // 4)):
            place = start + chance.randrange(len(content))
            data[place] ^= 1 << chance.randrange(8)
            path.write_bytes(data)
            code, facts = refusal(path, tmp_path / "place")
            assert code == "backup_member_changed"
            blamed = {name, MANIFEST, SIGNATURE} if name in (MANIFEST, SIGNATURE) else {name}
            assert facts["member"] in blamed
            data[place : place + 1] = whole.read_bytes()[place : place + 1]


def test_a_bit_between_the_members(whole: Path, members: Members, tmp_path: Path) -> None:
    """Headers and the list at the end: no byte of the file is without meaning."""
    data, chance = bytearray(whole.read_bytes()), random.Random(11)
    starts = {data.index(content[:4000]): len(content) for content in members.values()}
    between = [
        place
        for place in chance.sample(range(len(data) - 4000, len(data)), 40 * BACKUPS)
        if not any(start <= place < start + size for start, size in starts.items())
    ]
    assert len(between) > 10
    path = tmp_path / "bit.zip"
    for place in between:
        before = data[place]
        data[place] ^= 1 << chance.randrange(8)
        path.write_bytes(data)
        assert refusal(path, tmp_path / "place")[0].startswith("backup_")
        data[place] = before
    path.write_bytes(data)
    restore_into(tmp_path / "place", path)


def _without(name: str) -> Callable[[Members], Members]:
    return lambda members: {key: data for key, data in members.items() if key != name}


def _instead(name: str, other: Callable[[Members], bytes]) -> Callable[[Members], Members]:
    return lambda members: {**members, name: other(members)}


def _zipped(path: Path, members: Members, packed: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", packed) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


@pytest.mark.parametrize(
    ("change", "code", "member"),
    [
        (_without(HEADS), "backup_member_missing", HEADS),
        (_without(SIGNATURE), "backup_member_missing", SIGNATURE),
        (_without(DATABASE), "backup_member_missing", DATABASE),
        (_instead("../evil", lambda _: b"x"), "backup_member_foreign", "../evil"),
        (_instead(SECRET_KEY, lambda m: m[AUDIT_KEY]), "backup_member_changed", SECRET_KEY),
        (_instead(DATABASE, lambda m: m[DATABASE][::-1]), "backup_member_changed", DATABASE),
        (_instead(MANIFEST, lambda _: b"[" * 200_000), "backup_member_changed", MANIFEST),
        (_instead(MANIFEST, lambda _: b"{}"), "backup_member_changed", MANIFEST),
        (_instead(SIGNATURE, lambda _: b'{"signature": 7}'), "backup_member_changed", SIGNATURE),
        (lambda members: members, "backup_file_changed", None),
    ],
)
def test_members_that_are_not_the_manifests(
    members: Members, tmp_path: Path, change: Callable[[Members], Members], code: str,
    member: str | None,
) -> None:  # fmt: skip
    path = _zipped(tmp_path / "changed.zip", change(members))
    expected = {"file": "changed.zip"} | ({"member": member} if member else {})
    assert refusal(path, tmp_path / "place") == (code, expected)


def test_a_bomb_is_not_unpacked(members: Members, tmp_path: Path) -> None:
    bomb = {**members, DATABASE: bytes(60_000_000)}
    path = _zipped(tmp_path / "bomb.zip", bomb, zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 1_000_000
    assert refusal(path, tmp_path / "place")[0] == "backup_member_changed"


def test_another_installations_key(members: Members, key: InstallationKey, tmp_path: Path) -> None:
    other = open_key(_folder(tmp_path / "other"))
    swapped = {**members, AUDIT_KEY: other.private_pem()}
    by_the_first = signed(tmp_path / "one.zip", swapped, key)
    assert refusal(by_the_first, tmp_path / "place")[0] == "backup_foreign_key"
    by_the_other = signed(tmp_path / "two.zip", swapped, other)
    code, facts = refusal(by_the_other, tmp_path / "place")
    assert (code, facts["flaw"]) == ("backup_content", "broken_chain")
    assert "forged_head" in str(facts["where"])


@pytest.mark.parametrize(
    "told", [{"format": "redogor/backup/2"}, {"revision": "9999", "version": "9.0"}]
)
def test_a_newer_one(
    members: Members, key: InstallationKey, tmp_path: Path, told: dict[str, str]
) -> None:
    path = signed(tmp_path / "newer.zip", members, key, told)
    assert refusal(path, tmp_path / "place")[0] == "backup_newer"


@pytest.mark.parametrize(
    ("statement", "flaw"),
    [
        ("UPDATE blob_chunk SET data = x'00' WHERE rowid = 1", "changed_file"),
        ("DELETE FROM blob_chunk WHERE rowid = 2", "changed_file"),
        ("UPDATE record SET body = '{}' WHERE submission_id = 3", "changed_record"),
        ("UPDATE specification SET body = '{}'", "changed_questionnaire"),
        ("UPDATE answer SET value = '\"ändrat\"' WHERE rowid = 1", "broken_chain"),
        ("DELETE FROM account WHERE id = 1", "dangling"),
    ],
)
def test_a_backup_of_what_was_damaged_already(
    members: Members, key: InstallationKey, tmp_path: Path, statement: str, flaw: str
) -> None:
    """Signed by the right key, so only the content itself can tell."""
    database = tmp_path / "changed.db"
    database.write_bytes(members[DATABASE])
    connection = sqlite_module().connect(database)
    assert connection.execute(statement).rowcount > 0
    connection.commit()
    connection.close()
    path = signed(tmp_path / "old.zip", {**members, DATABASE: database.read_bytes()}, key)
    code, facts = refusal(path, tmp_path / "place")
    assert (code, facts["flaw"]) == ("backup_content", flaw)


def test_a_place_that_is_not_empty(whole: Path, tmp_path: Path) -> None:
    place = _folder(tmp_path / "place")
    (place / "letter.txt").write_text("mitt", encoding="utf-8")
    with pytest.raises(Refused, match="place_not_empty"):
        restore_into(place, whole)
    assert [path.name for path in place.iterdir()] == ["letter.txt"]


def test_a_backup_without_keys(whole: Path, tmp_path: Path) -> None:
    path = tmp_path / "without.zip"
    back_up(whole.parent, path, keys=False)
    with zipfile.ZipFile(path) as archive:
        assert not {AUDIT_KEY, SECRET_KEY} & set(archive.namelist())
    assert refusal(path, tmp_path / "place")[0] == "backup_without_keys"
    other = _folder(tmp_path / "other")
    open_key(other)
    (other / SECRET_KEY).write_text("x" * 40, encoding="ascii")
    assert refusal(path, tmp_path / "place", other)[0] == "backup_foreign_key"
    restore_into(tmp_path / "place", path, whole.parent)
    assert (tmp_path / "place" / AUDIT_KEY).read_bytes() == (whole.parent / AUDIT_KEY).read_bytes()


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


def test_the_commands_say_what_is_wrong_and_what_to_do(whole: Path, tmp_path: Path) -> None:
    def run(*arguments: str | Path) -> Any:
        environment = {"DATABASE_URL": None, "SURVEY_APP_INSTANCE": None, "SECRET_KEY": None}
        return CliRunner().invoke(main, [str(item) for item in arguments], env=environment)

    target = tmp_path / "mine.zip"
    made = run("--instance", whole.parent, "backup", target)
    assert made.exit_code == 0, made.output
    assert "Läst igen: hel" in made.output
    assert target.stat().st_mode & 0o777 == 0o600
    again = run("--instance", whole.parent, "backup", target)
    assert (again.exit_code, "skrivs inte över" in again.output) == (1, True)
    done = run("--instance", tmp_path / "place", "restore", target)
    assert done.exit_code == 0, done.output
    assert "Allt stämmer" in done.output
    assert run("--instance", tmp_path / "place", "audit", "verify").exit_code == 0
    target.write_bytes(target.read_bytes()[:-1024])
    cut = run("--instance", tmp_path / "other", "restore", target)
    assert (cut.exit_code, "Inget är återställt" in cut.output) == (1, True)
    assert not (tmp_path / "other").exists()
