"""By keyboard alone: everything is reached in order, and a section can be filled in."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.page_object import Screen
from tests.conftest import GNV

SECTION = f"/submissions/{GNV}/sections"

STOPS = """() => {
    const seen = new Set();
    return [...document.querySelectorAll(
        'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]'
    )].filter((element) => {
        if (element.tabIndex < 0 || element.disabled || !element.checkVisibility()) return false;
        if (element.type !== "radio") return true;
        const group = [...document.getElementsByName(element.name)];
        return element === (group.find((radio) => radio.checked) ?? group[0]);
    }).map((element, number) => (element.dataset.stop = number));
}"""


@pytest.mark.parametrize(
    "path", [f"{SECTION}/styrning-och-finansiering", f"{SECTION}/kontinuitet", "/", "/cases/new"]
)
def test_tab_reaches_everything_in_order(screen: Screen, path: str) -> None:
    screen.go(path)
    stops = screen.page.evaluate(STOPS)
    reached = []
    for _ in stops:
        screen.page.keyboard.press("Tab")
        reached.append(
            screen.page.evaluate(
                """() => {
                    const box = document.activeElement.getBoundingClientRect();
                    const hidden = box.bottom <= 0 || box.top >= innerHeight;
                    return hidden ? "out of sight" : Number(document.activeElement.dataset.stop);
                }"""
            )
        )
    assert reached == stops


def test_the_skip_link_leads_to_the_content(screen: Screen) -> None:
    screen.go(f"{SECTION}/styrning-och-finansiering")
    screen.page.keyboard.press("Tab")
    skip = screen.page.locator(".skip-link")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    screen.page.keyboard.press("Enter")
    screen.page.keyboard.press("Tab")
    within = screen.page.evaluate(
        """() => document.querySelector("main").contains(document.activeElement)"""
    )
    assert within


def test_a_section_can_be_filled_in_by_keyboard_alone(screen: Screen) -> None:
    screen.go(f"{SECTION}/styrning-och-finansiering")
    keyboard = screen.page.keyboard

    def tab_to(question: str, part: str) -> None:
        wanted = screen.input(question, part)
        for _ in range(60):
            keyboard.press("Tab")
            if wanted.evaluate("(element) => element === document.activeElement"):
                return
        raise AssertionError(f"Tab never reached {question} {part}")

    tab_to("2", "option.ja")
    keyboard.press("Space")
    keyboard.press("ArrowDown")
    tab_to("3", "option.ja")
    keyboard.press("Space")
    tab_to("4", "option.ja")
    keyboard.press("Space")
    tab_to("4", "detail.ja")
    keyboard.type("Hindren är flera.")
    for question in ("2", "3", "4"):
        screen.wait_saved(question)
    told = [screen.told(question)["value"] for question in ("2", "3", "4")]
    assert [item["chosen"] for item in told] == ["nej", "ja", "ja"]
    assert told[2]["details"] == {"ja": "Hindren är flera."}
    save = screen.page.get_by_role("button", name="Spara och fortsätt")
    for _ in range(30):
        keyboard.press("Tab")
        if save.evaluate("(element) => element === document.activeElement"):
            break
    with screen.arriving():
        keyboard.press("Enter")
    assert screen.page.url.endswith("/samverkan-i-styrningen")
