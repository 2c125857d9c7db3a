"""A list is filled in: entries added, moved, removed and taken back, and none is ever lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.browser.axe import violations_at
from tests.browser.lists import ListPage, open_drafts
from tests.browser.page_object import TELEPHONE, Screen
from tests.conftest import Server, serving
from tests.databases import copy_installation

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
    copy_installation(demo_template, folder)
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
        assert "Borttaget: Exempel 1" in screen.messages()
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


def test_two_write_in_one_list_and_neither_loses(
    screen: Screen, colleague: Screen, path: str
) -> None:
    """Slow news: each finds out what the other did from the reply to a save of one's own."""
    screen.go(path)
    page = written(screen, "Ett", "Två")
    colleague.look_away().go(path)
    other = ListPage(colleague, LIST)
    screen.look_away().reload()
    page.add.click()
    page.field(3, "text").fill("Min egen")
    page.field(1, "text").fill("Ett, av mig")
    page.wait_saved()
    other.add.click()
    other.field(3, "text").fill("Kollegans")
    other.button(2, "Ta bort").click()
    other.expect_texts("Ett, av mig", "Min egen", "Kollegans")
    told = colleague.question(LIST).locator(".taken-in")
    expect(told).to_have_text(
        "Andra skrev här samtidigt, och det är med nu. Exempel 1 ändrades. Exempel 2 tillkom."
    )
    other.wait_saved()
    assert other.stored() == ["Ett, av mig", "Min egen", "Kollegans"]
    assert other.stored_removed() == ["Två"]
    assert not violations_at(colleague)


def test_what_comes_in_never_touches_what_is_being_typed(
    screen: Screen, colleague: Screen, path: str
) -> None:
    screen.go(path)
    page = written(screen, "Ett")
    screen.look_away().reload()
    colleague.go(path)
    other = ListPage(colleague, LIST)
    other.add.click()
    other.field(2, "text").fill("Kollegans")
    other.wait_saved()
    # The reply to one's own save is slow, and one goes on typing.
    held: list[Route] = []
    screen.page.route("**/answers/*", lambda route: held.append(route))
    page.add.click()
    page.field(2, "text").press_sequentially("Börjar")
    with screen.page.expect_request("**/answers/*"):
        page.field(2, "text").press_sequentially(" skriva")
    page.field(2, "text").press_sequentially(" och fortsätter")
    screen.page.unroute("**/answers/*")
    held[0].continue_()
    page.expect_texts("Ett", "Kollegans", "Börjar skriva och fortsätter")
    expect(page.field(3, "text")).to_be_focused()
    page.wait_saved()
    assert page.stored() == ["Ett", "Kollegans", "Börjar skriva och fortsätter"]


def test_the_same_field_is_chosen_between_and_both_can_stay(
    screen: Screen, colleague: Screen, path: str
) -> None:
    screen.go(path)
    page = written(screen, "Ett")
    colleague.look_away().go(path)
    other = ListPage(colleague, LIST)
    page.field(1, "text").fill("Ett, så här")
    page.wait_saved()
    other.field(1, "text").fill("Ett, nej så här")
    conflict = colleague.question(LIST).locator(".conflict")
    expect(conflict).to_be_visible()
    assert other.texts() == ["Ett, nej så här"]
    conflict.get_by_role("button", name="Ta med båda").click()
    other.expect_texts("Ett, så här", "Ett, nej så här")
    other.wait_saved()
    assert other.stored() == ["Ett, så här", "Ett, nej så här"]
    # And where one's own is kept, what others only added is kept too.
    screen.reload()
    page.add.click()
    page.field(3, "text").fill("Tillagt")
    page.field(1, "text").fill("Ett, alltså")
    page.wait_saved()
    other.field(1, "text").fill("Ett, till sist")
    expect(conflict).to_be_visible()
    conflict.get_by_role("button", name="Behåll min").click()
    other.wait_saved()
    assert other.stored() == ["Ett, till sist", "Ett, nej så här", "Tillagt"]


def test_what_others_save_comes_in_beside_where_one_is(
    screen: Screen, colleague: Screen, path: str
) -> None:
    screen.go(path)
    page = written(screen, "Ett", "Två")
    colleague.go(path)
    page.field(2, "text").focus()
    other = ListPage(colleague, LIST)
    other.field(1, "text").fill("Ett, nytt")
    other.button(2, "Flytta upp").click()
    other.add.click()
    other.field(3, "text").fill("Tre")
    other.wait_saved()
    page.expect_texts("Två", "Ett, nytt", "Tre")
    expect(page.field(1, "text")).to_be_focused()
    # Where one is, one's field is left alone until one says so.
    other.field(1, "text").fill("Två, nytt")
    other.wait_saved()
    note = screen.question(LIST).locator(".theirs")
    expect(note).to_be_visible()
    assert page.texts()[0] == "Två"
    note.get_by_role("button", name="Använd den andras svar").click()
    page.expect_texts("Två, nytt", "Ett, nytt", "Tre")


