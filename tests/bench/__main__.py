"""``python -m tests.bench``: the table of figures. Each case beside its floor, in turns."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from multiprocessing.pool import Pool
from pathlib import Path
from typing import Any

from survey_app.config import read_settings
from survey_app.store.engine import sqlite_module
from tests.bench.browser import Browser
from tests.bench.client import Job, run
from tests.bench.documents import document_rows, print_documents
from tests.bench.rounds import print_rounds
from tests.conftest import GNV, GNV_DONE, Server, free_port, make_demo, serving, wait_for

ROUNDS = 3
SECONDS = 1.5
CLIENTS = (1, 8)
THIRD_SECTION = 2
EXPORT_SECONDS = 6.0
"""Longer, since an export takes a good part of a second."""
PACKAGE = "/cases/RS259999/package.zip"


@dataclass(frozen=True)
class Case:
    """What is measured: jobs of the product, one a client, and those of the floor.

    ratio and rate are the aims: of the floor, and of requests a second with 8 clients.
    """

    name: str
    product: list[Job]
    floor: list[Job]
    ratio: float | None = None
    rate: int | None = None


@dataclass(frozen=True)
class Figures:
    """Requests a second; median and 95th percentile in milliseconds."""

    rate: float
    median: float
    tail: float


@contextlib.contextmanager
def floor_server(folder: Path) -> Iterator[int]:
    """The bare application; gives its port."""
    port = free_port()
    log = folder / "floor.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.floor", str(port), str(folder)],
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        wait_for(f"http://127.0.0.1:{port}", process, log)
        yield port
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # all its processes
        process.wait()


def cases_of(server: Server, floor: int) -> list[Case]:
    """Pages and saves, on the demo's draft."""
    browser = Browser(server, "strateg")
    port = int(server.url.rpartition(":")[2])
    held = json.loads(browser.get(f"/api/v1/submissions/{GNV}"))
    sections = list(held["progress"])
    pages = {
        "page of all 50 questions": f"/submissions/{GNV}/questions",
        "page of one section": f"/submissions/{GNV}/sections/{sections[THIRD_SECTION]}",
    }
    aims: dict[str, dict[str, Any]] = {
        "page of all 50 questions": {"rate": 150},
        "page of one section": {"ratio": 0.6},
    }
    cases = []
    for name, path in pages.items():
        body = browser.get(path)
        count = len(re.findall(rb' data-question="', body))
        page = Job(port, path, browser.headers, SECONDS)
        bare = Job(floor, f"/page/{count}/{len(body)}", browser.headers, SECONDS)
        cases.append(Case(name, [page] * max(CLIENTS), [bare] * max(CLIENTS), **aims[name]))
    # The most that any page which asks who reads it could reach beside the last of these floors.
    line = Job(port, "/api/v1/session", browser.headers, SECONDS)
    cases.append(Case("one line, signed in", [line] * max(CLIENTS), cases[-1].floor))
    return [*cases, save_case(browser, held, port, floor)]


def save_case(browser: Browser, held: dict[str, Any], port: int, floor: int) -> Case:
    """Each client saves a question of its own, as colleagues do."""
    shapes = {"10": "{text}", "18a": "{text}", "24": "{text}", "41": "{text}"}
    shapes |= {question: {"files": [], "text": "{text}"} for question in ("6a", "7a", "8a", "27a")}
    product = [
        Job(port, f"/api/v1/submissions/{GNV}/answers/{question}", browser.headers, SECONDS,
            value=shape, version=held["answers"].get(question, {"version": 0})["version"])
        for question, shape in shapes.items()
    ]  # fmt: skip
    bare = [replace(job, port=floor, path=f"/row/{n}") for n, job in enumerate(product)]
    return Case("save of one answer", product, bare, ratio=0.6, rate=300)


