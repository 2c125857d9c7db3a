"""What of the scans can be held at each run: the rules, the exceptions, the planted target."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import survey_app
from tests.conftest import Installation
from tests.scan import bandit, semgrep, sqlmap, wapiti
from tests.scan.kept import KEPT, sort_out
from tests.scan.outcome import ROLES, Bounds, Finding, Outcome
from tests.scan.planted_code import CODE, lay_out
from tests.scan.table import WHAT
from tests.scan.target import failures_in
from tests.scan.walking import ENDS, Fields, Found, Target
from tests.torture.__main__ import SECURITY

PRODUCT = Path(survey_app.__file__).parent
TOOLS = set(WHAT)
_IMPORTS_TESTS = re.compile(r"^\s*(from|import) tests\b", re.MULTILINE)


def test_bandit_finds_what_is_planted_and_nothing_else(tmp_path: Path) -> None:
    outcome = bandit.scan(Bounds(1, 1, ROLES, tmp_path, tmp_path))
    assert outcome.holds, "\n".join(map(str, outcome.findings)) or outcome.planted


def test_each_rule_of_the_house_has_a_line_planted_for_it(tmp_path: Path) -> None:
    planted = set(lay_out(tmp_path / "code").values())
    assert planted == set(semgrep.rules())
    assert len(planted) >= 15
    fine = [source for source in CODE.glob("*.txt") if "planted" not in source.name]
    assert fine == []


def test_nothing_planted_is_reached_from_the_product(installation: Installation) -> None:
    addresses = [rule.rule for rule in installation.app.url_map.iter_rules()]
    assert len(addresses) > 100
    assert not [address for address in addresses if "planted" in address]
    named = [
        path for path in PRODUCT.rglob("*.py")
        if _IMPORTS_TESTS.search(path.read_text(encoding="utf-8")) or "planted" in path.name
    ]  # fmt: skip
    assert named == []
    packed = (PRODUCT.parent / "pyproject.toml").read_text(encoding="utf-8")
    assert 'packages = ["survey_app"]' in packed


def test_what_is_kept_says_why_and_where() -> None:
    assert len(set(KEPT)) == len(KEPT)
    for kept in KEPT:
        assert kept.tool in TOOLS
        assert len(kept.why) > 15
        if kept.tool in ("bandit", "semgrep"):
            assert kept.code or kept.tool == "semgrep"
            assert any(str(path).endswith(kept.where) for path in PRODUCT.rglob("*.*")), kept.where


def test_what_is_kept_for_nothing_is_told() -> None:
    """Only the line that was meant is passed over, and a line that is gone is said."""
    kept = next(item for item in KEPT if item.tool == "bandit")
    outcome = Outcome(
        "bandit",
        findings=[
            Finding(kept.what, f"{kept.where}:9", "", kept.code),
            Finding(kept.what, f"{kept.where}:10", "", "other"),
        ],
    )
    sort_out(outcome)
    assert [why for _finding, why in outcome.kept] == [kept.why]
    assert [found.code for found in outcome.findings if "stale" not in found.what] == ["other"]
    stale = [found for found in outcome.findings if "stale" in found.what]
    assert len(stale) == sum(item.tool == "bandit" for item in KEPT) - 1


@pytest.mark.parametrize("outcome", [
    Outcome("x"),
    Outcome("x", planted={"a": True, "b": False}),
    Outcome("x", planted={"a": True}, not_run="no network"),
    Outcome("x", planted={"a": True}, unfinished="9 of 10"),
    Outcome("x", planted={"a": True}, findings=[Finding("a", "b", "c")]),
])  # fmt: skip
def test_a_scan_that_shows_nothing_does_not_hold(outcome: Outcome) -> None:
    assert not outcome.holds
    assert Outcome("x", planted={"a": True}).holds


def test_an_answer_of_500_is_found_in_the_log(tmp_path: Path) -> None:
    error = {"sort": ["KeyError"], "at": ["/x/flask/app.py:1 f", "/x/survey_app/web/a.py:3 show"]}
    lines = [
        {"message": "request", "status": 200, "endpoint": "fine.show"},
        {"message": "unforeseen", "endpoint": "a.show", "error": error},
        {"message": "request", "status": 500, "endpoint": "a.show"},
        {"message": "request", "status": 500, "endpoint": "b.show"},
        {"message": "request", "status": 503, "endpoint": "c.show"},
    ]
    log = tmp_path / "server.log"
    log.write_text("SQLite 3\n" + "".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    found = failures_in(log, "strateg")
    assert [item.what for item in found] == ["high answer of 500 KeyError", "high answer of 500"]
    assert "a.show /x/survey_app/web/a.py:3 show" in found[0].where


@pytest.mark.parametrize(("address", "ends"), [
    ("/sign-out", True), ("/account/sessions/end", True), ("/accounts/3", True),
    ("/invitations/abc", True), ("/accounts", False), ("/account", False), ("/mine", False),
    ("/cases/RS250393", False), ("/submissions/1/questions", False),
])  # fmt: skip
def test_what_would_end_a_scan_is_left_alone(address: str, ends: bool) -> None:
    assert bool(ENDS.search(address)) is ends


def _page(section: str, names: str, kinds: Fields = ()) -> Target:
    path = f"/submissions/1*/sections/{section}*"
    return Target(
        "POST", "/submissions/<id>/sections/<section>", path, parameters=(*names.split(), "*"),
        kinds=kinds,
    )  # fmt: skip


def test_what_is_one_to_the_product_is_tried_once_by_each_role() -> None:
    """Fields of questions differ by their number; what they are, is another sort of field."""
    texts = (("q.1a", "textarea"), ("q.2", "textarea"))
    first = _page("a", "q.1.version q.1a q.2", texts)
    second = _page("b", "q.31.version q.32 whole", (("q.32", "input radio"),))
    found = {
        "strateg": Found(targets={one.key: one for one in (first, second)}),
        "kommun": Found(targets={second.key: second}),
    }
    tried = [(role, target.path, target.parameters) for role, target in sqlmap.in_order(found)]
    assert tried == [
        ("strateg", "/submissions/1*/sections/a*", ("*",)),
        ("strateg", "/submissions/1/sections/a", ("q.1.version", "q.1a")),
        ("strateg", "/submissions/1/sections/b", ("q.32", "whole")),
        ("kommun", "/submissions/1*/sections/b*", ("*",)),
        ("kommun", "/submissions/1/sections/b", ("q.31.version", "q.32", "whole")),
    ]


def test_wapiti_passes_over_what_one_other_field_stands_for() -> None:
    """Its choice is by name alone: a name that one form needs is tried in every form."""
    texts = (("q.1a", "textarea"), ("q.2", "textarea"), ("q.3", "input radio"))
    first = _page("a", "q.1.version q.1a q.2 q.3 q.31.version", texts)
    other = Target("POST", "/other", "/other", parameters=("q.31.version", "name"))
    found = Found(targets={one.key: one for one in (first, other)})
    assert wapiti.passed_over(found) == ["q.2"]
    kept = {"q.1.version", "q.1a", "q.3", "q.31.version", "name"}
    sorts = {sort for one in (first, other) for name, sort in one.sorts.items() if name in kept}
    assert len(sorts) == len({s for one in (first, other) for s in one.sorts.values()} - {
        first.sorts["*"]
    })  # fmt: skip


def test_a_parameter_is_tried_when_sqlmap_has_judged_it() -> None:
    """A path is, when each of its parts was; a hole is a verdict too."""
    target = _page("a", "name value")
    said = ["URI parameter '#1*' does not seem to be injectable", "Parameter: name (POST)",
            "(custom) PUT parameter 'JSON value' does not seem to be injectable"]  # fmt: skip
    assert list(sqlmap.judged("\n".join(said), target)) == ["name", "value"]
    assert list(sqlmap.judged("Parameter: JSON value (PUT)", target)) == ["value"]
    said.append("URI parameter '#2*' does not seem to be injectable")
    assert list(sqlmap.judged("\n".join(said), target)) == ["name", "value", "*"]
    assert list(sqlmap.judged("unable to connect to the target", target)) == []


def test_security_md_has_a_row_for_each_scanner() -> None:
    """After a change of figures: ``python -m tests.torture --table``; tests/test_torture.py."""
    told = SECURITY.read_text(encoding="utf-8").partition("<!-- scan -->")[2]
    assert all(f"| {tool} |" in told for tool in TOOLS)
