"""A second factor and one's own account, in a browser: on a telephone without scripts, and seen."""

from __future__ import annotations

import time

import pyotp
from playwright.sync_api import Browser

from tests.browser.page_object import TELEPHONE, Screen
from tests.conftest import Server


def next_code(secret: str, used: str) -> str:
    """The code of a step that is not used yet: codes of the step after this one are taken, too."""
    generator = pyotp.TOTP(secret)
    after = generator.at(int(time.time()) + 30)
    return after if after != used else generator.at(int(time.time()) + 60)


def test_enrol_sign_in_and_look_at_ones_account(chromium: Browser, server: Server) -> None:
    """Every page is looked over for what is wider than a telephone, and for labels (``Screen``)."""
    with Screen(chromium, server, width=TELEPHONE, scripts=False) as screen:
        screen.sign_in("strateg").go("/account").follow("Lägg till engångskoder")
        secret = screen.page.locator("code.key").inner_text().replace(" ", "")
        address = screen.page.get_by_role("link", name="Öppna i appen").get_attribute("href") or ""
        assert pyotp.parse_uri(address).secret == secret
        used = pyotp.TOTP(secret).now()
        screen.page.get_by_label("Engångskod").fill(used)
        screen.press("Lägg till")
        codes = screen.page.locator(".codes code").all_inner_texts()
        assert len(codes) == 10
        screen.press("Jag har sparat koderna").sign_out()

        screen.page.get_by_label("E-postadress").fill(server.accounts["strateg"]["email"])
        screen.page.get_by_label("Lösenord").fill(server.accounts["strateg"]["password"])
        screen.press("Logga in")
        screen.page.get_by_label("Engångskod").fill("000000")
        screen.press("Logga in")
        assert "Koden stämmer inte" in screen.page.locator("main").inner_text()
        screen.page.get_by_label("Engångskod").fill(next_code(secret, used))
        screen.press("Logga in")
        screen.go("/account")
        assert "10 reservkoder är kvar" in screen.page.locator("main").inner_text()