def export_case(server: Server, floor: int, how: str) -> Case:
    """Everybody exports the archived case."""
    browser = Browser(server, "arkivarie")
    size = len(browser.get(PACKAGE))
    port = int(server.url.rpartition(":")[2])
    product = Job(port, PACKAGE, browser.headers, EXPORT_SECONDS)
    bare = Job(floor, f"/bytes/{size}", browser.headers, EXPORT_SECONDS)
    count = max(CLIENTS)
    return Case(f"export of the case, {how}", [product] * count, [bare] * count)


def one_round(pool: Pool, jobs: list[Job]) -> tuple[Figures, list[int], int]:
    """One burst of some clients together: figures, versions after, bytes of a reply."""
    start = time.monotonic() + 0.15
    found = pool.map(run, [replace(job, start_at=start) for job in jobs], chunksize=1)
    seconds = sorted(second for client in found for second in client.seconds)
    tail = seconds[min(len(seconds) - 1, int(len(seconds) * 0.95))]
    figures = Figures(
        len(seconds) / jobs[0].seconds, statistics.median(seconds) * 1000, tail * 1000
    )
    return figures, [client.version for client in found], found[0].size


def measure(pool: Pool, case: Case, clients: int) -> tuple[Figures, Figures, int, int]:
    """Product and floor by turns; the medians of the rounds, and bytes of a reply of each."""
    sides: list[list[Figures]] = [[], []]
    jobs = [case.product, case.floor]
    sizes = [0, 0]
    for _ in range(ROUNDS):
        for side in (0, 1):
            figures, versions, sizes[side] = one_round(pool, jobs[side][:clients])
            sides[side].append(figures)
            for number, version in enumerate(versions if case.product[0].value else []):
                jobs[side][number] = replace(jobs[side][number], version=version)
    product, floor = (_middle(side) for side in sides)
    return product, floor, sizes[0], sizes[1]


def _middle(rounds: list[Figures]) -> Figures:
    return Figures(
        statistics.median(found.rate for found in rounds),
        statistics.median(found.median for found in rounds),
        statistics.median(found.tail for found in rounds),
    )


@dataclass(frozen=True)
class Memory:
    """What all processes of a server hold, in MB.

    together  pages that processes share count once: what the machine has less
    added     every process by itself, summed: as ``ps`` tells it, with shared pages twice
    """

    together: float
    added: float

    def __str__(self) -> str:
        return f"{self.together:.0f} MB ({self.added:.0f} MB if shared pages count twice)"


MOST_MEMORY = 150


def memory(server: Server) -> Memory:
    """What the processes of a server hold now."""
    held = {"Pss": 0, "Rss": 0}
    for process in server.processes:
        rollup = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
        for name in held:
            found = re.search(rf"^{name}:\s+(\d+) kB", rollup, re.MULTILINE)
            assert found
            held[name] += int(found[1])
    return Memory(held["Pss"] / 1000, held["Rss"] / 1000)


def forget_copies(folder: Path) -> None:
    """Take the kept archive copies away, so that exports are made from the records."""
    connection = sqlite_module().connect(folder / "redogor.db")
    connection.execute("DELETE FROM stored_copy")
    connection.commit()
    connection.close()


def exports_together(
    pool: Pool, folder: Path
) -> list[tuple[Case, int, Figures, Figures, int, int]]:
    """The case exported by one and by many: as it was kept, and made from the records."""
    rows = []
    for how in ("kept", "made"):
        copy = folder.parent / f"{how}-together"
        shutil.copytree(folder, copy)
        if how == "made":
            forget_copies(copy)
        with serving(copy, anew=True) as server, floor_server(copy) as floor:
            case = export_case(server, floor, how)
            rows += [(case, clients, *measure(pool, case, clients)) for clients in CLIENTS]
    return rows


