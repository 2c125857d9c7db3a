"""wapiti as each role: it follows links, sends forms, and puts what is hostile into all of them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Iterator
from typing import Any

from tests.scan.environments import environment_of
from tests.scan.kept import sort_out
from tests.scan.outcome import Bounds, Finding, Outcome
from tests.scan.target import (
    cookie_of,
    failures_in,
    planted,
    product,
    requests_in,
    signed_in,
    still_in,
)
from tests.scan.walking import find
from tests.serving import Server

TOOL = "wapiti"
MODULES = ("xss", "sql", "file", "exec", "redirect", "crlf", "csp", "http_headers", "cookieflags",
           "permanentxss", "csrf", "methods", "htaccess", "ldap", "upload", "ssrf", "xxe", "backup",
           "timesql")  # fmt: skip
"""All that look at what stands on this machine; those left out guess passwords and names, or look
for other products by lists that they fetch."""
PLANTED = {
    "a text that is shown as it is": ("Reflected Cross Site Scripting", "/planted/echo"),
    "SQL put together": ("SQL Injection", "/planted/units"),
    "SQL put together, by a form": ("SQL Injection", "/planted/form"),
    "an address that leads anywhere": ("Open Redirect", "/planted/onward"),
    "a path that leads anywhere": ("Path Traversal", "/planted/file"),
    "an error with its traceback": ("Internal Server Error", "/planted/number"),
    "no policy": ("Content Security Policy Configuration", ""),
    "headers that are missing": ("Clickjacking Protection", ""),
}
_NOTHING: dict[str, Any] = {"vulnerabilities": {}, "anomalies": {}, "infos": {}}
_CUT = ("walks cut off by the clock", "modules cut off by the clock", "roles whose scan broke off")
LEFT_ALONE = ("/sign-", "/language", "/resets", "/invitations/", "/ballots/", "/account/",
              "/api/v1/session", "/static/")  # fmt: skip
# Signing out, sessions, passwords: what would end the scan. Removing people and cases likewise.
ANYWHERE = ("removal", "/accounts/", "sessions")


def scan(bounds: Bounds) -> Outcome:
    """The planted pages first, then the product as each role."""
    outcome = Outcome(TOOL)
    with planted(bounds.template, bounds.folder / "wapiti-planted") as server:
        report = _run(bounds, server, bounds.roles[0], ["/planted/"], "/planted/", (60, 300))
    seen = [(sort, item["path"]) for sort, item in _told(report)]
    outcome.planted = {
        what: any(sort == wanted and path.startswith(place) for sort, path in seen)
        for what, (wanted, place) in PLANTED.items()
    }
    for role in bounds.roles:
        pages = find(bounds.template, bounds.folder / f"wapiti-walk-{role}", role).pages
        folder = bounds.folder / f"wapiti-{role}"
        with product(bounds.template, folder) as server:
            seconds = bounds.minutes * 60 / len(bounds.roles)
            times = (seconds / 4, seconds * 3 / 4 / len(MODULES))
            report = _run(bounds, server, role, pages, "/", times, outcome)
        outcome.count("pages begun at", len(pages))
        outcome.count("addresses and forms", report["infos"].get("crawled_pages_nbr", 0))
        outcome.count("requests", requests_in(server.log))
        outcome.findings += [_finding(sort, item, role) for sort, item in _told(report)]
        outcome.findings += failures_in(server.log, role)
    outcome.measured["roles"] = len(bounds.roles)
    cut = {what: outcome.measured.get(what, 0) for what in _CUT}
    outcome.unfinished = ", ".join(f"{many:.0f} {what}" for what, many in cut.items() if many)
    sort_out(outcome)
    return outcome


def _run(
    bounds: Bounds, server: Server, role: str, pages: Iterable[str], base: str,
    times: tuple[float, float], outcome: Outcome | None = None,
) -> dict[str, Any]:  # fmt: skip
    """wapiti's own report.

    times   seconds to find the way, and seconds for each of the modules that try
    """
    home = server.instance.with_name(f"{server.instance.name}-wapiti")
    home.mkdir()
    starts, report = home / "starts", home / "report.json"
    starts.write_text("".join(f"{server.url}{page}\n" for page in pages), encoding="utf-8")
    session = signed_in(server, role)
    command = ["wapiti", "--url", server.url + base, "--scope", "folder", "--start", str(starts),
               "--depth", "1", "--scan-force", "normal", "--max-files-per-dir", "40",
               "--cookie-value", cookie_of(session), "--flush-session",
               "--no-bugreport", "--endpoint", f"{server.url}/static/",
               "--dns-endpoint", "localhost", "--tasks", "1",
               "--max-scan-time", f"{times[0]:.0f}", "--max-attack-time", f"{times[1]:.0f}",
               "--module", ",".join(MODULES), "--timeout", "60",
               "--store-session", str(home), "--store-config", str(home),
               "--format", "json", "--output", str(report), *_excluded(server)]  # fmt: skip
    done = subprocess.run(
        command, env=environment_of(TOOL, home), cwd=home, capture_output=True, text=True,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if not report.exists():
        if outcome is None:
            raise RuntimeError(f"wapiti: {done.stdout[-2000:]} {done.stderr[-2000:]}")
        print(f"  wapiti broke off as {role}: {done.stderr[-300:]}", flush=True)
        outcome.count("roles whose scan broke off")
        return _NOTHING
    if outcome is not None:
        said = done.stdout + done.stderr
        outcome.count("modules cut off by the clock", said.count("Max attack time was reached"))
        outcome.count("walks cut off by the clock", said.count("Max scan time was reached"))
        if not still_in(server, session):
            outcome.findings.append(Finding(
                "high the scanner lost its session", role, "leave out what ended it"
            ))  # fmt: skip
    found: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    return found


def _excluded(server: Server) -> Iterator[str]:
    for path in LEFT_ALONE:
        yield from ("--exclude", f"{server.url}{path}*")
    for part in ANYWHERE:
        yield from ("--exclude", f"{server.url}/*{part}*")


def _told(report: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for kind in ("vulnerabilities", "anomalies"):
        for sort, items in report[kind].items():
            yield from ((sort, item) for item in items)


_LEVELS = {0: "info", 1: "low", 2: "medium", 3: "high", 4: "critical"}


def _finding(sort: str, item: dict[str, Any], role: str) -> Finding:
    parameter = f" {item['parameter']}" if item.get("parameter") else ""
    return Finding(
        f"{_LEVELS.get(item['level'], 'high')} {sort}",
        f"{item['method']} {item['path']}{parameter} (as {role})",
        item["info"], (item.get("curl_command") or "")[:300],
    )  # fmt: skip
