"""The harness of the load finds what it is there to find, before anybody trusts its figures."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.databases import copy_installation
from tests.load.__main__ import Rush, holds, rush, told_of
from tests.load.crowd import PEOPLE, Plan, Told, sort_of
from tests.load.figures import table
from tests.load.places import lay_up
from tests.load.watch import Sample, Watch, growth

GOOD = {"saves": 30_000, "acknowledged": 30_000, "missing": 0, "p95": 20.0, "grows": 0.2}


@pytest.mark.only_sqlite("PostgreSQL is measured by make load")
def test_a_server_that_answers_before_it_commits_is_found(
    demo_template: Path, tmp_path: Path
) -> None:
    place = lay_up(copy_installation(demo_template, tmp_path / "place"))
    shown = rush(place, rate=40, seconds=2, processes=1, planted="lost")
    assert len(shown.told) == 80
    assert {told.sort for told in shown.told} == {"text", "list", "table", "stale"}
    assert 4 <= len(shown.missing) <= 10, "each tenth, and no others"
    assert all(told.acknowledged for told in shown.missing)


def test_saves_are_meant_at_set_moments_by_each_in_turn() -> None:
    plan = Plan(rate=50, seconds=600, start=100.0)
    moments = sorted(moment for number in range(PEOPLE) for moment in plan.moments(number))
    assert len(moments) == 30_000
    assert all(abs(moment - 100 - place / 50) < 1e-6 for place, moment in enumerate(moments))
    sorts = [sort_of(number, turn) for number in range(PEOPLE) for turn in range(400)]
    share = {sort: sorts.count(sort) / len(sorts) for sort in set(sorts)}
    assert (share["text"], share["stale"]) == (0.8, 0.05)
    assert share["list"] + share["table"] == pytest.approx(0.15)


def test_memory_that_grows_is_told_from_memory_that_warms_up() -> None:
    def seen(held: list[float]) -> list[Sample]:
        return [Sample(at * 10.0, (0.0,), (mb,), 0.0, 0) for at, mb in enumerate(held)]

    warms = [80.0 + min(at, 25) for at in range(61)]
    assert growth(seen(warms)) == pytest.approx(0)
    leaks = [80 + at * 0.1 for at in range(61)]
    assert growth(seen(leaks)) == pytest.approx(6)
    assert growth(seen(leaks[:14])) is None


@pytest.mark.parametrize(
    "worse", [{"acknowledged": 29_999}, {"missing": 1}, {"p95": 100.0}, {"grows": 1.1}]
)
def test_each_figure_counts(worse: dict[str, float]) -> None:
    assert holds(GOOD)
    assert not holds(GOOD | worse)


def test_what_was_measured_is_told() -> None:
    """Ten minutes end in a row of SECURITY.md."""
    told = [Told("text", 0.01 + place / 1e5, 0.0, 200, 1, "10", 2, "x") for place in range(1000)]
    samples = [Sample(at * 10.0, (60.0, 60.0), (50.0, 40.0), 4.0, 8) for at in range(61)]
    found = told_of(Rush(told, [], Watch([], samples=samples), 600.0, 0.03), 600)
    here = {"day": "2026-11-23", "revision": "abc", "machine": "2 cores", "holds": holds(found)}
    [_head, _line, sqlite, postgresql, _empty, life] = table(
        {"load sqlite": found | here, "life": {"steps": {"wheel": 1.4}, "seconds": 142.0} | here}
    ).splitlines()
    assert sqlite == (
        "| SQLite | 1,000 in 600 s | 1,000, 0 missing | 15 ms | 20 ms | 20 ms | 20 ms | 90, 90 MB "
        "| +0.0 MB in 10 min | 2026-11-23 at abc, 2 cores |"
    )
    assert postgresql.startswith("| PostgreSQL | not run |")
    assert life == "A machine's life: 142 s (wheel 1 s; 2026-11-23 at abc, 2 cores)."