def export_rows(folder: Path) -> list[tuple[str, float, int, int]]:
    """Exports over HTTP: name, median seconds, bytes, replies."""
    rows = []
    package, pdf = PACKAGE, f"/submissions/{GNV_DONE}/export.pdf"
    asked = [
        ("case as ZIP, as it was kept", package, "stored"),
        ("case as ZIP, made from the records", package, "made"),
        ("case as one PDF document", "/cases/RS259999/case.pdf", "made"),
        ("one questionnaire as PDF, from the record", pdf, "made"),
        ("draft as PDF", f"/submissions/{GNV}/export.pdf", "made"),
    ]
    for how in ("stored", "made"):
        copy = folder.parent / how
        shutil.copytree(folder, copy)
        if how == "made":
            forget_copies(copy)
        with serving(copy, anew=True) as server:
            browser = Browser(server, "arkivarie")
            for name, path, needs in asked:
                if needs == how:
                    rows.append(_timed(browser, name, path))
            held = memory(server).together
            rows.append((f"memory after these exports, {how}", held, 0, 0))
    return rows


def _timed(browser: Browser, name: str, path: str) -> tuple[str, float, int, int]:
    taken = []
    for _ in range(5):
        began = time.monotonic()
        body = browser.get(path)
        taken.append(time.monotonic() - began)
    return name, statistics.median(taken), len(body), len(taken)


def print_requests(rows: list[tuple[Case, int, Figures, Figures, int, int]]) -> None:
    """The table of requests."""
    line = "{:27} {:>7} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>6}  {}"
    print(line.format("", "clients", "per s", "median", "95th", "floor/s", "median", "95th",
                      "ratio", ""))  # fmt: skip
    for case, clients, product, floor, _size, _bare in rows:
        ratio = product.rate / floor.rate
        print(
            line.format(
                case.name, clients, f"{product.rate:.0f}", f"{product.median:.1f} ms",
                f"{product.tail:.1f} ms", f"{floor.rate:.0f}", f"{floor.median:.1f} ms",
                f"{floor.tail:.1f} ms", f"{ratio:.2f}", _verdict(case, clients, product, ratio),
            )
        )  # fmt: skip


def _verdict(case: Case, clients: int, product: Figures, ratio: float) -> str:
    said = []
    if case.ratio is not None:
        said.append(f"{'ok' if ratio >= case.ratio else 'BELOW'} (aim {case.ratio:g} of the floor)")
    if case.rate is not None and clients == max(CLIENTS):
        said.append(f"{'ok' if product.rate >= case.rate else 'BELOW'} (aim {case.rate} a second)")
    return ", ".join(said)


def main() -> None:
    """Measure and print."""
    pool = multiprocessing.get_context("fork").Pool(max(CLIENTS))
    with tempfile.TemporaryDirectory() as name, pool:
        folder = Path(name) / "instance"
        folder.mkdir()
        make_demo(read_settings({}, instance=folder, demo=True, https=False, testing=True))
        untouched = Path(name) / "untouched"
        shutil.copytree(folder, untouched)
        rows = []
        with serving(folder, anew=True) as server, floor_server(Path(name)) as floor:
            idle = memory(server)
            for case in cases_of(server, floor):
                for clients in CLIENTS:
                    rows.append((case, clients, *measure(pool, case, clients)))
            loaded = memory(server)
        rows += exports_together(pool, untouched)
        print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python "
              f"{sys.version.split()[0]}, SQLite {sqlite_module().sqlite_version}")  # fmt: skip
        print(f"medians of {ROUNDS} rounds of {SECONDS:g} s (exports {EXPORT_SECONDS:g} s), "
              "product and floor by turns\n")  # fmt: skip
        print_requests(rows)
        print()
        for case, clients, _product, _floor, size, bare in rows:
            if clients == 1:
                print(f"{case.name}: reply {size:,} bytes, floor {bare:,} bytes")
        verdict = "ok" if loaded.together < MOST_MEMORY else "ABOVE"
        print(f"\nmemory of all processes when started:   {idle}")
        print(f"memory of all processes after the load: {loaded}: {verdict} "
              f"(aim below {MOST_MEMORY} MB)\n")  # fmt: skip
        for what, figure, size, count in export_rows(untouched):
            if count:
                print(f"{what:44} {figure:6.2f} s {size:>10,} bytes")
            else:
                print(f"{what:44} {figure:6.0f} MB")
        print()
        print_documents(list(document_rows()))
        print_rounds()


if __name__ == "__main__":
    main()
