"""wapiti as each role: it follows links, sends forms, and puts what is hostile into all of them."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
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
from tests.scan.walking import Found, Sort, find
from tests.serving import Server

TOOL = "wapiti"
MODULES = ("csp", "http_headers", "cookieflags", "csrf", "methods", "htaccess", "upload", "xxe",
           "crlf", "redirect", "backup", "ldap", "ssrf", "sql", "xss", "permanentxss", "exec",
           "file", "timesql")  # fmt: skip
"""All that look at what stands on this machine; those left out guess passwords and names, or look
for other products by lists that they fetch. The longest last: they have what the others leave."""
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
_CUT = ("walks cut off by the clock", "modules cut off by the clock", "modules that broke off")
_LEEWAY = 60
"""Seconds that a module has beyond its own, to stop by itself and write its report."""
LEFT_ALONE = ("/sign-", "/language", "/resets", "/invitations/", "/ballots/", "/account/",
              "/api/v1/session", "/static/")  # fmt: skip
# Signing out, sessions, passwords: what would end the scan. Removing people and cases likewise.
ANYWHERE = ("removal", "/accounts/", "sessions")


def scan(bounds: Bounds) -> Outcome:
    """The planted pages first, then the product as each role."""
    outcome = Outcome(TOOL)
    with planted(bounds.template, bounds.folder / "wapiti-planted") as server:
        report = _run(
            bounds, server, bounds.roles[0], ["/planted/"], "/planted/", 3600, Outcome(TOOL)
        )
    seen = [(sort, item["path"]) for sort, item in _told(report)]
    outcome.planted = {
        what: any(sort == wanted and path.startswith(place) for sort, path in seen)
        for what, (wanted, place) in PLANTED.items()
    }
    for role in bounds.roles:
        found = find(bounds.template, bounds.folder / f"wapiti-walk-{role}", role)
        folder = bounds.folder / f"wapiti-{role}"
        with product(bounds.template, folder) as server:
            seconds = bounds.minutes * 60 / len(bounds.roles)
            report = _run(
                bounds, server, role, found.pages, "/", seconds, outcome, passed_over(found)
            )
        outcome.count("pages begun at", len(found.pages))
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
    seconds: float, outcome: Outcome, skipped: Iterable[str] = (),
) -> dict[str, Any]:  # fmt: skip
    """wapiti's own reports, put together.

    It finds the way once. Then each module tries in a process of its own, upon its own copy of what
    was found: one that the clock cuts off, or that breaks, takes no other with it.

    seconds   a quarter of them at most to find the way, the rest for what tries
    skipped   names of fields that are sent as they are
    """
    end = time.monotonic() + seconds
    home = server.instance.with_name(f"{server.instance.name}-wapiti")
    way = home / "way"
    way.mkdir(parents=True)
    starts = home / "starts"
    starts.write_text("".join(f"{server.url}{page}\n" for page in pages), encoding="utf-8")
    session = signed_in(server, role)
    told = ["wapiti", "--url", server.url + base, "--scope", "folder", "--scan-force", "normal",
            "--cookie-value", cookie_of(session), "--no-bugreport", "--tasks", "1",
            "--endpoint", f"{server.url}/static/", "--dns-endpoint", "localhost",
            "--timeout", "60", "--format", "json", *_excluded(server)]  # fmt: skip
    left = [word for name in skipped for word in ("--skip", name)]
    walk = ["--start", str(starts), "--depth", "1", "--max-files-per-dir", "40", "--module", "",
            "--flush-session", "--max-scan-time", f"{seconds / 4:.0f}"]  # fmt: skip
    said, report = _wapiti([*told, *walk], way)
    outcome.count("walks cut off by the clock", said.count("Max scan time was reached"))
    reports = [report]
    for number, module in enumerate(MODULES if report else ()):
        place = home / module
        shutil.copytree(way, place)
        share = max(1, (end - time.monotonic()) / (len(MODULES) - number))
        attack = ["--skip-crawl", "--module", module, "--max-attack-time", f"{share:.0f}"]
        said, report = _wapiti([*told, *left, *attack], place, share + _LEEWAY)
        outcome.count("modules cut off by the clock", said.count("Max attack time was reached"))
        reports.append(report)
    broken = reports.count(None)
    outcome.count("modules that broke off", broken)
    if broken:
        print(f"  wapiti broke off {broken} times as {role}: {said[-300:]}", flush=True)
    if not still_in(server, session):
        outcome.findings.append(Finding(
            "high the scanner lost its session", role, "leave out what ended it"
        ))  # fmt: skip
    return _together(report for report in reports if report)


def _wapiti(
    command: list[str], place: Path, seconds: float | None = None
) -> tuple[str, dict[str, Any] | None]:
    """What wapiti says, and its report; None where it gave none in the seconds that it had."""
    report = place / "report.json"
    places = ["--store-session", str(place), "--store-config", str(place), "--output", str(report)]
    report.unlink(missing_ok=True)
    try:
        done = subprocess.run(
            [*command, *places], env=environment_of(TOOL, place), cwd=place, capture_output=True,
            text=True, stdin=subprocess.DEVNULL, timeout=seconds,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return "", None
    said = done.stdout + done.stderr
    if not report.exists():
        return said, None
    found: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    return said, found


def _together(reports: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """One report of many."""
    whole: dict[str, Any] = {"vulnerabilities": {}, "anomalies": {}, "infos": {}}
    for report in reports:
        whole["infos"] |= {"crawled_pages_nbr": max(
            whole["infos"].get("crawled_pages_nbr", 0), report["infos"].get("crawled_pages_nbr", 0)
        )}  # fmt: skip
        for kind in ("vulnerabilities", "anomalies"):
            for sort, items in report[kind].items():
                whole[kind].setdefault(sort, []).extend(items)
    return whole


def passed_over(found: Found) -> list[str]:
    """The fields that one other is as good as: names that differ by a question's number only."""
    tried: set[str] = set()
    met: set[Sort] = set()
    sorts = [pair for target in found.targets.values() for pair in target.sorts.items()]
    for name, sort in sorts:
        if sort not in met:
            tried.add(name)
        met |= {other for known, other in sorts if known == name} if name in tried else set()
    return sorted({name for name, _sort in sorts if name != "*"} - tried)


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
