"""What axe finds on a page: the rules of WCAG 2.2 AA."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Page

from tests.browser.checks import AXE, SHADES
from tests.browser.page_object import DESKTOP, HEIGHT, TELEPHONE, Screen

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
BOTH_WIDTHS = (TELEPHONE, DESKTOP)


@lru_cache
def _axe() -> str:
    return Path(AXE_FILE_PATH).read_text("utf-8")


_clear: set[str] = set()
"""Ways of showing text whose contrast axe has found to be enough."""


def violations(screen: Screen) -> list[str]:
    """What axe finds on the screen's page as it is now."""
    return violations_on(screen.page)


def violations_on(page: Page) -> list[str]:
    """What axe finds on a page as it is now.

    Contrast, most of axe's work, is measured where text is shown in a way that no page before had,
    and of each such way in the first places of the page.
    """
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(_axe())
    unmeasured = sorted(set(page.evaluate(SHADES)) - _clear)
    options = {
        "runOnly": {"type": "tag", "values": TAGS},
        "resultTypes": ["violations", "incomplete"],
        "preload": False,
        "selectors": False,
        "elementRef": True,
        "rules": {"color-contrast": {"enabled": False}},
    }
    found: dict[str, Any] = page.evaluate(AXE, [options, unmeasured])
    wrong = found["violations"]
    if found["unsure"] is not None and not any(item["id"] == "color-contrast" for item in wrong):
        _clear.update(set(found["passed"]).difference(found["unsure"]))
    return [
        f"{page.url} {item['id']}: {item['help']} ({item['helpUrl']})\n    {node[:200]}"
        for item in wrong
        for node in item["nodes"]
    ]


def violations_at(screen: Screen, widths: tuple[int, ...] = BOTH_WIDTHS) -> list[str]:
    """What axe finds on a wide screen and on a telephone."""
    found = []
    for width in widths:
        screen.page.set_viewport_size({"width": width, "height": HEIGHT})
        found += [f"{width}: {item}" for item in violations(screen)]
    return found
