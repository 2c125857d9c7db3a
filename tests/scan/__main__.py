"""``python -m tests.scan [TOOL …]``: scanners of others on the product, signed in as each role.

Each must first find what is planted for it; then it may find nothing on the product but what
``tests/scan/kept.py`` keeps, with why. Only addresses of this machine are asked. What was measured
is kept in ``.ci/figures.json`` and stands in SECURITY.md. Exits with 1 if a tool found something,
missed what was planted, or could not look.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.scan import axe, bandit, pip_audit, schemathesis, semgrep, sqlmap, wapiti
from tests.scan.outcome import ROLES, Bounds, Outcome
from tests.scan.target import make_template
from tests.torture.__main__ import keep, origin

TOOLS: dict[str, Callable[[Bounds], Outcome]] = {
    tool.TOOL: tool.scan for tool in (bandit, semgrep, schemathesis, axe, wapiti, sqlmap, pip_audit)
}
READERS = {bandit.TOOL, semgrep.TOOL, pip_audit.TOOL}
"""What reads files, and needs no server."""


def main(words: Sequence[str]) -> int:
    """Run the tools named, or all."""
    asked = _parser().parse_args(words)
    failed = []
    with tempfile.TemporaryDirectory(prefix="redogor-scan-") as name:
        folder = Path(name)
        template = asked.demo
        for tool in asked.tools or TOOLS:
            if template is None and tool not in READERS:
                template = make_template(folder / "demo")
            bounds = Bounds(asked.minutes, asked.examples, tuple(asked.roles), template or folder,
                            folder)  # fmt: skip
            print(f"{tool}: begun", flush=True)
            start = time.monotonic()
            outcome = TOOLS[tool](bounds)
            tell(outcome)
            keep(f"scan {outcome.tool}", figures_of(outcome, bounds, start))
            if not outcome.holds:
                failed.append(tool)
    if failed:
        print(f"Does not hold: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m tests.scan", description=__doc__)
    parser.add_argument("tools", nargs="*", metavar="TOOL", help=", ".join(TOOLS))
    parser.add_argument("--minutes", type=float, default=60, help="for each tool that is bounded")
    parser.add_argument("--examples", type=int, default=1000, help="for each operation of the API")
    parser.add_argument("--roles", nargs="+", default=ROLES, choices=ROLES)
    parser.add_argument("--demo", type=Path, help="a demo's folder at rest, instead of a new one")
    return parser


def tell(outcome: Outcome) -> None:
    """Print what was found, what is kept and why, and what was counted."""
    for what, found in outcome.planted.items():
        print(f"  planted: {what}: {'found' if found else 'MISSED: this scan shows nothing'}")
    for finding in outcome.findings:
        print(f"  FOUND {finding}")
    for finding, why in outcome.kept:
        print(f"  kept {finding.what} at {finding.where}: {why}")
    print("  " + ", ".join(f"{value:,.0f} {name}" for name, value in outcome.measured.items()))
    verdict = "holds" if outcome.holds else "DOES NOT HOLD"
    if outcome.not_run:
        verdict = f"NOT RUN: {outcome.not_run}"
    elif outcome.unfinished:
        verdict += f"; NOT FINISHED: {outcome.unfinished}"
    print(f"{outcome.tool}: {verdict}", flush=True)


def figures_of(outcome: Outcome, bounds: Bounds, start: float) -> dict[str, Any]:
    """What is kept of a run, in the shape of a row of the torture."""
    measured = {**outcome.measured, "findings": len(outcome.findings)}
    return {
        "tests": len(outcome.planted), "passed": sum(outcome.planted.values()),
        "planted": outcome.found_planted, "holds": outcome.holds,
        "measured": dict(sorted(measured.items())),
        "release": {"roles": " ".join(bounds.roles), "minutes": f"{bounds.minutes:g}",
                    "examples": str(bounds.examples)},
        **({"not run": outcome.not_run} if outcome.not_run else {}),
        **({"unfinished": outcome.unfinished} if outcome.unfinished else {}),
        "seconds": round(time.monotonic() - start), **origin(),
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
