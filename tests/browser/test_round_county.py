"""The county's plan at the screen: opened, answered below goals, compiled by focus area, a
contribution moved by its unit to another goal, settled, archived, its package judged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.page_object import Screen
from tests.conftest import Server, serving
from tests.reports import at_screen
from tests.rounds import whole_round as walk

CASE, FORM, TITLE = "RS258002", "lansgemensam-analys", "Bidrag till planen"
UNITS = ("Hallands sjukhus", "Varbergs kommun", "Regionkontoret")


@pytest.fixture
def rounds_server(rounds_instance: Path) -> Iterator[Server]:
    """The demo with its rounds, behind a real server."""
    with serving(rounds_instance) as running:
        yield running


@pytest.mark.parametrize(
    ("language", "scripts"), [("sv", True), ("en", False)], ids=["swedish", "english, no scripts"]
)
def test_the_plan_from_opening_to_a_judged_package(
    chromium: Browser, rounds_server: Server, language: str, scripts: bool
) -> None:
    told = [item for item in at_screen.told_by(FORM) if item[1] in UNITS]
    texts = {unit: [item["values"]["text"] for item in answers["bidrag"]["entries"]]  # type: ignore[index]
             for _account, unit, answers in told}  # fmt: skip
    answer = walk.answer_at_once if scripts else walk.answer_as
    with (
        Screen(chromium, rounds_server, scripts=scripts) as screen,
        Screen(chromium, rounds_server, scripts=False) as theirs,
    ):
        screen.enter("strateg")
        if language == "en":
            walk.in_english(screen)
        walk.open_case(screen, CASE, "Länsgemensam plan (påhittat)")
        opened = walk.open_from_page(screen, CASE, FORM, list(texts), title=TITLE)
        theirs.enter("strateg")
        first = 0
        for account, unit, answers in told:
            submission = answer(theirs, account, TITLE, answers)
            walk.hand_over(theirs)
            first = submission if unit == "Hallands sjukhus" else first
        address = at_screen.compile_report(screen, CASE, opened, "group")
        goals = screen.page.locator(".piece-heading.piece-level-3").count()
        assert goals == 13
        walk.send_back(screen, first, {"bidrag": "Under fel mål."})
        walk.as_person(theirs, "hs", f"/submissions/{first}/questions")
        theirs.page.locator("[id$='.mal.option.5-1']").first.check()
        walk.save(theirs, ["bidrag"])
        theirs.go(f"/submissions/{first}")
        walk.hand_over(theirs)
        screen.go(address)
        at_screen.take_in_changes(screen)
        walk.close(screen, CASE, opened)
        screen.go(address)
        at_screen.settle(screen)
        package = walk.archive(screen, CASE, opened)
        walk.judge(screen, package)
        assert screen.page.locator("html").get_attribute("lang") == language
    [report] = [json.loads(data) for data in at_screen.files_in(package, ".json")
                if b'"redogor/report/1"' in data and b'"$schema"' not in data]  # fmt: skip
    area, below = "", {}
    for part in report["parts"]:
        area = part["title"] if part["level"] == 2 else area
        if part["sort"] == "entry":
            below[part["text"]] = area
    assert set(below) >= {text for found in texts.values() for text in found}
    assert below[texts["Hallands sjukhus"][0]].startswith("Fokusområde 5")
    assert len(below) == sum(map(len, texts.values())) + 17
