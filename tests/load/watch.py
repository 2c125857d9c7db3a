"""What servers hold while they are at work: memory, log of the database, connections."""

from __future__ import annotations

import contextlib
import os
import re
import time
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from tests.conftest import Server

EVERY = 10.0
WARM = 120.0
"""Seconds that never count: by then Python's caches and the pools have what they need."""


@dataclass(frozen=True)
class Sample:
    """One look. Memory in MB, by process; the database's log in MB."""

    at: float
    rss: tuple[float, ...]
    pss: tuple[float, ...]
    wal: float
    connections: int


@dataclass
class Watch:
    """Looks at servers from time to time.

    database   the plain address of a PostgreSQL database; empty for SQLite
    """

    servers: list[Server]
    database: str = ""
    samples: list[Sample] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)
    _first_wal: float | None = None

    def look(self) -> Sample:
        """Look once, and keep it."""
        processes = [process for server in self.servers for process in server.processes]
        held = [_memory(process) for process in processes]
        wal, connections = self._database(processes)
        sample = Sample(
            time.monotonic() - self.began,
            tuple(found["Rss"] for found in held),
            tuple(found["Pss"] for found in held),
            wal,
            connections,
        )
        self.samples.append(sample)
        return sample

    def wait(self) -> None:
        """A short while; then a look, if it is time for one."""
        time.sleep(0.25)
        due = self.samples[-1].at + EVERY if self.samples else 0.0
        if time.monotonic() - self.began >= due:
            print(line(self.look()), flush=True)

    def _database(self, processes: list[int]) -> tuple[float, int]:
        if not self.database:
            folder = self.servers[0].instance
            with contextlib.suppress(FileNotFoundError):
                size = (folder / "redogor.db-wal").stat().st_size
                return size / 1e6, sum(map(_open_databases, processes))
            return 0.0, sum(map(_open_databases, processes))
        with psycopg.connect(self.database) as connection:
            (written, count), = connection.execute(
                "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0'), (SELECT count(*) FROM "
                "pg_stat_activity WHERE application_name = 'redogor')"
            ).fetchall()  # fmt: skip
        if self._first_wal is None:
            self._first_wal = float(written)
        return (float(written) - self._first_wal) / 1e6, int(count)


def _memory(process: int) -> dict[str, float]:
    rollup = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    found = {name: re.search(rf"^{name}:\s+(\d+) kB", rollup, re.MULTILINE)
             for name in ("Rss", "Pss")}  # fmt: skip
    return {name: int(match[1]) / 1000 for name, match in found.items() if match}


def _open_databases(process: int) -> int:
    """How many connections to an SQLite file a process has open."""
    count = 0
    for entry in os.scandir(f"/proc/{process}/fd"):
        with contextlib.suppress(OSError):  # closed meanwhile
            count += os.readlink(entry.path).endswith("/redogor.db")
    return count


def line(sample: Sample) -> str:
    """A look as it is printed."""
    rss = " + ".join(f"{found:.1f}" for found in sample.rss)
    pss = " + ".join(f"{found:.1f}" for found in sample.pss)
    return (f"{sample.at:6.0f} s  RSS {rss} MB, PSS {pss} MB, log {sample.wal:.1f} MB, "
            f"{sample.connections} connections")  # fmt: skip


def growth(samples: list[Sample]) -> float | None:
    """MB in ten minutes that all processes together grow by, pages that they share counted once:
    the slope of least squares of what was seen in the second half, and not before WARM. None of
    fewer than five looks.

    Until then caches fill: of pages, 4 MB a connection to SQLite, and of what answers mean.
    """
    warm = max(WARM, samples[-1].at / 2)
    seen = [(sample.at, sum(sample.pss)) for sample in samples if sample.at >= warm]
    if len(seen) < 5:
        return None
    middle_at = sum(at for at, _ in seen) / len(seen)
    middle = sum(held for _, held in seen) / len(seen)
    above = sum((at - middle_at) * (held - middle) for at, held in seen)
    return above / sum((at - middle_at) ** 2 for at, _ in seen) * 600


def held_at(samples: list[Sample], moment: float) -> float:
    """MB that all processes held together at the first look from a moment on, or at the last."""
    found = [sample for sample in samples if sample.at >= moment] or samples[-1:]
    return sum(found[0].pss)
