"""What ``permissions.json`` says of each cell: role by route by state by ownership.

It knows nothing of the code's own rules.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Flask

from survey_app.core.workflow import State

from .stage import OTHER, OWN, PEOPLE

TABLE: dict[str, Any] = json.loads(
    (Path(__file__).parent / "permissions.json").read_text(encoding="utf-8")
)
READERS = ("strategist", "approver_with_delegation", "approver_without_delegation", "archivist")
STATES = [state.value for state in State]
ANONYMOUS = "anonymous"
ANYBODYS = ("public", "anonymous", "machine")
"""The parts whose routes ask nobody who it is."""
OK = "ok"
SIGN_IN = "sign in"


def routes_of(app: Flask) -> list[str]:
    """Every route with every method that a view answers: ``GET /submissions/<...>``."""
    found = [
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]
    return sorted(found)


def known_routes() -> dict[str, str]:
    """The routes of the table with the part in which each stands."""
    parts = {
        "public": TABLE["public"],
        "anonymous": TABLE["anonymous"],
        "machine": TABLE["machine"],
        "signed_in": TABLE["signed_in"],
        "role": TABLE["role"],
        "administration": TABLE["administration"],
        "standing_in": TABLE["standing_in"],
        "case": TABLE["case"],
        "submission": [*TABLE["submission"]["read"], *TABLE["submission"]["routes"]],
    }
    return {route: part for part, routes in parts.items() for route in routes}


def missing_routes(app: Flask) -> list[str]:
    """A sentence for each route that the table does not know, and for each that is gone."""
    known = known_routes()
    there = routes_of(app)
    return [
        f"{route} is in no part of tests/permissions.json. Add it to 'public', 'anonymous', "
        "'signed_in', 'role', 'administration', 'standing_in', 'case' or 'submission', and say who "
        "may, in which states; if it takes a form, add one that works to BODIES in "
        "tests/permission_requests.py."
        for route in there
        if route not in known
    ] + [f"{route} is in tests/permissions.json, but no longer a route. Remove it there."
         for route in known if route not in there]  # fmt: skip


def stands_for(who: str) -> str:
    """The person of the table: another unit's people do at home what ours do here."""
    names = {"strategist_2": "strategist", "other_approver": "approver_with_delegation"}
    return names.get(who, who.removeprefix("other_"))


def expected(route: str, who: str, unit: str, state: str) -> str | int:
    """What the table says of one cell."""
    part = known_routes()[route]
    if part == "machine":
        other: str | int = TABLE[part][route].get("otherwise", OK)
        return other
    if part in ANYBODYS:
        return OK
    if who == ANONYMOUS:
        return SIGN_IN
    person, home = stands_for(who), PEOPLE[who][0]
    if part == "signed_in":
        return OK
    if part == "role":
        return OK if person in TABLE["role"][route] else 403
    if part == "administration":
        if person != "administrator":
            return 403
        elsewhere: int | str = TABLE[part][route].get("other", OK)
        return OK if unit == home else elsewhere
    if part == "standing_in":
        rule = TABLE[part][route]
        if person not in rule["in"]:
            return 403
        return OK if unit == home and person in rule["who"] else 404
    if part == "case":
        rule = TABLE[part][route]
        if person not in rule["who"]:
            return 403
        if unit != home:
            return 404
        otherwise: int = rule.get("otherwise", 409)
        return OK if state in rule["states"] else otherwise
    return _expected_of_submission(route, person, unit == home, state)


def _expected_of_submission(route: str, person: str, home: bool, state: str) -> str | int:
    if not home or person not in READERS:
        return 404
    if route in TABLE["submission"]["read"]:
        return OK
    rule = TABLE["submission"]["routes"][route]
    otherwise: int = rule.get("otherwise", 409)
    if person == "approver_without_delegation" and "needs_delegation" in rule:
        return 403 if state in rule["needs_delegation"] else otherwise
    if person not in rule:
        return 403
    return OK if state in rule[person] else otherwise


def cells(route: str) -> Iterator[tuple[str, str, str]]:
    """Who, whose and in which state, for one route."""
    part = known_routes()[route]
    of_units = ("administration", "standing_in", "case", "submission")
    units = (OWN, OTHER) if part in of_units else (OWN,)
    states = STATES if part in ("case", "submission") else ["draft"]
    people = ("strategist", "administrator") if part in ANYBODYS else tuple(PEOPLE)
    for who in (ANONYMOUS, *people):
        for unit in units:
            for state in states:
                yield who, unit, state
