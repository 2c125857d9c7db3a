"""A package is tried in a browser: chosen, dropped, and without JavaScript."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.page_object import Screen
from tests.conftest import Server

DROP = """([name, bytes]) => {
  const raw = Uint8Array.from(atob(bytes), (sign) => sign.charCodeAt(0));
  const files = new DataTransfer();
  files.items.add(new File([raw], name, { type: "application/zip" }));
  const form = document.querySelector("[data-verifying]");
  form.dispatchEvent(new DragEvent("drop", { dataTransfer: files, bubbles: true }));
}"""


@pytest.mark.parametrize("scripts", [True, False])
def test_an_archivist_tries_a_package(
    chromium: Browser, desk: Server, tmp_path: Path, scripts: bool
) -> None:
    with Screen(chromium, desk, scripts=scripts) as screen:
        screen.sign_in("arkivarie", "/cases/RS259999")
        package = screen.download("Ladda ner ärendet (ZIP)", tmp_path)
        screen.follow("Pröva ett arkivpaket", within=screen.page.locator("main"))
        page = screen.page
        page.get_by_label("Paket (ZIP)").set_input_files(package)
        page.get_by_role("button", name="Pröva paketet").click()
        expect(page.get_by_text("Paketet är helt", exact=True)).to_be_visible()
        expect(page.get_by_text("Paketet är äkta", exact=True)).to_be_visible()
        screen.check()
        if scripts:
            expect(page.locator("#outcome")).to_be_focused()
            damaged = bytearray(package.read_bytes())
            damaged[len(damaged) // 2] ^= 1
            page.evaluate(DROP, ["skadat.zip", base64.b64encode(damaged).decode()])
            expect(page.get_by_text("Paketet är inte helt", exact=True)).to_be_visible()
            expect(page.get_by_role("cell", name="Filen är skadad")).to_be_visible()
            screen.check()
