"""Hostile texts in a real browser: nothing runs, nothing is fetched, also where two texts meet."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, Dialog, Request

from tests.browser.page_object import Screen
from tests.conftest import GNV, Server
from tests.hostile.strings import ATTRIBUTES, FETCHES, MARKUP, SCRIPTS

HOSTILE = "\n".join((*SCRIPTS, *MARKUP, *ATTRIBUTES, *FETCHES))
PAGES = (
    f"/submissions/{GNV}/sections/kontinuitet",
    f"/submissions/{GNV}/questions",
    f"/submissions/{GNV}/history/24",
    f"/submissions/{GNV}/comments/24",
    f"/submissions/{GNV}/sending",
)


class Watch:
    """Everything that a page does which none of ours would."""

    def __init__(self, screen: Screen, server: Server) -> None:
        self.told: list[str] = []
        self.home = server.url
        screen.page.on("dialog", self._dialog)
        screen.page.on("request", self._request)

    def _dialog(self, dialog: Dialog) -> None:
        self.told.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.home, "data:image/", "blob:")):
            self.told.append(f"asked {request.url}")


def _pwned(screen: Screen) -> Any:
    return screen.page.evaluate(
        "() => [window.pwned, document.querySelectorAll('x-pwned, [x-pwned]').length]"
    )


def test_nothing_runs_and_nothing_is_fetched(chromium: Browser, desk: Server) -> None:
    with Screen(chromium, desk) as screen:
        watch = Watch(screen, desk)
        screen.enter("strateg")
        screen.go(PAGES[0])
        screen.answer("24", HOSTILE)
        screen.wait_saved("24")
        screen.go(f"/submissions/{GNV}/comments/24")
        screen.page.get_by_role("textbox").first.fill(HOSTILE[:1500])
        screen.page.locator("main form button").first.click()
        for page in PAGES:
            screen.go(page)
            assert _pwned(screen) == [None, 0], page
        assert watch.told == []


def test_nor_where_two_texts_meet(chromium: Browser, desk: Server) -> None:
    """The side by side of a stale save, which a script draws."""
    with Screen(chromium, desk) as mine, Screen(chromium, desk) as theirs:
        watch = Watch(mine, desk)
        for screen, person in ((mine, "strateg"), (theirs, "strateg2")):
            screen.enter(person)
            screen.go(PAGES[0])
        mine.page.route("**/answers/24", lambda route: route.abort())
        mine.answer("24", "Min\n" + HOSTILE)
        mine.input("30").focus()
        theirs.answer("24", "Deras\n" + HOSTILE)
        theirs.input("30").focus()
        theirs.wait_saved("24")
        note = mine.question("24").locator(".theirs")
        note.get_by_role("button", name="Jämför och välj").wait_for()
        mine.page.unroute("**/answers/24")
        note.get_by_role("button", name="Jämför och välj").click()
        mine.question("24").locator(".conflict").wait_for()
        assert _pwned(mine) == [None, 0]
        assert watch.told == []
