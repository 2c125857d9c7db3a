"""bandit: what in Python code is known to go wrong. Medium and high are held; low is counted."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.scan.environments import ROOT
from tests.scan.kept import sort_out
from tests.scan.outcome import Bounds, Finding, Outcome
from tests.scan.planted_code import lay_out

TOOL = "bandit"
PLANTED = {
    "B608": "SQL by f-string",
    "B704": "text declared to be HTML",
    "B602": "a shell",
    "B501": "a certificate that is not checked",
    "B301": "pickle",
    "B324": "a weak hash",
    "B314": "XML that fetches",
    "B306": "a guessable file name",
    "B201": "a debugger",
}


def scan(bounds: Bounds) -> Outcome:
    """Read the planted code, then the product's."""
    outcome = Outcome(TOOL)
    folder = bounds.folder / "bandit-planted"
    lay_out(folder)
    seen = {found["test_id"] for found in _run(folder)["results"]}
    outcome.planted = {what: test in seen for test, what in PLANTED.items()}
    report = _run(ROOT / "survey_app")
    total = report["metrics"]["_totals"]
    outcome.measured = {
        "lines read": total["loc"],
        "high": total["SEVERITY.HIGH"],
        "medium": total["SEVERITY.MEDIUM"],
        "low": total["SEVERITY.LOW"],
        "lines told to be passed over": total["nosec"] + total["skipped_tests"],
    }
    outcome.findings = [_finding(found) for found in report["results"]]
    sort_out(outcome)
    return outcome


def _run(place: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "bandit", "-r", str(place), "-ll", "-q", "-f", "json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    report: dict[str, Any] = json.loads(done.stdout)
    if report["errors"]:
        raise RuntimeError(f"bandit could not read everything: {report['errors']}")
    return report


def _finding(found: dict[str, Any]) -> Finding:
    place = Path(found["filename"]).resolve().relative_to(ROOT)
    lines = found["code"].splitlines()
    said = next((line for line in lines if line.startswith(f"{found['line_number']} ")), "")
    return Finding(
        f"{found['issue_severity'].lower()} {found['test_id']} {found['issue_text']}",
        f"{place}:{found['line_number']}",
        f"write it otherwise ({found['more_info']}), or keep it in tests/scan/kept.py with why",
        said.partition(" ")[2].strip(),
    )
