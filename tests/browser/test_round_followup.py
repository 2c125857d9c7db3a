"""The follow-up of 2025 at the screen, with every example of the real one: opened in RS241041,
answered by nine organisations, closed, compiled, settled, archived, its package judged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from survey_app.export.pdf.words import read_words, squeezed
from tests.browser.page_object import Screen
from tests.conftest import Server, serving
from tests.reports import at_screen
from tests.rounds import whole_round as walk
from tests.rounds.texts import EXAMPLES_2025

CASE, FORM, TITLE = "RS241041", "uppfoljning-medverkan-2025", "Årets uppföljning"


@pytest.fixture
def rounds_server(rounds_instance: Path) -> Iterator[Server]:
    """The demo with its rounds, behind a real server."""
    with serving(rounds_instance) as running:
        yield running


@pytest.mark.parametrize(
    ("language", "scripts"), [("sv", True), ("en", False)], ids=["swedish", "english, no scripts"]
)
def test_the_follow_up_from_opening_to_a_judged_package(
    chromium: Browser, rounds_server: Server, language: str, scripts: bool
) -> None:
    told = at_screen.told_by(FORM)
    assert [unit for _account, unit, _answers in told] == list(EXAMPLES_2025)
    answer = walk.answer_at_once if scripts else walk.answer_as
    with (
        Screen(chromium, rounds_server, scripts=scripts) as screen,
        Screen(chromium, rounds_server, scripts=False) as theirs,
    ):
        screen.enter("strateg")
        if language == "en":
            walk.in_english(screen)
        names = [unit for _account, unit, _answers in told]
        opened = walk.open_from_page(screen, CASE, FORM, [*names, "Hallandsrådet"], title=TITLE)
        theirs.enter("strateg")
        for account, _unit, answers in told:
            answer(theirs, account, TITLE, answers)
            walk.hand_over(theirs)
        earlier = [row for row in (6, 7) if row != opened]
        walk.close(screen, CASE, earlier[-1])
        walk.close(screen, CASE, opened)
        address = at_screen.compile_report(screen, CASE, opened)
        examples = [item["values"]["text"] for _a, _u, answers in told
                    for item in answers["exempel"]["entries"]]  # type: ignore[index]  # fmt: skip
        assert len(examples) == 18
        piece = at_screen.piece_with(screen, examples[1])
        at_screen.press(screen, piece, "down")
        piece = at_screen.piece_with(screen, examples[0])
        if scripts:
            at_screen.write(screen, piece, "Redigerat av oss.")
        else:
            walk.as_person(theirs, "strateg2")
            at_screen.write_too_late(screen, theirs, piece, "Redigerat av oss.")
        with screen.arriving():
            screen.page.locator(".piece-edited .piece-tools a").click()
        walk.look(screen)
        assert examples[0] in screen.page.locator("main").inner_text()  # so says the source
        screen.go(address)
        at_screen.settle(screen)
        package = walk.archive(screen, CASE, *earlier, opened)
        walk.judge(screen, package)
        assert screen.page.locator("html").get_attribute("lang") == language
    [report] = [json.loads(data) for data in at_screen.files_in(package, ".json")
                if b'"redogor/report/1"' in data and b'"$schema"' not in data]  # fmt: skip
    said = [part["text"] for part in report["parts"] if part["sort"] == "entry"]
    assert said == ["Redigerat av oss.", examples[2], examples[1], *examples[3:]]
    assert [unit["name"] for unit in report["units"]] == list(EXAMPLES_2025)
    assert report["missing"] == ["Hallandsrådet"]
    paper = [read_words(data) for data in at_screen.files_in(package, ".pdf")
             if b"sammanst" in data or b"%PDF" in data[:8]]  # fmt: skip
    assert any(all(squeezed(text) in words for text in said) for words in paper)
