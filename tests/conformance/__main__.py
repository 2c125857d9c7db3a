"""``python -m tests.conformance``: judges written by others look at what leaves the product.

First each judge must find the defects planted for it; then everything must pass. Prints a table;
exits with 1 on any failure. The files looked at stay in ``.venv/judges/work``. With SKIP_JUDGES=1
only what needs no tool of others is done, and it says so.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tests.conformance import checks, planted
from tests.conformance.checks import Outcome
from tests.conformance.judges import PLACE

WORK = PLACE / "work"
SHOWN = 12
"""How many failures of one row are printed; the others stand in ``findings.txt``."""


@dataclass
class Row:
    """One line of the table."""

    what: str
    outcomes: list[Outcome]
    seconds: float

    @property
    def failed(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.problem]

    def __str__(self) -> str:
        count, passed = len(self.outcomes), len(self.outcomes) - len(self.failed)
        return f"{self.what:58} {count:5} {passed:7} {self.seconds:7.1f} s"


@dataclass
class Table:
    """The rows so far, each printed when it is done."""

    rows: list[Row] = field(default_factory=list)

    def add(self, what: str, work: Callable[[], Iterable[Outcome]]) -> None:
        """Do a piece of work. What makes nothing to judge has failed, as has what raises."""
        start = time.monotonic()
        try:
            outcomes = list(work()) or [Outcome("nothing was judged", "nothing was judged")]
        except Exception as error:
            outcomes = [Outcome(what, f"{type(error).__name__}: {error}")]
        row = Row(what, outcomes, time.monotonic() - start)
        self.rows.append(row)
        print(row, flush=True)
        for outcome in row.failed[:SHOWN]:
            print(f"    {outcome.name}: {outcome.problem}", flush=True)
        if len(row.failed) > SHOWN:
            print(f"    … and {len(row.failed) - SHOWN} more", flush=True)

    def write(self, target: Path) -> None:
        """All failures, whole."""
        lines = [f"{row.what} · {o.name}\n{o.problem}\n" for row in self.rows for o in row.failed]
        target.write_text("\n".join(lines), encoding="utf-8")


def main() -> int:
    """Judge everything; 1 if anything failed."""
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    table = Table()
    print(f"{'what':58} {'count':>5} {'passed':>7} {'time':>9}")
    skipped = os.environ.get("SKIP_JUDGES") == "1"
    if not skipped:
        table.add("planted defects found, PDF", lambda: planted.in_pdfs(WORK))
        table.add("planted defects found, packages", lambda: planted.in_packages(WORK))
        table.add("planted defects found, bags", lambda: planted.in_bags(WORK))
    table.add("planted differences found, reading back", planted.in_words)
    table.add("generated submissions read back, answer by answer", lambda: checks.read_back(WORK))
    table.add("one byte damaged, refused by verify", checks.damaged)
    if not skipped:
        judge_all(table)
    table.write(WORK / "findings.txt")
    count = sum(len(row.outcomes) for row in table.rows)
    failed = sum(len(row.failed) for row in table.rows)
    print(f"{time.strftime('%H:%M')}, {sum(row.seconds for row in table.rows):.0f} s in all")
    if failed:
        print(f"All findings: {WORK / 'findings.txt'}")
    if skipped:
        print(
            "SKIPPED by SKIP_JUDGES=1: veraPDF, commons-ip, bagit, qpdf and poppler judged nothing."
        )
    print(f"conformance: {count - failed} passed, {failed} failed")
    return 1 if failed else 0


def judge_all(table: Table) -> None:
    """Every kind of file that leaves the product, by every judge for it."""
    table.add("documents of every kind made", lambda: checks.make_documents(WORK))
    documents = checks.made(WORK, "documents")
    generated = checks.made(WORK, "generated")
    for rules in ("2a", "ua1"):
        table.add(f"veraPDF {rules}: every kind", partial(checks.by, rules, documents))
        table.add(f"veraPDF {rules}: generated", partial(checks.by, rules, generated))
    table.add("veraPDF 3a: with the record inside", lambda: checks.with_record_inside(WORK))
    table.add("qpdf --check", lambda: checks.by_qpdf([*documents, *generated]))
    table.add(
        "poppler reads in the same order", lambda: checks.in_order([*documents, *generated[::5]])
    )
    table.add("commons-ip SIP 2.1.0: no error, no warning", lambda: checks.packages(WORK))
    table.add("bagit (Library of Congress)", lambda: checks.bags(WORK))


if __name__ == "__main__":
    sys.exit(main())
