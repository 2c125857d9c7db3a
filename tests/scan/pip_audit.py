"""pip-audit: whether a package that we pin is known to be unsafe. Asks a service on the network."""

from __future__ import annotations

import json
import subprocess

from tests.scan.environments import ROOT, environment_of
from tests.scan.outcome import Bounds, Finding, Outcome

TOOL = "pip-audit"
OLD = "jinja2==2.4.1 --hash=sha256:" + "0" * 64 + "\n"
"""A pin of which a hole is known: planted."""


def scan(bounds: Bounds) -> Outcome:
    """What is known of the pins; ``not_run`` where the service cannot be asked."""
    outcome = Outcome(TOOL)
    old = bounds.folder / "old.txt"
    old.write_text(OLD, encoding="ascii")
    told = _run(bounds, str(old))
    if isinstance(told, str):
        outcome.not_run = told
        return outcome
    outcome.planted = {"a package with a known hole": bool(told)}
    found = _run(bounds, str(ROOT / ".ci" / "requirements.txt"))
    if isinstance(found, str):
        outcome.not_run = found
        return outcome
    outcome.findings = found
    return outcome


def _run(bounds: Bounds, requirements: str) -> list[Finding] | str:
    """What is known of each pin; or, in words, why nothing could be asked."""
    command = ["pip-audit", "--strict", "--disable-pip", "--require-hashes", "--requirement",
               requirements, "--format", "json", "--progress-spinner", "off",
               "--timeout", "15"]  # fmt: skip
    environment = environment_of(TOOL, bounds.folder, alone=False)
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True)
    try:
        report = json.loads(done.stdout)
    except ValueError:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        return f"the service of known holes did not answer: {lines[-1][:200] if lines else ''}"
    return [
        Finding(f"high {hole['id']}", f"{package['name']} {package['version']}",
                f"take {', '.join(hole['fix_versions']) or 'another package'}")
        for package in report["dependencies"]
        for hole in package.get("vulns", [])
    ]  # fmt: skip
