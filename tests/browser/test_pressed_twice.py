"""Who presses the button of a decision twice has decided once, and is still signed in.

The browser throws the reply to the first press away, whatever cookie came with it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.page_object import Screen
from tests.conftest import GNV_DONE, Server, open_installation, serving
from tests.databases import copy_installation

HERE = 9
"""A correction of the practice case's first form, which awaits approval."""


@pytest.fixture
def desk(demo_template: Path, tmp_path: Path) -> Iterator[Server]:
    folder = tmp_path / "instance"
    copy_installation(demo_template, folder)
    installation = open_installation(folder)
    strategist = installation.person("strateg")
    assert strategist.post(f"/submissions/{GNV_DONE}/correction").location.endswith(f"/{HERE}")
    assert strategist.post(f"/submissions/{HERE}/sending").status_code == 302
    installation.database.close()
    with serving(folder) as running:
        yield running


@pytest.mark.parametrize("milliseconds", [5, 60])
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_pressed_twice_it_is_approved_once(
    chromium: Browser, desk: Server, scripts: bool, milliseconds: int
) -> None:
    with Screen(chromium, desk, scripts=scripts) as director:
        director.enter("direktor", f"/submissions/{HERE}/approval")
        page = director.page
        page.locator("#password").fill(desk.accounts["direktor"]["password"])
        button = page.get_by_role("button", name="Godkänn svaret")
        button.scroll_into_view_if_needed()
        box = button.bounding_box()
        assert box is not None
        place = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.click(*place)
        time.sleep(milliseconds / 1000)
        page.mouse.click(*place)
        told = page.get_by_text("Du godkände svaret").or_(page.get_by_text("Svaret är godkänt."))
        expect(told.first).to_be_visible()
        director.go("/")
        expect(page.locator("h1")).to_have_text("Ärenden")
        director.go(f"/submissions/{HERE}")
        expect(page.locator("main")).to_contain_text("Svaret är godkänt och ska lämnas in.")
