"""The work on a question in a browser: changed beside the text, talked about, found again."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, expect

from tests.browser.axe import violations_at
from tests.browser.page_object import DESKTOP, TELEPHONE, Screen
from tests.conftest import GNV, Server

SECTION = f"/submissions/{GNV}/sections/kontinuitet"
NAMES = {"strateg2": "Hälso- och sjukvårdsstrateg 2", "direktor": "Hälso- och sjukvårdsdirektör"}


def test_a_question_is_given_away_marked_and_talked_about(chromium: Browser, desk: Server) -> None:
    with Screen(chromium, desk) as screen:
        page = screen.enter("strateg", SECTION).page
        line = page.locator("#work-24")
        said = line.locator("[data-said]")
        line.locator("summary").click()
        line.get_by_label("Ägare").select_option(label=NAMES["strateg2"])
        line.get_by_label("Klar senast").fill("2027-03-12")
        expect(line.get_by_text("Inte sparat än")).to_be_visible()
        screen.input("24").fill("Skrivet i samma veva.")
        line.get_by_label("Läge").select_option("ready")
        line.get_by_label("Klar senast").press("Enter")
        expect(said).to_contain_text("klar för granskning")
        expect(said).to_contain_text(NAMES["strateg2"])
        expect(said).to_contain_text("klar senast 12 mars 2027")
        expect(line.get_by_text("Sparat.")).to_be_visible()
        screen.wait_saved("24")
        assert screen.input("24").input_value() == "Skrivet i samma veva.", "the page was not left"
        line.get_by_label("Läge").select_option("done")
        line.get_by_role("button").click()
        expect(line.get_by_text("Du har själv skrivit svaret.")).to_be_visible()
        expect(said).to_contain_text("klar för granskning")
        line.get_by_label("Läge").select_option("ready")
        screen.check()
        assert not violations_at(screen, (DESKTOP,))

        with screen.arriving():
            line.get_by_role("link", name="Kommentera").click()
        box = page.get_by_label("Skriv en kommentar")
        box.press_sequentially("Hej @häl")
        expect(page.get_by_role("option")).to_have_count(2)
        assert not violations_at(screen, (DESKTOP,))
        box.press("ArrowDown")
        box.press("Enter")
        box.press_sequentially("läs den.")
        assert box.input_value() == f"Hej @{NAMES['strateg2']} läs den."
        screen.press("Spara kommentaren")
        expect(page.locator(".mention")).to_have_text(f"@{NAMES['strateg2']}")

    with Screen(chromium, desk, width=TELEPHONE) as colleague:
        page = colleague.enter("strateg2", "/").page
        with colleague.arriving():
            page.get_by_role("link", name=re.compile("^Du har .* att göra klar")).click()
        assert not violations_at(colleague, (TELEPHONE,))
        expect(page.locator(".mention")).to_have_text(f"@{NAMES['strateg2']}")
        with colleague.arriving():
            page.get_by_role("link", name=re.compile(r"^24 Vilka insatser")).click()
        line = page.locator("#work-24")
        line.locator("summary").click()
        line.get_by_label("Läge").select_option("done")
        line.get_by_role("button").click()
        expect(line.locator("[data-said]")).to_contain_text(f"enligt {NAMES['strateg2']}")
        colleague.write_on("24", " Och mer.")
        expect(line.locator("[data-said]")).to_contain_text(
            f"ändrad sedan {NAMES['strateg2']} satte klar"
        )
        colleague.go(f"/submissions/{GNV}/tasks")
        expect(page.get_by_role("link", name=re.compile(r"^24: utkast, "))).to_be_visible()
        assert not violations_at(colleague, (TELEPHONE,))


def test_two_who_change_the_same_see_it_before_one_overwrites(
    chromium: Browser, desk: Server
) -> None:
    with Screen(chromium, desk) as screen, Screen(chromium, desk) as colleague:
        path = f"/submissions/{GNV}/sections/vardplatser"
        for one, mark in ((screen, "ready"), (colleague, "done")):
            line = one.enter("strateg" if one is screen else "strateg2", path).page.locator(
                "#work-16"
            )
            line.locator("summary").click()
            line.get_by_label("Läge").select_option(mark)
        colleague.page.locator("#work-16").get_by_role("button").click()
        expect(colleague.page.locator("#work-16 [data-said]")).to_contain_text("enligt")
        line = screen.page.locator("#work-16")
        line.get_by_role("button").click()
        expect(line.get_by_text("Någon annan ändrade")).to_be_visible()
        expect(line.locator("[data-said]")).to_contain_text(f"enligt {NAMES['strateg2']}")
        assert line.get_by_label("Läge").input_value() == "ready", "mine is still in the field"
        line.get_by_role("button").click()
        expect(line.locator("[data-said]")).to_contain_text("klar för granskning")


def test_without_scripts_the_line_is_saved_with_the_text_beside_it(
    chromium: Browser, desk: Server
) -> None:
    with Screen(chromium, desk, scripts=False) as screen:
        page = screen.enter("strateg", f"/submissions/{GNV}/sections/psykisk-ohalsa").page
        line = page.locator("#work-41")
        line.locator("summary").click()
        line.get_by_label("Ägare").select_option(label=NAMES["strateg2"])
        screen.input("41").fill("Skrivet utan skript.")
        with screen.arriving():
            line.get_by_role("button").click()
        assert page.url.endswith("#question-41")
        assert screen.input("41").input_value() == "Skrivet utan skript."
        expect(line.locator("[data-said]")).to_contain_text(NAMES["strateg2"])


def test_the_overview_on_paper_is_what_it_says_and_no_form(screen: Screen) -> None:
    page = screen.go(f"/submissions/{GNV}/tasks").page
    expect(page.get_by_role("button", name="Fördela")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Fördela")).to_be_hidden()
    expect(page.locator("[name=section]").first).to_be_hidden()
    printed = "(cell) => getComputedStyle(cell).printColorAdjust"
    assert page.locator(".cell").first.evaluate(printed) == "exact"
