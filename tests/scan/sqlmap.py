"""sqlmap on every parameter of every address, form and operation that somebody comes to."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from urllib.parse import urlencode

import requests

from tests.scan.environments import environment_of
from tests.scan.outcome import Bounds, Finding, Outcome
from tests.scan.target import (
    PATIENCE,
    cookie_of,
    failures_in,
    planted,
    product,
    requests_in,
    signed_in,
    still_in,
)
from tests.scan.walking import Found, Sort, Target, find
from tests.serving import Server

TOOL = "sqlmap"
LEVEL, RISK = "3", "2"
TECHNIQUES = "BEUQ"
"""By yes and no, by errors, by union, within another query. Not by time: on a busy machine that
finds what is not there, and where there is a hole it keeps the server so busy that it is lost."""
PLANTED = {
    "a parameter of a query": Target(
        "GET", "/planted/units", "/planted/units", (("name", "abc"),), parameters=("name",)
    ),
    "a field of a form": Target(
        "POST", "/planted/form", "/planted/form", form=(("name", "abc"),), parameters=("name",)
    ),
}
_FOUND = re.compile(r"^Parameter: (?:JSON )?(.+)$", re.MULTILINE)
_JUDGED = re.compile(r"parameter '(?:JSON )?([^']+)' does not seem to be injectable")


def scan(bounds: Bounds) -> Outcome:
    """The planted ones first; then each sort of parameter by one role, then by every other."""
    outcome = Outcome(TOOL)
    home = bounds.folder / "sqlmap"
    home.mkdir()
    with planted(bounds.template, bounds.folder / "sqlmap-planted") as server:
        session = signed_in(server, bounds.roles[0])
        for what, target in PLANTED.items():
            said = _run(bounds, server, session, target, 300)
            outcome.planted[what] = bool(said and _FOUND.search(said))
    found = {
        role: find(bounds.template, bounds.folder / f"walk-{role}", role) for role in bounds.roles
    }
    left = in_order(found)
    wanted = {(role, sort) for role, target in left for sort in target.sorts.values()}
    outcome.measured["sorts of parameters"] = len({sort for _role, sort in wanted})
    end = time.monotonic() + bounds.minutes * 60
    tried: set[tuple[str, Sort]] = set()
    for number, (role, mine) in enumerate(groupby(left, lambda one: one[0])):
        folder = bounds.folder / f"sqlmap-{number}-{role}"
        done = _scan_as(bounds, outcome, role, folder, [target for _role, target in mine], end)
        tried |= {(role, sort) for sort in done}
    if wanted - tried:
        outcome.unfinished = f"{len(wanted - tried)} of {len(wanted)} parameters of a role left"
    return outcome


def in_order(found: dict[str, Found]) -> list[tuple[str, Target]]:
    """Who tries what: for each role first what no role before it comes to, then the rest.

    Of parameters that are one to the product (``Target.sorts``) each role tries the first.
    """
    new: list[tuple[str, Target]] = []
    again: list[tuple[str, Target]] = []
    met: set[Sort] = set()
    for role, one in found.items():
        mine: set[Sort] = set()
        for target in one.targets.values():
            first = {sort: name for name, sort in reversed(target.sorts.items())}
            unmet = {name for sort, name in first.items() if sort not in met}
            known = {name for sort, name in first.items() if sort in met - mine}
            new += [(role, part) for part in target.narrowed(unmet)]
            again += [(role, part) for part in target.narrowed(known)]
            mine |= set(first)
            met |= set(first)
    return [*new, *again]


def _scan_as(
    bounds: Bounds, outcome: Outcome, role: str, folder: Path, targets: Iterable[Target], end: float
) -> set[Sort]:  # fmt: skip
    """Try what there is time for; what was tried."""
    tried: set[Sort] = set()
    if time.monotonic() > end:
        return tried
    with product(bounds.template, folder) as server:
        session = signed_in(server, role)
        for target in targets:
            left = end - time.monotonic()
            said = _run(bounds, server, session, target, left) if left > 20 else None
            if said is None:
                outcome.count("cut off by the clock")
                continue
            for name in judged(said, target):
                outcome.count("parameters tried")
                tried.add(target.sorts[name])
            outcome.findings += _findings(said, target, role)
        if not still_in(server, session):
            outcome.findings.append(_lost(role))
    outcome.count("requests", requests_in(server.log))
    outcome.findings += failures_in(server.log, role)
    return tried


def _run(
    bounds: Bounds, server: Server, session: requests.Session, target: Target, seconds: float
) -> str | None:
    """What sqlmap says of one way of asking; None where there was no time for it."""
    home = bounds.folder / "sqlmap"
    command = ["sqlmap", "--batch", "--disable-coloring", "--dbms", "sqlite", "--level", LEVEL,
               "--risk", RISK, "--technique", TECHNIQUES, "--ignore-code", "*", "--flush-session",
               "--drop-set-cookie", "--threads", "1", "--timeout", "60", "--retries", "1",
               "--output-dir", str(home / "output"), *_asked(server, session, target)]  # fmt: skip
    try:
        done = subprocess.run(
            command, env=environment_of(TOOL, home), cwd=home, capture_output=True, text=True,
            timeout=max(seconds, 1), stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return None
    return done.stdout + done.stderr


def _asked(server: Server, session: requests.Session, target: Target) -> Iterator[str]:
    token = _csrf(server, session)
    yield from ("--url", server.url + target.address, "--cookie", cookie_of(session))
    yield from ("--headers", f"X-CSRFToken: {token}")
    if target.form or target.method == "POST":
        yield from ("--data", urlencode([*_without_token(target), ("csrf_token", token)]))
        yield from ("--skip", "csrf_token")
    elif target.json:
        yield from ("--data", target.json, "--method", target.method)
    yield from ("-p", ",".join(places_in(target)))


def _without_token(target: Target) -> list[tuple[str, str]]:
    return [(name, value) for name, value in target.form if name != "csrf_token"]


def _csrf(server: Server, session: requests.Session) -> str:
    reply = session.get(f"{server.url}/api/v1/session", timeout=PATIENCE)
    return str(reply.json()["csrf_token"])


def _findings(said: str, target: Target, role: str) -> Iterator[Finding]:
    for name in dict.fromkeys(_FOUND.findall(said)):
        yield Finding(
            "high injection of SQL", f"{target.method} {target.route} {name} (as {role})",
            "bind the value; sqlmap's own words stand in its log",
        )  # fmt: skip


def places_in(target: Target) -> Iterator[str]:
    """The parameters in sqlmap's words: of a path each marked part."""
    for name in target.parameters:
        if name == "*":
            yield from (f"#{part}*" for part in range(1, target.path.count("*") + 1))
        else:
            yield name


def judged(said: str, target: Target) -> Iterator[str]:
    """The parameters of which sqlmap came to a verdict; of a path: of every marked part."""
    named = set(_JUDGED.findall(said)) | {told.split()[0] for told in _FOUND.findall(said)}
    for name in target.parameters:
        if set(places_in(replace(target, parameters=(name,)))) <= named:
            yield name


def _lost(role: str) -> Finding:
    return Finding(
        "the scanner lost its session", role, "leave out in tests/scan/walking.py what ended it"
    )
