"""Who may do what to a contribution: every person by every step by every state, against a table.

The table is written by hand from the description of the work; it knows nothing of the code's rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from survey_app.core.workflow import (
    CONTRIBUTION_RULES,
    RULES,
    Action,
    ContributionState,
    Role,
    State,
    contribution_refusal,
    refusal,
)
from survey_app.services.submission import open_submission
from tests.contributions.asking import NUMBER, Desk
from tests.stage import PEOPLE, Stage, build_stage

ASKING = ("strategist", "strategist_2")
ASKING_READERS = (*ASKING, "approver_with_delegation", "approver_without_delegation", "archivist")
STATES = ("asked", "handed_over", "sent_back", "recalled", "settled")

MAY: dict[str, dict[str, tuple[str, ...]]] = {
    "GET /submissions/{id}": {
        "other_strategist": STATES,
        **dict.fromkeys(ASKING_READERS, ("handed_over", "settled")),
    },
    "GET /submissions/{id}/history/3": {"other_strategist": STATES},
    "GET /submissions/{id}/export.json": {
        "other_strategist": STATES,
        **dict.fromkeys(ASKING_READERS, ("handed_over", "settled")),
    },
    "GET /submissions/{id}/proposals": {"other_strategist": STATES},
    "GET /submissions/{id}/word": {"other_strategist": ("asked", "sent_back")},
    "PUT /api/v1/submissions/{id}/answers/3": {"other_strategist": ("asked", "sent_back")},
    "POST /submissions/{id}/hand-over": {"other_strategist": ("asked", "sent_back")},
    "POST /submissions/{id}/send-back": dict.fromkeys(ASKING, ("handed_over",)),
    "POST /submissions/{id}/recall": dict.fromkeys(ASKING, ("asked", "sent_back")),
    # What is done to answers that become records is never done to a contribution.
    **{
        f"{method} /submissions/{{id}}/{step}": {}
        for method, step in (
            ("GET", "sending"), ("POST", "sending"), ("POST", "withdrawal"), ("GET", "approval"),
            ("POST", "approval"), ("POST", "return"), ("GET", "handing-in"), ("POST", "handing-in"),
            ("POST", "archiving"), ("POST", "correction"), ("GET", "completion"),
            ("GET", "extension"), ("GET", "weeding"), ("GET", "giving-out"),
            ("GET", "contributions"), ("GET", "contributions/new"), ("GET", "tasks"),
            ("POST", "tasks"), ("GET", "comments/3"), ("POST", "comments/3"), ("GET", "version"),
            ("POST", "version"),
        )
    },
}  # fmt: skip


def _settle(desk: Desk) -> None:
    desk.stage.save(desk.main, "1", "Klart", 0)
    desk.stage.send(desk.main)
    desk.stage.approve(desk.main)


STEPS: dict[str, Callable[[Desk, int], None]] = {
    "asked": lambda desk, made: None,
    "handed_over": lambda desk, made: desk.hand_over(made),
    "sent_back": lambda desk, made: (desk.hand_over(made), desk.send_back(made, {"3": "Mer"})),
    "recalled": lambda desk, made: desk.recall(made),
    "settled": lambda desk, made: (desk.hand_over(made), _settle(desk)),
}  # type: ignore[dict-item]


@pytest.fixture(scope="module")
def world(
    database_kind: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Stage, dict[str, int], Any]]:
    """A contribution in each state, each to a submission of its own."""
    stage = build_stage(tmp_path_factory.mktemp("rights"))
    found = {}
    for place, (state, step) in enumerate(STEPS.items()):
        [main] = stage.open(f"{NUMBER}{place}")
        desk = Desk(stage, main)
        found[state] = desk.ask("3")
        desk.write(found[state])
        step(desk, found[state])
    app = stage.app()
    people = {name: stage.sign_in(app, name) for name in PEOPLE}
    yield stage, found, people
    for database in (stage.database, app.extensions["redogor"].database):
        database.close()


def _try(person: Any, method: str, url: str) -> Any:
    if method == "GET":
        return person.get(url)
    if method == "PUT":
        return person.put(url, {"value": "x", "version": 1})
    form = {"reason.3": "Nej", "comment": "Hej", "section": "a", "due": "2030-01-01"}
    return person.post(url, form)


def _walk(world: Any, routes: dict[str, dict[str, tuple[str, ...]]]) -> list[str]:
    """Every cell that is not as the table says; what may be done is done by the other tests."""
    _stage, found, people = world
    wrong = []
    for route, may in routes.items():
        method, _, rule = route.partition(" ")
        for who, person in people.items():
            for state, made in found.items():
                allowed = state in may.get(who, ())
                if allowed and method != "GET":
                    continue
                reply = _try(person, method, rule.replace("{id}", str(made)))
                if (reply.status_code < 400) != allowed:
                    wrong.append(f"{route} by {who}, {state}: {reply.status_code}")
                if who not in (*ASKING_READERS, "other_strategist") and reply.status_code != 404:
                    wrong.append(f"{route} tells {who} that it is there: {reply.status_code}")
    return wrong


def test_whoever_may_not_is_refused(world: Any) -> None:
    wrong = _walk(world, MAY)
    assert not wrong, "\n".join(wrong)


def test_nothing_of_all_that_changed_anything(world: Any) -> None:
    stage, found, _people = world
    with stage.database.reading() as session:
        told = {
            state: open_submission(session, stage.actor("other_strategist"), made, Action.READ)
            for state, made in found.items()
        }
    assert {state: item.request.state.value for state, item in told.items()} == {
        "asked": "asked", "handed_over": "handed_over", "sent_back": "asked",
        "recalled": "recalled", "settled": "handed_over",
    }  # fmt: skip
    assert {item.version_of("3") for item in told.values()} == {1}


def test_the_walk_would_find_a_hole(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    rule = CONTRIBUTION_RULES[Action.READ]
    open_to_all = type(rule)(rule.asked, frozenset(ContributionState), rule.roles, settled=True)
    monkeypatch.setitem(CONTRIBUTION_RULES, Action.READ, open_to_all)
    route = "GET /submissions/{id}"
    assert f"{route} by archivist, asked: 200" in _walk(world, {route: MAY[route]})


def test_the_rules_name_each_step_once() -> None:
    assert set(RULES) | set(CONTRIBUTION_RULES) == set(Action)
    assert set(RULES) & set(CONTRIBUTION_RULES) == {Action.READ, Action.WRITE}
    for action in set(Action) - set(RULES):
        assert refusal(action, set(Role), State.DRAFT) == "not_your_role"
    for action in set(Action) - set(CONTRIBUTION_RULES):
        verdict = contribution_refusal(
            action, set(Role), set(Role), ContributionState.ASKED, State.DRAFT
        )
        assert verdict == "not_your_role"
