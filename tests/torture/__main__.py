"""``python -m tests.torture [ROW …]``: what must never happen, at the numbers of a release.

Each row runs in a process of its own. A row has passed when all its tests have, and when those
that find a planted defect were among them. What was measured is kept in ``.ci/figures.json``, row
by row, so that rows can be run on different days; the table prints them all, and which were not
run. Exits with 1 if a row of this run failed.
"""

from __future__ import annotations

import datetime
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from tests.load import figures as load
from tests.scan import table as scan
from tests.torture.rows import ROWS, Row

ROOT = Path(__file__).parents[2]
FIGURES = ROOT / ".ci" / "figures.json"
SECURITY = ROOT / "SECURITY.md"
Figures = dict[str, dict[str, Any]]


def read_figures() -> Figures:
    """What was measured so far, by the row's number; empty where nothing was."""
    if not FIGURES.exists():
        return {}
    found: Figures = json.loads(FIGURES.read_text(encoding="utf-8"))
    return found


def tell(suite: ElementTree.Element) -> dict[str, Any]:
    """What a run of tests says of itself: how many passed, and what they measured.

    suite   the root of a JUnit report; a figure that several tests tell is added up
    """
    cases = list(suite.iter("testcase"))
    passed = [
        case for case in cases
        if not any(case.find(what) is not None for what in ("failure", "error", "skipped"))
    ]  # fmt: skip
    told: dict[str, Any] = {"tests": len(cases), "passed": len(passed)}
    measured: dict[str, float] = {}
    for case in cases:
        for item in case.iter("property"):
            name = item.attrib["name"]
            measured[name] = measured.get(name, 0) + float(item.attrib["value"])
    names = {f"{case.attrib['classname']}.{case.attrib['name']}" for case in passed}
    return {**told, "measured": measured, "names": names}


def found_planted(row: Row, names: set[str]) -> bool:
    """Whether every test that finds a planted defect of the row passed."""
    wanted = [test.removesuffix(".py").replace(".py::", "::") for test in row.planted]
    return all(
        any(name.split("[")[0] == test.replace("/", ".").replace("::", ".") for name in names)
        for test in wanted
    )


def run(row: Row) -> dict[str, Any]:
    """Run one row at the numbers of a release."""
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-o", "junit_family=xunit1",
                   f"--junitxml={report}", *row.harness]  # fmt: skip
        status = subprocess.run(command, cwd=ROOT, env={**os.environ, **row.release}).returncode
        suite = ElementTree.parse(report).getroot() if report.exists() else None
    told = tell(suite) if suite is not None else {"tests": 0, "passed": 0}
    planted = found_planted(row, told.pop("names", set()))
    return {
        **told,
        "planted": planted,
        "holds": status == 0 and planted and told["tests"] == told["passed"] > 0,
        "release": row.release,
        "seconds": round(time.monotonic() - start),
        **origin(),
    }


def _revision() -> str:
    command = ["git", "rev-parse", "--short", "HEAD"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout.strip()


def line(row: Row, figures: Figures) -> str:
    """A row of the printed table."""
    kept = figures.get(str(row.number))
    if kept is None:
        return f"{row.number:2}  {row.name:58} not run"
    measured = ", ".join(f"{value:g} {name}" for name, value in kept["measured"].items())
    verdict = "holds" if kept["holds"] else "FAILED"
    told = [f"{kept['passed']} of {kept['tests']} tests", *filter(None, [measured])]
    when = f"{kept['seconds']} s, {kept['day']}, {kept['revision']}"
    return f"{row.number:2}  {row.name:58} {verdict}: {', '.join(told)} ({when})"


def table(figures: Figures) -> str:
    """The table of SECURITY.md, in Markdown."""
    head = "| # | test | pass | measured before a release | harness |\n|---|---|---|---|---|"
    return "\n".join([head, *(_markdown(row, figures.get(str(row.number))) for row in ROWS)])


def _markdown(row: Row, kept: dict[str, Any] | None) -> str:
    told = "not run"
    if kept is not None:
        counted = [f"{value:,.0f} {name}" for name, value in kept["measured"].items()]
        tests = f"{kept['passed']} of {kept['tests']} tests passed"
        verdict = "" if kept["holds"] else "**FAILED**: "
        when = f"{kept['seconds']} s, {kept['day']} at {kept['revision']}"
        told = f"{verdict}{'; '.join([*counted, tests])} ({when})"
    harness = ", ".join(f"`{place}`" for place in row.harness)
    return f"| {row.number} | {row.name} | {row.passes} | {told} | {harness} |"


def with_table(document: str, figures: Figures) -> str:
    """SECURITY.md with the tables of today between their marks."""
    tables = {"torture": table, "load": load.table, "scan": scan.table}
    for name, words in ((name, made(figures)) for name, made in tables.items()):
        before, mark, rest = document.partition(f"<!-- {name} -->\n")
        _old, end, after = rest.partition(f"<!-- /{name} -->")
        document = f"{before}{mark}{words}\n{end}{after}"
    return document


def keep(name: str, measured: dict[str, Any]) -> None:
    """Keep what was measured beside the rest, and tell it in SECURITY.md."""
    figures = {**read_figures(), name: measured}
    FIGURES.write_text(json.dumps(figures, indent=1, sort_keys=True) + "\n", "utf-8")
    SECURITY.write_text(with_table(SECURITY.read_text("utf-8"), figures), "utf-8")


def origin() -> dict[str, Any]:
    """On what machine, at which revision and when something is measured."""
    return {
        "machine": f"{os.cpu_count()} cores, {platform.machine()}",
        "revision": _revision(),
        "day": datetime.datetime.now(datetime.UTC).date().isoformat(),
    }


def main(wanted: list[str]) -> int:
    """Run the rows named, or all; keep what was measured; print the table."""
    numbers = {row.number for row in ROWS}
    if wanted == ["--table"]:
        chosen, wanted = set[int](), []
    else:
        chosen = {int(word) for word in wanted if word.isdecimal()} or numbers
    if not chosen <= numbers or any(not word.isdecimal() for word in wanted):
        print(f"Rows are {', '.join(map(str, sorted(numbers)))}.", file=sys.stderr)
        return 2
    failed = False
    for row in ROWS:
        if row.number in chosen:
            print(f"Row {row.number}: {row.name}", flush=True)
            kept = run(row)
            failed = failed or not kept["holds"]
            keep(str(row.number), kept)
    figures = read_figures()
    SECURITY.write_text(with_table(SECURITY.read_text("utf-8"), figures), "utf-8")
    print("\n".join(line(row, figures) for row in ROWS))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