def test_an_old_page_without_javascript_brings_nobody_elses_work_down(
    chromium: Browser, desk: Server, screen: Screen, path: str
) -> None:
    screen.go(path)
    page = written(screen, "Ett")
    with Screen(chromium, desk, scripts=False) as plain:
        plain.enter("strateg2", path)
        other = ListPage(plain, LIST)
        page.add.click()
        page.field(2, "text").fill("Två")
        page.wait_saved()
        other.field(2, "text").fill("Från en gammal sida")
        plain.press("Spara")
        assert "Andra skrev här samtidigt, och det är med nu. Exempel 2 tillkom." in (
            plain.page.locator(".notice-success").inner_text()
        )
        other.expect_texts("Ett", "Två", "Från en gammal sida", "")
        assert other.stored() == ["Ett", "Två", "Från en gammal sida"]


def test_reloading_midway_and_leaving_lose_nothing(screen: Screen, path: str) -> None:
    screen.go(path)
    page = written(screen, "Ett")
    page.add.click()
    page.field(2, "text").press_sequentially("Halvvägs")
    page.field(2, "text").blur()
    page.wait_saved()
    page.add.click()  # an empty one is not there yet
    screen.reload()
    page.expect_texts("Ett", "Halvvägs")
    page.button(1, "Flytta ner").click()
    page.button(1, "Ta bort").click()
    page.wait_saved()
    screen.reload()
    page.expect_texts("Ett")
    screen.follow(re.compile("^Historik"), within=screen.question(LIST))
    past = screen.page.locator("section.card")
    expect(past.first.locator("del").first).to_have_text(re.compile("^Exempel 1.*Halvvägs", re.S))
    assert "Halvvägs" in past.nth(1).inner_text()


def test_by_keyboard_and_by_ear(screen: Screen, path: str) -> None:
    screen.go(path)
    page = written(screen, "Ett", "Två")
    keyboard, announcer = screen.page.keyboard, screen.page.locator("#announcer")
    page.add.focus()
    keyboard.press("Enter")
    expect(page.field(3, "rubrik")).to_be_focused()
    expect(announcer).to_contain_text("Tillagt: Exempel 3.")
    keyboard.type("Tre")
    page.button(3, "Flytta upp").focus()
    keyboard.press("Enter")
    expect(announcer).to_contain_text("Flyttat till plats 2 av 3.")
    expect(page.button(2, "Flytta upp")).to_be_focused()
    keyboard.press("Enter")
    # At the top there is no further up: the way down is where the focus is.
    expect(page.button(1, "Flytta ner")).to_be_focused()
    page.button(1, "Ta bort").focus()
    keyboard.press("Enter")
    expect(announcer).to_contain_text("Borttaget: Exempel 1. Under Borttagna går det att ångra.")
    expect(page.entry(1)).to_be_focused()
    page.removed.locator("summary").focus()
    keyboard.press("Enter")
    keyboard.press("Tab")
    keyboard.press("Enter")
    expect(page.entry(3)).to_be_focused()
    assert page.field(3, "rubrik").input_value() == "Tre"


def test_fields_follow_the_others_of_their_entry_and_what_is_reckoned_follows_all(
    chromium: Browser, desk: Server
) -> None:
    with Screen(chromium, desk, width=TELEPHONE) as screen:
        screen.enter("strateg", _DRAFTS.path("processer"))
        page = ListPage(screen, "processer")
        for place, said in enumerate(("Ja", "Nej", "Ja"), start=1):
            if place > 1:
                page.add.click()
            page.field(place, "namn").fill(f"Process {place}")
            page.option(place, "medverkan", said).check()
        level = page.entry(1).locator('[data-field="niva"]')
        expect(level).to_be_visible()
        expect(page.entry(2).locator('[data-field="niva"]')).to_be_hidden()
        page.wait_saved()
        expect(screen.page.locator('[id="q.andel"]')).to_have_text(re.compile("66,7"))
        page.option(1, "niva", "Dialog").check()
        page.option(1, "medverkan", "Nej").check()
        # What was chosen there stays in sight, and is not sent.
        expect(level).to_be_visible()
        expect(level).to_contain_text("Skickas inte")
        page.wait_saved()
        expect(screen.page.locator('[id="q.andel"]')).to_have_text(re.compile("33,3"))
        assert not violations_at(screen)
