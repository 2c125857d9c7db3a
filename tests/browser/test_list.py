"""A list is filled in: entries added, moved, removed and taken back, and none is ever lost."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.lists import ListPage, open_drafts
from tests.browser.page_object import Screen
from tests.browser.test_accessibility import violations_at
from tests.conftest import Server, serving

LIST = "exempel"


@dataclass
class Drafts:
    """Empty drafts, one for each test."""

    left: list[int] = field(default_factory=list)

    def path(self, section: str = LIST) -> str:
        return f"/submissions/{self.left.pop()}/sections/{section}"


_DRAFTS = Drafts()


@pytest.fixture(scope="module")
def desk(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all the tests, with drafts that have lists."""
    folder = tmp_path_factory.mktemp("desk") / "instance"
    shutil.copytree(demo_template, folder)
    _DRAFTS.left = open_drafts(folder, 16)
    with serving(folder) as running:
        yield running


@pytest.fixture
def path(desk: Server) -> str:
    """The section with the examples, in a draft that nobody has written in."""
    return _DRAFTS.path()


def written(screen: Screen, *texts: str) -> ListPage:
    """Entries with these texts, saved."""
    page = ListPage(screen, LIST)
    for place, text in enumerate(texts, start=1):
        if place > 1:
            page.add.click()
        page.field(place, "text").fill(text)
    page.wait_saved()
    return page


def test_entries_are_added_moved_removed_and_taken_back(screen: Screen, path: str) -> None:
    screen.go(path)
    page = written(screen, "Ett", "Två", "Tre")
    assert page.stored() == ["Ett", "Två", "Tre"]
    page.button(3, "Flytta upp").click()
    page.expect_texts("Ett", "Tre", "Två")
    expect(page.entry(2).locator(".entry-legend")).to_have_text("Exempel 2 Tre")
    page.wait_saved()
    page.button(1, "Ta bort").click()
    page.expect_texts("Tre", "Två")
    page.wait_saved()
    assert (page.stored(), page.stored_removed()) == (["Tre", "Två"], ["Ett"])
    screen.reload()
    page.expect_texts("Tre", "Två")
    expect(page.removed.locator("summary")).to_have_text("Borttagna (1)")
    page.removed.locator("summary").click()
    page.removed.get_by_role("button", name="Ångra").click()
    page.expect_texts("Tre", "Två", "Ett")
    expect(page.removed).to_be_hidden()
    page.wait_saved()
    assert (page.stored(), page.stored_removed()) == (["Tre", "Två", "Ett"], [])
    assert not violations_at(screen)


def test_the_same_without_javascript(chromium: Browser, desk: Server, path: str) -> None:
    with Screen(chromium, desk, scripts=False) as screen:
        screen.enter("strateg", path)
        page = ListPage(screen, LIST)
        for place, text in enumerate(("Ett", "Två", "Tre"), start=1):
            page.field(place, "text").fill(text)
            page.option(place, "niva", "Dialog").check()
            with screen.arriving():
                page.add.click()
        page.expect_texts("Ett", "Två", "Tre", "")
        assert page.stored() == ["Ett", "Två", "Tre"]
        with screen.arriving():
            page.button(3, "Flytta upp").click()
        assert re.search("#entry-[0-9a-f]{12}$", screen.page.url)
        page.expect_texts("Ett", "Tre", "Två", "")
        # What is typed and not yet saved goes along with any button.
        page.field(2, "text").fill("Tre, ändrat")
        with screen.arriving():
            page.button(1, "Ta bort").click()
        assert "Exempel 1 är borttaget" in screen.messages()
        assert (page.stored(), page.stored_removed()) == (["Tre, ändrat", "Två"], ["Ett"])
        page.removed.locator("summary").click()
        with screen.arriving():
            page.removed.get_by_role("button", name="Ångra").click()
        page.expect_texts("Tre, ändrat", "Två", "Ett", "")
        assert page.stored_removed() == []
        assert page.option(3, "niva", "Dialog").is_checked()
        with screen.arriving():
            page.entry(3).get_by_role("button", name="Ta bort valet").click()
        assert not page.option(3, "niva", "Dialog").is_checked()
        assert page.stored() == ["Tre, ändrat", "Två", "Ett"]
