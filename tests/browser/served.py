"""Pages of a browser without scripts, looked over by axe, which is itself a script.

What was served is shown once more in a browser with scripts, without the page's own.
"""

from __future__ import annotations

import re
from weakref import WeakKeyDictionary

from playwright.sync_api import Route

from tests.browser.axe import violations
from tests.browser.page_object import HEIGHT, TELEPHONE, Screen

_OWN_SCRIPTS = re.compile(r'<script type="module".*?</script>|</?noscript>', re.DOTALL)
# What a page is built from: a page of nothing but what was judged before need not be again.
_PARTS = """() => [...new Set([...document.querySelectorAll('*')].map((e) =>
    [e.tagName, e.className, e.getAttribute('type'), e.getAttribute('role')].join(' ')))]"""
_SEEN: WeakKeyDictionary[Screen, set[str]] = WeakKeyDictionary()


def violations_as_served(screen: Screen) -> list[str]:
    """What axe finds on a telephone in the page as it is now; nothing where the screen has shown
    each of its parts before, in the same language."""
    if not _is_new(screen):
        return []
    page, html = screen.page.url, _OWN_SCRIPTS.sub("", screen.page.content())
    browser = screen.context.browser
    assert browser is not None
    with Screen(browser, screen.server, width=TELEPHONE) as judged:

        def serve(route: Route) -> None:
            route.fulfill(body=html, content_type="text/html; charset=utf-8")

        judged.page.route(page.partition("#")[0], serve)
        judged.go(page)
        judged.page.set_viewport_size({"width": TELEPHONE, "height": HEIGHT})
        return violations(judged)


def _is_new(screen: Screen) -> bool:
    language = screen.page.locator("html").get_attribute("lang")
    parts = {f"{language} {part}" for part in screen.page.evaluate(_PARTS)}
    seen = _SEEN.setdefault(screen, set())
    new = not parts <= seen
    seen |= parts
    return new
