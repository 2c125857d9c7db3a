"""axe on every page that each role comes to, on a wide screen and on a telephone."""

from __future__ import annotations

from collections.abc import Iterable

from playwright.sync_api import Browser, sync_playwright
from playwright.sync_api import Error as BrowserError

from tests.browser.axe import violations, violations_at
from tests.browser.conftest import ARGUMENTS, find_chromium
from tests.browser.page_object import Screen
from tests.scan.outcome import Bounds, Finding, Outcome
from tests.scan.target import failures_in, planted, product
from tests.scan.walking import find
from tests.serving import Server

TOOL = "axe"
PLANTED = {"a picture without words": " image-alt: ", "a field without a label": " label: "}


def scan(bounds: Bounds) -> Outcome:
    """The planted page first, then every page of every role."""
    outcome = Outcome(TOOL)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        with planted(bounds.template, bounds.folder / "axe-planted") as server:
            told = "\n".join(_of_planted(browser, server, bounds.roles[0]))
        outcome.planted = {what: sign in told for what, sign in PLANTED.items()}
        for role in bounds.roles:
            pages = find(bounds.template, bounds.folder / f"axe-walk-{role}", role).pages
            with product(bounds.template, bounds.folder / f"axe-{role}") as server:
                outcome.findings += _of_pages(browser, server, role, pages)
            outcome.count("pages", len(pages))
            outcome.findings += failures_in(server.log, role)
        browser.close()
    outcome.measured["roles"] = len(bounds.roles)
    return outcome


def _of_planted(browser: Browser, server: Server, role: str) -> list[str]:
    screen = Screen(browser, server).enter(role)
    screen.page.goto("/planted/")
    found = violations(screen)
    screen.context.close()
    return found


def _of_pages(browser: Browser, server: Server, role: str, pages: Iterable[str]) -> list[Finding]:
    found = []
    screen = Screen(browser, server).enter(role)
    for page in pages:
        try:
            screen.go(page)
            told = violations_at(screen)
        except (AssertionError, BrowserError) as error:
            told = [f"{page} looked at: {error}"]
        found += [
            Finding(f"high {item.partition(' ')[2]}", f"{page} (as {role})", "mend the template")
            for item in told
        ]
    screen.context.close()
    return found
