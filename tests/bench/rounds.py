"""Rounds with 311 units and 50 questions: ten years in the database against one, and an import."""

from __future__ import annotations

import json
import re
import statistics
import tempfile
import time
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench.browser import Browser
from tests.bench.many import WRITER, files_of, make_units
from tests.conftest import Server, serving

YEARS = 10
TIMES = 21
MOST_RATIO, MOST_SECONDS = 1.2, 30.0
LISTING = "front page, which lists all the rounds"
"""Longer with ten of them; told for comparison."""


def print_rounds() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        one, ten, empty = (Path(name) / part for part in ("one", "ten", "empty"))
        for folder in (one, ten, empty):
            folder.mkdir()
        first, last = make_units(one, 1), make_units(ten, YEARS)
        print(f"\nrounds of 311 units and 50 questions, 1 year against {YEARS} in the database "
              f"({_megabytes(one):.0f} and {_megabytes(ten):.0f} MB)")  # fmt: skip
        with serving(one, anew=True) as short, serving(ten, anew=True) as long:
            for what, brief, whole in _ratios(short, first, long, last):
                ratio = whole / brief
                verdict = "ok" if ratio <= MOST_RATIO else "ABOVE"
                aim = "" if what == LISTING else f"{verdict} (aim {MOST_RATIO:g})"
                print(f"{what:44} {brief * 1000:7.1f} ms {whole * 1000:7.1f} ms {ratio:5.2f}  "
                      f"{aim}")  # fmt: skip
        where = make_units(empty, 1, answered=False)
        workbook, files = files_of(empty, where)
        with serving(empty, anew=True) as server:
            for what, sent in (("311 files", files), ("one workbook", [("svar.xlsx", workbook)])):
                for step, seconds in _imported(server, where, sent, takes=sent is files):
                    print(f"import, {what}: {step:26} {seconds:6.1f} s")


def _megabytes(folder: Path) -> float:
    return (folder / "redogor.db").stat().st_size / 1e6


def _ratios(
    short: Server, first: str, long: Server, last: str
) -> Iterator[tuple[str, float, float]]:
    """What is measured: its name, seconds with one year, and with all."""
    pages = {
        "round page": "", "results, all questions": "/results",
        "result of a text": "/results/q1", "result of a choice": "/results/q21",
        "result of a number": "/results/q41", "results as XLSX": "/results.xlsx",
    }  # fmt: skip
    readers = Browser(short, "strateg"), Browser(long, "strateg")
    for what, path in pages.items():
        times = 3 if path.endswith(".xlsx") else TIMES
        yield (
            what,
            *_by_turns(
                lambda path=path: readers[0].get(first + path),
                lambda path=path: readers[1].get(last + path),
                times,
            ),
        )
    yield LISTING, *_by_turns(lambda: readers[0].get("/"), lambda: readers[1].get("/"))
    writers = Browser(short, WRITER), Browser(long, WRITER)
    savers = [_saver(writer) for writer in writers]
    yield "one save of the unit", *_by_turns(savers[0], savers[1], 3 * TIMES)


def _by_turns(
    one: Callable[[], object], other: Callable[[], object], times: int = TIMES
) -> tuple[float, float]:
    """Medians of both, by turns; the first of each does not count."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(times + 1):
        for side, act in enumerate((one, other)):
            began = time.perf_counter()
            act()
            taken[side].append(time.perf_counter() - began)
    return statistics.median(taken[0][1:]), statistics.median(taken[1][1:])


def _saver(writer: Browser) -> Callable[[], object]:
    """Saves the next version of a text, each time."""
    front = writer.get("/").decode()
    submission = max(int(found) for found in re.findall(r'href="/submissions/(\d+)"', front))
    held = json.loads(writer.get(f"/api/v1/submissions/{submission}"))
    version = [held["answers"]["q1"]["version"]]

    def save() -> None:
        body = {"value": f"Svar {version[0]}", "version": version[0]}
        request = urllib.request.Request(
            f"{writer.url}/api/v1/submissions/{submission}/answers/q1",
            json.dumps(body).encode(), method="PUT",
            headers={**writer.headers, "Content-Type": "application/json"},
        )  # fmt: skip
        version[0] = json.loads(urllib.request.urlopen(request).read())["version"]

    return save


def _imported(
    server: Server, where: str, files: list[tuple[str, bytes]], *, takes: bool
) -> Iterator[tuple[str, float]]:
    """Sending files in, looking, and taking in what is not there yet: seconds each."""
    browser = Browser(server, "strateg")
    began = time.perf_counter()
    page = _post_files(browser, f"{where}/import", files)
    looked = time.perf_counter() - began
    yield "sent in and looked at", looked
    if takes:
        form = {"csrf_token": browser.token, "shown_sha256":
                re.findall(r'name="shown_sha256" value="(\w+)"', page)[0]}  # fmt: skip
        began = time.perf_counter()
        browser.opener.open(f"{browser.url}{where}/import/answers",
                            urllib.parse.urlencode(form).encode()).read()  # fmt: skip
        taken = time.perf_counter() - began
        verdict = "ok" if looked + taken < MOST_SECONDS else "ABOVE"
        yield f"taken in: {verdict} (aim {MOST_SECONDS:g} s)", taken


def _post_files(browser: Browser, path: str, files: list[tuple[str, bytes]]) -> str:
    mark = uuid.uuid4().hex
    parts = [f'--{mark}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n'
             f"{browser.token}\r\n".encode()]  # fmt: skip
    for name, data in files:
        head = (f'--{mark}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n'
                "Content-Type: application/octet-stream\r\n\r\n")  # fmt: skip
        parts += [head.encode(), data, b"\r\n"]
    parts.append(f"--{mark}--\r\n".encode())
    request = urllib.request.Request(
        browser.url + path, b"".join(parts),
        headers={"Content-Type": f"multipart/form-data; boundary={mark}"},
    )  # fmt: skip
    found: str = browser.opener.open(request).read().decode()
    return found


if __name__ == "__main__":
    print_rounds()
