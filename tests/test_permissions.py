"""Role by route by state by ownership, walked from ``url_map`` and held against a table.

``permissions.json`` says who may; it knows nothing of the code's own rules. Whoever may is let do
it for real (and the database is put back); whoever may not must change nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from survey_app import create_app
from survey_app.core.workflow import RULES, Action, Role, Rule, State
from survey_app.services.audit import verify_chain
from survey_app.web.access import Undeclared
from survey_app.web.pages import cases

from .permission_requests import ask, outcome
from .permission_table import (
    ANONYMOUS,
    ANYBODYS,
    OK,
    READERS,
    SIGN_IN,
    STATES,
    cells,
    expected,
    known_routes,
    missing_routes,
)
from .stage import OWN
from .world import World, opened_world


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with opened_world(tmp_path_factory.mktemp("permissions")) as made:
        yield made


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
            if known_routes()[route] == "anonymous" and reply.status_code == 303:
                got = OK
            if known_routes()[route] == "public" and route.startswith("POST"):
                got = OK if reply.status_code in (200, 302, 400, 401) else got
        if got != wanted:
            wrong.append(f"{asked} by {who}, {unit}, {state}: {got}, the table says {wanted}")
        changed = world.written() != before
        if changed and wanted != OK and not world.only_told():
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
        path = route.partition(" ")[2]
        methods = {known_routes().get(f"{method} {path}") for method in ("GET", "POST", "PUT")}
        if methods.isdisjoint(ANYBODYS):
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
