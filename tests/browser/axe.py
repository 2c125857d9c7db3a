"""What axe finds on a page: WCAG 2.2 AA, on a wide screen and on a telephone."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_FILE_PATH

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
    """What axe finds on the page as it is now.

    Contrast, most of axe's work, is measured where text is shown in a way that no page before had.
    """
    if not screen.page.evaluate("() => Boolean(window.axe)"):
        screen.page.evaluate(_axe())
    shown = set(screen.page.evaluate(SHADES))
    measures = not shown <= _clear
    options = {
        "runOnly": {"type": "tag", "values": TAGS},
        "resultTypes": ["violations", "incomplete"],
        "preload": False,
        "selectors": False,
        "elementRef": True,
        "rules": {"color-contrast": {"enabled": measures}},
    }
    found: dict[str, Any] = screen.page.evaluate(AXE, options)
    wrong = found["violations"]
    if measures and not any(item["id"] == "color-contrast" for item in wrong):
        _clear.update(shown.difference(found["unsure"]))
    return [
        f"{screen.page.url} {item['id']}: {item['help']} ({item['helpUrl']})\n    {node[:200]}"
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
