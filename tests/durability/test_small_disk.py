"""A real disk of a few megabytes that becomes full: what was acknowledged is there, and no more."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from survey_app.services.refusal import Refused
from tests.conftest import GNV, serving
from tests.durability.backups import back_up
from tests.durability.ledger import Ledger, assert_whole
from tests.durability.people import Colleague, strategists

MEGABYTE = 1024 * 1024
ROOM = 2 * MEGABYTE
TEXT = "text " * 4000
MOST = 300


@pytest.fixture
def small_disk(instance: Path, tmp_path: Path) -> Iterator[Path]:
    """The demo on a disk of its own, in memory, with two megabytes of room."""
    size = sum(path.stat().st_size for path in instance.rglob("*")) + ROOM
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(disk)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"the small disk was NOT RUN: no disk can be mounted here ({done.stderr})")
    try:
        yield Path(shutil.copytree(instance, disk / "instance"))
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_a_disk_that_becomes_full(small_disk: Path) -> None:
    (token,) = strategists(small_disk, 1)
    person = Colleague(token, 0, Ledger())
    with serving(small_disk) as server, closing(person):
        person.move_to(int(server.url.rpartition(":")[2]))
        person.look(GNV)
        statuses = [_save(person, number) for number in range(MOST)]
        refused = [status for status in statuses if status != 200]
        assert refused, "the disk never became full: the harness proves nothing"
        assert min(refused) >= 500
        assert statuses[0] == 200
        with pytest.raises(Refused, match="backup_no_room"):
            back_up(small_disk, small_disk.parent / "backup.zip")
        assert {path.name for path in small_disk.parent.iterdir()} == {"instance"}
        server.process.kill()
        server.process.wait(10)
    assert_whole(small_disk, person.ledger)


def _save(person: Colleague, number: int) -> int:
    status, _told = person.save(GNV, "10", f"{number} {TEXT}")
    if status != 200:
        person.look(GNV)
    return status
