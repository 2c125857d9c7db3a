"""A draft out as a Word file and back: looked at, proposed beside the answers, taken over."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from survey_app.export.word.container import MEDIA_TYPE
from tests.browser.axe import violations_at
from tests.browser.page_object import Screen
from tests.conftest import GNV, Server
from tests.word.filling import filled

HERE = f"/submissions/{GNV}"
HEALTH = f"{HERE}/sections/psykisk-ohalsa"


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_what_was_written_in_word_is_taken_over(
    chromium: Browser, server: Server, scripts: bool
) -> None:
    with Screen(chromium, server, scripts=scripts) as screen:
        screen.enter("strateg", HERE)
        before = screen.told("41")["value"]
        draft = screen.context.request.get(f"{HERE}/export.docx").body()
        data = filled(draft, {"41.t": "Ur Word:\nett nytt svar.", "39.r.teamarbete.ja": True})
        screen.follow("Läs in en Word-fil")
        chosen = {"name": "svar från enheten.docx", "mimeType": MEDIA_TYPE, "buffer": data}
        screen.page.get_by_label("Word-fil (DOCX)").set_input_files(chosen)  # type: ignore[arg-type]
        screen.press("Se vad som står i filen")
        expect(screen.page.locator("ins").first).to_be_visible()
        found = violations_at(screen) if scripts else []
        screen.press("Lägg ändringarna som förslag")
        assert "2 förslag står nu bredvid svaren" in screen.messages()
        found += violations_at(screen) if scripts else []
        screen.go(HEALTH)
        assert screen.told("41")["value"] == before
        found += violations_at(screen) if scripts else []
        screen.input("42", "option.ja").check()
        with screen.arriving():
            screen.question("41").get_by_role("button", name="Ta över").click()
        assert screen.told("41")["value"] == "Ur Word:\nett nytt svar."
        assert "ja" in screen.told("42")["value"]["chosen"], "what was done just before is saved"
        with screen.arriving():
            screen.question("39").get_by_role("button", name="Avfärda").click()
        assert screen.told("39") == {}
        expect(screen.page.locator(".proposal")).to_have_count(0)
        assert not found, "\n".join(found)
