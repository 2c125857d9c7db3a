"""``python -m tests.load``: fifty saves a second for ten minutes, on either database.

Exits with 1 if a save was not acknowledged, or acknowledged and is not in the history; if more than
5 of 100 took longer than 100 ms; if memory grows; or if a planted defect was not found first.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from survey_app.config import read_settings
from tests.conftest import make_demo
from tests.load.crowd import PEOPLE, Plan, Told, gather, save_together
from tests.load.history import check_chains, missing
from tests.load.places import Place, copy_of, file_system, lay_up, postgresql, served
from tests.load.watch import WARM, Watch, growth, held_at, line
from tests.torture.__main__ import keep, origin

MOST_MILLISECONDS = 100.0
MOST_GROWTH = 1.0
"""MB in ten minutes."""
PLANTED_SECONDS = 8.0
LEAD = 0.5
"""Seconds between the order and the first save."""


@dataclass(frozen=True)
class Rush:
    """What one rush of saves showed. Milliseconds, from the moment a save was meant to leave."""

    told: list[Told]
    missing: list[Told]
    watch: Watch
    wall: float
    own: float
    """Of a core, what the crowd itself took."""

    @property
    def acknowledged(self) -> int:
        return sum(told.acknowledged for told in self.told)

    def slowest(self, share: float, sort: str = "") -> float:
        """What the given share of the saves, or of those of a sort, took at most."""
        found = sorted(told.seconds for told in self.told if sort in ("", told.sort))
        return found[min(len(found) - 1, int(len(found) * share))] * 1000


def rush(place: Place, *, rate: float, seconds: float, processes: int, planted: str = "") -> Rush:
    """Save at a place that is served, and hold its history against what was told."""
    with served(place, processes, planted) as (ports, watch):
        people = gather(place.tokens, ports, place.drafts)
        own, began = time.process_time(), time.monotonic()
        plan = Plan(rate, seconds, began + LEAD)
        told = save_together(people, plan, watch.wait if not planted else _rest)
        wall, own = time.monotonic() - began, time.process_time() - own
        if not planted:
            print(line(watch.look()), flush=True)
    return Rush(told, missing(place.folder, told, place.url), watch, wall, own / wall)


def _rest() -> None:
    time.sleep(0.1)


@contextlib.contextmanager
def somewhere(kind: str, place: Place, folder: Path) -> Iterator[Place]:
    """A copy of a place on a database of a kind."""
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(postgresql()) if kind == "postgresql" else None
        yield copy_of(place, folder, server)


def planted_found(kind: str, place: Place, folder: Path, rate: float, processes: int) -> bool:
    """Whether either planted defect is seen for what it is."""
    found = {}
    for planted in ("lost", "slow"):
        with somewhere(kind, place, folder / planted) as copy:
            shown = rush(copy, rate=rate, seconds=PLANTED_SECONDS, processes=processes,
                         planted=planted)  # fmt: skip
        tail = shown.slowest(0.95)
        found[planted] = bool(shown.missing) if planted == "lost" else tail > MOST_MILLISECONDS
        said = "found" if found[planted] else "NOT FOUND"
        print(f"planted, {planted}: {said} ({len(shown.missing)} of {len(shown.told)} acknowledged "
              f"and missing, 95th {tail:.0f} ms)", flush=True)  # fmt: skip
    return all(found.values())


def measure(kind: str, place: Place, folder: Path, wanted: argparse.Namespace) -> dict[str, Any]:
    """One database: its planted defects, then the rush itself; what is kept of it."""
    disk, busy, here = file_system(folder), os.getloadavg()[0], origin()
    print(f"\n{kind}: {wanted.rate:g} saves a second for {wanted.seconds:g} s by {PEOPLE} people, "
          f"{wanted.processes} processes, on {disk}, load {busy:.1f}", flush=True)  # fmt: skip
    planted = planted_found(kind, place, folder, wanted.rate, wanted.processes)
    with somewhere(kind, place, folder / "measured") as copy:
        shown = rush(copy, rate=wanted.rate, seconds=wanted.seconds, processes=wanted.processes)
        check_chains(copy.folder, copy.url)
    found = told_of(shown, wanted.seconds)
    found["planted"] = planted
    found["holds"] = planted and holds(found)
    tell(shown, found)
    return {**found, **here, "machine": f"{here['machine']}, {disk}"}


def told_of(shown: Rush, seconds: float) -> dict[str, Any]:
    """The figures of a rush."""
    last = shown.watch.samples[-1]
    figures = {
        "saves": len(shown.told),
        "seconds": round(seconds),
        "acknowledged": shown.acknowledged,
        "missing": len(shown.missing),
        "median": statistics.median(told.seconds for told in shown.told) * 1000,
        "p95": shown.slowest(0.95),
        "p99": shown.slowest(0.99),
        "longest": shown.slowest(1.0),
        "warm": held_at(shown.watch.samples, WARM),
        "memory": sum(last.pss),
        "grows": growth(shown.watch.samples),
        "log": last.wal,
        "connections": last.connections,
    }
    return {name: None if value is None else round(value, 2) for name, value in figures.items()}


def holds(found: dict[str, Any]) -> bool:
    """Whether the figures are what is asked for; growth is judged where enough of it was seen."""
    return (
        found["acknowledged"] == found["saves"]
        and found["missing"] == 0
        and found["p95"] < MOST_MILLISECONDS
        and (found["grows"] is None or found["grows"] <= MOST_GROWTH)
    )


def tell(shown: Rush, found: dict[str, Any]) -> None:
    """Print what was measured."""
    print(f"{found['saves']:,} saves in {shown.wall - LEAD:.0f} s: {found['acknowledged']:,} "
          f"acknowledged, {found['missing']} of those not in the history")  # fmt: skip
    print(f"from the moment meant: median {found['median']:.1f} ms, 95th {found['p95']:.1f} ms, "
          f"99th {found['p99']:.1f} ms, longest {found['longest']:.0f} ms")  # fmt: skip
    for sort in ("text", "list", "table", "stale"):
        count = sum(told.sort == sort for told in shown.told)
        if count:
            print(f"  {sort:6} {count:6,}  95th {shown.slowest(0.95, sort):.1f} ms")
    wrong = [f"{told.sort} {told.status}" for told in shown.told if not told.acknowledged]
    for what in sorted(set(wrong)):
        print(f"  not acknowledged: {what} ({wrong.count(what)})")
    late = sorted(told.late for told in shown.told)[int(len(shown.told) * 0.95)] * 1000
    print(f"the crowd itself: {shown.own:.0%} of a core, 95th {late:.1f} ms late")
    print(f"memory: {found['memory']:.1f} MB in the end; {_growth(found)}")
    print(f"{'holds' if found['holds'] else 'DOES NOT HOLD'}, load {os.getloadavg()[0]:.1f}")


def _growth(found: dict[str, Any]) -> str:
    if found["grows"] is None:
        return "too short to see whether it grows"
    return (f"{found['warm']:.1f} MB after {WARM / 60:g} minutes, in the second half "
            f"{found['grows']:+.2f} MB in ten minutes (at most {MOST_GROWTH:g})")  # fmt: skip


def main(words: list[str]) -> int:
    """Measure; keep the figures where the run was long enough for all of them."""
    parser = argparse.ArgumentParser(prog="python -m tests.load")
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--processes", type=int, default=2)
    wanted = parser.parse_args(words)
    kinds = ("sqlite", "postgresql") if wanted.database == "both" else (wanted.database,)
    failed = False
    with tempfile.TemporaryDirectory() as name:
        (home := Path(name) / "place").mkdir()
        make_demo(read_settings({}, instance=home, demo=True, https=False, testing=True))
        place = lay_up(home)
        for kind in kinds:
            (folder := Path(name) / kind).mkdir()
            found = measure(kind, place, folder, wanted)
            failed = failed or not found["holds"]
            if found["grows"] is not None:
                keep(f"load {kind}", found)
            else:
                print("too short to be kept in .ci/figures.json")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
