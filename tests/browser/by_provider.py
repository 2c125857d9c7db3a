"""Somebody who signs in at an identity provider, in a browser."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.page_object import Screen
from tests.conftest import serving
from tests.oidc.provider import Provider


@contextlib.contextmanager
def signed_in_by_provider(chromium: Browser, folder: Path, *, scripts: bool) -> Iterator[Screen]:
    """A strategist of the demo in a folder, on a server where nobody has a password."""
    provider = Provider()
    with serving(folder, environment=provider.environment(LOCAL="0")) as server:
        email = server.accounts["strateg"]["email"]
        provider.person = lambda asked: (
            server.url + provider.agree(asked, "sub-strateg", email=email, email_verified=True)
        )
        with Screen(chromium, server, scripts=scripts) as screen:
            screen.page.goto(f"{server.url}/sign-in")
            screen.page.get_by_role("link", name="Logga in hos Regionens inloggning").click()
            screen.page.wait_for_url(f"{server.url}/")
            yield screen
    provider.close()


def sign_in_in_a_new_window(screen: Screen) -> None:
    """Beside the page, which stays as it is; then the window is closed."""
    with screen.context.expect_page() as opened:
        screen.page.get_by_role("link", name="Logga in i ett nytt fönster").click()
    window = opened.value
    window.wait_for_url(f"{screen.server.url}/")
    window.close()
