"""Role by route by state by ownership, walked from ``url_map`` and held against a table.

``permissions.json`` says who may; it knows nothing of the code's own rules. Whoever may is let do
it for real (and the database is put back); whoever may not must change nothing.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from survey_app import create_app
from survey_app.core.workflow import RULES, Action, Role, Rule, State
from survey_app.services.audit import verify_chain
from survey_app.store.engine import sqlite_module
from survey_app.web.access import Undeclared
from survey_app.web.pages import cases

from .conftest import Person
from .stage import OTHER, OWN, PASSWORD, PDF_BYTES, PEOPLE, Stage, build_stage

TABLE: dict[str, Any] = json.loads(
    (Path(__file__).parent / "permissions.json").read_text(encoding="utf-8")
)
READERS = ("strategist", "approver_with_delegation", "approver_without_delegation", "archivist")
STATES = [state.value for state in State]
ANONYMOUS = "anonymous"
OK = "ok"
SIGN_IN = "sign in"


@dataclass
class World:
    """The stage with a submission in each state for both units, and everybody signed in."""

    stage: Stage
    app: Flask
    people: dict[str, Person]
    submissions: dict[tuple[str, str], int]
    numbers: dict[tuple[str, str], str]
    delegations: dict[str, int]
    snapshot: Any
    watch: Any = None

    def restore(self) -> None:
        """The database as it was before the request."""
        target = sqlite_module().connect(self.stage.database.url.removeprefix("sqlite:///"))
        self.snapshot.backup(target)
        target.close()

    def written(self) -> int:
        """A number that changes with every commit that changed something."""
        return int(self.watch.execute("PRAGMA data_version").fetchone()[0])


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    stage = build_stage(tmp_path_factory.mktemp("permissions"))
    submissions, numbers = {}, {}
    for unit, prefix in ((OWN, ""), (OTHER, "other_")):
        for place, state in enumerate(State):
            number = f"{'RS' if unit == OWN else 'ANN'}2500{place}"
            [submission] = stage.open(number, f"{prefix}strategist")
            stage.bring(submission, state, prefix)
            submissions[unit, state.value] = submission
            numbers[unit, state.value] = number
    delegations = {OWN: stage.delegate("approver_with_delegation"),
                   OTHER: stage.delegate("other_approver")}  # fmt: skip
    app = stage.app()
    people = {name: stage.sign_in(app, name) for name in PEOPLE}
    path = stage.database.url.removeprefix("sqlite:///")
    snapshot = sqlite_module().connect(":memory:")
    with contextlib.closing(sqlite_module().connect(path)) as source:
        source.backup(snapshot)
    watch = sqlite_module().connect(path)
    yield World(stage, app, people, submissions, numbers, delegations, snapshot, watch)
    watch.close()
    snapshot.close()
    for database in (stage.database, app.extensions["redogor"].database):
        database.close()


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
        "signed_in": TABLE["signed_in"],
        "role": TABLE["role"],
        "administration": TABLE["administration"],
        "case": TABLE["case"],
        "submission": [*TABLE["submission"]["read"], *TABLE["submission"]["routes"]],
    }
    return {route: part for part, routes in parts.items() for route in routes}


def missing_routes(app: Flask) -> list[str]:
    """A sentence for each route that the table does not know, and for each that is gone."""
    known = known_routes()
    there = routes_of(app)
    return [
        f"{route} is in no part of tests/permissions.json. Add it to 'public', 'signed_in', "
        "'role', 'administration', 'case' or 'submission', and say who may, in which states; if "
        "it takes a form, add one that works to BODIES in tests/test_permissions.py."
        for route in there
        if route not in known
    ] + [f"{route} is in tests/permissions.json, but no longer a route. Remove it there."
         for route in known if route not in there]  # fmt: skip


def test_every_route_stands_in_the_table(world: World) -> None:
    assert missing_routes(world.app) == []


def test_a_route_that_the_table_lacks_is_named_with_what_to_add(world: World) -> None:
    app = Flask("planted")
    app.add_url_rule("/back-door", "back_door", lambda: "")
    assert any("GET /back-door is in no part" in said and "Add it to" in said
               for said in missing_routes(app))  # fmt: skip


def test_a_route_without_a_permission_stops_the_build(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And it is the missing declaration that stops it: the same view with one is let in."""
    from survey_app.web import access, application

    def planted(view: Any) -> Any:
        pages = type(cases.pages)("planted", __name__)
        pages.get("/planted")(view)
        return pages

    def undeclared() -> str:
        return ""

    blueprints = list(application.BLUEPRINTS)
    monkeypatch.setattr(application, "BLUEPRINTS", [*blueprints, planted(undeclared)])
    with pytest.raises(Undeclared, match=r"/planted .* declares no permission"):
        create_app(world.stage.settings)
    monkeypatch.setattr(
        application, "BLUEPRINTS", [*blueprints, planted(access.signed_in(lambda: ""))]
    )
    create_app(world.stage.settings).extensions["redogor"].database.close()


