"""The scanners' table of SECURITY.md, from ``.ci/figures.json``."""

from __future__ import annotations

from typing import Any

WHAT = {
    "bandit": "Python code, severity medium and high",
    "semgrep": "Python, templates and scripts by rules of the house (`.ci/semgrep.yml`)",
    "schemathesis": "every operation of the API, as each role, by bearer token",
    "axe": "every page that each role comes to, at 1280 and 390 px",
    "wapiti": "every page, and each sort of field of every form, as each role, by session",
    "sqlmap": "each sort of parameter of every address, form and operation, level 3, risk 2",
    "pip-audit": "known holes of the packages we pin",
}


def table(figures: dict[str, dict[str, Any]]) -> str:
    """The table, in Markdown."""
    head = "| tool | what it looks at | planted found | what came of it |\n|---|---|---|---|"
    return "\n".join([head, *(_row(tool, figures.get(f"scan {tool}")) for tool in WHAT)])


def _row(tool: str, kept: dict[str, Any] | None) -> str:
    if kept is None:
        return f"| {tool} | {WHAT[tool]} | | not run |"
    found = f"{kept['passed']} of {kept['tests']}"
    when = f"{kept['seconds']:,} s, {kept['day']} at {kept['revision']}"
    if why := kept.get("not run"):
        return f"| {tool} | {WHAT[tool]} | | **not run**: {why} ({kept['day']}) |"
    measured = ", ".join(f"{value:,.0f} {name}" for name, value in kept["measured"].items())
    verdict = "" if kept["holds"] else "**DOES NOT HOLD**: "
    if why := kept.get("unfinished"):
        verdict = f"**not finished**, {why}: "
    bounds = _bounds(tool, kept["release"])
    return f"| {tool} | {WHAT[tool]} | {found} | {verdict}{measured}{bounds} ({when}) |"


def _bounds(tool: str, release: dict[str, str]) -> str:
    roles = f"; as {release['roles'].replace(' ', ', ')}"
    if tool == "schemathesis":
        return f"{roles}; {int(release['examples']):,} examples an operation"
    if tool in ("wapiti", "sqlmap"):
        return f"{roles}; at most {release['minutes']} minutes in all"
    return roles if tool == "axe" else ""
