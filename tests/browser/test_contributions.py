"""Contributions at the screen: a unit writes and hands over, the other sees the room, inserts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.axe import violations_at
from tests.browser.page_object import Screen
from tests.conftest import GNV, Server

ACCESS = f"/submissions/{GNV}/sections/tillganglighet"
THEIRS = "Föreningen har ordnat fika för äldre."


def room(count: int) -> re.Pattern[str]:
    """How the line that tells the room ends, with whatever stands between thousands."""
    told = f"{count:,}".replace(",", r"\s")
    return re.compile(rf"; ert svar {told} av 3\s000$")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_from_the_unit_that_is_asked_into_the_answer(
    chromium: Browser, server: Server, scripts: bool
) -> None:
    with Screen(chromium, server, scripts=scripts) as theirs:
        theirs.enter("forening")
        theirs.follow("God och nära vård 2025")
        theirs.follow("Skriv svaren")
        assert theirs.page.locator("[data-question]").count() == 2
        theirs.answer("18a", THEIRS)
        theirs.press("Spara och gå vidare till överlämnandet")
        theirs.press("Lämna över till Region Halland")
        expect(theirs.page.locator("main")).to_contain_text("går inte att ändra")
    with Screen(chromium, server, scripts=scripts) as ours:
        ours.enter("strateg", ACCESS)
        was = ours.told("18a")["value"]
        line = ours.question("18a").locator(".budget")
        expect(line).to_have_text(re.compile(rf"^2 av 3 underlag, {173 + len(THEIRS)} tecken"))
        expect(line).to_have_text(room(len(was)))
        ours.write_on("18a", " Nytt.")
        if scripts:
            expect(line).to_have_text(room(len(was) + 6))
        panel = ours.question("18a").locator(".contributed")
        if not scripts:
            panel.locator("summary").click()
        with ours.arriving():
            panel.get_by_role("button", name="Föreningen Exempel").click()
        assert ours.told("18a")["value"] == f"{was} Nytt.\n\n{THEIRS}"
        expect(ours.question("18a").locator(".budget")).to_have_text(
            room(len(was) + 8 + len(THEIRS))
        )
        expect(ours.question("18a").locator(".contributed")).to_contain_text("Infogat")
        ours.follow(re.compile("^Historik"), within=ours.question("18a"))
        expect(ours.page.locator("main")).to_contain_text("ur underlag från Föreningen Exempel")


def test_a_page_left_open_says_that_it_was_handed_over(chromium: Browser, server: Server) -> None:
    with Screen(chromium, server) as theirs:
        theirs.enter("forening")
        theirs.follow("God och nära vård 2025")
        theirs.follow("Skriv svaren")
        theirs.answer("18a", THEIRS)
        theirs.wait_saved("18a")
        said = "Överlämnat medan sidan var öppen"
        notice = theirs.page.locator("#moved")
        expect(notice).to_be_hidden()
        with Screen(chromium, server) as colleague:
            colleague.enter("forening")
            colleague.follow("God och nära vård 2025")
            colleague.press("Lämna över till Region Halland")
        expect(notice).to_contain_text(said)
        expect(notice.get_by_role("link", name="Ladda om sidan")).to_be_visible()
        assert not violations_at(theirs)
        theirs.write_on("18a", " För sent.")
        expect(theirs.state("18a")).to_have_text(f"Inte sparat: {said}")
        assert theirs.input("18a").input_value() == f"{THEIRS} För sent.", "it can be copied"


def test_asking_and_sending_back(chromium: Browser, server: Server) -> None:
    with Screen(chromium, server) as ours:
        ours.enter("strateg", f"/submissions/{GNV}/contributions")
        ours.follow("Be om underlag")
        ours.page.get_by_label("Exempelkommunen").check()
        ours.page.locator("summary", has_text="Kontinuitet och fasta").click()
        ours.page.get_by_label(re.compile("^24 ")).check()
        ours.press("Skicka begäran")
        expect(ours.page.get_by_role("row").filter(has_text="Exempelkommunen")).to_have_count(5)
        ours.follow("Exempelsjukhuset")
        ours.page.get_by_label("Fråga 22: vad behöver ändras?").fill("Vad gjorde avdelningen?")
        ours.press("Skicka tillbaka till Exempelsjukhuset")
    with Screen(chromium, server) as theirs:
        theirs.enter("sjukhus")
        theirs.follow("God och nära vård 2025")
        expect(theirs.page.locator("main")).to_contain_text("Vad gjorde avdelningen?")
        theirs.follow("22")
        expect(theirs.input("18a")).to_have_count(0)
        expect(theirs.input("22", "option.ja")).to_be_editable()
