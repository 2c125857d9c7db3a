"""Signing in and showing who one is at an identity provider, in a browser: there and back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from waitress.server import create_server

from survey_app.core.workflow import State
from tests.browser.axe import violations_on
from tests.oidc.provider import Provider
from tests.oidc.trips import DIRECTOR, Region
from tests.stage import address, build_stage


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Region, str]]:
    """A region that signs in by the provider alone, and where it is served."""
    provider = Provider()
    stage = build_stage(tmp_path, provider.environment(LOCAL="0"))
    region = Region(stage, stage.app(), provider)
    server = create_server(region.app, host="127.0.0.1", port=0)
    base = f"http://127.0.0.1:{server.effective_port}"
    provider.person = lambda asked: base + provider.agree(
        asked, f"sub-{DIRECTOR}", email=address(DIRECTOR), email_verified=True,
        auth_time=int(stage.now.timestamp()),
    )  # fmt: skip
    threading.Thread(target=server.run, daemon=True).start()
    yield region, base
    server.close()
    provider.close()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_what_was_typed_survives_the_trip(
    chromium: Browser, served: tuple[Region, str], scripts: bool
) -> None:
    """By the policy of the site, too: no form may lead a browser elsewhere. Axe sees both pages."""
    region, base = served
    submission, _shown = region.sent()
    context = chromium.new_context(java_script_enabled=scripts, base_url=base)
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.goto(f"/submissions/{submission}/approval")
    page.get_by_role("link", name="Logga in hos Regionens inloggning").click()
    page.wait_for_url(f"**/submissions/{submission}/approval")
    page.locator("details.send-back summary").first.click()
    reason = page.locator("textarea[name='reason.1']")
    reason.fill("Skriv om det här")
    page.get_by_label("Ja", exact=True).check()
    found = violations_on(page) if scripts else []
    page.get_by_role("button", name="Legitimera dig hos").click()
    page.wait_for_url("**/approval#identity")
    if scripts:
        found += violations_on(page)
    assert reason.input_value() == "Skriv om det här"
    assert page.get_by_label("Ja", exact=True).is_checked()
    reason.fill("")
    page.get_by_role("button", name="Godkänn svaret").click()
    page.wait_for_url(f"**/submissions/{submission}")
    assert region.stage.read(submission).state == State.APPROVED
    assert wrong == []
    assert found == []
    context.close()
