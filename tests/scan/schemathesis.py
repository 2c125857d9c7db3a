"""schemathesis: each operation of the JSON API as its description allows, and as it does not."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

from tests.scan.outcome import Bounds, Finding, Outcome
from tests.scan.target import failures_in, planted, product, requests_in, token_of
from tests.serving import Server

TOOL = "schemathesis"
CHECKS = (
    "not_a_server_error", "response_schema_conformance", "status_code_conformance",
    "content_type_conformance", "response_headers_conformance", "ignored_auth",
)  # fmt: skip
HOOKS = "tests.scan.real_names"


def scan(bounds: Bounds) -> Outcome:
    """The planted API first, then the product's as each role, by a bearer token."""
    outcome = Outcome(TOOL)
    folder = bounds.folder / "schemathesis-planted"
    with planted(bounds.template, folder) as server:
        found = _run(server, folder, bounds.roles[0], 10)
    outcome.planted = {
        "an operation that fails": any("Server error" in item.what for item in found),
        "an answer of another shape": any("schema" in item.what for item in found),
    }
    for role in bounds.roles:
        folder = bounds.folder / f"schemathesis-{role}"
        with product(bounds.template, folder) as server:
            outcome.findings += _run(server, folder, role, bounds.examples, outcome)
        outcome.count("requests", requests_in(server.log))
        outcome.findings += failures_in(server.log, role)
    outcome.measured["roles"] = len(bounds.roles)
    return outcome


def _run(
    server: Server, folder: Path, role: str, examples: int, outcome: Outcome | None = None
) -> list[Finding]:
    token = token_of(folder, server.accounts[role]["email"])
    report = folder / "junit.xml"
    # A new login for each request would be throttled, and is not what is looked at.
    command = [str(Path(sys.executable).with_name("st")), "run",
               f"{server.url}/api/v1/openapi.json", "--url", f"{server.url}/api/v1",
               "--header", f"Authorization: Bearer {token}", "--checks", ",".join(CHECKS),
               "--max-examples", str(examples), "--continue-on-failure", "--workers", "1",
               "--exclude-path", "/session", "--report", "junit", "--report-junit-path",
               str(report), "--no-color", "--suppress-health-check", "all",
               "--request-timeout", "60"]  # fmt: skip
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": HOOKS, "NO_COLOR": "1"}
    done = subprocess.run(
        command, cwd=Path(__file__).parents[2], env=environment, capture_output=True, text=True
    )
    if not report.exists():
        raise RuntimeError(f"schemathesis: {done.stdout[-3000:]} {done.stderr[-1000:]}")
    suite = ElementTree.parse(report).getroot()
    if outcome is not None:
        outcome.measured["operations"] = len({case.get("name") for case in suite.iter("testcase")})
        if found := re.search(r"(\d+) generated", done.stdout):
            outcome.count("cases made up", int(found[1]))
    return [
        finding
        for case in suite.iter("testcase")
        for kind in ("failure", "error")
        for item in case.iter(kind)
        for finding in _findings(case.get("name", ""), item, role)
    ]


def _findings(operation: str, item: ElementTree.Element, role: str) -> list[Finding]:
    """Each failure of an operation; several stand below one another in one text."""
    words = f"{item.get('message', '')}\n{item.text or ''}"
    titles = re.findall(r"^- (.+)$", words, re.MULTILINE) or [words.strip().splitlines()[0]]
    curl = re.search(r"curl .+", words)
    return [
        Finding(
            f"high {title.strip()}", f"{operation} (as {role})",
            "mend the view or its description (web/openapi.py)", (curl[0] if curl else "")[:300],
        )
        for title in dict.fromkeys(titles)
    ]  # fmt: skip
