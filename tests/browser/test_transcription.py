"""Typing over in a real browser: by the keyboard alone, without scripts, and with the net gone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.page_object import Screen
from tests.browser.preparing import approve_grant, send_correction_of_grant
from tests.conftest import Server, open_installation, serving
from tests.databases import copy_installation

HERE = 9
"""The submission to hand in: an approved correction of the practice case's second form."""
URL = f"/submissions/{HERE}/handing-in"


@pytest.fixture(scope="module")
def desk(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a submission to hand in."""
    folder = tmp_path_factory.mktemp("typing") / "instance"
    copy_installation(demo_template, folder)
    installation = open_installation(folder)
    assert send_correction_of_grant(installation) == HERE
    approve_grant(installation, HERE)
    installation.database.close()
    with serving(folder) as running:
        yield running


def _progress(screen: Screen) -> tuple[int, int]:
    told = screen.page.locator("#typed-progress").inner_text()
    done, total = re.findall(r"\d+", told)
    return int(done), int(total)


def test_without_scripts_the_text_is_selectable_and_the_page_saves(
    chromium: Browser, desk: Server
) -> None:
    with Screen(chromium, desk, scripts=False) as screen:
        screen.enter("strateg", URL)
        _, total = _progress(screen)
        expect(screen.page.locator(".typed-copy").first).to_be_hidden()
        field = screen.page.locator(".typed:has(textarea)").first
        assert field.locator("textarea").input_value().strip()
        field.get_by_label("Infört").check()
        screen.press("Spara bockarna", within=screen.page.locator("section").first)
        assert screen.messages() == f"1 av {total} fält är införda."
        assert _progress(screen) == (1, total)
        told = screen.page.locator(".typed:has(textarea)").first.locator(".typed-told")
        assert "Infört av" in told.inner_text()
        screen.page.locator(".typed:has(textarea)").first.get_by_label("Infört").uncheck()
        screen.press("Spara bockarna", within=screen.page.locator("section").first)
        assert _progress(screen) == (0, total)


def test_a_tick_that_cannot_be_saved_goes_back_and_says_so(chromium: Browser, desk: Server) -> None:
    with Screen(chromium, desk) as screen:
        screen.enter("strateg", URL)
        before = _progress(screen)
        box = screen.page.locator(".typed input[name=done]").first
        screen.context.set_offline(True)
        box.click()
        expect(screen.page.locator("#typed-said")).to_contain_text("kunde inte sparas")
        expect(box).not_to_be_checked()
        screen.context.set_offline(False)
        box.click()
        expect(screen.page.locator("#typed-progress")).to_contain_text(f"{before[0] + 1} av")
        expect(box).to_be_checked()
        box.click()
        expect(screen.page.locator("#typed-progress")).to_contain_text(f"{before[0]} av")
        screen.wrong.clear()  # the browser tells of the request that failed


def test_the_whole_form_is_typed_over_by_the_keyboard_alone(
    chromium: Browser, desk: Server
) -> None:
    """Each press copies what shall be pasted; the last leads to the receipt."""
    with Screen(chromium, desk) as screen:
        screen.context.grant_permissions(["clipboard-read", "clipboard-write"])
        screen.enter("strateg", URL)
        _, total = _progress(screen)
        texts = [item.input_value() for item in screen.page.locator(".typed-text").all()]
        assert len(texts) == total
        keyboard, copied = screen.page.keyboard, []
        for number in range(total):
            keyboard.press("Control+Enter")
            expect(screen.page.locator("#typed-progress")).to_have_text(
                f"{number} av {total} införda"
            )
            here = screen.page.locator(".typed:focus-within")
            expect(here).to_have_count(1)
            expect(here.locator(".typed-text")).to_have_value(texts[number])
            expect(screen.page.locator("#typed-said")).to_contain_text("Kopierat")
            copied.append(screen.page.evaluate("navigator.clipboard.readText()"))
        assert copied == texts
        keyboard.press("Control+Enter")
        expect(screen.page.locator("#receipt_number")).to_be_focused()
        assert _progress(screen) == (total, total)
        keyboard.type("SOS-1")
        with screen.arriving():
            keyboard.press("Enter")
        main = screen.page.locator("main").inner_text()
        assert "SOS-1" in main
        assert f"{total} av {total} fält införda" in main
