"""The whole job on the real questionnaires of RS250393, as every person in turn does it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, expect
from pypdf import PdfReader

from survey_app.core.content import sha256_of
from survey_app.export.verification.look import verify_package
from tests.browser.page_object import TELEPHONE, Screen
from tests.browser.practice import (
    CASE,
    DEMOS,
    REASONS,
    SECTIONS,
    archive,
    attest,
    explain,
    fill_in,
    hand_in,
    send,
)
from tests.conftest import GNV, GRANT, Server

CORRECTION = ("Satsning på ST-läkare", "Fler ST-läkare")
WRITTEN = DEMOS[GNV]["answers"]["24"]["value"]
CORRECTED = WRITTEN.replace(*CORRECTION)
SECOND = {"delaktighet", "kontinuitet", "psykisk-ohalsa", "planering", "kompetens", "glesbygd"}
"""The sections that the second strategist fills in."""


def _return(screen: Screen) -> None:
    screen.go("/")
    screen.follow("God och nära vård 2025", within=screen.page.locator(".card").first)
    screen.follow("Läs och godkänn")
    text = screen.page.locator("main").inner_text()
    assert REASONS["9a"] in text
    assert "RS221016 §164 ST-tjänster.pdf" in text
    for question, told in DEMOS[GNV]["answers"].items():
        for passage in _passages(told["value"]):
            assert passage.split("\n")[0] in text, question
    screen.page.locator('details:has([id="reason.24"]) > summary').click()
    screen.page.locator('[id="reason.24"]').fill("Säg vilket år Cosmic infördes.")
    screen.press("Skicka tillbaka de markerade")
    assert "tillbaka hos den som skriver" in screen.messages()


def _correct(screen: Screen) -> None:
    screen.go(f"/submissions/{GNV}")
    notice = screen.page.locator(".notice-warning")
    assert "Säg vilket år Cosmic infördes." in notice.inner_text()
    with screen.arriving():
        notice.get_by_role("link").click()
    assert screen.input("25", "option.allmanmedicin").count() == 0, "only what was returned is open"
    was = screen.input("24").input_value()
    assert was == WRITTEN
    screen.answer("24", was.replace(*CORRECTION))
    screen.wait_saved("24")
    send(screen, GNV)


def _passages(value: Any) -> list[str]:
    """Everything that was written in an answer."""
    if isinstance(value, str):
        return [value] if value and not value.isascii() else []
    if isinstance(value, list):
        return [text for item in value for text in _passages(item)]
    if isinstance(value, dict):
        held = [value.get("text", ""), *value.get("details", {}).values()]
        return [text for item in held for text in _passages(item)]
    return []


def _squeezed(text: str) -> str:
    return re.sub(r"[\s\u00ad]+", "", text)


def _body(pages: list[str]) -> str:
    """All words without the two lines at the head of each page."""
    return _squeezed("".join(page.split("\n", 2)[2] for page in pages))


def _read(path: Path) -> list[str]:
    return [page.extract_text() for page in PdfReader(path).pages]


def _open_files(files: dict[str, Path], shown: dict[int, str]) -> None:
    assert set(files) == {
        f"{CASE}.zip", f"{CASE}.pdf",
        f"{CASE}-gnv-2025.pdf", f"{CASE}-gnv-2025.json",
        f"{CASE}-statsbidrag-2025.pdf", f"{CASE}-statsbidrag-2025.json",
    }  # fmt: skip
    verdict = verify_package(files[f"{CASE}.zip"])
    assert (verdict.intact, verdict.draft, verdict.case) == (True, False, CASE), verdict.findings
    whole = _body(_read(files[f"{CASE}.pdf"]))
    assert "BILAGOR" in whole.upper()
    for submission, name in ((GNV, "gnv-2025"), (GRANT, "statsbidrag-2025")):
        record = json.loads(files[f"{CASE}-{name}.json"].read_bytes())
        assert record["approval"]["content_sha256"] == sha256_of(record["content"])
        assert record["approval"]["content_sha256"] == shown[submission], "approved what was shown"
        pages = _read(files[f"{CASE}-{name}.pdf"])
        for number, page in enumerate(pages, start=1):
            assert f"Sida {number} av {len(pages)}" in page
            assert CASE in page
        text = _body(pages)
        assert shown[submission] in text
        answers = DEMOS[submission]["answers"] | DEMOS[submission]["practice"]
        answers |= {"24": {"value": CORRECTED}} if submission == GNV else {}
        for question, told in answers.items():
            for passage in _passages(told["value"]):
                for line in passage.split("\n"):
                    assert _squeezed(line) in text, (question, line)
                    assert _squeezed(line) in whole, (question, line)


def test_the_whole_job(chromium: Browser, server: Server, tmp_path: Path) -> None:
    shown: dict[int, str] = {}
    with (
        Screen(chromium, server) as strategist,
        Screen(chromium, server) as second,
        Screen(chromium, server, width=TELEPHONE) as director,
        Screen(chromium, server) as archivist,
    ):
        strategist.sign_in("strateg")
        second.sign_in("strateg2")
        for submission, sections in SECTIONS.items():
            fill_in(strategist, submission, [name for name in sections if name not in SECOND])
            fill_in(second, submission, [name for name in sections if name in SECOND])
        explain(strategist)
        send(strategist, GNV)
        send(second, GRANT)

        director.sign_in("direktor")
        assert director.page.locator(".waits").count() == 2
        _return(director)
        _correct(strategist)
        director.go(f"/submissions/{GNV}/approval")
        change = director.page.locator(".change")
        expect(change).to_have_count(1)
        expect(change.locator(".boxed")).to_have_text([WRITTEN, CORRECTED])
        assert change.locator("del").all_inner_texts() == ["*Satsning på"]
        assert change.locator("ins").all_inner_texts() == ["*Fler"]
        for submission in (GNV, GRANT):
            shown[submission] = attest(director, submission)

        for submission in (GNV, GRANT):
            hand_in(strategist, submission)
        archivist.sign_in("arkivarie")
        files = archive(archivist, tmp_path)
    _open_files(files, shown)
