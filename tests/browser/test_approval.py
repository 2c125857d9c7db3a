"""Approval in a real browser: sent back at its place, endorsed, decided by who stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.page_object import TELEPHONE, Screen
from tests.browser.preparing import PASSWORD, invite_approvers
from tests.conftest import GNV_DONE, Installation, Server, open_installation, serving
from tests.databases import copy_installation

HERE = 9
"""A correction of the practice case's first form, which awaits approval in two steps."""
URL = f"/submissions/{HERE}/approval"
NEW = {"enhetschef": "Enhetschefen", "ersattare": "Biträdande direktören"}


@pytest.fixture(scope="module")
def desk(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server where a unit head endorses and the director, or who stands in, decides."""
    folder = tmp_path_factory.mktemp("approval") / "instance"
    copy_installation(demo_template, folder)
    installation = open_installation(folder)
    _prepare(installation)
    installation.database.close()
    with serving(folder) as running:
        for name in NEW:
            running.accounts[name] = {"email": f"{name}@demo.example", "password": PASSWORD}
        yield running


def _prepare(installation: Installation) -> None:
    unit, [head, _deputy] = invite_approvers(installation, NEW)
    administrator, strategist = installation.person("admin"), installation.person("strateg")
    terms = {"unit": str(unit), "valid_from": "2026-01-01", "valid_to": "2099-12-31"}
    assert administrator.post("/delegations", {
        **terms, "account": str(head), "decision": "Delegationsordningen 4.3", "step": "1",
    }).status_code == 302  # fmt: skip
    assert administrator.post("/delegations/orders", {
        "unit": str(unit), "steps": "2", "order_decision": "RS 2026/12 § 3",
    }).status_code == 302  # fmt: skip
    assert strategist.post(f"/submissions/{GNV_DONE}/correction").location.endswith(f"/{HERE}")
    assert strategist.post(f"/submissions/{HERE}/sending").status_code == 302


def test_sent_back_endorsed_and_decided_by_who_stands_in(chromium: Browser, desk: Server) -> None:
    with Screen(chromium, desk) as head:
        head.enter("enhetschef", URL)
        _send_two_back(head)
        with Screen(chromium, desk) as strategist:
            _change_one(strategist.enter("strateg", f"/submissions/{HERE}"))
        head.go(URL)
        main = head.page.locator("main")
        expect(main).to_contain_text("Svaret är inte ändrat.")
        expect(main).to_contain_text("Inget annat svar är ändrat.")
        expect(head.page.locator(".change ins").first).to_contain_text("Mer")
        head.page.locator("#password").fill(PASSWORD)
        head.press("Tillstyrk svaret")
        assert "Svaret är tillstyrkt" in head.messages()
    with Screen(chromium, desk) as director:
        _name_the_deputy(director.enter("direktor", "/stand-ins"))
    with Screen(chromium, desk, width=TELEPHONE, scripts=False) as deputy:
        deputy.enter("ersattare", URL)
        expect(deputy.page.locator("main")).to_contain_text("Steg 1: tillstyrkt av Enhetschefen")
        expect(deputy.page.locator("main")).to_contain_text("Du är ersättare för")
        deputy.page.locator("#password").fill(PASSWORD)
        deputy.press("Godkänn svaret")
        assert "Svaret är godkänt" in deputy.messages()
        deputy.go("/decisions?practice=1")
        row = deputy.page.locator("tbody tr", has_text="Ersättare enligt RS 2026/40")
        expect(row).to_contain_text("Biträdande direktören, ersättare för")
        expect(row).to_contain_text("Tillstyrkt i steg 1: Enhetschefen")


def _send_two_back(head: Screen) -> None:
    """Marked at their place; a reload and a wrong password lose nothing."""
    for question, reason in (("24", "Nämn samordnaren."), ("22", "Stämmer det?")):
        head.page.locator(f'details:has([id="reason.{question}"]) > summary').click()
        head.page.locator(f'[id="reason.{question}"]').fill(reason)
    marked = head.page.locator("#marked")
    expect(marked).to_have_text(re.compile(r"Markerade: .*22.*24"))
    expect(head.page.locator('[id="reason.22.state"]')).to_have_text(re.compile(r"^Sparat \d"))
    expect(head.page.locator('[id="reason.24.state"]')).to_have_text(re.compile(r"^Sparat \d"))
    head.reload()
    expect(head.page.locator('[id="reason.24"]')).to_have_value("Nämn samordnaren.")
    head.page.locator("#password").fill(PASSWORD)
    head.press("Tillstyrk svaret")
    expect(head.page.locator("#problem-summary")).to_contain_text("Du har markerat frågor")
    expect(head.page.locator('[id="reason.22"]')).to_have_value("Stämmer det?")
    head.press("Skicka tillbaka de markerade")
    assert "Frågorna är tillbaka" in head.messages()


def _change_one(strategist: Screen) -> None:
    expect(strategist.page.locator(".notice", has_text="skickat tillbaka")).to_contain_text(
        "Nämn samordnaren."
    )
    with strategist.arriving():
        strategist.page.locator(".notice a", has_text="24").click()
    strategist.write_on("24", " Mer om samordnaren.")
    strategist.wait_saved("24")
    strategist.go(f"/submissions/{HERE}")
    expect(strategist.page.locator(".notice")).to_contain_text("Inte ändrad än.")
    strategist.follow("Kontrollera och skicka")
    strategist.press("Skicka för godkännande")


def _name_the_deputy(director: Screen) -> None:
    page = director.page
    director.press("Registrera")  # nothing is chosen: the page says what is missing
    page.get_by_label("Ersättare", exact=True).select_option(label=NEW["ersattare"])
    director.go("/decisions?from=2026-02-01&to=2026-01-01").go("/stand-ins")
    page.get_by_label("Ersättare", exact=True).select_option(label=NEW["ersattare"])
    page.get_by_label("Beslut", exact=True).fill("RS 2026/40")
    page.get_by_label("Till och med").fill(page.get_by_label("Från och med").input_value())
    director.press("Registrera")
    assert "Ersättaren är registrerad." in director.messages()
