"""Servers of the product for the crowd: on SQLite, or on a PostgreSQL of their own."""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from survey_app.services.backups.moving import move
from survey_app.store.engine import Database
from tests.browser.lists import FIRST, open_drafts
from tests.conftest import serving
from tests.databases import ADDRESS
from tests.durability.people import strategists
from tests.durability.test_postgresql_kills import Server as PostgreSQL
from tests.load.crowd import FORMS, PEOPLE
from tests.load.watch import Watch

PLANTED = Path(__file__).parent / "planted"
AS_IN_EARNEST = {
    "SURVEY_APP_LOG": "json",
    "SURVEY_APP_METRICS_TOKEN": "bara för ett prov av farten",
}
"""What a demo does not do by itself: a line of the log for each request, and metrics."""


@dataclass
class Place:
    """A demo with two drafts more and twenty people, at rest.

    url   of its database on PostgreSQL; empty on SQLite
    """

    folder: Path
    drafts: tuple[int, int]
    tokens: list[str]
    url: str = ""


def lay_up(folder: Path) -> Place:
    """A place on SQLite, of a folder with the demo."""
    (first,) = open_drafts(folder, 1, FORMS[0])
    (second,) = open_drafts(folder, 1, FORMS[1], first=FIRST + 1)
    return Place(folder, (first, second), strategists(folder, PEOPLE))


def copy_of(place: Place, folder: Path, server: PostgreSQL | None = None) -> Place:
    """The same place elsewhere: in another folder, and with its rows on a server if there is one.

    They are moved there as the product moves them: ``survey-app copy``.
    """
    shutil.copytree(place.folder, folder)
    if server is None:
        return Place(folder, place.drafts, place.tokens)
    source, target = Database(f"sqlite:///{folder / 'redogor.db'}"), Database(server.url)
    move(source, target, lambda table, count: None)
    source.close()
    target.close()
    (folder / "redogor.db").unlink()
    (folder / ADDRESS).write_text(server.url)
    return Place(folder, place.drafts, place.tokens, server.url)


def file_system(folder: Path) -> str:
    """What sort of file system a folder lies on: on tmpfs no save waits for a disk."""
    mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text("utf-8").splitlines()]
    above = [place for place in mounts if folder.resolve().is_relative_to(place[0])]
    return max(above, key=lambda place: len(place[0]))[1]


@contextlib.contextmanager
def postgresql() -> Iterator[PostgreSQL]:
    """A PostgreSQL server with the settings that it comes with."""
    if "XDG_RUNTIME_DIR" not in os.environ:  # where its locks are, of all that follow
        os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp()
        atexit.register(shutil.rmtree, os.environ["XDG_RUNTIME_DIR"], ignore_errors=True)
    data = Path(tempfile.mkdtemp(prefix="pg"))  # the path of a socket must be short
    running = PostgreSQL(data)
    try:
        yield running
    finally:
        running.stop()
        shutil.rmtree(data, ignore_errors=True)


@contextlib.contextmanager
def served(place: Place, processes: int, planted: str = "") -> Iterator[tuple[list[int], Watch]]:
    """A place served by so many processes: the ports, and a watch over them.

    On SQLite they share a socket. On PostgreSQL each is a host of its own, with a folder and a
    port of its own, and the people are the balancer.

    planted   which defect
    """
    environment = dict(AS_IN_EARNEST)
    if planted:
        path = os.pathsep.join([str(PLANTED), os.environ.get("PYTHONPATH", "")])
        environment |= {"REDOGOR_PLANTED": planted, "PYTHONPATH": path}
    with contextlib.ExitStack() as stack:
        servers = [
            stack.enter_context(
                serving(folder, options=options, environment=environment, anew=True)
            )
            for folder, options in _hosts(place, processes)
        ]
        ports = [int(server.url.rpartition(":")[2]) for server in servers]
        yield ports, Watch(servers, place.url.replace("+psycopg", ""))


def _hosts(place: Place, processes: int) -> Iterator[tuple[Path, tuple[str, ...]]]:
    if not place.url:
        yield place.folder, ("--processes", str(processes))
        return
    yield place.folder, ("--processes", "1")
    for number in range(1, processes):
        other = place.folder.with_name(f"{place.folder.name}-host-{number}")
        shutil.copytree(place.folder, other)
        yield other, ("--processes", "1")