def test_an_action_without_a_submission_stops_the_build(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from survey_app.web import access, application

    pages = type(cases.pages)("planted", __name__)
    pages.get("/planted")(access.action(Action.READ)(lambda: ""))
    monkeypatch.setattr(application, "BLUEPRINTS", [*application.BLUEPRINTS, pages])
    with pytest.raises(Undeclared, match="names no submission_id"):
        create_app(world.stage.settings)


# --- requests that work, for whoever may -------------------------------------------------


def _section_form(world: World, unit: str, state: str) -> dict[str, Any]:
    return {"q.1": "Ändrat", "q.1.version": "1", "whole": "1"}


BODIES: dict[str, Any] = {
    "POST /sign-in": lambda *_: {"email": "nobody@demo.example", "password": "wrong"},
    "POST /sign-out": lambda *_: {},
    "POST /language": lambda *_: {"language": "en"},
    "POST /cases/new": lambda *_: {
        "questionnaire": "prov-2025.json", "diary_number": "NY1234", "title": "T", "unit": "{unit}",
    },
    "POST /submissions/<int:submission_id>/sections/<section_id>": _section_form,
    "POST /submissions/<int:submission_id>/questions": _section_form,
    "POST /submissions/<int:submission_id>/conflict": lambda *_: {
        "question": "1", "keep": "mine", "version": "1",
        "yours_json": json.dumps({"value": "Min text", "blank": None}),
    },
    "POST /submissions/<int:submission_id>/history/<question_id>": lambda *_: {
        "place": "0", "version": "1",
    },
    "POST /api/v1/submissions/<int:submission_id>/answers/<question_id>/files": lambda *_: {
        "file": (io.BytesIO(PDF_BYTES + b"more"), "ny.pdf"), "version": "1",
    },
    "POST /submissions/<int:submission_id>/sending": lambda *_: {},
    "POST /submissions/<int:submission_id>/sending/blanks": lambda *_: {
        "question": "3", "version.3": "0", "code.3": "reason", "reason.3": "Vet inte",
    },
    "POST /submissions/<int:submission_id>/withdrawal": lambda *_: {},
    "POST /submissions/<int:submission_id>/approval": lambda world, unit, state: {
        "password": PASSWORD, "q.intyg": "1", "q.intyg.version": "0",
        "content_sha256": world.stage.shown(
            world.submissions[unit, state],
            "approver_with_delegation" if unit == OWN else "other_approver",
        ),
    },
    "POST /submissions/<int:submission_id>/return": lambda *_: {"reason.1": "Skriv mer"},
    "POST /submissions/<int:submission_id>/handing-in": lambda world, *_: {
        "day": world.stage.today.isoformat(), "receipt_number": "K-2",
    },
    "POST /submissions/<int:submission_id>/archiving": lambda *_: {},
    "POST /submissions/<int:submission_id>/correction": lambda *_: {},
    "POST /accounts": lambda world, unit, state: {
        "email": "ny@demo.example", "name": "Ny", "password": "tillräckligt lång", "role":
        "strategist", "unit": str(world.stage.units[unit]),
    },
    "POST /accounts/<int:account_id>": lambda *_: {"change": "close"},
    "POST /delegations": lambda world, unit, state: {
        "account": str(world.stage.accounts[
            "approver_without_delegation" if unit == OWN else "other_approver"]),
        "unit": str(world.stage.units[unit]), "decision": "Beslut 2",
        "valid_from": "2026-01-01", "valid_to": "2030-01-01",
    },
    "POST /delegations/<int:delegation_id>": lambda *_: {},
}  # fmt: skip


def _url(world: World, rule: str, unit: str, state: str) -> str:
    values = {
        "<int:submission_id>": str(world.submissions[unit, state]),
        "<section_id>": "a",
        "<question_id>": "2a" if rule.endswith("/files") else "1",
        "<sha256>": hashlib.sha256(PDF_BYTES).hexdigest(),
        "<diary_number>": world.numbers[unit, state],
        "<int:copy_id>": "1" if unit == OWN else "4",
        "<int:account_id>": str(
            world.stage.accounts["strategist" if unit == OWN else "other_strategist"]
        ),
        "<int:delegation_id>": str(world.delegations[unit]),
        "<path:filename>": "redogor.css",
    }
    for sign, value in values.items():
        rule = rule.replace(sign, value)
    assert "<" not in rule, f"say in _url what stands for the last part of {rule}"
    return rule


def ask(world: World, who: str, route: str, unit: str, state: str) -> TestResponse:
    """One request by one person, with a body that works."""
    method, _, rule = route.partition(" ")
    url = _url(world, rule, unit, state)
    person = world.people.get(who) or Person(world.app.test_client(), "")
    if known_routes().get(route) == "public" and method == "POST" and who != ANONYMOUS:
        person = world.stage.sign_in(world.app, who)  # these change the cookie
    if method in ("GET", "HEAD", "OPTIONS"):
        return person.client.open(url, method=method)
    if method == "PUT":
        return person.put(url, {"value": "Ändrat", "version": 1})
    if route == "POST /api/v1/session":
        return person.client.post(url, json={"email": "x@demo.example", "password": "wrong"})
    assert route in BODIES, f"add a form that works for {route} to BODIES"
    body = BODIES[route](world, unit, state)
    own_unit = str(world.stage.units[PEOPLE[who][0]]) if who in PEOPLE else "1"
    body = {key: own_unit if value == "{unit}" else value for key, value in body.items()}
    return person.post(url, body)


def outcome(reply: TestResponse) -> str | int:
    """What became of it: ``ok``, ``sign in`` or the status that refused."""
    if reply.status_code in (301, 302) and reply.headers["Location"].startswith("/sign-in"):
        return SIGN_IN
    if reply.status_code == 401:
        return SIGN_IN
    return OK if reply.status_code < 400 else reply.status_code


# --- what the table expects --------------------------------------------------------------


def stands_for(who: str) -> str:
    """The person of the table: another unit's people do at home what ours do here."""
    names = {"strategist_2": "strategist", "other_approver": "approver_with_delegation"}
    return names.get(who, who.removeprefix("other_"))


def expected(route: str, who: str, unit: str, state: str) -> str | int:
    """What the table says of one cell."""
    part = known_routes()[route]
    if part == "public":
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
        other: int | str = TABLE[part][route].get("other", OK)
        return OK if unit == home else other
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
    units = (OWN, OTHER) if part in ("administration", "case", "submission") else (OWN,)
    states = STATES if part in ("case", "submission") else ["draft"]
    people = ("strategist", "administrator") if part == "public" else tuple(PEOPLE)
    for who in (ANONYMOUS, *people):
        for unit in units:
            for state in states:
                yield who, unit, state


def walk(world: World, route: str, method: str | None = None) -> list[str]:
    """Every cell of a route that is not as the table says."""
    wrong = []
    changes = route.partition(" ")[0] not in ("GET", "HEAD")
    for who, unit, state in cells(route):
        wanted = expected(route, who, unit, state)
        before = world.written()
        asked = route if method is None else f"{method} {route.partition(' ')[2]}"
        with ask(world, who, asked, unit, state) as reply:
            got = outcome(reply)
            if known_routes()[route] == "public" and route.startswith("POST"):
                got = OK if reply.status_code in (200, 302, 400, 401) else got
        if got != wanted:
            wrong.append(f"{asked} by {who}, {unit}, {state}: {got}, the table says {wanted}")
        changed = world.written() != before
        if changed and wanted != OK:
            wrong.append(f"{asked} by {who}, {unit}, {state}: refused, and yet it wrote something")
        if changed and changes:
            world.restore()
    return wrong


@pytest.mark.parametrize("route", sorted(known_routes()))
def test_walk(world: World, route: str) -> None:
    wrong = walk(world, route)
    assert not wrong, "\n".join(wrong[:40])


@pytest.mark.parametrize("route", [item for item in sorted(known_routes()) if item[:4] == "GET "])
def test_head_is_guarded_as_get_is(world: World, route: str) -> None:
    wrong = []
    for who, unit, state in cells(route):
        if state != "draft" and who != ANONYMOUS:
            continue
        wanted = expected(route, who, unit, state)
        with ask(world, who, f"HEAD {route[4:]}", unit, state) as reply:
            if outcome(reply) != wanted:
                wrong.append(f"HEAD by {who}, {unit}, {state}: {reply.status_code}, not {wanted}")
    assert not wrong, "\n".join(wrong)


def test_options_tells_a_stranger_nothing(world: World) -> None:
    for route in known_routes():
        if known_routes()[route] != "public":
            with ask(world, ANONYMOUS, f"OPTIONS {route.partition(' ')[2]}", OWN, "draft") as reply:
                assert outcome(reply) == SIGN_IN, route
                assert "Allow" not in reply.headers, route


def test_whoever_may_really_does_it(world: World) -> None:
    """The walk's bodies work: each allowed step leaves its trace, so that OK means done."""
    for route, who, state, becomes in (
        ("sending", "strategist", "draft", State.AWAITING_APPROVAL),
        ("withdrawal", "strategist", "awaiting_approval", State.DRAFT),
        ("approval", "approver_with_delegation", "awaiting_approval", State.APPROVED),
        ("return", "approver_with_delegation", "awaiting_approval", State.DRAFT),
        ("handing-in", "strategist", "approved", State.HANDED_IN),
        ("archiving", "archivist", "handed_in", State.ARCHIVED),
    ):
        submission = world.submissions[OWN, state]
        ask(world, who, f"POST /submissions/<int:submission_id>/{route}", OWN, state)
        assert world.stage.read(submission).state == becomes, route
        world.restore()
        assert world.stage.read(submission).state == state, route


@pytest.mark.parametrize(
    ("action", "rule", "route"),
    [
        (Action.HAND_IN, Rule(frozenset(Role), frozenset(State), State.HANDED_IN),
         "POST /submissions/<int:submission_id>/handing-in"),
        (Action.READ, Rule(frozenset(Role), frozenset(State)),
         "GET /submissions/<int:submission_id>/export.json"),
        (Action.SEND, Rule(frozenset({Role.STRATEGIST}), frozenset(), State.AWAITING_APPROVAL),
         "POST /submissions/<int:submission_id>/sending"),
    ],
    ids=["archivist hands in", "administrator reads", "nobody may send"],
)  # fmt: skip
def test_the_walk_finds_a_planted_hole(
    world: World, monkeypatch: pytest.MonkeyPatch, action: Action, rule: Rule, route: str
) -> None:
    monkeypatch.setitem(RULES, action, rule)
    monkeypatch.setattr("survey_app.web.pages.handing_in.hand_in", lambda *_args, **_more: None)
    assert walk(world, route) != []


def test_the_walk_finds_a_planted_open_door(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A view that lost its guard: a stranger is let in."""
    from survey_app.web import access

    monkeypatch.setitem(world.app.view_functions, "accounts.index", access.public(lambda: "all"))
    found = walk(world, "GET /accounts")
    assert any("by anonymous" in item for item in found)
    assert any("by strategist" in item for item in found)


def test_the_other_units_archive_copies_are_not_found_by_their_number(world: World) -> None:
    """A copy's number under one's own case, too."""
    own = world.numbers[OWN, "archived"]
    assert world.people["archivist"].get(f"/cases/{own}/copies/1").status_code == 200
    assert world.people["archivist"].get(f"/cases/{own}/copies/4").status_code == 404


def test_lists_show_only_the_own_unit(world: World) -> None:
    mine = {world.submissions[OWN, state] for state in STATES}
    for who in (*READERS, "administrator"):
        listed = world.people[who].get("/api/v1/submissions").get_json()["submissions"]
        assert {item["id"] for item in listed} == (mine if who != "administrator" else set())
    for who in READERS:
        page = world.people[who].get("/").text
        assert "RS25000" in page
        assert "ANN2500" not in page
    accounts = world.people["administrator"].get("/accounts").text
    assert "strategist@demo.example" in accounts
    assert "other-strategist@demo.example" not in accounts


def test_the_walk_left_everything_as_it_was(world: World) -> None:
    with world.stage.database.reading() as session:
        for place in range(1, 11):
            assert verify_chain(session, place, world.stage.key) == []
    for (unit, state), submission in world.submissions.items():
        who = "strategist" if unit == OWN else "other_strategist"
        assert world.stage.read(submission, who).state == state
